"""The pictures and films that stand on the office's website only because a platform fetched them there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from pcc_desk.errors import DeskError
from pcc_desk.model.changes import Changes
from pcc_desk.model.delivery import Delivery
from pcc_desk.model.hosting import Lent
from pcc_desk.ui.background import Background
from pcc_desk.ui.reading.moments import present
from pcc_desk.ui.widgets.buttons import LinkButton
from pcc_desk.ui.widgets.frames import column
from pcc_desk.ui.widgets.words import Label

if TYPE_CHECKING:
    from pcc_desk.services.desk import Services


class HostedMedia(QWidget):
    """Says how many there are, and offers to remove them; hidden where there are none."""

    def __init__(self, services: Services, background: Background, delivery: Delivery) -> None:
        super().__init__()
        self._services, self._background, self._delivery = services, background, delivery
        self._words, self._remove = Label("", "muted", wrap=True), LinkButton("Remove from the website")
        rows = column(self, gap=2)
        rows.addWidget(self._words)
        rows.addWidget(self._remove)
        self._remove.clicked.connect(self._on_remove_clicked)
        self.hide()
        background.ask(lambda: services.hosting.count(delivery.id), self._on_counted)

    def _on_counted(self, lent: Lent) -> None:
        if isValid(self):
            self._words.setText(_say(lent))
            self.setVisible(lent != Lent())

    def _on_remove_clicked(self) -> None:
        self._remove.setEnabled(False)
        services, delivery_id = self._services, self._delivery.id
        self._background.reach(
            lambda: services.hosting.remove(delivery_id, present()), self._on_removed, self._on_failed
        )

    def _on_removed(self, _: Changes) -> None:
        self._on_counted(Lent())

    def _on_failed(self, error: DeskError) -> None:
        if isValid(self):
            self._words.setText(f"{error.sentence} {error.next_step}")
            self._remove.setEnabled(True)


def _say(lent: Lent) -> str:
    parts = [_count(lent.pictures, "picture")] * bool(lent.pictures) + [_count(lent.films, "film")] * bool(lent.films)
    if not parts:
        return "Nothing for this stands on your website."
    verb = "stands" if lent.pictures + lent.films == 1 else "stand"
    return f"{' and '.join(parts)} for this {verb} on your website."


def _count(number: int, one: str) -> str:
    return f"{number} {one}" if number == 1 else f"{number} {one}s"
