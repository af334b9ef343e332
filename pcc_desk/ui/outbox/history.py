"""What happened to a delivery: every try, every look, and every decision of a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from pcc_desk.model.delivery import Attempt, Delivery, DeliveryLine
from pcc_desk.ui.background import Background
from pcc_desk.ui.reading.moments import present, say_when
from pcc_desk.ui.reading.remote_text import show_line
from pcc_desk.ui.widgets.details import LONGEST, Details
from pcc_desk.ui.widgets.frames import clear, column
from pcc_desk.ui.widgets.words import Label

if TYPE_CHECKING:
    from pcc_desk.services.desk import Services

Told = tuple[tuple[Delivery, tuple[Attempt, ...]], ...]


class History(QWidget):
    """Shows the record of a delivery, of a thread part by part."""

    def __init__(self, services: Services, background: Background, line: DeliveryLine) -> None:
        super().__init__()
        self._services, self._background, self._parts = services, background, line.parts or (line.delivery,)
        self._told: Told | None = None
        rows = column(self, gap=12)
        rows.addWidget(Label("What happened", "heading"))
        self._lines = column(gap=4)
        rows.addLayout(self._lines)
        self.read_again()

    def read_again(self) -> None:
        """Read the record; where it says the same as before, everything stays as it is."""
        self._background.ask(self._read, self._on_read)

    def _read(self) -> Told:
        return tuple((part, self._services.outbox.attempts(part.id)) for part in self._parts)

    def _on_read(self, told: Told) -> None:
        if isValid(self) and told != self._told:
            self.show_record(told)

    def show_record(self, told: Told) -> None:
        """Show what happened to each part."""
        self._told = told
        clear(self._lines)
        if not any(attempts for _, attempts in told):
            self._lines.addWidget(Label("It has not been tried yet.", "muted"))
        for delivery, attempts in told:
            place = f"Part {delivery.part.number}: " if delivery.part is not None else ""
            for attempt in attempts:
                words = f"{say_when(attempt.started_at, present())}  {place}{attempt.sentence or attempt.outcome}"
                self._lines.addWidget(Label(show_line(words, 600), wrap=True).make_selectable())
                if attempt.detail:
                    self._lines.addWidget(Details(show_line(attempt.detail, LONGEST), attempt.sentence))
