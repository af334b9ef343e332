"""What YouTube is and takes: loaded at every start, so it loads nothing that speaks."""

from pcc_desk.channels.oauth_fields import app_fields
from pcc_desk.model.channel import Ability, Counting, Guarantee, Limits, Platform, Way
from pcc_desk.model.quota import Quota

STREAMS = ("comments", "held")
# Limits: support.google.com/youtube (description 5,000 bytes, file 256 GB or 12 hours).
PLATFORM = Platform(
    name="youtube",
    title="YouTube",
    letter="Y",
    colour="#b3261e",
    limits=Limits(5_000, Counting.UTF8_BYTES, title=100, video_bytes=256_000_000_000, video_seconds=43_200.0),
    abilities=(
        Ability.TITLE
        | Ability.VIDEO
        | Ability.CAPTIONS
        | Ability.ANSWER
        | Ability.WITHDRAW
        | Ability.EDIT
        | Ability.HIDE
        | Ability.REMOVE
        | Ability.SEARCH
        | Ability.LIVE
    ),
    guarantee=Guarantee.B,  # uploaded unseen, then shown: a spare unseen one at worst
    streams=STREAMS,
    needs_video=True,
    settle_seconds=90.0,
    poll_seconds=300.0,
    live_seconds=10.0,
    live_length=200,  # as several programs report it
    # developers.google.com/youtube/v3/determine_quota_cost: 10,000 a day, and 100 searches, unless Google grants more
    quota=Quota("units", 10_000, "America/Los_Angeles", 5, searches=100),
    hiding="On YouTube it waits among the comments held for review.",
    ways=(
        Way(
            "browser",
            "Sign in with your web browser",
            "Google asks each office for an app of its own. Make it at console.cloud.google.com: a project, in which "
            "you switch on the “YouTube Data API v3”.\n"
            "Under Google Auth Platform, Audience, choose Internal, or press “Publish app”. Otherwise Google ends the "
            "sign-in after seven days.\n"
            "Under Clients, make one of the type “Desktop app”. Copy its Client ID and Client secret to here.\n"
            "Press “Open your web browser”. Google opens there: choose the office's channel and press Allow. "
            "Come back here.",
            app_fields("1234-abcd.apps.googleusercontent.com", id_label="Client ID"),
            browser=True,
            page="https://console.cloud.google.com",
        ),
    ),
)
