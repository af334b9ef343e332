"""X on the bench; every request is judged by X's own description of its interface where that is at hand."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from pcc_desk.channels.platforms import ADAPTERS
from pcc_desk.channels.wire import Wire
from pcc_desk.model.account import Account, AccountId, AccountState
from pcc_desk.rehearsal.x import XServer
from tests.channels import faulty
from tests.channels.faulty import Front
from tests.channels.judge_x import judged
from tests.channels.rigs import MADE_AT, PASSWORD, Clock, Kept, Noted, Rig, opened


def refused(code: int, message: str) -> faulty.Fault:
    """Answer as X tells a problem."""
    problem = {"title": "Forbidden", "detail": message, "status": code, "type": "about:blank"}
    return faulty.answered(code, faulty.as_json(problem))


@contextmanager
def x_rig(remembers: bool = False) -> Iterator[Rig]:
    """Put X on the bench."""
    with x_bench(remembers) as (rig, _):
        yield rig


@contextmanager
def x_bench(remembers: bool = False) -> Iterator[tuple[Rig, XServer]]:
    """Put X on the bench, with the people who read it."""
    with ExitStack() as stack:
        server = stack.enter_context(XServer(Clock(), remembers))
        member = server.add_account("office", "The office", PASSWORD)
        front = stack.enter_context(judged(Front(server.url)))
        secrets = Kept(access=PASSWORD, app_id="client", app_secret="")
        account = Account(
            AccountId(1), "x", front.url, member.id, member.handle, member.name, AccountState.CONNECTED, MADE_AT
        )
        noted = Noted()
        rig = Rig(
            adapter=ADAPTERS["x"],
            front=front,
            secrets=secrets,
            account=account,
            channel=opened(ADAPTERS["x"], Wire(front.url), account, secrets, noted),
            stream="mentions",
            public=lambda: sum(post.author.handle == "office" for post in server.posts),
            arrive=lambda answers, text: server.arrive("ann", text, answers),
            revoke=lambda: server.revoke("office"),
            publishes=lambda seen: (seen.method, seen.path) == ("POST", "/2/tweets"),
            prepares=lambda seen: (seen.method, seen.path) == ("POST", "/2/media/upload"),
            reads=lambda seen: seen.path.endswith("/mentions"),
            pieces=lambda body: list(body["data"]),
            needed="author_id",
            secret_names=("access",),
            refusal=refused,
            noted=noted,
        )
        yield rig, server


def clock_of(server: XServer) -> Clock:
    """Give the server's own clock."""
    clock = server._now
    assert isinstance(clock, Clock)
    return clock
