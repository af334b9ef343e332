"""A Threads account on the bench; every request is judged by Meta's own collection where that is at hand."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta

from pcc_desk.channels.platforms import ADAPTERS
from pcc_desk.channels.wire import Wire
from pcc_desk.model.account import SignIn
from pcc_desk.rehearsal.threads import ThreadsServer
from tests.channels.faulty import Front
from tests.channels.graph_bench import endless, refused
from tests.channels.judge_threads import judged
from tests.channels.rigs import MADE_AT, PASSWORD, Clock, Noted, Rig, opened, sign_in


@contextmanager
def threads_rig() -> Iterator[Rig]:
    """Put a Threads account on the bench, with an old post under which only the office has said something."""
    with threads_bench() as (rig, server):
        old = server.arrive("", "An old post", server.handle, MADE_AT - timedelta(days=1))
        server.arrive(old, "An old reply", server.handle, MADE_AT - timedelta(days=1))
        rig.public = lambda: sum(post.by == server.handle and post.at > MADE_AT for post in server.posts)
        yield rig


@contextmanager
def threads_bench() -> Iterator[tuple[Rig, ThreadsServer]]:
    """Put a Threads account on the bench, with the people who write to it."""
    with ExitStack() as stack:
        server = stack.enter_context(ThreadsServer(Clock()))
        server.add_token(PASSWORD)
        front = stack.enter_context(judged(Front(server.url)))
        adapter = ADAPTERS["threads"]
        secrets, account = sign_in(adapter, SignIn("threads", front.url, secret=PASSWORD))
        noted = Noted()
        rig = Rig(
            adapter=adapter,
            front=front,
            secrets=secrets,
            account=account,
            channel=opened(adapter, Wire(front.url), account, secrets, noted),
            stream="replies",
            public=lambda: sum(post.by == server.handle for post in server.posts),
            arrive=lambda answers, text: server.arrive(answers, text),
            revoke=server.revoke,
            publishes=lambda seen: seen.method == "POST" and seen.path.endswith("/threads_publish"),
            prepares=lambda seen: seen.method == "POST" and seen.path.endswith("/threads"),
            reads=lambda seen: seen.path.endswith(f"/{newest(server)}/conversation"),
            pieces=lambda body: list(body["data"]),
            needed="timestamp",
            ann="ann",
            refusal=refused,
            endless=endless,
            noted=noted,
        )
        yield rig, server


def newest(server: ThreadsServer) -> str:
    """Give the office's newest post: what was said under it is the one list the contract spoils."""
    return [post.id for post in server.posts if post.by == server.handle and not post.above][-1]
