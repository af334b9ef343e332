"""The bar above every place and the line of truth beneath it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QSizePolicy, QWidget

from pcc_desk.model.schedule import LONDON, on_wall
from pcc_desk.ui import theme
from pcc_desk.ui.reading.endings import say_endings
from pcc_desk.ui.reading.moments import say_when
from pcc_desk.ui.widgets.buttons import DangerButton, LinkButton, PrimaryButton
from pcc_desk.ui.widgets.chip import Chip
from pcc_desk.ui.widgets.frames import row
from pcc_desk.ui.widgets.words import ElidedLabel, Label, give_tip

if TYPE_CHECKING:
    from pcc_desk.model.delivery import OutboxCounts
    from pcc_desk.model.situation import Situation

TYPING_PAUSE_MS = 100
ROOMY = 760  # pixels at 100 % text size


def say_accounts(situation: Situation) -> str:
    """Say how many of the office's accounts work."""
    if not situation.accounts:
        return "No accounts connected yet"
    return f"{situation.connected} of {situation.accounts} account{'' if situation.accounts == 1 else 's'} connected"


def say_waiting(counts: OutboxCounts, now: datetime) -> str:
    """Say what waits to be sent and when the next goes, and what waits to be posted by hand."""
    by_hand = f" · {counts.by_hand} to post by hand" if counts.by_hand else ""
    return f"{_say_sending(counts, now)}{by_hand}"


def _say_sending(counts: OutboxCounts, now: datetime) -> str:
    if not counts.waiting:
        return "Nothing waiting to send"
    due = counts.next_due_at
    if due is None:
        return f"{counts.waiting} waiting to send"
    if due <= now:
        return f"{counts.waiting} waiting to send · next now"
    today = " today" if on_wall(due).date() == on_wall(now).date() else ""
    return f"{counts.waiting} waiting to send · next {say_when(due, now)}{today}"


def say_problems(situation: Situation) -> str:
    """Say in one short line what is wrong; where several accounts are silent, all of them are named or counted."""
    silent = situation.silent
    if len(silent) < 2:
        return " ".join(situation.problems)
    who = " and ".join(silent) if len(silent) == 2 else f"{len(silent)} accounts"
    return " ".join(filter(None, (f"Nothing comes in from {who} just now.", situation.outbox.problem)))


class SearchField(QLineEdit):
    """Searches as a person types; Esc empties it.

    Signals:
        words_changed(str): what is asked for now, after a short pause in typing.
        left(): the person goes on to what was found.
    """

    words_changed = Signal(str)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText("Search everything: people, words, #tags")
        self.setAccessibleName("Search everything")
        self.setMaximumWidth(theme.px(520))
        self._keys = Label("Ctrl K", "small", parent=self)
        self._pause = QTimer(self, singleShot=True, interval=TYPING_PAUSE_MS)
        self._pause.timeout.connect(lambda: self.words_changed.emit(self.text().strip()))
        self.textChanged.connect(self._on_text_changed)
        self.setTextMargins(0, 0, self._keys.sizeHint().width(), 0)

    def sizeHint(self) -> QSize:
        """Ask for a wide field."""
        return QSize(theme.px(414), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Make do with less in a narrow window."""
        return QSize(theme.px(120), super().minimumSizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Empty the field on Esc, search at once on Enter, and leave it on Down, or on Esc when it is empty."""
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Escape):
            self.left.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._pause.start(0)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the name of the keys at the right."""
        super().resizeEvent(event)
        size = self._keys.sizeHint()
        self._keys.setGeometry(
            QRect(self.width() - size.width() - theme.px(8), (self.height() - size.height()) // 2, *size.toTuple())
        )

    def _on_text_changed(self, text: str) -> None:
        self._keys.setVisible(not text)
        self._pause.start()


class Dot(QWidget):
    """A small disc in the colour of how things stand; the words beside it say the same."""

    def __init__(self, tone: str = "muted", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone = tone
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_tone(self, tone: str) -> None:
        """Change the colour: the name of a colour of the theme."""
        self._tone = tone
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for a few pixels."""
        return QSize(theme.px(9), theme.px(9))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the disc."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(getattr(theme.tokens(), self._tone)))
        painter.drawEllipse(self.rect())


class TopBar(QFrame):
    """Search, who watches, pause and the way to a new announcement.

    Signals:
        search_requested(str): show what matches these words; "" for everything.
        pause_requested(): stop all sending.
        new_requested(): begin an announcement.
    """

    search_requested = Signal(str)
    pause_requested = Signal()
    new_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.search = SearchField()
        self._name = ""
        self._watch = Chip("", "green")
        self._watch.hide()
        self.pause = DangerButton("&Pause all", "pause")
        self._new = PrimaryButton("&New announcement", "add")
        cells = row(self, margin=10, gap=12)
        cells.addWidget(self.search, 10)
        cells.addStretch(1)
        for each in (self._watch, self.pause, self._new):
            cells.addWidget(each)
        self.search.words_changed.connect(self.search_requested)
        self.pause.clicked.connect(self.pause_requested)
        self._new.clicked.connect(self.new_requested)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the name to the line at the foot when the room is short."""
        super().resizeEvent(event)
        self._show_watch()

    def show_situation(self, situation: Situation) -> None:
        """Name who is at the desk, and offer the pause while it is not on."""
        self.pause.setVisible(situation.office.paused_at is None)
        self._name = situation.office.person.name
        self._watch.setText(f"Watched now · {self._name}")
        self._show_watch()

    def _show_watch(self) -> None:
        self._watch.setVisible(bool(self._name) and self.width() >= theme.px(ROOMY))


class BottomBar(QFrame):
    """Tells the truth in one line: accounts, what waits, and whose desk this is.

    Signals:
        details_requested(): the person wants to know what is wrong, and what a server said.
    """

    details_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dot = Dot()
        # The names at the right give way first: what is true of sending is never cut.
        self._accounts = Label("Opening the office…", "small")
        self._problem = ElidedLabel("", "amber")
        self._waiting = Label("", "small")
        self._office = ElidedLabel("", "small")
        self._office.elide = Qt.TextElideMode.ElideLeft  # every office begins alike; who sits here stands at the end
        self._office.setAlignment(Qt.AlignmentFlag.AlignRight)
        cells = row(self, margin=5, gap=8)
        cells.setContentsMargins(theme.px(16), theme.px(5), theme.px(16), theme.px(5))
        cells.addWidget(self._dot)
        self._details = LinkButton("Details")
        self._details.setAccessibleName("Details of what is not right")
        self._details.clicked.connect(self.details_requested)
        for each in (self._accounts, self._problem, self._details, self._waiting):
            cells.addWidget(each)
            cells.addSpacing(theme.px(8))
        cells.addStretch(1)
        cells.addWidget(self._office)
        self._problem.hide()
        self._details.hide()

    def show_situation(self, situation: Situation, now: datetime) -> None:
        """Show how things stand."""
        ending = say_endings(situation.ends, now)
        trouble = situation.connected < situation.accounts or situation.problems or ending
        self._dot.set_tone("amber" if trouble else "green" if situation.accounts else "muted")
        online = "Online · " if situation.accounts and not situation.problems else ""
        self._accounts.setText(online + say_accounts(situation))
        self._problem.setText(" ".join(filter(None, (say_problems(situation), ending))))
        give_tip(self._problem, " ".join(filter(None, (*situation.problems, ending))))
        self._problem.setVisible(bool(self._problem.text()))
        self._details.setVisible(bool(situation.problems))
        self._waiting.setText(say_waiting(situation.outbox, now))
        office = situation.office
        self._office.setText(" · ".join(filter(None, (office.name, office.person.name, _zone(office.zone, now)))))

    def sentence(self) -> str:
        """Give the whole line as words."""
        shown = (self._accounts, self._problem, self._waiting, self._office)
        return " · ".join(each.text() for each in shown if each.text())


def _zone(zone: str, now: datetime) -> str:
    if zone != LONDON:
        return zone
    return "GMT" if on_wall(now) == on_wall(now, "UTC") else "British Summer Time"
