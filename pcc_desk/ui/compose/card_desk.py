"""Joins the link card on the screen with the desk, which asks the page only when a person does."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from pcc_desk.errors import DeskError
from pcc_desk.model.announcement import AnnouncementId, LinkCard
from pcc_desk.ui.background import Background
from pcc_desk.ui.compose.card_place import FETCHING
from pcc_desk.ui.compose.desk_layout import Desk

if TYPE_CHECKING:
    from pcc_desk.services.desk import Services


class CardDesk(QObject):
    """Fetches the card of the announcement that is open; one that comes after another was opened is dropped."""

    def __init__(
        self, services: Services, background: Background, desk: Desk, tell: Callable[[DeskError], None]
    ) -> None:
        """Let `tell` hear what was refused; nothing else has changed then."""
        super().__init__(desk)
        self._services, self._background, self._desk, self._tell = services, background, desk, tell
        self._place = desk.editor.card
        self._place.fetch_requested.connect(self._on_fetch_requested)

    def _on_fetch_requested(self, address: str) -> None:
        self._place.say(FETCHING)
        about = self._desk.editor.announcement().id
        self._background.reach(
            lambda: self._services.cards.fetch(address), partial(self._on_fetched, about), self._on_failed
        )

    def _on_fetched(self, about: AnnouncementId, card: LinkCard) -> None:
        self._place.say("")
        here = self._desk.editor.announcement()
        if here.id == about and here.approved_at is None:
            self._place.edited.emit(card)

    def _on_failed(self, error: DeskError) -> None:
        self._place.say("")
        self._tell(error)
