"""An Instagram account on the bench."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from pcc_desk.channels.platforms import ADAPTERS
from pcc_desk.channels.wire import Wire
from pcc_desk.model.account import SignIn
from pcc_desk.rehearsal.instagram import InstagramServer
from tests.channels.faulty import Front
from tests.channels.graph_bench import endless, refused
from tests.channels.judge_graph import judged
from tests.channels.rigs import PASSWORD, PICTURE, Clock, Noted, Rig, opened, sign_in

_PUBLISH = ("/media_publish", "/replies", "/comments")


@contextmanager
def instagram_rig() -> Iterator[Rig]:
    """Put an Instagram account on the bench."""
    with instagram_bench() as (rig, _):
        yield rig


@contextmanager
def instagram_bench() -> Iterator[tuple[Rig, InstagramServer]]:
    """Put an Instagram account on the bench, with the people who write to it."""
    with ExitStack() as stack:
        server = stack.enter_context(InstagramServer(Clock()))
        server.add_token(PASSWORD)
        front = stack.enter_context(judged(Front(server.url), lambda name: kinds(server, name)))
        adapter = ADAPTERS["instagram"]
        secrets, account = sign_in(adapter, SignIn("instagram", front.url, secret=PASSWORD))
        noted = Noted()
        rig = Rig(
            adapter=adapter,
            front=front,
            secrets=secrets,
            account=account,
            channel=opened(adapter, Wire(front.url), account, secrets, noted),
            stream="comments",
            public=lambda: server.seen,
            arrive=lambda answers, text: server.arrive(answers, text),
            revoke=server.revoke,
            publishes=lambda seen: seen.method == "POST" and seen.path.endswith(_PUBLISH),
            prepares=lambda seen: seen.method == "POST" and seen.path.endswith("/media"),
            reads=lambda seen: seen.method == "GET" and b"comments" in str(seen.query).encode(),
            pieces=lambda body: [each for media in body["data"] for each in media.get("comments", {}).get("data", [])],
            needed="timestamp",
            made={"pictures": (replace(PICTURE, address=f"{front.url}/pictures/map.jpg"),)},
            refusal=refused,
            endless=endless,
            noted=noted,
        )
        yield rig, server


def kinds(server: InstagramServer, name: str) -> Sequence[str]:
    """Give the types Meta's files know for a node of this server; what is gone may have been any."""
    if name == "me":
        return ("Page", "User")
    if name == server.page:
        return ("Page",)
    if name == server.id:
        return ("IGUser",)
    if name.startswith("aWdf"):
        return ("UnifiedThread",)
    if name in {container.id for container in server.containers.all}:
        return ("ShadowIGMediaBuilder",)
    if name.startswith("55"):
        return ("ShadowIGHashtag",)
    if name in server.media:
        return ("IGMedia",)
    known = name in {comment.id for comment in server.comments}
    return ("IGComment",) if known else ("IGMedia", "IGComment", "ShadowIGMediaBuilder")
