"""Pictures of every panel, light and dark and with larger text, as a person would see them."""

from collections import deque
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, QTimer

from pcc_desk.settings import TEXT_SIZES
from pcc_desk.ui.rail import PLACES

if TYPE_CHECKING:
    from pcc_desk.app.desk import Desk

SIZE = QSize(1360, 860)
SETTLE_MS = 700  # so long nothing moves on a panel that has just been shown


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: a place in one look."""

    place: str
    theme: str
    text_size: int

    def name(self) -> str:
        """Give the picture's file name."""
        return f"{self.place.lower()}-{self.theme}-{self.text_size}.png"


class Shots(QObject):
    """Visits every place in every look, saves a picture of each, and closes the window."""

    def __init__(self, desk: "Desk", folder: Path) -> None:
        super().__init__(desk)
        self._desk, self._folder = desk, folder
        looks = product(("light", "dark"), TEXT_SIZES)
        self._left = deque(Shot(place.name, theme, size) for theme, size in looks for place in PLACES)

    def begin(self) -> None:
        """Take the first picture; the others follow."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._prepare()

    def _prepare(self) -> None:
        if not self._left:
            self._desk.window.close()
            return
        shot = self._left[0]
        self._desk.put_on(shot.theme, shot.text_size)
        self._desk.window.resize(SIZE)
        self._desk.window.show_place(shot.place)
        QTimer.singleShot(SETTLE_MS, self, self._take)

    def _take(self) -> None:
        shot = self._left.popleft()
        self._desk.window.grab().save(str(self._folder / shot.name()))
        self._prepare()
