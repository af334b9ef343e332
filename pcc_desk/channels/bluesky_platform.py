"""What Bluesky takes and can do, as the desk knows it before anything of its adapter is loaded."""

from pcc_desk.model.channel import Ability, Counting, Field, Guarantee, Limits, Platform, Way

# Limits: app.bsky.feed.post and app.bsky.embed.images, the network's own record definitions.
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
    ),
    abilities=Ability.PICTURES | Ability.ALT_TEXT | Ability.ANSWER | Ability.WITHDRAW | Ability.THREAD,
    guarantee=Guarantee.A,
    streams=("notifications",),
    settle_seconds=10.0,  # a repeat is harmless under our own key, so a short wait is enough
    ways=(
        Way(
            name="app password",
            title="With an app password",
            steps=(
                "In Bluesky, open Settings, then Privacy and security, then App passwords.\n"
                "Choose Add app password. Call it PCC Desk. Copy the password it shows.\n"
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
