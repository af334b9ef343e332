"""What the office writes once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, NewType

from pcc_desk.model.account import AccountId
from pcc_desk.model.cropping import Box, Focus, Shape
from pcc_desk.model.film import PlacedFilm
from pcc_desk.model.schedule import Schedule

AnnouncementId = NewType("AnnouncementId", int)
PictureId = NewType("PictureId", str)  # the SHA-256 of the stored bytes, in hex


@dataclass(frozen=True, slots=True)
class Picture:
    """A cleaned picture held by the desk (no EXIF); sizes in pixels and bytes."""

    id: PictureId
    name: str
    mime: str
    width: int
    height: int
    size: int


@dataclass(frozen=True, slots=True)
class PlacedPicture:
    """A picture in an announcement with its description; decorative pictures need a reason instead.

    With a `focus` it is cropped about that point for a platform that does not show its shape, and goes whole to others.
    """

    picture: Picture
    alt: str = ""
    decorative_because: str = ""
    focus: Focus | None = None

    def crop_for(self, shape: Shape) -> Box | None:
        """Give the part that goes to a platform, None for the whole picture."""
        width, height = self.picture.width, self.picture.height
        box = None if self.focus is None else shape.crop(width, height, self.focus)
        return None if box == (0, 0, width, height) else box


@dataclass(frozen=True, slots=True)
class LinkCard:
    """What stands under a post for the link `address` in it; a card without a title is none."""

    address: str
    title: str = ""
    description: str = ""
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Wording:
    """A channel's own wording and the source text it was made from, so that a later change can be seen."""

    text: str
    based_on: str


@dataclass(frozen=True, slots=True)
class Announcement:
    """One announcement; a draft until `approved_at` is set, when its deliveries were frozen.

    To each account of `threads` it goes as a thread where it is too long for one post. `card` is the link card a person
    wrote or fetched; without one it is made of the announcement's own words.
    """

    id: AnnouncementId
    title: str = ""
    text: str = ""
    accounts: tuple[AccountId, ...] = ()
    wordings: Mapping[AccountId, Wording] = field(default_factory=dict)
    pictures: tuple[PlacedPicture, ...] = ()
    schedule: Schedule | None = None
    threads: tuple[AccountId, ...] = ()
    film: PlacedFilm | None = None
    card: LinkCard | None = None
    version: int = 0
    edited_at: datetime | None = None
    approved_at: datetime | None = None

    def wording_for(self, account: AccountId) -> str:
        """Give the text that goes to one account: its own wording, or the source."""
        own = self.wordings.get(account)
        return self.text if own is None else own.text


@dataclass(frozen=True, slots=True)
class AnnouncementVersion:
    """One saved state of an announcement's words."""

    version: int
    saved_at: datetime
    title: str
    text: str


class SpanKind(StrEnum):
    """What a stretch of text is besides plain words."""

    LINK = "link"
    TAG = "tag"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a text, `start` to `end` in characters; `target` is the address or the tag without #."""

    start: int
    end: int
    kind: SpanKind
    target: str


@dataclass(frozen=True, slots=True)
class FitPart:
    """One part of a thread as it would go out, with its length as the platform counts it."""

    text: str
    length: int
    spans: tuple[Span, ...] = ()


class Examination:
    """What else can be asked about an announcement and one account; this one knows nothing."""

    def spans(self) -> tuple[Span, ...]:
        """Find the links and hashtags, as the platform sees them."""
        return ()

    def problems(self) -> tuple[str, ...]:
        """Say what keeps it from fitting, one plain sentence each."""
        return ()

    def parts(self) -> tuple[FitPart, ...]:
        """Give the parts of a thread of it; () where one post is enough or a thread cannot be."""
        return ()

    def card(self) -> LinkCard | None:
        """Give the link card its readers will see, or None."""
        return None


class Fit(NamedTuple):  # ten are made at each key press, and this is what Python makes soonest
    """How an announcement fits one account: its length as that platform counts it, and what stops it there.

    `own` means the account has its own wording; `stale` that the shared text has changed since that was written.
    At a key press ten channels are counted and one is coloured: spans, problems, parts and card are `examined` where
    they are asked for. `threaded` means that it is too long for one post and a thread was chosen.
    """

    account_id: AccountId
    length: int
    limit: int | None
    own: bool = False
    stale: bool = False
    threaded: bool = False
    examined: Examination = Examination()

    @property
    def spans(self) -> tuple[Span, ...]:
        """The links and hashtags, as this platform sees them."""
        return self.examined.spans()

    @property
    def card(self) -> LinkCard | None:
        """The link card its readers will see, or None."""
        return self.examined.card()

    @property
    def problems(self) -> tuple[str, ...]:
        """What keeps it from fitting, one plain sentence each."""
        return self.examined.problems()

    @property
    def thread_of(self) -> int:
        """How many parts a thread of it would have; 0 where one post is enough or a thread cannot be."""
        return len(self.examined.parts())

    @property
    def parts(self) -> tuple[FitPart, ...]:
        """The parts in which it goes out; () when it goes as one post."""
        return self.examined.parts() if self.threaded else ()
