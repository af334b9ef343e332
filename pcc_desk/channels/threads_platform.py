"""What Threads is and takes: loaded at every start, so it loads nothing that speaks."""

from pcc_desk.model.channel import Ability, Counting, Field, Guarantee, Limits, Platform, Way

_STEPS = """Open your office’s app on Meta for Developers, then Use cases, Access the Threads API, Settings.
Add your Threads account as a tester, and accept that in the Threads app under Settings, Website permissions.
Press Generate token beside the account in User Token Generator.
Copy the token and paste it here. PCC Desk renews it by itself."""
# https://developers.facebook.com/docs/threads/overview and .../posts; the limits of pictures and films as on Instagram.
PLATFORM = Platform(
    name="threads",
    title="Threads",
    letter="T",
    colour="#3f3a52",
    limits=Limits(
        500,
        Counting.EMOJI_BYTES,
        links=5,  # "THREADS_API__LINK_LIMIT_EXCEEDED" for more different ones
        pictures=20,
        picture_bytes=8_000_000,
        picture_side=1_440,
        alt_length=1_000,
        video_bytes=1_000_000_000,
        video_seconds=300.0,
        video_shape=10.0,
        video_alt=1_000,
    ),
    abilities=Ability.PICTURES
    | Ability.ALT_TEXT
    | Ability.VIDEO
    | Ability.ANSWER
    | Ability.WITHDRAW
    | Ability.HIDE
    | Ability.SEARCH
    | Ability.THREAD,
    guarantee=Guarantee.B,
    streams=("replies", "answers", "mentions", "held"),
    settle_seconds=90.0,
    poll_seconds=300.0,  # each post with replies is a request of its own
    ways=(
        Way(
            "token",
            "Paste a token",
            _STEPS,
            (Field("secret", "Token", secret=True),),
            page="https://developers.facebook.com/apps",
        ),
    ),
    mixes=True,
    fetches=Ability.PICTURES | Ability.VIDEO,
)
