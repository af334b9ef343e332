"""What a platform is, and the one protocol every channel adapter speaks."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, Flag, StrEnum, auto
from typing import Protocol

from pcc_desk.model.account import Identity
from pcc_desk.model.cost import Prices
from pcc_desk.model.delivery import Receipt
from pcc_desk.model.film import PieceVideo
from pcc_desk.model.message import Incoming
from pcc_desk.model.private_rule import PrivateRule
from pcc_desk.model.quota import Quota
from pcc_desk.model.unreached import Returned


class Ability(Flag):
    """What a platform can do beyond publishing text; the UI greys out the rest."""

    NONE = 0
    TITLE = auto()
    PICTURES = auto()
    ALT_TEXT = auto()
    ANSWER = auto()
    WITHDRAW = auto()
    EDIT = auto()  # change what was posted; its address stays
    HIDE = auto()  # hide what somebody wrote under ours, from everybody
    REMOVE = auto()  # delete what somebody wrote under ours
    SEARCH = auto()  # watch a hashtag, as the stream "tag:…"
    THREAD = auto()  # an answer to our own post continues it
    VIDEO = auto()
    CAPTIONS = auto()
    LIVE = auto()  # plan, begin and end a live video; its comments are the stream "live:…"
    PRIVATE = auto()  # answer what somebody wrote in public where nobody else reads it
    CARD = auto()  # a card for a link, made here, where no picture and no film stands
    HOST = auto()  # lend our pictures and films an address on the web, for platforms that fetch them
    TELLS = auto()  # tell by itself when something new came in


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

    `link_length` is what each link counts where the server says so (Counting.LINKS_SHORT); `tags` the most hashtags,
    `tags_advised` how many may already be too many; `links` the most different links; `cashtags` the most names such as
    "$BP"; `title` the most characters of a title, and `video_alt` of a film's description, 0 where none is taken. A
    picture's width divided by its height is `narrowest` at least and `widest` at most, 0 for no limit; with
    `photos_only` every picture must be a JPEG, and with `one_shape` all are shown in the shape of the first. A film has
    `video_pixels` in a frame and captions of `caption_bytes` at most, 0 for no limit. A post can be changed `edits`
    times, for `edit_seconds` after posting.
    """

    length: int | None
    counting: Counting
    utf8_bytes: int | None = None
    link_length: int | None = None
    tags: int | None = None
    tags_advised: int | None = None
    links: int | None = None
    cashtags: int | None = None
    title: int | None = None
    pictures: int = 0
    picture_bytes: int = 0
    picture_side: int = 4096
    alt_length: int = 0
    narrowest: float = 0.0
    widest: float = 0.0
    photos_only: bool = False
    one_shape: bool = False
    edits: int | None = None
    edit_seconds: float = 0.0
    video_bytes: int = 0
    video_pixels: int = 0
    video_seconds: float = 0.0
    video_shape: float = 0.0
    video_alt: int = 0
    caption_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a person types to sign in; `name` is "address", "handle", "secret" or a name of the platform's own.

    A `file` is chosen on this PC, by the ending of its name. A `remembered` one, as the office's own app, is kept and
    offered again at the next sign-in to the same platform.
    """

    name: str
    label: str
    example: str = ""
    secret: bool = False
    needed: bool = True
    remembered: bool = False
    file: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to sign in to a platform; `steps` are what a person does, one a line.

    `page` is where the steps begin, on the web, or "". `browser` means that the desk opens the system's web browser and
    waits there for the answer; `code` is what the code is called that the page then shows and a person types here, ""
    where the answer comes back by itself.
    """

    name: str
    title: str
    steps: str
    fields: tuple[Field, ...]
    browser: bool = False
    page: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Platform:
    """A kind of channel: its name, look, limits, abilities and guarantee.

    An unclear delivery is looked for after `settle_seconds`; each stream is fetched every `poll_seconds`.
    `needs_picture`: nothing can be posted without a picture or a film; `needs_video`: without a film. `mixes`: a film
    may stand beside pictures, and counts as one. `fetches`: which of Ability.PICTURES and Ability.VIDEO it fetches
    itself, from an address on the web. `by_hand`: a person posts what the desk prepared, and tells where it is.
    `hiding` says who still sees what was hidden there; `search_mills` is what each post found costs, in thousandths of
    a US dollar, and `prices` what posts cost. `sends_to_people`: a piece goes to single addresses, some of which it may
    not reach. A live talk is read every `live_seconds`. With `answers_stay`, answers cannot be changed there;
    `private_rule` is what it asks of private answers, `answer_length` the most of a public one where that is not what a
    post takes, and `live_length` of what is said during a live video; 0 for as much as a post.
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
    ways: tuple[Way, ...] = ()
    needs_picture: bool = False
    needs_video: bool = False
    mixes: bool = False
    fetches: Ability = Ability.NONE
    by_hand: bool = False
    sends_to_people: bool = False
    hiding: str = ""
    search_mills: int = 0
    live_seconds: float = 10.0
    answers_stay: bool = False
    private_rule: PrivateRule | None = None
    answer_length: int = 0
    live_length: int = 0
    quota: Quota | None = None
    prices: Prices | None = None


@dataclass(frozen=True, slots=True)
class PiecePicture:
    """A picture's bytes and description, ready for one platform; `address` is where it stands on the web, or ""."""

    name: str
    mime: str
    width: int
    height: int
    alt: str
    content: bytes
    address: str = ""


@dataclass(frozen=True, slots=True)
class PieceCard:
    """A link card ready for one platform: the link's address, its title and words, and a picture where there is one."""

    address: str
    title: str
    description: str = ""
    picture: PiecePicture | None = None


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
    video: PieceVideo | None = None
    card: PieceCard | None = None


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
    returned: tuple[Returned, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """Who we are there, today's limits, and when the sign-in ends (aware UTC).

    None where it does not end, or where the desk renews it by itself: it is for a person to act on.
    """

    identity: Identity
    limits: Limits
    expires_at: datetime | None = None


class Secrets(Protocol):
    """The secrets of one account, bound to it; `put` is on disk when it returns."""

    def get(self, name: str) -> str | None:
        """Give a secret, or None."""

    def put(self, name: str, value: str) -> None:
        """Keep a secret durably, replacing the one of that name."""


class Steps(Protocol):
    """What is known of a piece on its way, kept by its key, so that a second try goes on where the first one ended."""

    def get(self, key: str, name: str) -> str | None:
        """Give a remote id noted for a piece, or None."""

    def put(self, key: str, name: str, value: str) -> None:
        """Note a remote id of a piece; it is on disk when this returns."""


class Channel(Protocol):
    """A live adapter opened for one account; every verb blocks and raises only ChannelError.

    A stream is one of its platform's `streams`, or "tag:" with a hashtag, or "live:" with a live video's remote id,
    where the platform has those abilities.
    """

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


class Edits(Protocol):
    """A channel with Ability.EDIT."""

    def edit(self, receipt: Receipt, piece: Piece) -> Receipt:
        """Put other words in place of what was posted; doing it twice is doing it once."""


class Moderates(Protocol):
    """A channel with Ability.HIDE or Ability.REMOVE; `token` is the reply token of the message."""

    def hide(self, remote_id: str, token: str, hidden: bool) -> None:
        """Hide what somebody wrote under ours, or show it again; doing it twice is doing it once."""

    def remove(self, remote_id: str, token: str) -> None:
        """Delete what somebody wrote under ours; already gone is fine."""


class AnswersPrivately(Protocol):
    """A channel with Ability.PRIVATE."""

    def privately(self, token: str) -> str:
        """Turn a message's reply token into one whose answer only that message's writer reads. Raises: Rejected."""
