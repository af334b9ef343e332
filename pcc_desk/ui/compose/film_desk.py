"""Joins an announcement's film on the screen with what the desk does with it."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject

from pcc_desk.errors import DeskError
from pcc_desk.model.announcement import AnnouncementId
from pcc_desk.model.film import Film, TakenIn
from pcc_desk.ui.compose.desk_layout import Desk
from pcc_desk.ui.compose.film_actions import FilmActions

CLEANED = "The film said where it was filmed. PCC Desk took that out of it; picture and sound are as they were."
ONE_ONLY = "There is room for one film. Take the one before away, or let it finish first."


class FilmDesk(QObject):
    """Adds films to the announcement that is open when it is asked to, whichever is open when they are ready."""

    def __init__(self, actions: FilmActions, desk: Desk, tell: Callable[[DeskError], None]) -> None:
        """Let `tell` hear what was refused; nothing else has changed then."""
        super().__init__(desk)
        self._actions, self._desk = actions, desk
        self._place = desk.editor.film
        self._place.film_offered.connect(self._on_film_offered)
        self._place.captions_offered.connect(actions.caption)
        self._place.cancel_requested.connect(actions.cancel)
        actions.progressed.connect(self._on_progressed)
        actions.added.connect(self._on_added)
        actions.captioned.connect(self._on_captioned)
        actions.failed.connect(tell)

    def _open_id(self) -> AnnouncementId:
        return self._desk.editor.announcement().id

    def _on_film_offered(self, path: Path) -> None:
        if self._actions.is_busy() or self._desk.editor.announcement().film is not None:
            self._desk.say(ONE_ONLY)
        else:
            self._desk.say("")
            self._actions.add(self._open_id(), path)

    def _on_progressed(self, announcement_id: AnnouncementId, sentence: str) -> None:
        if announcement_id == self._open_id():
            self._place.show_progress(sentence)

    def _on_added(self, announcement_id: AnnouncementId, taken: TakenIn) -> None:
        if taken.told_place:
            self._desk.say(CLEANED)
        if announcement_id == self._open_id():
            self._desk.editor.place_film(taken.film)
        else:
            self._actions.place(announcement_id, taken.film)

    def _on_captioned(self, film: Film, captions: str) -> None:
        self._desk.say("")
        self._place.caption(film, captions)
