"""The sheet that corrects what was posted: the same words once, for every channel where they stand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QDialog, QLineEdit, QPlainTextEdit, QWidget
from shiboken6 import isValid

from pcc_desk.errors import DeskError, NotReady
from pcc_desk.model.changes import Changes
from pcc_desk.model.correction import Correctable, Correction
from pcc_desk.model.cost import Forecast
from pcc_desk.ui import theme
from pcc_desk.ui.background import Background
from pcc_desk.ui.reading.moments import present
from pcc_desk.ui.reading.money import say_forecast
from pcc_desk.ui.reading.presence import Platforms, read_platforms
from pcc_desk.ui.reading.remote_text import show_handle
from pcc_desk.ui.widgets.banner import Banner
from pcc_desk.ui.widgets.buttons import PrimaryButton, QuietButton
from pcc_desk.ui.widgets.chip import Tile
from pcc_desk.ui.widgets.frames import Card, Scroll, clear, column, row
from pcc_desk.ui.widgets.words import Label

if TYPE_CHECKING:
    from pcc_desk.services.desk import Services

Read = Callable[[], tuple[Correctable, ...]]
Checked = tuple[list[tuple[str, ...]], tuple[Correction, ...], tuple[Forecast, ...]]
PAUSE_MS = 250
NOTE = "The words change where they stand. People may have read the old ones. PCC Desk keeps both."


class Words(Card):
    """The same words wherever they stand, and the channels that will be corrected.

    Signals:
        edited(): something was typed.
    """

    edited = Signal()

    def __init__(self, places: tuple[Correctable, ...], platforms: Platforms) -> None:
        super().__init__()
        self.places, self._stands = places, places[0].stands
        self.title, self.text = QLineEdit(self._stands.title), QPlainTextEdit(self._stands.text)
        self._problems = Label("", "red", wrap=True)
        self._problems.hide()
        rows = column(self, margin=12, gap=8)
        for place in places:
            rows.addWidget(_name(place, platforms))
        if self._stands.title:
            self.title.setAccessibleName("Title")
            rows.addWidget(self.title)
        self.text.setAccessibleName("Text")
        self.text.setMinimumHeight(theme.px(120))
        self.text.setTabChangesFocus(True)
        rows.addWidget(self.text)
        rows.addWidget(self._problems)
        self.title.textEdited.connect(self.edited)
        self.text.textChanged.connect(self.edited)

    def corrections(self) -> tuple[Correction, ...]:
        """Give what was changed, one correction a place; () when nothing was."""
        title, text = self.title.text(), self.text.toPlainText()
        if (title, text) == (self._stands.title, self._stands.text):
            return ()
        return tuple(Correction(place.delivery.id, text, title) for place in self.places)

    def show_problems(self, problems: tuple[str, ...]) -> None:
        """Say what stops these words."""
        self._problems.setText(" ".join(problems))
        self._problems.setVisible(bool(problems))


class CorrectSheet(QDialog):
    """Asks for the right words and approves them.

    Signals:
        approved(): the corrections are in the outbox.
    """

    approved = Signal()

    def __init__(self, services: Services, background: Background, read: Read, parent: QWidget) -> None:
        super().__init__(parent)
        self._services, self._background = services, background
        self._words: list[Words] = []
        self._notice, self._scroll = Banner("red"), Scroll()
        self._send, self._cancel = PrimaryButton("Correct it"), QuietButton("Cancel")
        self._costs = Label("", "small", wrap=True)
        self._costs.hide()
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._build()
        background.ask(lambda: (read(), read_platforms(services)), self._on_read, self._on_failed)

    def _build(self) -> None:
        self.setWindowTitle("Correct what was posted")
        self.resize(theme.px(560), theme.px(560))
        rows = column(self, margin=16, gap=12)
        rows.addWidget(Label("Correct what was posted", "heading"))
        rows.addWidget(Label(NOTE, "muted", wrap=True))
        rows.addWidget(self._notice)
        rows.addWidget(self._scroll, 1)
        rows.addWidget(self._costs)
        foot = row(gap=8)
        foot.addStretch(1)
        foot.addWidget(self._cancel)
        foot.addWidget(self._send)
        rows.addLayout(foot)
        self._send.setEnabled(False)
        self._pause.timeout.connect(self._check)
        self._cancel.clicked.connect(self.reject)
        self._send.clicked.connect(self._on_send_clicked)

    def _on_read(self, read: tuple[tuple[Correctable, ...], Platforms]) -> None:
        if not isValid(self):
            return
        places, platforms = read
        clear(self._scroll.column)
        groups: dict[tuple[str, str], tuple[Correctable, ...]] = {}
        for place in places:
            if not place.why_not:
                key = (place.stands.title, place.stands.text)
                groups[key] = (*groups.get(key, ()), place)
        self._words = [Words(group, platforms) for group in groups.values()]
        for words in self._words:
            words.edited.connect(self._on_edited)
            self._scroll.column.addWidget(words)
        for place in places:
            if place.why_not:
                self._scroll.column.addWidget(_name(place, platforms, place.why_not))
        if not self._words:
            self._scroll.column.addWidget(
                Label("There is nothing here that PCC Desk can correct.", "strong", wrap=True)
            )
        self._scroll.column.addStretch(1)

    def _corrections(self) -> tuple[Correction, ...]:
        return tuple(each for words in self._words for each in words.corrections())

    def _on_edited(self) -> None:
        self._send.setEnabled(False)
        self._pause.start()

    def _check(self) -> None:
        asked = [(words.places, words.corrections()) for words in self._words]
        self._background.ask(partial(self._problems_of, asked), self._on_checked)

    def _problems_of(self, asked: list[tuple[tuple[Correctable, ...], tuple[Correction, ...]]]) -> Checked:
        problems = self._services.corrections.problems
        found = [
            tuple(dict.fromkeys(each for pair in zip(places, wishes, strict=False) for each in problems(*pair)))
            for places, wishes in asked
        ]
        pairs = [pair for places, wishes in asked for pair in zip(places, wishes, strict=False)]
        costs = self._services.costs.of_corrections(pairs, present())
        return found, tuple(wish for _, wish in pairs), costs

    def _on_checked(self, checked: Checked) -> None:
        problems, wishes, costs = checked
        if wishes != self._corrections():
            return  # something was typed since
        for words, found in zip(self._words, problems, strict=True):
            words.show_problems(found)
        self._costs.setText("\n".join(map(say_forecast, costs)))
        self._costs.setVisible(bool(costs))
        self._send.setEnabled(bool(wishes) and not any(problems))
        count = len(wishes)
        self._send.setText("Correct it" if count < 2 else f"Correct it on {count} channels")

    def _on_send_clicked(self) -> None:
        self._send.setEnabled(False)
        wishes = self._corrections()
        self._background.do(
            partial(self._approve, wishes, present()),
            self._on_approved,
            self._on_failed,
            touches=Changes.DELIVERIES | Changes.ANNOUNCEMENTS,
        )

    def _approve(self, wishes: tuple[Correction, ...], now: datetime) -> Changes:
        return self._services.corrections.approve(wishes, now)

    def _on_approved(self, _: Changes) -> None:
        self.approved.emit()
        self.accept()

    def _on_failed(self, error: DeskError) -> None:
        self._notice.tell(error)
        if isinstance(error, NotReady) and error.problems:
            self._notice.say(" ".join(error.problems))
        self._pause.start()


def open_sheet(services: Services, background: Background, read: Read, parent: QWidget) -> CorrectSheet:
    """Open the sheet for what `read` gives; it does not block."""
    sheet = CorrectSheet(services, background, read, parent)
    sheet.finished.connect(sheet.deleteLater)
    sheet.open()
    return sheet


def _name(place: Correctable, platforms: Platforms, why_not: str = "") -> QWidget:
    line = QWidget()
    cells = row(line, gap=8)
    platform = platforms.get(place.account.platform)
    if platform is not None:
        cells.addWidget(Tile(platform.letter, platform.colour, platform.title))
        cells.addWidget(Label(platform.title, "muted" if why_not else "strong"))
    part = place.delivery.part
    words = why_not or show_handle(place.account.handle)
    cells.addWidget(Label(f"Part {part.number}: {words}" if part is not None else words, "muted", wrap=True), 1)
    return line
