"""Pictures of every panel, light and dark and with larger text, as a person would see them."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QSize, QTimer

from pcc_desk.settings import TEXT_SIZES
from pcc_desk.ui.rail import PLACES

if TYPE_CHECKING:
    from pcc_desk.ui.background import Background
    from pcc_desk.ui.window import Window

SIZE = QSize(1360, 860)
LOOK_MS = 80  # between two looks whether the panel has read what it shows; a list reads again 120 ms after a scroll
STILL_LOOKS = 2  # in a row before the picture is taken
MOST_LOOKS = 250
EVERY_LOOK = tuple((theme, size) for size, theme in product(TEXT_SIZES, ("light", "dark")))


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: a place in one look."""

    place: str
    theme: str
    text_size: int

    def name(self) -> str:
        """Give the picture's file name."""
        return f"{self.place.lower()}-{self.theme}-{self.text_size}.png"


class Stage(Protocol):
    """What has a window and can dress it."""

    window: "Window"
    background: "Background"

    def put_on(self, name: str, size: int) -> None:
        """Dress everything in a theme and a text size in per cent."""


class Shots(QObject):
    """Visits every place in each look (a theme, and a text size in per cent), saves a picture, closes the window."""

    def __init__(self, stage: Stage, folder: Path, looks: Sequence[tuple[str, int]] = EVERY_LOOK) -> None:
        super().__init__()
        self._stage, self._folder = stage, folder
        self._looks = self._still = 0
        self._left = deque(Shot(place.name, theme, size) for theme, size in looks for place in PLACES)

    def begin(self) -> None:
        """Take the first picture; the others follow."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._prepare()

    def _prepare(self) -> None:
        if not self._left:
            self._stage.window.close()
            return
        shot = self._left[0]
        self._stage.put_on(shot.theme, shot.text_size)
        self._stage.window.resize(SIZE)
        self._stage.window.show_place(shot.place)
        self._looks = self._still = 0
        QTimer.singleShot(LOOK_MS, self, self._look)

    def _look(self) -> None:
        """Take the picture once nothing the panel asked for is on its way any more."""
        self._looks += 1
        self._still = self._still + 1 if self._stage.background.is_quiet() else 0
        if self._still >= STILL_LOOKS or self._looks >= MOST_LOOKS:
            self._take()
        else:
            QTimer.singleShot(LOOK_MS, self, self._look)

    def _take(self) -> None:
        shot = self._left.popleft()
        self._stage.window.grab().save(str(self._folder / shot.name()))
        self._prepare()
