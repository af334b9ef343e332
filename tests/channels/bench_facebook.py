"""A Facebook Page on the bench."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from pcc_desk.channels.platforms import ADAPTERS
from pcc_desk.channels.wire import Wire
from pcc_desk.model.account import SignIn
from pcc_desk.rehearsal.facebook import FacebookServer
from tests.channels.faulty import Front
from tests.channels.graph_bench import endless, refused
from tests.channels.judge_graph import judged
from tests.channels.rigs import PASSWORD, Clock, Noted, Rig, opened, sign_in


@contextmanager
def facebook_rig() -> Iterator[Rig]:
    """Put a Facebook Page on the bench."""
    with facebook_bench() as (rig, _):
        yield rig


@contextmanager
def facebook_bench() -> Iterator[tuple[Rig, FacebookServer]]:
    """Put a Facebook Page on the bench, with the people who write to it."""
    with ExitStack() as stack:
        server = stack.enter_context(FacebookServer(Clock()))
        server.add_token(PASSWORD)
        front = stack.enter_context(judged(Front(server.url), lambda name: kinds(server, name)))
        secrets, account = sign_in(ADAPTERS["facebook"], SignIn("facebook", front.url, secret=PASSWORD))
        noted = Noted()
        rig = Rig(
            adapter=ADAPTERS["facebook"],
            front=front,
            secrets=secrets,
            account=account,
            channel=opened(ADAPTERS["facebook"], Wire(front.url), account, secrets, noted),
            stream="comments",
            public=lambda: server.wall.seen,
            arrive=lambda answers, text: server.wall.arrive(answers, text),
            revoke=server.revoke,
            publishes=lambda seen: seen.method == "POST" and seen.path.endswith(("/feed", "/comments")),
            prepares=lambda seen: seen.method == "POST" and seen.path.endswith("/photos"),
            reads=lambda seen: seen.method == "GET" and seen.path.endswith("/feed"),
            pieces=lambda body: [each for post in body["data"] for each in post.get("comments", {}).get("data", [])],
            needed="created_time",
            refusal=refused,
            endless=endless,
            noted=noted,
        )
        yield rig, server


def kinds(server: FacebookServer, name: str) -> Sequence[str]:
    """Give the types Meta's files know for a node of this server; what is gone may have been any."""
    wall = server.wall
    if name == "me":
        return ("Page", "User")
    if name == wall.page.id:
        return ("Page",)
    if name.startswith("t_"):
        return ("UnifiedThread",)
    if name in wall.posts:
        return ("PagePost",)
    if name in wall.lives:
        return ("LiveVideo",)
    if name in {film.id for film in wall.films.values()}:
        return ("AdVideo",)
    known = name in {comment.id for comment in wall.comments}
    return ("Comment",) if known else ("PagePost", "Comment", "LiveVideo", "AdVideo")
