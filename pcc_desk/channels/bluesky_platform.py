"""What Bluesky takes and can do, as the desk knows it before anything of its adapter is loaded."""

from pcc_desk.model.channel import Ability, Counting, Field, Guarantee, Limits, Platform, Way

# Limits: app.bsky.feed.post and app.bsky.embed.images, .video and .external, the network's own record definitions;
# three minutes of film are what its own app takes.
PLATFORM = Platform(
    name="bluesky",
    title="Bluesky",
    letter="B",
    colour="#0f73d9",
    limits=Limits(
        300,
        Counting.GRAPHEMES,
        utf8_bytes=3_000,
        pictures=4,
        picture_bytes=1_000_000,
        picture_side=2_000,
        alt_length=2_000,
        video_bytes=100_000_000,
        video_seconds=180.0,
        video_alt=1_000,
        caption_bytes=20_000,
    ),
    abilities=(
        Ability.PICTURES
        | Ability.ALT_TEXT
        | Ability.ANSWER
        | Ability.WITHDRAW
        | Ability.HIDE
        | Ability.SEARCH
        | Ability.THREAD
        | Ability.VIDEO
        | Ability.CAPTIONS
        | Ability.CARD
    ),
    guarantee=Guarantee.A,
    streams=("notifications", "direct"),
    settle_seconds=10.0,  # a repeat is harmless under our own key, so a short wait is enough
    hiding="On Bluesky people can still open it under “Show more replies”.",
    ways=(
        Way(
            name="app password",
            title="With an app password",
            steps=(
                "In Bluesky, open Settings, then Privacy and security, then App passwords.\n"
                "Choose Add app password. Call it PCC Desk. Copy the password it shows.\n"
                "To read private messages here too, tick “Allow access to your direct messages” before you add it.\n"
                "Come back here. Type your name on Bluesky and paste the app password, not your usual one."
            ),
            fields=(
                Field("handle", "Name on Bluesky", "office.bsky.social"),
                Field("secret", "App password", "abcd-efgh-ijkl-mnop", secret=True),
                Field("address", "Server (leave empty if you do not know it)", "bsky.social", needed=False),
            ),
            page="https://bsky.app/settings/app-passwords",
        ),
    ),
)
