"""WordPress on the bench."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from pcc_desk.channels.platforms import ADAPTERS
from pcc_desk.channels.wire import Wire
from pcc_desk.model.account import SignIn
from pcc_desk.rehearsal.wordpress import WordPressServer
from tests.channels.faulty import Front, Seen
from tests.channels.rigs import PASSWORD, Clock, Rig, opened, sign_in


@contextmanager
def wordpress_rig() -> Iterator[Rig]:
    """Put WordPress on the bench."""
    with ExitStack() as stack:
        server = stack.enter_context(WordPressServer(Clock()))
        user = server.add_user("officer", PASSWORD)
        front = stack.enter_context(Front(server.url))
        secrets, account = sign_in(ADAPTERS["wordpress"], SignIn("wordpress", front.url, "officer", PASSWORD))
        yield Rig(
            adapter=ADAPTERS["wordpress"],
            front=front,
            secrets=secrets,
            account=account,
            channel=opened(ADAPTERS["wordpress"], Wire(front.url), account, secrets),
            stream="comments",
            public=lambda: len(server.posts) + sum(comment.author == user.id for comment in server.comments),
            arrive=lambda answers, text: server.arrive(answers, "Ann", text),
            revoke=lambda: server.revoke("officer"),
            publishes=lambda seen: seen.method == "POST" and (b'"publish"' in seen.content or _comments(seen)),
            prepares=lambda seen: seen.method == "POST" and b'"publish"' not in seen.content and not _comments(seen),
            reads=lambda seen: seen.method == "GET" and _comments(seen),
            pieces=lambda body: list(body),
            needed="content",
            endless=lambda page, number: page,
        )


def _comments(seen: Seen) -> bool:
    return seen.query.get("rest_route") == ["/wp/v2/comments"]
