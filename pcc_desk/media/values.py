"""What a picture may be at most, what a safe one is, and what is known of a film."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PictureLimits:
    """The most a platform takes of one picture: bytes, and pixels along the longer side; 0 bytes means no limit.

    `photo` means that it takes nothing but a JPEG. What is wider or narrower than `widest` and `narrowest`, width
    through height and 0 for no limit, is cropped about the point `across` and `down`, parts of its sides from 0 to 1.
    """

    size: int
    side: int
    photo: bool = False
    narrowest: float = 0.0
    widest: float = 0.0
    across: float = 0.5
    down: float = 0.5


@dataclass(frozen=True, slots=True)
class CleanPicture:
    """A picture that is only a picture: upright, without its camera's notes and place; sides in pixels.

    `moved` tells that it was the first of several that moved.
    """

    content: bytes
    mime: str
    width: int
    height: int
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Stretch:
    """A box in a file: where it, its content and the next box begin, in bytes."""

    start: int
    inside: int
    end: int


@dataclass(frozen=True, slots=True)
class FilmFacts:
    """What an MP4 says of itself, in bytes, seconds and pixels.

    `notes` are the boxes that cameras and editors fill beside the film; `told_place` when one says where it was filmed.
    """

    size: int
    seconds: float
    width: int
    height: int
    codecs: tuple[str, ...]
    notes: tuple[Stretch, ...]
    told_place: bool
