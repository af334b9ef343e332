"""The place where announcements are written, checked, seen as readers will see them, and sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from pcc_desk.errors import DeskError, NotReady
from pcc_desk.model.announcement import Announcement, AnnouncementId, AnnouncementVersion, Picture, PlacedPicture
from pcc_desk.model.changes import Changes
from pcc_desk.ui.background import Background
from pcc_desk.ui.compose import wording
from pcc_desk.ui.compose.actions import Actions
from pcc_desk.ui.compose.card_desk import CardDesk
from pcc_desk.ui.compose.desk_layout import Desk
from pcc_desk.ui.compose.editor import Fits
from pcc_desk.ui.compose.film_actions import FilmActions
from pcc_desk.ui.compose.film_desk import FilmDesk
from pcc_desk.ui.compose.keeper import Keeper
from pcc_desk.ui.compose.reads import Checked, Opened, Shelved, read_checked, read_opened, read_shelved
from pcc_desk.ui.compose.shelf import Shelf, describe
from pcc_desk.ui.compose.thumbnails import Thumbnails
from pcc_desk.ui.correcting.afterwards import Afterwards
from pcc_desk.ui.reading.moments import present
from pcc_desk.ui.reading.presence import Presences
from pcc_desk.ui.widgets.frames import column

if TYPE_CHECKING:
    from pcc_desk.services.desk import Services

SHOWN = Changes.ANNOUNCEMENTS | Changes.DELIVERIES | Changes.ACCOUNTS
PREVIEW_PAUSE_MS = 120
CHECK_PAUSE_MS = 250


@dataclass(frozen=True, slots=True)
class Held:
    """What one window's panel holds: the open announcement, and the states that could not be saved yet."""

    open_id: AnnouncementId | None
    unsaved: tuple[Announcement, ...]


class ComposePanel(QWidget):
    """Joins the shelf, the editor, the previews and the footer with what the desk does.

    Signals:
        place_requested(str): go to another place of the window.
    """

    place_requested = Signal(str)

    def __init__(self, services: Services, background: Background, now: Callable[[], datetime] = present) -> None:
        super().__init__()
        self._services, self._background, self._now = services, background, now
        self._wanted: AnnouncementId | None = None
        self._asked, self._notices = 0, list[str]()
        self._presences: Presences = {}
        self._fits: Fits = {}
        self._keeper = Keeper(services, background, now, self)
        self._actions = Actions(services, background, now, self)
        self._afterwards = Afterwards(services, background, self)
        self._thumbnails = Thumbnails(services, background, self)
        # looked up late: the services may not be open yet when the panel is built
        self._desk = Desk(lambda announcement, account: services.compose.fit(announcement, account), self._thumbnails)
        self._films = FilmDesk(FilmActions(services, background, now, self), self._desk, self._on_failed)
        self._cards = CardDesk(services, background, self._desk, self._on_failed)
        self._preview_pause = QTimer(self, singleShot=True, interval=PREVIEW_PAUSE_MS)
        self._check_pause = QTimer(self, singleShot=True, interval=CHECK_PAUSE_MS)
        column(self, gap=0).addWidget(self._desk)
        self.setFocusProxy(self._desk)
        self._connect()
        self._refresh()

    def begin(self) -> None:
        """Begin a new announcement."""
        self.flush()
        self._actions.begin()

    def show_announcement(self, announcement_id: AnnouncementId) -> None:
        """Open an announcement."""
        self.flush()
        self._wanted = announcement_id
        self._read_open()

    def flush(self) -> None:
        """Hand over everything typed to be written now."""
        self._keeper.flush()

    def is_unsaved(self) -> bool:
        """Tell whether something typed is not on the disk yet."""
        return not self._keeper.is_clean()

    def hand_over(self) -> Held:
        """Give what another window's panel needs to go on from here."""
        return Held(self._wanted, self._keeper.unsaved())

    def take_over(self, held: Held) -> None:
        """Go on where another window's panel stopped; what it could not save is tried again."""
        for state in held.unsaved:
            self._keeper.keep(state)
        if held.open_id is not None:
            self.show_announcement(held.open_id)

    def _connect(self) -> None:
        desk, actions = self._desk, self._actions
        self._background.changed.connect(self._on_changed)
        self._keeper.saved.connect(self._on_saved)
        self._keeper.failed.connect(self._on_failed)
        self._keeper.recovered.connect(lambda: desk.say(""))
        desk.shelf.shelf_chosen.connect(self._refresh)
        desk.shelf.chosen.connect(self.show_announcement)
        desk.editor.edited.connect(self._on_edited)
        desk.editor.counted.connect(self._on_counted)
        desk.editor.pictures_offered.connect(self._on_pictures_offered)
        desk.footer.times_requested.connect(lambda: desk.footer.offer_times(self._now()))
        desk.footer.schedule_chosen.connect(desk.editor.schedule)
        desk.footer.send_requested.connect(self._on_send_requested)
        desk.footer.unschedule_requested.connect(lambda: actions.unschedule(self._open_id()))
        desk.footer.versions_requested.connect(lambda: actions.read_versions(self._kept_id()))
        desk.footer.restore_requested.connect(actions.restore)
        desk.footer.discard_requested.connect(lambda: actions.discard(self._kept_id()))
        desk.new_requested.connect(self.begin)
        desk.outbox_requested.connect(lambda: self.place_requested.emit("Outbox"))
        desk.return_requested.connect(actions.bring_back)
        desk.follow(self._afterwards)
        self._afterwards.failed.connect(self._on_failed)
        for other in (desk.shelf.chosen, actions.begun, actions.unscheduled, actions.returned):
            other.connect(lambda _: desk.clear_sentence())
        actions.begun.connect(self._on_begun)
        actions.approved.connect(self._on_approved)
        actions.restored.connect(lambda restored: self.show_announcement(restored.id))
        actions.discarded.connect(self._on_discarded)
        actions.unscheduled.connect(self._on_draft_again)
        actions.returned.connect(self._on_draft_again)
        actions.versions_read.connect(self._on_versions)
        actions.picture_added.connect(self._on_picture_added)
        actions.failed.connect(self._on_failed)
        self._preview_pause.timeout.connect(self._show_previews)
        self._check_pause.timeout.connect(self._check)
        QShortcut(QKeySequence.StandardKey.Save, self, self.flush)

    def _open_id(self) -> AnnouncementId:
        return self._desk.editor.announcement().id

    def _kept_id(self) -> AnnouncementId:
        self.flush()
        return self._open_id()

    def _refresh(self) -> None:
        shelf = self._desk.shelf.shelf()
        self._asked += 1
        self._background.ask(lambda: read_shelved(self._services, shelf), partial(self._on_shelved, self._asked))

    def _read_open(self) -> None:
        if (wanted := self._wanted) is not None:
            self._background.ask(
                lambda: read_opened(self._services, wanted), self._on_opened, partial(self._on_lost, wanted)
            )

    def _on_changed(self, changes: Changes) -> None:
        if changes & SHOWN:
            self._refresh()
            if self._keeper.is_clean():
                self._read_open()

    def _on_shelved(self, asked: int, shelved: Shelved) -> None:
        if asked != self._asked:
            return  # a newer question is on its way
        self._meet(shelved.presences)
        lines = [describe(each, shelved.shelf, shelved.presences, self._now()) for each in shelved.announcements]
        self._desk.shelf.show_lines(tuple(lines), self._wanted)
        if self._wanted is None and lines:
            self.show_announcement(lines[0].id)

    def _meet(self, presences: Presences) -> None:
        """Know the accounts; what was begun before they were read, or was open when one came, shows them from now."""
        known, self._presences, editor = self._presences, presences, self._desk.editor
        if known != presences and editor.announcement().id == self._wanted:
            editor.show_announcement(editor.announcement(), presences)
        editor.warn(presences, self._now())

    def _on_opened(self, opened: Opened) -> None:
        stored = opened.announcement
        if stored.id != self._wanted:
            return
        here = self._desk.editor.announcement()
        if here.id == stored.id and (stored.version < here.version or not self._keeper.is_clean()):
            return  # an answer from before the newest typing
        self._presences = opened.presences
        self._show(self._keeper.newest(stored), opened)

    def _show(self, announcement: Announcement, opened: Opened) -> None:
        desk = self._desk
        desk.shelf.mark(announcement.id)
        if opened.is_over():
            desk.show_sent(opened)
            return
        desk.editor.show_announcement(announcement, opened.presences)
        desk.footer.show_announcement(announcement)
        desk.footer.say_saved(announcement, self._now())
        desk.show_editor()
        self._check()

    def _on_lost(self, announcement_id: AnnouncementId, error: DeskError) -> None:
        if announcement_id != self._wanted:
            return
        self._wanted = None
        self._desk.show_nothing()
        self._on_failed(error)

    def _on_begun(self, draft: Announcement) -> None:
        self._wanted = draft.id
        self._desk.shelf.choose_shelf(Shelf.DRAFTS)
        self._show(draft, Opened(draft, (), self._presences))
        self._desk.editor.focus_text()
        self._refresh()

    def _on_edited(self, announcement: Announcement) -> None:
        self._keeper.keep(announcement)
        self._desk.footer.show_announcement(announcement)
        self._check_pause.start()

    def _on_saved(self, stored: Announcement) -> None:
        here = self._desk.editor.announcement()
        if stored.id == here.id:
            self._desk.editor.adopt(replace(here, version=stored.version, edited_at=stored.edited_at))
            self._desk.footer.say_saved(stored, self._now())

    def _on_counted(self, fits: Fits) -> None:
        self._fits = fits
        self._preview_pause.start()

    def _show_previews(self) -> None:
        self._desk.previews.show_fits(self._desk.editor.announcement(), self._fits, self._presences)

    def _check(self) -> None:
        state = self._desk.editor.announcement()
        self._desk.editor.warn(self._presences, self._now())
        if state.approved_at is None:
            self._background.ask(
                lambda: read_checked(self._services, state, self._now()), partial(self._on_checked, state)
            )

    def _on_checked(self, state: Announcement, checked: Checked) -> None:
        here = self._desk.editor.announcement()
        if replace(here, version=state.version, edited_at=state.edited_at) == state:
            self._desk.editor.show_checked(checked)

    def _on_pictures_offered(self, offered: list[Path | bytes]) -> None:
        self._notices = []
        self._desk.say(f"Making {wording.say_count(len(offered), 'picture')} ready…")
        for source in offered:
            self._actions.add_picture(self._open_id(), source)

    def _on_picture_added(self, announcement_id: AnnouncementId, picture: Picture, notice: str) -> None:
        self._notices += [notice] if notice else []
        self._desk.say(" ".join(self._notices))
        if announcement_id == self._open_id():
            self._desk.editor.place(PlacedPicture(picture))
        else:
            self._actions.place(announcement_id, picture)

    def _on_send_requested(self) -> None:
        self._desk.footer.setEnabled(False)
        self.flush()
        self._actions.approve(self._desk.editor.announcement())

    def _on_approved(self, announcement: Announcement) -> None:
        self._desk.footer.setEnabled(True)
        self._desk.tell_approved(announcement)
        self._desk.shelf.choose_shelf(Shelf.SCHEDULED)
        self.show_announcement(announcement.id)

    def _on_draft_again(self, announcement_id: AnnouncementId) -> None:
        self._desk.shelf.choose_shelf(Shelf.DRAFTS)
        self.show_announcement(announcement_id)

    def _on_discarded(self, announcement_id: AnnouncementId) -> None:
        self._wanted = None
        self._desk.tell_discarded(announcement_id)
        self._refresh()

    def _on_versions(self, announcement_id: AnnouncementId, versions: tuple[AnnouncementVersion, ...]) -> None:
        if announcement_id == self._open_id():
            self._desk.footer.offer_versions(versions, self._now())

    def _on_failed(self, error: DeskError) -> None:
        self._desk.footer.setEnabled(True)
        if isinstance(error, NotReady) and error.problems:
            self._desk.editor.show_checked(Checked(error.problems))
            self._desk.editor.focus_problems()
        self._desk.tell(error)
