"""What the contract needs to know of each platform to put it on the bench."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from pcc_desk.channels.opening import Entering, Opening
from pcc_desk.channels.platforms import ADAPTERS, Adapter
from pcc_desk.channels.wire import Patience, Wire
from pcc_desk.model.account import Account, AccountId, AccountState, SignIn
from pcc_desk.model.channel import Channel, Piece, PiecePicture
from pcc_desk.rehearsal.bluesky import BlueskyServer
from pcc_desk.rehearsal.wordpress import WordPressServer
from tests.channels.faulty import Front, Seen

PASSWORD = "abcd-efgh-ijkl-mnop"
MADE_AT = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
PICTURE = PiecePicture("map.png", "image/png", 640, 480, "A map of the beat", b"\x89PNG the bytes of a picture")


class Kept(dict[str, str]):
    """Secrets in memory."""

    def put(self, name: str, value: str) -> None:
        """Keep one."""
        self[name] = value


class Noted:
    """Remote ids and costs in memory, and a web browser that nobody looks at."""

    def __init__(self) -> None:
        self.steps: dict[tuple[str, str], str] = {}
        self.spent: list[tuple[str, int]] = []
        self.visited: list[str] = []

    def get(self, key: str, name: str) -> str | None:
        """Give a remote id."""
        return self.steps.get((key, name))

    def put(self, key: str, name: str, value: str) -> None:
        """Note a remote id."""
        self.steps[key, name] = value

    def spend(self, unit: str, amount: int) -> None:
        """Note a cost."""
        self.spent.append((unit, amount))

    def visit(self, url: str) -> None:
        """Note an address."""
        self.visited.append(url)


class Clock:
    """The platform's time in a test."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC) - timedelta(days=9)

    def __call__(self) -> datetime:
        """Give the time, one second later each time it is asked for."""
        self.now += timedelta(seconds=1)
        return self.now


@dataclass
class Rig:
    """One platform on the bench: a rehearsal server behind a front that can misbehave, and a channel to it."""

    adapter: Adapter
    front: Front
    secrets: Kept
    account: Account
    channel: Channel
    stream: str
    public: Callable[[], int]  # publications everyone can see
    arrive: Callable[[str, str], str]  # answers (a remote id), text; gives the remote id of what arrived
    revoke: Callable[[], None]
    publishes: Callable[[Seen], bool]  # is this the request that publishes?
    prepares: Callable[[Seen], bool]  # is this a step before it?
    reads: Callable[[Seen], bool]  # is this the request of the stream?
    pieces: Callable[[Any], list[Any]]  # the incoming pieces in an answer of the stream
    needed: str  # a field no incoming piece can be without
    noted: Noted = field(default_factory=Noted)

    def wire(self, address: str = "", **settings: Any) -> Wire:
        """Give a wire to the front."""
        return Wire(address or self.front.url, **settings)

    def open(self, wire: Wire, account: Account | None = None) -> Channel:
        """Give a channel over another wire, or of another account."""
        return opened(self.adapter, wire, account or self.account, self.secrets, self.noted)

    def hurried(self, seconds: float) -> Channel:
        """Give a channel with little patience."""
        wire = self.wire(patience=Patience(seconds, seconds, seconds))
        return self.open(wire)

    def known_secrets(self) -> set[str]:
        """Give everything that must never be told."""
        return {value for name, value in self.secrets.items() if name in ("password", "access", "refresh")}


def piece(
    key: str = "3m6abcdefgh2a", text: str = "The plan is out. Dewch i’r cyfarfod. #EinCynllun", **more: Any
) -> Piece:
    """Give a piece as the outbox would."""
    return Piece(key, text, MADE_AT, **{"title": "The plan is out", **more})


@contextmanager
def bluesky_rig() -> Iterator[Rig]:
    """Put Bluesky on the bench."""
    with ExitStack() as stack:
        server = stack.enter_context(BlueskyServer(Clock()))
        server.add_account("office.test", PASSWORD, "The office")
        front = stack.enter_context(Front(server.url))
        secrets, account = sign_in(ADAPTERS["bluesky"], SignIn("bluesky", front.url, "office.test", PASSWORD))
        yield Rig(
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
        )


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
        )


def _comments(seen: Seen) -> bool:
    return seen.query.get("rest_route") == ["/wp/v2/comments"]


def opened(adapter: Adapter, wire: Wire, account: Account, secrets: Kept, noted: Noted | None = None) -> Channel:
    """Open the channel of an account."""
    noted = noted or Noted()
    return adapter.open(Opening(wire, account, secrets, noted, noted))


def sign_in(adapter: Adapter, given: SignIn) -> tuple[Kept, Account]:
    """Sign in as a person would, and give the secrets and the account."""
    secrets = Kept()
    found = adapter.sign_in(Entering(Wire(given.address), given, secrets, Noted())).identity
    state, at = AccountState.CONNECTED, MADE_AT
    return secrets, Account(
        AccountId(1), given.platform, found.address, found.remote_id, found.handle, found.name, state, at
    )


RIGS: Mapping[str, Callable[[], Any]] = {"bluesky": bluesky_rig, "wordpress": wordpress_rig}
