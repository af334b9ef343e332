"""Giving an entry another time: asked for by mouse or keyboard, refused in words when it cannot be."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from pcc_desk.errors import BadTime, DeskError
from pcc_desk.model.changes import Changes
from pcc_desk.model.event import Entry
from pcc_desk.model.schedule import WallTime, choose, examine, skipped
from pcc_desk.ui.background import Background
from pcc_desk.ui.reading.endings import say_outlasting
from pcc_desk.ui.reading.presence import Presences, read_presences
from pcc_desk.ui.widgets.wall_field import say_both

if TYPE_CHECKING:
    from pcc_desk.model.announcement import Announcement, AnnouncementId
    from pcc_desk.services.desk import Services


class Mover(QObject):
    """Moves events and waiting announcements; `refuse` shows why one does not move."""

    def __init__(
        self,
        services: Services,
        background: Background,
        now: Callable[[], datetime],
        refuse: Callable[[DeskError], None],
        owner: QWidget,
    ) -> None:
        super().__init__(owner)
        self._services, self._background, self._now, self._refuse = services, background, now, refuse
        self._owner = owner

    def move(self, entry: Entry, wall: datetime) -> None:
        """Give an entry another London wall time, asking which when it comes twice."""
        problem = self._problem(entry, wall)
        if problem is not None:
            self._refuse(problem)
        elif examine(wall) is WallTime.TWICE:
            self._ask_which(entry, wall)
        else:
            self._send(entry, wall, second=False)

    def _problem(self, entry: Entry, wall: datetime) -> DeskError | None:
        if not entry.movable:
            return BadTime(
                "This announcement is no longer waiting, so it stays where it is.",
                "Open it in Compose to see where it stands.",
            )
        if examine(wall) is WallTime.NEVER:
            return skipped(wall)
        if entry.announcement_id is not None and choose(wall, second=True).at <= self._now():
            return BadTime(
                "That time has passed. The announcement keeps the time it had.", "Choose a time still to come."
            )
        return None

    def _ask_which(self, entry: Entry, wall: datetime) -> None:
        box = QMessageBox(self._owner)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setWindowTitle("Which time?")
        box.setText(f"The clocks go back then, so {wall:%H:%M} comes twice. Which one do you mean?")
        role = QMessageBox.ButtonRole
        for second, words in enumerate(say_both(wall)):
            button = box.addButton(words, role.AcceptRole)
            button.clicked.connect(lambda _, second=bool(second): self._send(entry, wall, second))
        box.addButton("Do not move it", role.RejectRole)
        box.finished.connect(box.deleteLater)
        box.open()

    def _send(self, entry: Entry, wall: datetime, second: bool) -> None:
        event_id, announcement_id = entry.event_id, entry.announcement_id
        services = self._services

        def write() -> Changes:
            if event_id is not None:
                return services.events.move(event_id, wall, self._now(), second)
            assert announcement_id is not None
            return services.compose.reschedule(announcement_id, choose(wall, second=second), self._now())

        done = None if announcement_id is None else partial(self._on_moved, announcement_id)
        self._background.do(write, done, self._refuse)

    def _on_moved(self, announcement_id: AnnouncementId, _changes: Changes) -> None:
        services = self._services
        self._background.ask(lambda: (services.compose.get(announcement_id), read_presences(services)), self._on_read)

    def _on_read(self, read: tuple[Announcement, Presences]) -> None:
        """Warn of a sign-in that ends before what was moved goes out."""
        announcement, presences = read
        if announcement.schedule is not None:
            found = say_outlasting(announcement.accounts, announcement.schedule.at, presences, self._now())
            for sentence in found[:1]:
                self._refuse(BadTime(f"It was moved. {sentence}"))
