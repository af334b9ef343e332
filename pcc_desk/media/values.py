"""What a picture may be at most, and what a safe one is."""

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
