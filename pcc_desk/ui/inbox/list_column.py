"""The inbox's middle column: what the list shows, notices above it, and what to say when it is empty."""

from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QTableView, QWidget

from pcc_desk.model.message import MessageState
from pcc_desk.ui.widgets.banner import Banner
from pcc_desk.ui.widgets.buttons import LinkButton, QuietButton
from pcc_desk.ui.widgets.frames import EmptyState, Pane, Rule, column, row
from pcc_desk.ui.widgets.words import ElidedLabel, Label

ACCOUNTS, SEARCH = "accounts", "search"
EMPTY: dict[object, tuple[str, str, str]] = {
    ACCOUNTS: (
        "No account is connected yet",
        "Replies, mentions and comments from the public come here. Connect an account and they arrive by themselves.",
        "Connect an account",
    ),
    SEARCH: ("Nothing found", "Try fewer or shorter words, or another filter at the left.", "Clear the search"),
    MessageState.OPEN: (
        "Nothing is open",
        "Every message here has been dealt with. New ones appear by themselves.",
        "",
    ),
    MessageState.WAITING: (
        "Nothing is waiting",
        "A message you answered, or marked Waiting, stays here until you mark it Done.",
        "",
    ),
    MessageState.DONE: ("Nothing is done yet", "Messages you mark Done are kept here.", ""),
    None: ("No messages yet", "Replies, mentions and comments from the public come here by themselves.", ""),
}


class ListColumn(Pane):
    """Heading, notices, and either the list or a word about why it is empty.

    Signals:
        step_requested(str): the first step offered by the empty list named so.
        undo_requested(): take the last change of state back.
        gaps_dismissed(): the person has looked at the missing ranges.
        filters_toggled(bool): show or hide the filters in a narrow window.
    """

    step_requested = Signal(object)
    undo_requested = Signal()
    gaps_dismissed = Signal()
    filters_toggled = Signal(bool)

    def __init__(self, table: QTableView, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._table = table
        self._title, self._count = Label("", "heading"), ElidedLabel("", "muted")
        self._filters = QuietButton("Filters")
        self.gaps, self.problems = Banner("amber"), Banner("red", closable=False)
        self.done, self.sent = Banner("green"), Banner("green")
        self._rooms = QStackedWidget()
        self._empty: EmptyState | None = None
        self._build()

    def show_heading(self, title: str, count: str) -> None:
        """Say what the list shows and how many."""
        self._title.setText(title)
        self._count.setText(count)

    def heading(self) -> str:
        """Give the heading shown."""
        return f"{self._title.text()} {self._count.text()}"

    def offer_filters(self, offered: bool) -> None:
        """Show the button that brings the filters into a narrow window."""
        self._filters.setVisible(offered)

    def filters_wanted(self) -> bool:
        """Tell whether the filters were asked for."""
        return self._filters.isChecked()

    def say_gaps(self, sentences: Iterable[str]) -> None:
        """Show which ranges of time are missing, one sentence each."""
        _say(self.gaps, sentences)

    def say_problems(self, sentences: Iterable[str]) -> None:
        """Show which streams fail, one sentence each."""
        _say(self.problems, sentences)

    def show_rows(self) -> None:
        """Show the list."""
        self._show(None)

    def show_empty(self, why: object) -> None:
        """Say what belongs here and offer the first step."""
        heading, sentence, step = EMPTY[why]
        empty = EmptyState("search" if why == SEARCH else "inbox", heading, sentence, step)
        if empty.button is not None:
            empty.button.clicked.connect(lambda: self.step_requested.emit(why))
        self._show(empty)

    def empty_words(self) -> str:
        """Give the words shown instead of a list, or ""."""
        return "" if self._empty is None else " ".join(label.text() for label in self._empty.findChildren(Label))

    def _show(self, empty: EmptyState | None) -> None:
        before, self._empty = self._empty, empty
        if empty is not None:
            self._rooms.addWidget(empty)
        self._rooms.setCurrentWidget(empty or self._table)
        if before is not None:
            self._rooms.removeWidget(before)
            before.deleteLater()

    def _build(self) -> None:
        rows = column(self, gap=0)
        head = row(margin=10)
        head.addWidget(self._title)
        head.addWidget(self._count, 1)
        head.addWidget(self._filters)
        rows.addLayout(head)
        rows.addWidget(Rule())
        undo = LinkButton("Undo")
        self.done.add_button(undo)
        for banner in (self.problems, self.gaps, self.done, self.sent):
            rows.addWidget(banner)
        rows.addWidget(self._rooms, 1)
        self._rooms.addWidget(self._table)
        self._filters.setCheckable(True)
        self._filters.hide()
        self._filters.toggled.connect(self.filters_toggled)
        undo.clicked.connect(self.undo_requested)
        self.gaps.dismissed.connect(self.gaps_dismissed)


def _say(banner: Banner, sentences: Iterable[str]) -> None:
    words = "\n".join(sentences)
    if not words:
        banner.hide()
    elif words != banner.text() or banner.isHidden():
        banner.say(words)
