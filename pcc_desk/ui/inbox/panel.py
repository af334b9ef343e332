"""The inbox: every message from the public in one list, read and answered without leaving it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QSplitter, QWidget

from pcc_desk.model.account import AccountState
from pcc_desk.model.changes import Changes
from pcc_desk.model.message import Message, MessageCounts, MessageFilter, MessageId, MessagePage, MessageState
from pcc_desk.ui import theme
from pcc_desk.ui.background import Background
from pcc_desk.ui.inbox.card import MessageCard, say_message
from pcc_desk.ui.inbox.filters import STATES, FilterColumn
from pcc_desk.ui.inbox.list_column import ACCOUNTS, SEARCH, ListColumn
from pcc_desk.ui.inbox.marking import Marking
from pcc_desk.ui.inbox.reading_room import ReadingRoom
from pcc_desk.ui.inbox.surroundings import Surroundings, read_surroundings, say_gap, say_number
from pcc_desk.ui.reading.feed import Feed, Page
from pcc_desk.ui.reading.long_list import ROOT, LongList
from pcc_desk.ui.reading.moments import present
from pcc_desk.ui.widgets.cards import CardTable
from pcc_desk.ui.widgets.frames import column
from pcc_desk.ui.widgets.keys import on_key
from pcc_desk.ui.widgets.words import is_new_look

if TYPE_CHECKING:
    from pcc_desk.services.desk import Services
    from pcc_desk.ui.inbox.reading_pane import ReadingPane

NARROW = 900  # pixels at 100 %; below it the filters are shown only when asked for
KEYS = {"D": MessageState.DONE, "W": MessageState.WAITING, "O": MessageState.OPEN}


class InboxPanel(QWidget):
    """Filters at the left, the list in the middle, the conversation at the right.

    Signals:
        place_requested(str): go to another place of the window.
        find_requested(): put the cursor into the window's search box.
        search_cleared(): the words searched for were dropped here; the search box should be empty.
    """

    place_requested = Signal(str)
    find_requested = Signal()
    search_cleared = Signal()

    def __init__(self, services: Services, background: Background) -> None:
        super().__init__()
        self._services, self._background = services, background
        self._words = ""
        self._state_before: Hashable = MessageState.OPEN
        self._row = 0  # where the chosen row stood, so that the next one is chosen when it leaves
        self._marking = Marking(services, background, self)
        self._looked: set[int] = set()  # gaps the person has looked at
        self._around: Surroundings | None = None
        self._card = MessageCard()
        self.rows: LongList[Message] = LongList(lambda message: message.id, say_message)
        self.table = CardTable("Messages", self._card)
        self.filters = FilterColumn()
        self.list = ListColumn(self.table)
        self.room = ReadingRoom(services, background)
        self.flush, self.is_unsaved = self.room.flush, self.room.is_unsaved
        self.hand_over, self.take_over = self.room.hand_over, self.room.take_over
        self._build()
        self.feed = Feed(background, self.rows, self.table)
        self._connect()
        self._show()

    @property
    def pane(self) -> ReadingPane:
        """The conversation at the right."""
        return self.room.pane()

    def show_first_page(self, page: MessagePage, counts: MessageCounts) -> None:
        """Show a first page of open messages that was read before the services were ready."""
        self.filters.show_counts(counts)
        query = _Query(self._services, self.filters.which())
        self.feed.show(query, Page(page.messages, page.more))
        self._show_heading()

    def search(self, words: str) -> None:
        """Show what holds `words`, in every state; no words show the state chosen before."""
        words = words.strip()
        if words == self._words:
            return
        if bool(words) != bool(self._words):
            self._state_before, state = self.filters.states.chosen(), None if words else self._state_before
            self.filters.states.choose(state)
        self._words = words
        self._show()

    def show_message(self, message_id: MessageId) -> None:
        """Show one message, in the list when it is there."""
        row = self.rows.row_of(message_id)
        if row >= 0:
            self.table.selectRow(row)
            return
        self.table.clearSelection()
        self._background.ask(lambda: self._services.inbox.by_ids((message_id,)), self._on_found)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the list the filters' room when the window is narrow."""
        super().resizeEvent(event)
        self._show_filters()

    def changeEvent(self, event: QEvent) -> None:
        """Grow with the text."""
        super().changeEvent(event)
        if is_new_look(event) and hasattr(self, "feed"):
            self._measure()

    def _build(self) -> None:
        self.table.setModel(self.rows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        split = self._split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(1)
        for part in (self.filters, self.list, self.room):
            split.addWidget(part)
            split.setStretchFactor(split.count() - 1, 1 if part is self.room else 0)
        column(self, gap=0).addWidget(split)
        self._measure()
        self.setFocusProxy(self.table)

    def _measure(self) -> None:
        for part, least in ((self.filters, 150), (self.list, 240), (self.room, 300)):
            part.setMinimumWidth(theme.px(least))
        self._split.setSizes([theme.px(190), theme.px(400), theme.px(690)])
        self._show_filters()

    def _show_filters(self) -> None:
        narrow = self.width() < theme.px(NARROW)
        self.list.offer_filters(narrow)
        self.filters.setVisible(not narrow or self.list.filters_wanted())

    def _connect(self) -> None:
        self._background.changed.connect(self._on_changed)
        self.filters.chosen.connect(self._show)
        self.filters.watch_requested.connect(self._on_watch_requested)
        self.feed.arrived.connect(self._on_arrived)
        self.table.selectionModel().selectionChanged.connect(self._on_selection_changed)
        self.rows.dataChanged.connect(self._on_selection_changed)
        self.room.state_requested.connect(self._on_state_requested)
        self.room.answered.connect(self.list.sent.say)
        self.room.left.connect(self.table.setFocus)
        self.list.undo_requested.connect(self._marking.undo)
        self._marking.marked.connect(self.list.done.say)
        self._marking.undone.connect(self.list.done.hide)
        self.list.step_requested.connect(self._on_step_requested)
        self.list.filters_toggled.connect(self.filters.setVisible)
        self.list.gaps_dismissed.connect(self._on_gaps_dismissed)
        keys: dict[str, Callable[[], None]] = {
            "J": partial(self._step, 1),
            "K": partial(self._step, -1),
            "R": self._write_answer,
            "/": self.find_requested.emit,
            "Esc": self._clear_search,
            "Ctrl+Z": self._marking.undo,
            **{key: partial(self._on_state_requested, state) for key, state in KEYS.items()},
        }
        for key, act in keys.items():
            on_key(key, self, act)
        for key in ("Return", "Enter"):
            on_key(key, self.table, self._write_answer, alone=True)

    def _show(self) -> None:
        self.list.sent.hide()
        self._card.show_state(self.filters.states.chosen() is None)
        self.feed.show(_Query(self._services, self.filters.which(self._words)))
        self._read_around()

    def _read_around(self) -> None:
        self._background.ask(partial(read_surroundings, self._services, present()), self._on_around)

    def _show_heading(self) -> None:
        if self._words:
            found = f"{self.rows.rowCount()}{' or more' if self.rows.canFetchMore(ROOT) else ''}"
            self.list.show_heading("Found", f"{found} for “{self._words}”")
            return
        which = self.filters.which()
        self.list.show_heading(STATES[which.state], say_number(self._around, which))

    def _show_room(self) -> None:
        if self.rows.rowCount():
            self.list.show_rows()
        elif self._words:
            self.list.show_empty(SEARCH)
        elif self._around is not None and not _connected(self._around):
            self.list.show_empty(ACCOUNTS)
        else:
            self.list.show_empty(self.filters.which().state)

    def _chosen(self) -> list[Message]:
        rows = (index.row() for index in self.table.selectionModel().selectedRows())
        return [record for row in sorted(rows) if (record := self.rows.record(row)) is not None]

    def _step(self, rows: int) -> None:
        last = self.rows.rowCount() - 1
        if last >= 0:
            self.table.selectRow(min(max(self.table.currentIndex().row() + rows, 0), last))

    def _write_answer(self) -> None:
        self.pane.answer.text.setFocus()

    def _clear_search(self) -> None:
        if self._words:
            self.search("")
            self.search_cleared.emit()

    def _on_found(self, found: tuple[Message, ...]) -> None:
        self.pane.show_message(found[0] if found else None)

    def _on_changed(self, changes: Changes) -> None:
        if changes & Changes.MESSAGES:
            self.feed.refresh()
        if changes & (Changes.MESSAGES | Changes.ACCOUNTS):
            self._read_around()
        if changes & (Changes.MESSAGES | Changes.DELIVERIES):
            self.room.refresh()

    def _on_around(self, around: Surroundings) -> None:
        before, self._around = self._around, around
        self._card.know(around.presences)
        self.filters.show_accounts(around.presences)
        self.filters.show_counts(around.counts)
        self.filters.show_hashtags(dict.fromkeys(each.tag for each in around.watches))
        self.pane.know(around.presences)
        now = present()
        self.list.say_gaps(say_gap(gap, around.presences, now) for gap in around.gaps if gap.id not in self._looked)
        self.list.say_problems(around.problems)
        if before is None or before.presences != around.presences:
            self.table.viewport().update()
        self._show_heading()
        self._show_room()
        self._choose()

    def _on_arrived(self) -> None:
        self._card.forget_words()
        self._show_heading()
        self._show_room()
        self._choose()

    def _choose(self) -> None:
        """Keep a row chosen: the one that was, or the one that took its place."""
        if self._around is None:
            return
        shown, chosen = self.pane.message(), self.table.selectionModel().hasSelection()
        if chosen and shown is None:
            self._on_selection_changed()  # it may have been chosen before the accounts were known
        if chosen:
            return
        row = self.rows.row_of(shown.id) if shown else -1
        if self.rows.rowCount():
            self.table.selectRow(row if row >= 0 else min(self._row, self.rows.rowCount() - 1))
        elif not self.pane.answer.text.hasFocus():
            self.pane.show_message(None)

    def _on_selection_changed(self) -> None:
        chosen = self._chosen()
        current = self.rows.record(self.table.currentIndex().row())
        if chosen and self._around is not None:
            self._row = self.table.currentIndex().row()
            self.pane.show_message(current if current in chosen else chosen[0], len(chosen))

    def _on_state_requested(self, state: MessageState) -> None:
        shown = self.pane.message()
        self.flush()
        self._marking.mark(self._chosen() or ([shown] if shown else []), state)

    def _on_watch_requested(self) -> None:
        _open_watching(self._services, self._background, self)

    def _on_gaps_dismissed(self) -> None:
        if self._around is not None:
            self._looked |= {gap.id for gap in self._around.gaps}

    def _on_step_requested(self, why: object) -> None:
        if why == SEARCH:
            self._clear_search()
        else:
            self.place_requested.emit("Settings")


class _Query:
    """Reads pages of the messages one filter lets through."""

    def __init__(self, services: Services, which: MessageFilter) -> None:
        self._services, self._which = services, which

    def __call__(self, before: MessageId | None, limit: int) -> Page:
        page = self._services.inbox.page(self._which, before, limit)
        return Page(page.messages, page.more)


def _connected(around: Surroundings) -> bool:
    return any(each.account.state is not AccountState.DISCONNECTED for each in around.presences.values())


def _open_watching(services: Services, background: Background, parent: QWidget) -> None:
    # only once it is asked for, so that no start takes longer
    from pcc_desk.ui.watching.sheet import WatchSheet

    WatchSheet(services, background, None, parent).open()
