"""Puts every pause in typing on the disk within a second."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from pcc_desk.errors import DeskError, InputError
from pcc_desk.model.announcement import Announcement, AnnouncementId
from pcc_desk.model.changes import Changes
from pcc_desk.ui.background import Background

if TYPE_CHECKING:
    from pcc_desk.services.desk import Services

QUIET_MS = 300  # after the last key
LONGEST_MS = 800  # while typing goes on; the write itself must fit in what is left of the second
AGAIN_MS = 5_000  # after a failure, such as a full disk


class Keeper(QObject):
    """Holds what is typed until it is saved; an answer about an older state never replaces newer typing.

    Signals:
        saved(Announcement): this state is on the disk.
        failed(DeskError): saving failed; the text is held and saving is tried again by itself.
        recovered(): after a failure, everything typed is on the disk again.
    """

    saved = Signal(object)
    failed = Signal(object)
    recovered = Signal()

    def __init__(
        self, services: Services, background: Background, now: Callable[[], datetime], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._services, self._background, self._now = services, background, now
        self._waiting: dict[AnnouncementId, Announcement] = {}
        self._flying: list[Announcement] = []
        self._failing = False
        self._quiet = QTimer(self, singleShot=True, interval=QUIET_MS)
        self._longest = QTimer(self, singleShot=True, interval=LONGEST_MS)
        self._quiet.timeout.connect(self.flush)
        self._longest.timeout.connect(self.flush)

    def keep(self, announcement: Announcement) -> None:
        """Save this state soon; only the newest is saved."""
        self._waiting[announcement.id] = announcement
        self._quiet.start(QUIET_MS)
        if not self._longest.isActive():
            self._longest.start()

    def flush(self) -> None:
        """Hand over what waits to the desk thread now."""
        self._quiet.stop()
        self._longest.stop()
        waiting, self._waiting = self._waiting, {}
        for state in waiting.values():
            self._save(state)

    def is_clean(self) -> bool:
        """Tell whether everything typed is on the disk."""
        return not self._waiting and not self._flying

    def unsaved(self) -> tuple[Announcement, ...]:
        """Give the newest state of everything that is not on the disk."""
        return tuple({state.id: state for state in (*self._flying, *self._waiting.values())}.values())

    def newest(self, stored: Announcement) -> Announcement:
        """Give the newest state known of a stored announcement: one still on its way to the disk, or the stored one."""
        known = [*self._flying, *self._waiting.values()]
        return next((state for state in reversed(known) if state.id == stored.id), stored)

    def _save(self, state: Announcement) -> None:
        self._flying.append(state)
        self._background.do(
            lambda: self._services.compose.save(state, self._now()),
            self._on_saved,
            self._on_failed,
            touches=Changes.ANNOUNCEMENTS,
        )

    def _on_saved(self, stored: Announcement) -> None:
        self._flying.pop(0)
        self.saved.emit(stored)
        if self._failing and self.is_clean():
            self._failing = False
            self.recovered.emit()

    def _on_failed(self, error: DeskError) -> None:
        state = self._flying.pop(0)
        refused = isinstance(error, InputError)  # approved or discarded meanwhile: trying again changes nothing
        newer = any(each.id == state.id for each in (*self._flying, *self._waiting.values()))
        if not newer and not refused:
            self._waiting[state.id] = state
            self._quiet.start(AGAIN_MS)
        self._failing = not refused
        self.failed.emit(error)
