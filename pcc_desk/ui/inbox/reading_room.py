"""The room for the conversation: what stands in it is loaded and built when it is first looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from pcc_desk.ui.background import Background
from pcc_desk.ui.widgets.frames import column

if TYPE_CHECKING:
    from pcc_desk.services.desk import Services
    from pcc_desk.ui.inbox.reading_pane import Held, ReadingPane


class ReadingRoom(QWidget):
    """Keeps the place of the reading pane, and hands on what it says.

    Signals:
        state_requested(MessageState): put the chosen messages into this state.
        answered(str): the answer is in the outbox; a sentence says to whom.
        left(): the person wants back to the list.
    """

    state_requested = Signal(object)
    answered = Signal(str)
    left = Signal()

    def __init__(self, services: Services, background: Background) -> None:
        super().__init__()
        self._services, self._background = services, background
        self._pane: ReadingPane | None = None
        self._rows = column(self, gap=0)

    def pane(self) -> ReadingPane:
        """Give the reading pane, built if need be."""
        if self._pane is None:
            # The first messages are listed without it; with it, listing them takes a fifth longer.
            from pcc_desk.ui.inbox.reading_pane import ReadingPane

            pane = self._pane = ReadingPane(self._services, self._background)
            self._rows.addWidget(pane)
            pane.state_requested.connect(self.state_requested)
            pane.answered.connect(self.answered)
            pane.left.connect(self.left)
        return self._pane

    def refresh(self) -> None:
        """Read the conversation again."""
        if self._pane is not None:
            self._pane.refresh()

    def flush(self) -> None:
        """Ask for the answer being written to be kept on disk now."""
        if self._pane is not None:
            self._pane.answer.flush()

    def is_unsaved(self) -> bool:
        """Tell whether an answer is not on the disk yet."""
        return self._pane is not None and self._pane.is_unsaved()

    def hand_over(self) -> Held | None:
        """Give what another window's room needs to go on from here; None when nothing was looked at yet."""
        return None if self._pane is None else self._pane.hand_over()

    def take_over(self, held: Held) -> None:
        """Go on where another window's room stopped."""
        self.pane().take_over(held)
