"""Signing in to Threads with a pasted token, and renewing it long before its sixty days are over."""

from collections.abc import Callable
from datetime import datetime, timedelta

from pcc_desk.channels import graph_sign_in, reading
from pcc_desk.channels.failures import Ask
from pcc_desk.channels.graph import Graph, judge
from pcc_desk.channels.oauth import Grant
from pcc_desk.channels.oauth_tokens import Tokens, keep, pasted
from pcc_desk.channels.opening import Entering
from pcc_desk.channels.wire import Wire
from pcc_desk.errors import Rejected
from pcc_desk.model.channel import Secrets

TITLE = "Threads"
HOST, VERSION = "https://graph.threads.net", "v1.0"
# A token lasts 60 days and can be renewed when it is a day old: this is done once it is about two weeks old.
_AHEAD = timedelta(days=46)
_NEEDED = ("threads_basic", "threads_content_publish", "threads_manage_replies", "threads_read_replies")


def open_graph(wire: Wire, secrets: Secrets) -> Graph:
    """Give the signed-in wire of an account, which renews its token by itself."""
    named = wire.named(TITLE)
    return Graph(named, Tokens(secrets, _renewer(named), wire.now, _AHEAD), VERSION)


def enter(entering: Entering) -> Graph:
    """Take in the token pasted, and give the wire signed in with it.

    Raises:
        Unauthorized: the token is no longer good.
        Rejected: it is no token, or lacks a permission.
        ChannelError: no clear answer.
    """
    wire = entering.wire.at(entering.given.address.strip() or HOST).named(TITLE)
    token, secrets = pasted(entering.given.secret), entering.secrets
    keep(Grant(token), secrets)
    told = graph_sign_in.examine(Graph(wire, Tokens(secrets, now=wire.now), VERSION))
    lacking = [name for name in _NEEDED if told.scopes and name not in told.scopes]
    if lacking:
        raise Rejected(
            f"This token does not allow PCC Desk everything it needs. It lacks: {', '.join(lacking)}.",
            "Add these permissions to the app’s use case, make a new token, and paste it here.",
        )
    if told.ends_at is not None and told.ends_at < wire.now() + timedelta(days=1):
        raise Rejected(
            "This token ends within a day.",
            "Make one with the User Token Generator of the app, which lasts sixty days, and paste it here.",
        )
    # One whose end is not told is renewed as soon as it may be, which tells it.
    ends_at = told.expires_at or wire.now() + _AHEAD + timedelta(days=1)
    keep(Grant(token, expires_at=ends_at, scopes=tuple(sorted(told.scopes))), secrets)
    return open_graph(wire, secrets)


def _renewer(wire: Wire) -> Callable[[Grant], Grant]:
    judged = wire.named(TITLE, judge(wire.now))

    def renew(grant: Grant) -> Grant:
        ask = Ask(
            "/refresh_access_token",
            {"grant_type": "th_refresh_token"},
            {"Authorization": f"Bearer {grant.access}"},
            secretive=True,
        )
        body = judged.get(ask).body
        with judged.sent("GET", ask).as_promised():
            return Grant(reading.text(body, "access_token"), expires_at=_ends_at(wire.now(), body))

    return renew


def _ends_at(now: datetime, body: object) -> datetime:
    return now + timedelta(seconds=min(max(reading.number(body, "expires_in"), 0), 100_000_000))
