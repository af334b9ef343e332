"""Mastodon on the bench."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from pcc_desk.channels.mastodon import MastodonChannel
from pcc_desk.channels.platforms import ADAPTERS
from pcc_desk.channels.wire import Wire
from pcc_desk.model.account import SignIn
from pcc_desk.rehearsal.mastodon import MastodonServer
from tests.channels.faulty import Front
from tests.channels.rigs import PASSWORD, Clock, Rig, opened, sign_in


@contextmanager
def mastodon_rig(honours: bool = True) -> Iterator[Rig]:
    """Put Mastodon on the bench, or a server that takes keys and forgets them."""
    with mastodon_bench(honours) as (rig, _):
        yield rig


@contextmanager
def mastodon_bench(honours: bool = True) -> Iterator[tuple[Rig, MastodonServer]]:
    """Put Mastodon on the bench, with the people who read it."""
    with ExitStack() as stack:
        server = stack.enter_context(MastodonServer(Clock(), honours))
        server.add_account("office", "The office", PASSWORD)
        front = stack.enter_context(Front(server.url))
        secrets, account = sign_in(ADAPTERS["mastodon"], SignIn("mastodon", front.url, secret=PASSWORD, way="token"))
        channel = opened(ADAPTERS["mastodon"], Wire(front.url), account, secrets)
        assert isinstance(channel, MastodonChannel)
        rig = Rig(
            adapter=ADAPTERS["mastodon"],
            front=front,
            secrets=secrets,
            account=account,
            channel=channel,
            stream="notifications",
            public=lambda: sum(post.author.handle == "office" for post in server.posts),
            arrive=lambda answers, text: server.arrive("ann", text, answers),
            revoke=lambda: server.revoke("office"),
            publishes=lambda seen: (seen.method, seen.path) == ("POST", "/api/v1/statuses"),
            prepares=lambda seen: (seen.method, seen.path) == ("POST", "/api/v2/media"),
            reads=lambda seen: seen.path == "/api/v1/notifications",
            pieces=lambda body: list(body),
            needed="status",
            secret_names=("access",),
        )
        yield rig, server
