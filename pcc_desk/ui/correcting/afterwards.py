"""What can be done with an announcement once it is out: correct it, or take it down everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from pcc_desk.errors import DeskError
from pcc_desk.model.announcement import AnnouncementId
from pcc_desk.model.changes import Changes
from pcc_desk.model.correction import TakenDown
from pcc_desk.ui.background import Background
from pcc_desk.ui.correcting.sheet import open_sheet
from pcc_desk.ui.reading.moments import present
from pcc_desk.ui.widgets.question import Question

if TYPE_CHECKING:
    from pcc_desk.services.desk import Services

QUESTION = (
    "This takes the announcement down from every channel that allows it, and stops what has not gone out. People may "
    "have seen or copied it already. PCC Desk keeps the record of what was posted."
)


class Afterwards(QObject):
    """Opens the sheet that corrects; takes down after a question, and tells what came of it.

    Signals:
        told(str): what came of it, in plain words.
        failed(DeskError): nothing could be done.
    """

    told = Signal(str)
    failed = Signal(object)

    def __init__(self, services: Services, background: Background, parent: QWidget) -> None:
        super().__init__(parent)
        self._services, self._background, self._parent = services, background, parent

    def correct(self, announcement_id: AnnouncementId) -> None:
        """Ask for the right words."""
        services = self._services
        open_sheet(
            services,
            self._background,
            lambda: services.corrections.of_announcement(announcement_id, present()),
            self._parent,
        )

    def take_down(self, announcement_id: AnnouncementId) -> None:
        """Ask first, then do it."""
        question = Question(QUESTION, "Take it down everywhere", "Leave it there", self._parent)
        question.accepted.connect(lambda: self._begin(announcement_id))
        question.open()

    def _begin(self, announcement_id: AnnouncementId) -> None:
        self._background.reach(
            lambda: self._services.outbox.withdraw_everywhere(announcement_id, present()),
            self._on_done,
            self._on_failed,
            touches=Changes.DELIVERIES | Changes.ANNOUNCEMENTS,
        )

    def _on_done(self, done: TakenDown) -> None:
        self.told.emit(say_taken_down(done))

    def _on_failed(self, error: DeskError) -> None:
        self.failed.emit(error)


def say_taken_down(done: TakenDown) -> str:
    """Say from where something was taken down, and where it still stands."""
    places = f"Taken down from {done.places} channel{'' if done.places == 1 else 's'}."
    if not done.left:
        return places
    return f"{places} It still stands here: {' '.join(done.left)}"
