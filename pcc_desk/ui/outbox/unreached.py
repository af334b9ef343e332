"""The people an email did not reach, listed so that the office can put its list right."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from pcc_desk.model.delivery import Delivery
from pcc_desk.model.unreached import Unreached
from pcc_desk.ui.background import Background
from pcc_desk.ui.file_saving import FileWish, save_file
from pcc_desk.ui.reading.remote_text import show_line
from pcc_desk.ui.widgets.buttons import LinkButton
from pcc_desk.ui.widgets.frames import Card, column
from pcc_desk.ui.widgets.words import Label
from pcc_desk.ui.widgets.wrap import Wrap

if TYPE_CHECKING:
    from pcc_desk.services.desk import Services

SHOWN = 20


class UnreachedPeople(QWidget):
    """Says who did not get it and why; hidden where everybody did."""

    def __init__(self, services: Services, background: Background, delivery: Delivery) -> None:
        super().__init__()
        self._services, self._background, self._delivery = services, background, delivery
        self._people: tuple[Unreached, ...] = ()
        self._saved = Label("", "muted", wrap=True, parent=self)
        self._saved.hide()
        self._rows = column(self, gap=8)
        self.hide()
        background.ask(lambda: services.outbox.unreached(delivery.id), self._on_read)

    def _on_read(self, people: tuple[Unreached, ...]) -> None:
        if not people or not isValid(self):
            return
        self._people = people
        self._rows.addWidget(Label(_heading(len(people)), "heading"))
        card = Card()
        inside = column(card, margin=12, gap=8)
        for one in people[:SHOWN]:
            inside.addWidget(Label(show_line(one.address, 300), "strong", wrap=True).make_selectable())
            inside.addWidget(Label(show_line(one.why, 300), "small", wrap=True).make_selectable())
        if len(people) > SHOWN:
            inside.addWidget(
                Label(f"And {len(people) - SHOWN:,} more: save the list to see them all.", "muted", wrap=True)
            )
        self._rows.addWidget(card)
        self._add_buttons()
        self.show()

    def _add_buttons(self) -> None:
        copy, save = LinkButton("Copy the addresses"), LinkButton("Save the list")
        copy.clicked.connect(self._on_copy_clicked)
        save.clicked.connect(self._on_save_clicked)
        wrap = Wrap(gap=8)
        wrap.addWidget(copy)
        wrap.addWidget(save)
        self._rows.addLayout(wrap)
        self._rows.addWidget(self._saved)

    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(one.address for one in self._people))

    def _on_save_clicked(self) -> None:
        outbox, delivery_id = self._services.outbox, self._delivery.id
        wish = FileWish(
            "Save who did not get it", "Did not get it.csv", "Table", "csv", lambda: outbox.write_unreached(delivery_id)
        )
        save_file(self, self._background, wish, self._on_saved)

    def _on_saved(self, path: Path) -> None:
        self._saved.setText(f"Saved as {path.name}.")
        self._saved.show()


def _heading(count: int) -> str:
    return "1 person did not get it" if count == 1 else f"{count:,} people did not get it"
