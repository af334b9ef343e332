"""What the contract needs to know of each platform to put it on the bench."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from pcc_desk.channels.opening import Entering, Opening
from pcc_desk.channels.platforms import Adapter
from pcc_desk.channels.wire import Patience, Wire
from pcc_desk.errors import OverLimit
from pcc_desk.model.account import Account, AccountId, AccountState, SignIn
from pcc_desk.model.channel import Ability, Channel, Guarantee, Piece, PiecePicture
from tests.channels import faulty
from tests.channels.faulty import Front, Seen

PASSWORD = "abcd-efgh-ijkl-mnop"
WORDS = "The plan is out. Dewch i’r cyfarfod. #EinCynllun"
MADE_AT = datetime.now(UTC).replace(microsecond=0) - timedelta(days=9)
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
        self.limit: int | None = None
        self.visited: list[str] = []

    def get(self, key: str, name: str) -> str | None:
        """Give a remote id."""
        return self.steps.get((key, name))

    def put(self, key: str, name: str, value: str) -> None:
        """Note a remote id."""
        self.steps[key, name] = value

    def spend(self, unit: str, amount: int) -> date:
        """Note a cost, or refuse what is beyond the limit."""
        if self.limit is not None and self.total() + amount > self.limit:
            raise OverLimit("This would pass the limit.", MADE_AT + timedelta(days=30))
        return self.owe(unit, amount)

    def owe(self, unit: str, amount: int, day: date | None = None) -> date:
        """Note a cost that only an answer told, or what is given back."""
        self.spent.append((unit, amount))
        return day or datetime.now(UTC).date()

    @contextmanager
    def keep_free(self, unit: str, least: int, most: int) -> Iterator[int]:
        """Give what the limit leaves."""
        room = most if self.limit is None else min(most, self.limit - self.total())
        if room < least:
            raise OverLimit("There is no money left.", MADE_AT + timedelta(days=30))
        yield room

    def total(self) -> int:
        """Give what was spent in all."""
        return sum(amount for _, amount in self.spent)

    def visit(self, url: str) -> None:
        """Note an address."""
        self.visited.append(url)

    def is_cancelled(self) -> bool:
        """Wait on."""
        return False

    def typed_code(self) -> str:
        """Type nothing."""
        return ""


class Clock:
    """The platform's time in a test."""

    def __init__(self) -> None:
        self.now = MADE_AT

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
    prepares: Callable[[Seen], bool]  # is this a step before it, with a picture?
    reads: Callable[[Seen], bool]  # is this the request of the stream?
    pieces: Callable[[Any], list[Any]]  # the incoming pieces in an answer of the stream
    needed: str  # a field no incoming piece can be without
    named: str = "id"  # the field that names an incoming piece
    ann: str = "Ann"  # what the platform tells of the name of whoever arrives
    flat: bool = False  # an answer to an answer counts as one to the first comment of its thread
    made: Mapping[str, Any] = field(default_factory=dict)  # what every piece here carries that is no answer
    secret_names: tuple[str, ...] = ("password", "access", "refresh")
    refusal: Callable[[int, str], faulty.Fault] = faulty.refused  # the platform's own shape of an error
    endless: Callable[[bytes, int], bytes] | None = None  # a page of the stream that promises another one, each time
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

    def piece(self, key: str = "3m6abcdefgh2a", text: str = WORDS, **more: Any) -> Piece:
        """Give a piece this platform can publish."""
        return piece(key, text, **{**({} if more.get("answers") else self.made), **more})

    def picture(self, alt: str = PICTURE.alt) -> PiecePicture:
        """Give a picture this platform can take, on the web where it fetches pictures itself."""
        address = f"{self.front.url}/pictures/map.jpg" if self.adapter.platform.fetches else ""
        return replace(PICTURE, alt=alt, address=address)

    @property
    def is_keyed(self) -> bool:
        """Whether a key of ours keeps a second copy away; elsewhere only looking does."""
        return self.adapter.platform.guarantee in (Guarantee.A, Guarantee.B)

    @property
    def abilities(self) -> Ability:
        """What the platform can do."""
        return self.adapter.platform.abilities

    def known_secrets(self) -> set[str]:
        """Give everything that must never be told."""
        return {value for name, value in self.secrets.items() if name in self.secret_names}


def piece(key: str = "3m6abcdefgh2a", text: str = WORDS, **more: Any) -> Piece:
    """Give a piece as the outbox would."""
    return Piece(key, text, MADE_AT, **{"title": "The plan is out", **more})


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
