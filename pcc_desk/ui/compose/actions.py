"""What a person can do with an announcement besides writing it, each as one piece of work in the background."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, SignalInstance

from pcc_desk.errors import DeskError
from pcc_desk.model.announcement import Announcement, AnnouncementId, AnnouncementVersion, Picture, PlacedPicture
from pcc_desk.model.changes import Changes
from pcc_desk.ui.background import Background
from pcc_desk.ui.compose.wording import add_picture

if TYPE_CHECKING:
    from pcc_desk.services.desk import Services

PASTED = "pasted picture.png"


class Actions(QObject):
    """Sends, takes back, discards, restores and adds pictures.

    Signals:
        begun(Announcement): a new draft is ready.
        approved(Announcement): it goes out now or at its time.
        unscheduled(AnnouncementId): it is a draft again.
        discarded(AnnouncementId): it is gone from the drafts.
        returned(AnnouncementId): a discarded draft is back.
        restored(Announcement): an earlier state is the newest again.
        versions_read(AnnouncementId, tuple[AnnouncementVersion, ...]): its earlier states, newest first.
        picture_added(AnnouncementId, Picture, str): a cleaned picture is kept for it, and what was lost of it, or "".
        failed(DeskError): something was refused; nothing else has changed.
    """

    begun = Signal(object)
    approved = Signal(object)
    unscheduled = Signal(object)
    discarded = Signal(object)
    returned = Signal(object)
    restored = Signal(object)
    versions_read = Signal(object, object)
    picture_added = Signal(object, object, str)
    failed = Signal(object)

    def __init__(
        self, services: Services, background: Background, now: Callable[[], datetime], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._services, self._background, self._now = services, background, now

    def begin(self) -> None:
        """Begin a draft."""
        self._write(lambda: self._services.compose.begin(self._now()), self.begun)

    def approve(self, announcement: Announcement) -> None:
        """Keep exactly this state and approve it; when it cannot be kept, nothing is approved."""
        self._write(lambda: self._keep_and_approve(announcement), self.approved)

    def unschedule(self, announcement_id: AnnouncementId) -> None:
        """Stop what waits and make it a draft again."""
        self._write(
            lambda: self._services.compose.unschedule(announcement_id, self._now()), self.unscheduled, announcement_id
        )

    def discard(self, announcement_id: AnnouncementId) -> None:
        """Take a draft away."""
        self._write(
            lambda: self._services.compose.discard(announcement_id, self._now()), self.discarded, announcement_id
        )

    def bring_back(self, announcement_id: AnnouncementId) -> None:
        """Put a discarded draft back."""
        self._write(lambda: self._services.compose.bring_back(announcement_id), self.returned, announcement_id)

    def restore(self, announcement_id: AnnouncementId, version: int) -> None:
        """Make an earlier state the newest."""
        self._write(lambda: self._services.compose.restore(announcement_id, version, self._now()), self.restored)

    def read_versions(self, announcement_id: AnnouncementId) -> None:
        """Read the earlier states of an announcement."""
        self._background.ask(
            lambda: self._services.compose.versions(announcement_id),
            partial(self._on_versions, announcement_id),
            self._on_failed,
        )

    def add_picture(self, announcement_id: AnnouncementId, source: Path | bytes) -> None:
        """Make a picture safe and keep it for an announcement."""
        name = source.name if isinstance(source, Path) else PASTED
        said = list[str]()
        self._background.reach(
            lambda: self._services.compose.add_picture(source, name, said.append),
            partial(self._on_picture, announcement_id, said),
            self._on_failed,
        )

    def place(self, announcement_id: AnnouncementId, picture: Picture) -> None:
        """Put a picture in an announcement that is not open any more."""
        self._background.do(
            lambda: self._place(announcement_id, picture), failed=self._on_failed, touches=Changes.ANNOUNCEMENTS
        )

    def _write(self, work: Callable[[], object], done: SignalInstance, *told: object) -> None:
        """Do `work` on the desk thread, then emit `done` with `told`, or with the work's answer."""
        landed = partial(self._on_done, done, told)
        self._background.do(work, landed, self._on_failed, touches=Changes.ANNOUNCEMENTS | Changes.DELIVERIES)

    def _keep_and_approve(self, announcement: Announcement) -> Announcement:
        compose = self._services.compose
        compose.save(announcement, self._now())
        compose.approve(announcement.id, self._now())
        return announcement

    def _place(self, announcement_id: AnnouncementId, picture: Picture) -> Announcement:
        compose = self._services.compose
        return compose.save(add_picture(compose.get(announcement_id), PlacedPicture(picture)), self._now())

    def _on_done(self, done: SignalInstance, told: tuple[object, ...], answer: object) -> None:
        done.emit(*(told or (answer,)))

    def _on_versions(self, announcement_id: AnnouncementId, versions: tuple[AnnouncementVersion, ...]) -> None:
        self.versions_read.emit(announcement_id, versions)

    def _on_picture(self, announcement_id: AnnouncementId, said: list[str], picture: Picture) -> None:
        self.picture_added.emit(announcement_id, picture, " ".join(said))

    def _on_failed(self, error: DeskError) -> None:
        self.failed.emit(error)
