"""What a picture may be at most, what a safe one is, and what is known of a film."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PictureLimits:
    """The most a platform takes of one picture: bytes, and pixels along the longer side; 0 bytes means no limit.

    `photo` means that it takes nothing but a JPEG.
    """

    size: int
    side: int
    photo: bool = False


@dataclass(frozen=True, slots=True)
class CleanPicture:
    """A picture that is only a picture: upright, without its camera's notes and place; sides in pixels."""

    content: bytes
    mime: str
    width: int
    height: int


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
