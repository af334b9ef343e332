"""The part of a picture that a platform shows, when it does not show every shape."""

from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Focus:
    """The point that stays in the middle of a crop as far as there is room: parts of width and height from 0 to 1."""

    across: float = 0.5
    down: float = 0.5


class Box(NamedTuple):
    """A part of a picture, in pixels from its upper left corner; the right and lower edges are just outside."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """How wide it is."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """How high it is."""
        return self.bottom - self.top


@dataclass(frozen=True, slots=True)
class Shape:
    """What a platform shows: width through height at least `narrowest` and at most `widest`, 0 for no limit."""

    narrowest: float = 0.0
    widest: float = 0.0

    def is_too_wide(self, width: int, height: int) -> bool:
        """Tell whether a picture is wider than the platform shows."""
        return 0 < self.widest < width / height

    def is_too_tall(self, width: int, height: int) -> bool:
        """Tell whether a picture is taller than the platform shows."""
        return width / height < self.narrowest

    def crop(self, width: int, height: int, focus: Focus) -> Box:
        """Give the largest part that the platform shows, about the focus; the whole picture where it shows that."""
        wide, high = width, height
        if self.is_too_wide(width, height):
            wide = max(1, int(height * self.widest))
        elif self.is_too_tall(width, height):
            high = max(1, int(width / self.narrowest))
        left, top = _start(width, wide, focus.across), _start(height, high, focus.down)
        return Box(left, top, left + wide, top + high)


def _start(whole: int, part: int, point: float) -> int:
    return min(max(0, round(whole * point - part / 2)), whole - part)
