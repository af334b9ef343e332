"""LinkedIn on the bench."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from pcc_desk.channels.platforms import ADAPTERS
from pcc_desk.channels.wire import Wire
from pcc_desk.model.account import SignIn
from pcc_desk.rehearsal.linkedin import LinkedInServer
from tests.channels.faulty import Front, Seen
from tests.channels.rigs import PASSWORD, Clock, Noted, Rig, opened, sign_in

US = "urn:li:organization:4711"


@contextmanager
def linkedin_rig() -> Iterator[Rig]:
    """Put LinkedIn on the bench."""
    with linkedin_bench() as (rig, _):
        yield rig


@contextmanager
def linkedin_bench() -> Iterator[tuple[Rig, LinkedInServer]]:
    """Put LinkedIn on the bench, with the people who read it."""
    with ExitStack() as stack:
        server = stack.enter_context(LinkedInServer(Clock()))
        server.add_page("4711", "gwent-opcc", "The office", PASSWORD)
        front = stack.enter_context(Front(server.url))
        server.outside = front.url
        adapter = ADAPTERS["linkedin"]
        secrets, account = sign_in(adapter, SignIn("linkedin", front.url, "gwent-opcc", PASSWORD, "token"))
        noted = Noted()
        rig = Rig(
            adapter=adapter,
            front=front,
            secrets=secrets,
            account=account,
            channel=opened(adapter, Wire(front.url), account, secrets, noted),
            stream="notifications",
            public=lambda: len(server.posts) + sum(comment.actor == US for comment in server.comments),
            arrive=lambda answers, text: server.arrive(answers, text),
            revoke=server.revoke,
            publishes=_publishes,
            prepares=lambda seen: (seen.method, seen.path) == ("POST", "/rest/images"),
            reads=lambda seen: seen.path == "/rest/organizationalEntityNotifications",
            pieces=lambda body: list(body["elements"]),
            needed="decoratedGeneratedActivity",
            named="generatedActivity",
            secret_names=("access",),
            ann="Somebody on LinkedIn",
            flat=True,
            noted=noted,
        )
        yield rig, server


def _publishes(seen: Seen) -> bool:
    return seen.method == "POST" and (seen.path == "/rest/posts" or seen.path.endswith("/comments"))
