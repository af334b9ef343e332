"""The sheet behind the line at the foot: everything that is not right just now, and what each server said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QWidget
from shiboken6 import isValid

from pcc_desk.model.situation import Trouble
from pcc_desk.ui import theme
from pcc_desk.ui.background import Background
from pcc_desk.ui.reading.remote_text import show_line
from pcc_desk.ui.widgets.buttons import PrimaryButton
from pcc_desk.ui.widgets.details import LONGEST, Details
from pcc_desk.ui.widgets.frames import Card, Scroll, column, row
from pcc_desk.ui.widgets.words import Label

if TYPE_CHECKING:
    from pcc_desk.services.desk import Services

FINE = "Everything works again."


class TroubleSheet(QDialog):
    """Shows each trouble with its details."""

    def __init__(self, services: Services, background: Background, over: QWidget) -> None:
        super().__init__(over)
        self.setWindowTitle("What is not right just now")
        self.resize(theme.px(560), theme.px(420))
        self._scroll, close = Scroll(), PrimaryButton("Close")
        rows = column(self, margin=16, gap=12)
        rows.addWidget(Label("What is not right just now", "heading"))
        rows.addWidget(self._scroll, 1)
        foot = row()
        foot.addStretch(1)
        foot.addWidget(close)
        rows.addLayout(foot)
        close.clicked.connect(self.accept)
        self.finished.connect(self.deleteLater)
        background.ask(services.troubles, self._on_read)

    def _on_read(self, troubles: tuple[Trouble, ...]) -> None:
        if not isValid(self):
            return
        if not troubles:
            self._scroll.column.addWidget(Label(FINE, wrap=True))
        for trouble in troubles:
            card = Card()
            rows = column(card, margin=12, gap=6)
            rows.addWidget(Label(show_line(trouble.sentence, LONGEST), wrap=True).make_selectable())
            if trouble.detail:
                rows.addWidget(Details(show_line(trouble.detail, LONGEST), trouble.sentence))
            self._scroll.column.addWidget(card)
        self._scroll.column.addStretch(1)


def open_troubles(services: Services, background: Background, over: QWidget) -> None:
    """Open the sheet; it does not block."""
    TroubleSheet(services, background, over).open()
