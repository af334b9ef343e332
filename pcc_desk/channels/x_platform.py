"""What X takes and can do, as the desk knows it before anything of its adapter is loaded."""

from pcc_desk.channels.oauth_fields import app_fields
from pcc_desk.model.channel import Ability, Counting, Guarantee, Limits, Platform, Way
from pcc_desk.model.cost import Prices
from pcc_desk.model.private_rule import PrivateRule

PORTS = (48_917, 48_923, 48_947)  # X compares the whole address, port and all, with those written down there
PATH = "/x"
_CALLBACKS = ", ".join(f"http://127.0.0.1:{port}{PATH}" for port in PORTS)
# Limits: twitter-text configuration 3; docs.x.com, media best practices; alternative text from the API's own
# schema; changes from help.x.com (X Premium, within an hour, five times).
PLATFORM = Platform(
    name="x",
    title="X",
    letter="X",
    colour="#14181f",
    limits=Limits(
        280,
        Counting.WEIGHTED,
        cashtags=1,  # docs.x.com, changelog: of those who pay per use, whose posts go out by an app of their own
        pictures=4,
        picture_bytes=5_000_000,
        picture_side=4_096,
        alt_length=1_000,
        edits=5,
        edit_seconds=3_600.0,
        video_bytes=512_000_000,
        video_seconds=140,
        video_shape=3.0,
    ),
    abilities=(
        Ability.PICTURES
        | Ability.ALT_TEXT
        | Ability.ANSWER
        | Ability.WITHDRAW
        | Ability.EDIT
        | Ability.HIDE
        | Ability.SEARCH
        | Ability.THREAD
        | Ability.VIDEO
        | Ability.CAPTIONS
    ),
    guarantee=Guarantee.C,
    streams=("mentions", "quotes", "direct"),
    answers_stay=True,
    private_rule=PrivateRule(frozenset(), length=10_000),  # docs.x.com, direct messages
    settle_seconds=120.0,
    poll_seconds=120.0,
    search_mills=5,  # docs.x.com, pricing: each post read
    prices=Prices(post=15, link=200, answer=10, description=5, message=15, change=5),  # docs.x.com, pricing
    hiding="On X people can still open it under “hidden replies”.",
    ways=(
        Way(
            "browser",
            "Sign in with your web browser",
            "X asks each office for an app of its own. Make one once at developer.x.com: a project, with an app of the "
            "type “Native App”.\n"
            f"Give the app these callback addresses: {_CALLBACKS}.\n"
            "Copy the app's Client ID, paste it here, and press “Open your web browser”.\n"
            "X opens there. Sign in as the account you want to connect and press Authorise. Come back here.",
            app_fields("b1NzZ3RkUW5pcmVo", secret=False, id_label="Client ID"),
            browser=True,
            page="https://developer.x.com",
        ),
    ),
)
