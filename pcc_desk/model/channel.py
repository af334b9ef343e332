"""What a platform is, and the one protocol every channel adapter speaks."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, Flag, StrEnum, auto
from typing import Protocol

from pcc_desk.model.account import Identity
from pcc_desk.model.delivery import Receipt
from pcc_desk.model.message import Incoming


class Ability(Flag):
    """What a platform can do beyond publishing text; the UI greys out the rest."""

    NONE = 0
    TITLE = auto()
    PICTURES = auto()
    ALT_TEXT = auto()
    ANSWER = auto()
    WITHDRAW = auto()
    SEARCH = auto()


class Guarantee(StrEnum):
    """How surely a second copy can be avoided after an unclear answer.

    A: our key makes a second copy impossible. B: a spare draft at worst, never a second publication.
    C: send again only after two complete looks found nothing. D: never send again without a person.
    """

    A = "A"
    B = "B"
    C = "C"
    D = "D"


class Counting(Enum):
    """How a platform counts the length of a text.

    WEIGHTED: X (twitter-text, configuration 3), a link as 23, an emoji as 2. EMOJI_BYTES: Threads, an emoji as
    its UTF-8 bytes. LINKS_SHORT: Mastodon, graphemes, a link as `Limits.link_length`, @name@server as @name.
    """

    CODE_POINTS = auto()
    GRAPHEMES = auto()
    UTF16 = auto()
    UTF8_BYTES = auto()
    WEIGHTED = auto()
    EMOJI_BYTES = auto()
    LINKS_SHORT = auto()


@dataclass(frozen=True, slots=True)
class Limits:
    """What a platform takes in one piece; None means no limit. Sizes in bytes and pixels.

    `link_length` is what each link counts where the server says so (Counting.LINKS_SHORT); `tags` the most hashtags.
    """

    length: int | None
    counting: Counting
    utf8_bytes: int | None = None
    link_length: int | None = None
    tags: int | None = None
    pictures: int = 0
    picture_bytes: int = 0
    picture_side: int = 4096
    alt_length: int = 0


@dataclass(frozen=True, slots=True)
class Platform:
    """A kind of channel: its name, look, limits, abilities and guarantee.

    An unclear delivery is looked for after `settle_seconds`; each stream is fetched every `poll_seconds`.
    """

    name: str
    title: str
    letter: str
    colour: str
    limits: Limits
    abilities: Ability
    guarantee: Guarantee
    streams: tuple[str, ...]
    settle_seconds: float = 90.0
    poll_seconds: float = 60.0
    address_label: str = ""
    address_example: str = ""
    handle_label: str = ""
    secret_label: str = ""
    sign_in_help: str = ""


@dataclass(frozen=True, slots=True)
class PiecePicture:
    """A picture's bytes and description, ready for one platform."""

    name: str
    mime: str
    width: int
    height: int
    alt: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Piece:
    """What goes to one account; the same piece always makes the same bytes on the wire.

    `key` was minted at approval, `made_at` was fixed at the first attempt; `answers` is a reply token or "".
    """

    key: str
    text: str
    made_at: datetime
    title: str = ""
    pictures: tuple[PiecePicture, ...] = ()
    answers: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Spoiled:
    """One incoming piece the adapter could not read: its raw bytes, kept, and why."""

    raw: bytes
    why: str


@dataclass(frozen=True, slots=True)
class Missing:
    """A range the platform cannot give any more."""

    from_at: datetime
    to_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Batch:
    """One page of a stream; fetch again with `cursor`, at once when `more`."""

    messages: tuple[Incoming, ...]
    cursor: str
    more: bool = False
    spoiled: tuple[Spoiled, ...] = ()
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """The answer to `check`: who we are there and today's limits."""

    identity: Identity
    limits: Limits


class Secrets(Protocol):
    """The secrets of one account, bound to it; `put` is on disk when it returns."""

    def get(self, name: str) -> str | None:
        """Give a secret, or None."""

    def put(self, name: str, value: str) -> None:
        """Keep a secret durably, replacing the one of that name."""


class Channel(Protocol):
    """A live adapter opened for one account; every verb blocks and raises only ChannelError."""

    def publish(self, piece: Piece) -> Receipt:
        """Publish a piece; where the guarantee is A or B, the same piece again makes no second publication."""

    def find(self, piece: Piece) -> Receipt | None:
        """Look whether the piece arrived after all; None only after a complete look."""

    def fetch(self, stream: str, cursor: str) -> Batch:
        """Give what is newer than `cursor` ("" at first) in one stream."""

    def withdraw(self, receipt: Receipt) -> None:
        """Take a publication back; already gone is fine."""

    def check(self) -> Standing:
        """Prove the sign-in with a real call."""
