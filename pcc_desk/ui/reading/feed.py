"""Keeps a long list true: brings pages as a person scrolls and re-reads what is on screen after a change."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QTableView

from pcc_desk.errors import DeskError
from pcc_desk.ui.background import Background
from pcc_desk.ui.reading.long_list import LongList

PAGE = 50
HEADS = 20  # pages read to reach the newest row known; beyond a thousand new rows the list starts again
SETTLE_MS = 120


@dataclass(frozen=True, slots=True)
class Page:
    """Records newest first, and whether older ones exist."""

    records: tuple[Any, ...]
    more: bool


Query = Callable[[Any, int], Page]  # (the key to stay below or None, how many) -> page


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the list stands: its first key, the key just above the screen (None at the top) and the rows on screen."""

    first: Any
    above: Any
    rows: int


@dataclass(frozen=True, slots=True)
class _Fresh:
    """The newest rows, whether they `met` the first key known, and the rows on screen when they lie further down."""

    newest: Page
    met: bool
    above: Any
    seen: Page | None


class Feed(QObject):
    """Joins one query, one long list and one view.

    Signals:
        arrived(): the list was filled, grown or re-read.
    """

    arrived = Signal()

    def __init__(self, background: Background, rows: LongList[Any], view: QTableView) -> None:
        super().__init__(view)
        self._background, self._rows, self._view = background, rows, view
        self._query: Query | None = None
        self._turn = 0  # answers of an earlier query are dropped
        self._growing = self._reading = self._again = False
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self.refresh)
        rows.older_requested.connect(self._on_older_requested)
        rows.missing_requested.connect(self._on_missing_requested)
        view.verticalScrollBar().valueChanged.connect(self._on_scrolled)

    def show(self, query: Query, first: Page | None = None) -> None:
        """Fill the list from a query; a `first` page already read is shown at once."""
        self._query = query
        self._turn += 1
        self._growing = self._reading = self._again = False
        if first is not None:
            self._on_started(self._turn, first)
        else:
            self._background.ask(partial(query, None, PAGE), partial(self._on_started, self._turn), self._on_failed)

    def refresh(self) -> None:
        """Re-read what is newer than the first row and what is on screen; a second wish waits for the first."""
        if self._query is None:
            return
        if self._reading:
            self._again = True
            return
        self._reading = True
        top, bottom = self._on_screen()
        place = _Place(self._rows.key(0), self._rows.key(top - 1), bottom - top + 1)
        work = partial(_read_again, self._query, self._rows.key_of, place)
        self._background.ask(work, partial(self._on_read_again, self._turn), self._on_failed)

    def _on_screen(self) -> tuple[int, int]:
        top = max(self._view.rowAt(0), 0)
        bottom = self._view.rowAt(self._view.viewport().height() - 1)
        return top, bottom if bottom >= 0 else max(self._rows.rowCount() - 1, top)

    def _on_scrolled(self) -> None:
        self._settle.start()

    def _on_missing_requested(self) -> None:
        if not self._settle.isActive():
            self._settle.start()

    def _on_older_requested(self) -> None:
        if self._query is None or self._growing:
            return
        self._growing = True
        last = self._rows.key(self._rows.rowCount() - 1)
        self._background.ask(partial(self._query, last, PAGE), partial(self._on_older, self._turn), self._on_failed)

    def _on_failed(self, error: DeskError) -> None:
        self._growing = self._reading = self._again = False  # what is shown stays; the next change asks again
        self._background.failed.emit(error)

    def _on_started(self, turn: int, page: Page) -> None:
        if turn == self._turn:
            self._rows.start(page.records, page.more)
            self.arrived.emit()

    def _on_older(self, turn: int, page: Page) -> None:
        if turn == self._turn:
            self._growing = False
            self._rows.extend(page.records, page.more)
            self.arrived.emit()

    def _on_read_again(self, turn: int, fresh: _Fresh) -> None:
        if turn != self._turn:
            return
        self._reading = False
        if self._rows.rowCount() == 0 or not fresh.met:
            self._rows.start(fresh.newest.records, fresh.newest.more)
        else:
            self._rows.merge(fresh.newest.records, None, not fresh.newest.more)
            if fresh.seen is not None:
                self._rows.merge(fresh.seen.records, fresh.above, not fresh.seen.more)
        self.arrived.emit()
        if self._again:
            self._again = False
            self.refresh()


def _read_again(query: Query, key: Callable[[Any], Any], place: _Place) -> _Fresh:
    """Read the newest pages until they meet the first key known, then the rows on screen."""
    page = query(None, max(PAGE, place.rows))
    records, more = list(page.records), page.more
    for _ in range(HEADS):
        if place.first is None or not more or key(records[-1]) <= place.first:
            break
        page = query(key(records[-1]), PAGE)
        records, more = [*records, *page.records], page.more
    met = place.first is None or not more or key(records[-1]) <= place.first
    seen = None if place.above is None else query(place.above, place.rows)
    return _Fresh(Page(tuple(records), more), met, place.above, seen)
