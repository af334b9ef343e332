"""Bluesky on the bench."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from pcc_desk.channels.platforms import ADAPTERS
from pcc_desk.channels.wire import Wire
from pcc_desk.model.account import SignIn
from pcc_desk.rehearsal.bluesky import BlueskyServer
from tests.channels.faulty import Front
from tests.channels.rigs import PASSWORD, Clock, Rig, opened, sign_in


@contextmanager
def bluesky_rig() -> Iterator[Rig]:
    """Put Bluesky on the bench."""
    with bluesky_bench() as (rig, _):
        yield rig


@contextmanager
def bluesky_bench() -> Iterator[tuple[Rig, BlueskyServer]]:
    """Put Bluesky on the bench, with the people who read it."""
    with ExitStack() as stack:
        server = stack.enter_context(BlueskyServer(Clock()))
        server.add_account("office.test", PASSWORD, "The office")
        front = stack.enter_context(Front(server.url))
        secrets, account = sign_in(ADAPTERS["bluesky"], SignIn("bluesky", front.url, "office.test", PASSWORD))
        rig = Rig(
            adapter=ADAPTERS["bluesky"],
            front=front,
            secrets=secrets,
            account=account,
            channel=opened(ADAPTERS["bluesky"], Wire(front.url), account, secrets),
            stream="notifications",
            public=lambda: sum(post.author.handle == "office.test" for post in server.posts),
            arrive=lambda answers, text: server.arrive("ann.test", text, answers=answers),
            revoke=lambda: server.revoke("office.test"),
            publishes=lambda seen: seen.path.endswith("putRecord"),
            prepares=lambda seen: seen.path.endswith("uploadBlob"),
            reads=lambda seen: seen.path.endswith("listNotifications"),
            pieces=lambda body: list(body["notifications"]),
            needed="author",
            named="uri",
            endless=lambda page, number: page.replace(b'"cursor": "', f'"cursor": "{number}'.encode()),
        )
        yield rig, server
