"""What Mastodon takes and can do, as the desk knows it before anything of its adapter is loaded."""

from pcc_desk.model.channel import Ability, Counting, Field, Guarantee, Limits, Platform, Way

_ADDRESS = Field("address", "Address of your server", "mastodon.social")
# Limits: what Mastodon itself takes; each server's own are read from it (docs.joinmastodon.org/entities/Instance).
PLATFORM = Platform(
    name="mastodon",
    title="Mastodon",
    letter="M",
    colour="#5b3fa8",
    limits=Limits(
        500,
        Counting.LINKS_SHORT,
        link_length=23,
        pictures=4,
        picture_bytes=16_777_216,
        picture_side=3_840,
        alt_length=1_500,
        video_bytes=103_809_024,
        video_pixels=8_294_400,
        video_alt=1_500,
    ),
    abilities=(
        Ability.PICTURES
        | Ability.ALT_TEXT
        | Ability.ANSWER
        | Ability.WITHDRAW
        | Ability.EDIT
        | Ability.SEARCH
        | Ability.THREAD
        | Ability.VIDEO
    ),
    guarantee=Guarantee.C,  # the key is kept for an hour at most, and some servers ignore it
    streams=("notifications",),
    settle_seconds=90.0,
    ways=(
        Way(
            "browser",
            "Sign in with your web browser",
            "Type the address of your server, then press “Open your web browser”.\n"
            "Your server opens there. Sign in and press Authorise.\n"
            "Come back here.",
            (_ADDRESS,),
            browser=True,
        ),
        Way(
            "code",
            "Sign in with a code",
            "Type the address of your server, then press “Open your web browser”.\n"
            "Your server opens there. Sign in and press Authorise. The page shows a code.\n"
            "Copy the code, come back here and paste it.",
            (_ADDRESS,),
            browser=True,
            code="Code from the page",
        ),
        Way(
            "token",
            "Paste an access token",
            "On your server, open Preferences, then Development, then New application.\n"
            "Call it PCC Desk, tick read and write, and save it.\n"
            "Open it again. Copy “Your access token” and paste it here.",
            (_ADDRESS, Field("secret", "Access token", secret=True)),
        ),
    ),
)
