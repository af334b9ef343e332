"""What a person starts with a film: adding it beside everything else, giving that up, and captioning it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from pcc_desk.errors import DeskError
from pcc_desk.model.announcement import Announcement, AnnouncementId
from pcc_desk.model.changes import Changes
from pcc_desk.model.film import Film, PlacedFilm, TakenIn
from pcc_desk.ui.background import Background

if TYPE_CHECKING:
    from pcc_desk.services.desk import Services


class FilmActions(QObject):
    """Adds one film at a time.

    Signals:
        progressed(AnnouncementId, str): how far the film of an announcement has come, or "" when that is over.
        added(AnnouncementId, TakenIn): it is kept.
        captioned(Film, str): captions for a film, in WebVTT.
        failed(DeskError): something was refused; nothing else has changed.
    """

    progressed = Signal(object, str)
    added = Signal(object, object)
    captioned = Signal(object, str)
    failed = Signal(object)
    _came = Signal(object, str)

    def __init__(
        self, services: Services, background: Background, now: Callable[[], datetime], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._services, self._background, self._now = services, background, now
        self._given_up: threading.Event | None = None  # of the film on its way
        self._came.connect(self._on_came, Qt.ConnectionType.QueuedConnection)
        self.destroyed.connect(self.cancel)

    def is_busy(self) -> bool:
        """Tell whether a film is on its way."""
        return self._given_up is not None

    def add(self, announcement_id: AnnouncementId, path: Path) -> None:
        """Begin to add a film to an announcement."""
        given_up = self._given_up = threading.Event()
        self.progressed.emit(announcement_id, f"Looking at “{path.name}”…")

        def tell(done: int, size: int) -> bool:
            self._came.emit(announcement_id, f"Adding “{path.name}”: {done * 100 // max(1, size)} %")
            return not given_up.is_set()

        self._background.reach(
            lambda: self._services.films.add(path, self._now(), tell),
            partial(self._on_added, announcement_id),
            partial(self._on_not_added, announcement_id),
        )

    def cancel(self) -> None:
        """Give up the film that is on its way; nothing of it is kept."""
        if self._given_up is not None:
            self._given_up.set()

    def caption(self, film: Film, path: Path) -> None:
        """Read a file of captions for a film."""
        self._background.reach(
            lambda: self._services.films.read_captions(path, film),
            partial(self._on_captions, film),
            self._on_failed,
        )

    def place(self, announcement_id: AnnouncementId, film: Film) -> None:
        """Put a film in an announcement that is not open any more, if there is none."""
        self._background.do(
            lambda: self._place(announcement_id, film), failed=self._on_failed, touches=Changes.ANNOUNCEMENTS
        )

    def _place(self, announcement_id: AnnouncementId, film: Film) -> Announcement:
        compose = self._services.compose
        kept = compose.get(announcement_id)
        return compose.save(replace(kept, film=kept.film or PlacedFilm(film)), self._now())

    def _on_came(self, announcement_id: AnnouncementId, sentence: str) -> None:
        if self._given_up is not None and not self._given_up.is_set():
            self.progressed.emit(announcement_id, sentence)

    def _on_added(self, announcement_id: AnnouncementId, taken: TakenIn | None) -> None:
        self._end(announcement_id)
        if taken is not None:
            self.added.emit(announcement_id, taken)

    def _on_not_added(self, announcement_id: AnnouncementId, error: DeskError) -> None:
        self._end(announcement_id)
        self.failed.emit(error)

    def _end(self, announcement_id: AnnouncementId) -> None:
        self._given_up = None
        self.progressed.emit(announcement_id, "")

    def _on_captions(self, film: Film, captions: str) -> None:
        self.captioned.emit(film, captions)

    def _on_failed(self, error: DeskError) -> None:
        self.failed.emit(error)
