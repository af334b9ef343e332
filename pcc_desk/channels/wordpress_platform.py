"""What WordPress takes and can do, as the desk knows it before anything of its adapter is loaded."""

from pcc_desk.model.channel import Ability, Counting, Field, Guarantee, Limits, Platform, Way

PLATFORM = Platform(
    name="wordpress",
    title="WordPress",
    letter="W",
    colour="#7a4f00",
    # Two megabytes is what PHP takes in one upload unless a site allows more.
    # What a film may have is the web server's own setting, which no site tells; it says so when one is too large.
    limits=Limits(
        None, Counting.CODE_POINTS, pictures=20, picture_bytes=2_000_000, picture_side=2_400, alt_length=1_000
    ),
    mixes=True,
    abilities=Ability.TITLE
    | Ability.PICTURES
    | Ability.ALT_TEXT
    | Ability.ANSWER
    | Ability.WITHDRAW
    | Ability.HIDE
    | Ability.REMOVE
    | Ability.EDIT
    | Ability.VIDEO
    | Ability.CAPTIONS
    | Ability.HOST,
    guarantee=Guarantee.B,
    streams=("comments",),
    settle_seconds=90.0,
    hiding="On your website it waits among the comments to approve.",
    ways=(
        Way(
            name="application password",
            title="With an application password",
            steps=(
                "Sign in to your website as an editor. Open Users, then Profile.\n"
                "Go down to Application Passwords. Type the name PCC Desk and choose Add. Copy what it shows.\n"
                "Come back here. Type the address and your user name, and paste it. It is not your usual password."
            ),
            fields=(
                Field("address", "Address of your website", "www.example.org"),
                Field("handle", "User name in WordPress", "editor"),
                Field("secret", "Application password", "abcd EFGH 1234 ijkl MNOP 6789", secret=True),
            ),
        ),
    ),
)
