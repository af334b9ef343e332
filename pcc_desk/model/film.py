"""Films: what is known of one the office keeps, and how it stands in an announcement."""

from dataclasses import dataclass
from typing import NewType, Protocol

FilmId = NewType("FilmId", str)  # the SHA-256 of the stored bytes, in hex
STRETCH = 1_048_576  # bytes; a film is kept and read in stretches of this many


@dataclass(frozen=True, slots=True)
class Film:
    """A film held by the desk: an MP4 without its camera's notes; sizes in bytes and pixels."""

    id: FilmId
    name: str
    mime: str
    size: int
    seconds: float
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class PlacedFilm:
    """A film in an announcement, with WebVTT captions and a description; each may be missing for a written reason."""

    film: Film
    captions: str = ""
    uncaptioned_because: str = ""
    alt: str = ""
    undescribed_because: str = ""


@dataclass(frozen=True, slots=True)
class FrozenFilm:
    """A film as it will be sent to one platform: the exact bytes' id, its captions there, and its description."""

    id: FilmId
    name: str
    mime: str
    size: int
    seconds: float
    width: int
    height: int
    captions: str = ""
    alt: str = ""


@dataclass(frozen=True, slots=True)
class TakenIn:
    """A film that was just added; `told_place` when it said where it was filmed, which was taken out."""

    film: Film
    told_place: bool = False


class Reel(Protocol):
    """The bytes of a film, read a stretch at a time: a film is too large to hold whole."""

    def read(self, start: int, length: int) -> bytes:
        """Give up to `length` bytes from `start`. Raises: DeskError."""


@dataclass(frozen=True, slots=True)
class PieceVideo:
    """A film ready for one platform: `size` in bytes, `captions` in WebVTT or "", `address` on the web or ""."""

    name: str
    mime: str
    size: int
    seconds: float
    width: int
    height: int
    reel: Reel
    captions: str = ""
    address: str = ""
    alt: str = ""
