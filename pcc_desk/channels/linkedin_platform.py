"""What LinkedIn is and takes: loaded at every start, so it loads nothing that speaks."""

from pcc_desk.model.channel import (
    Ability,
    Counting,
    Field,
    Guarantee,
    Limits,
    Platform,
    Way,
)

_PAGE_FIELD = Field("handle", "Name or number of the page", "gwent-opcc", needed=False)
# Limits: learn.microsoft.com, LinkedIn Posts, Images and Videos interfaces, as several programs report them alike.
PLATFORM = Platform(
    name="linkedin",
    title="LinkedIn",
    letter="in",
    colour="#1f4fbf",
    limits=Limits(
        3_000,
        Counting.UTF16,
        pictures=20,
        picture_bytes=5_000_000,
        picture_side=6_000,
        alt_length=4_086,
        video_bytes=500_000_000,
        video_seconds=1_800.0,
        video_shape=2.4,
    ),
    abilities=(
        Ability.PICTURES
        | Ability.ALT_TEXT
        | Ability.ANSWER
        | Ability.WITHDRAW
        | Ability.EDIT
        | Ability.REMOVE
        | Ability.VIDEO
        | Ability.CAPTIONS
        | Ability.CARD  # LinkedIn makes none by itself of what a program posts
    ),
    guarantee=Guarantee.C,
    streams=("notifications",),
    answer_length=1_250,  # as several programs report it
    settle_seconds=120.0,
    poll_seconds=180.0,
    ways=(
        Way(
            "token",
            "Paste a token",
            "Somebody who looks after the page signs in at developer.linkedin.com and opens the office's app.\n"
            "Open Auth, then OAuth 2.0 tools, and choose Create token.\n"
            "Tick every box with “organization” in its name. Create the token and copy it.\n"
            "Paste it here. It works for 60 days; PCC Desk tells you in good time.\n"
            "Copy the Client ID and the app secret from Auth too: PCC Desk then asks LinkedIn about the token.",
            (
                Field("secret", "Token", secret=True),
                _PAGE_FIELD,
                Field("app_id", "Client ID (may stay empty)", "86abc1defg2hij", needed=False, remembered=True),
                Field("app_secret", "App secret (may stay empty)", secret=True, needed=False, remembered=True),
            ),
            page="https://developer.linkedin.com",
        ),
        Way(
            "browser",
            "Sign in with your web browser",
            "Ask your contact at LinkedIn to switch on sign-in for desktop programs. Without that, paste a token.\n"
            "At developer.linkedin.com open the office's app, then Auth. Copy the Client ID and paste it here.\n"
            "Press “Open your web browser”. LinkedIn opens there: press Allow. Come back here.",
            (Field("app_id", "Client ID", "86abc1defg2hij", remembered=True), _PAGE_FIELD),
            browser=True,
        ),
    ),
)
