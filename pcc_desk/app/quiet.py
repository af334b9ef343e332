"""Work that can wait, done in short pieces while nobody is at the desk."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QCursor, QGuiApplication

from pcc_desk.ui.background import Background

PIECE_MS = 15_000


class QuietTimes(QObject):
    """Does one piece of work at each tick that finds the desk quiet.

    It is quiet when another program is in front, or the pointer has not moved since the tick before, and no screen
    waits for an answer.
    """

    def __init__(self, background: Background, work: Callable[[], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background, self._work = background, work
        self._pointer = QCursor.pos()
        self._timer = QTimer(self, interval=PIECE_MS)
        self._timer.timeout.connect(self._on_tick)
        self._timer.start()

    def _on_tick(self) -> None:
        before, self._pointer = self._pointer, QCursor.pos()
        away = QGuiApplication.applicationState() is not Qt.ApplicationState.ApplicationActive
        if (away or before == self._pointer) and self._background.is_quiet():
            self._background.reach(self._work)
