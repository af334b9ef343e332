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
# Limits: learn.microsoft.com, LinkedIn Posts and Images interfaces, as several programs report them alike.
PLATFORM = Platform(
    name="linkedin",
    title="LinkedIn",
    letter="in",
    colour="#1f4fbf",
    limits=Limits(3_000, Counting.UTF16, pictures=20, picture_bytes=5_000_000, picture_side=6_000, alt_length=4_086),
    abilities=(Ability.PICTURES | Ability.ALT_TEXT | Ability.ANSWER | Ability.WITHDRAW | Ability.EDIT | Ability.REMOVE),
    guarantee=Guarantee.C,
    streams=("notifications",),
    settle_seconds=120.0,
    poll_seconds=180.0,
    ways=(
        Way(
            "token",
            "Paste a token",
            "Somebody who looks after the page makes the token: at developer.linkedin.com open the office's app, Auth, "
            "OAuth 2.0 tools, Create token, tick every box that ends in “organization_social”, and copy it here. "
            "It works for 60 days; PCC Desk tells you in good time.",
            (Field("secret", "Token", secret=True), _PAGE_FIELD),
        ),
        Way(
            "browser",
            "Sign in with your web browser",
            "For offices whose LinkedIn contact has switched on sign-in for desktop programs. Copy the Client ID of "
            "the office's app to here, then press Connect. Your web browser opens LinkedIn; press Allow there.",
            (Field("app_id", "Client ID", "from developer.linkedin.com, Auth", remembered=True), _PAGE_FIELD),
            browser=True,
        ),
    ),
)
