"""A feed keeps the list on screen true: pages, late rows, floods, and failures."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pytest
from pytestqt.qtbot import QtBot

from pcc_desk.errors import StoreBusy
from pcc_desk.ui.background import Background
from pcc_desk.ui.reading.feed import HEADS, PAGE, Feed, Page
from pcc_desk.ui.reading.long_list import KEPT, LongList
from pcc_desk.ui.widgets.cards import CardDelegate, CardTable
from tests.ui.screen import dress


class Row(NamedTuple):
    """A row with a key and words."""

    key: int
    words: str = ""


class PlainCard(CardDelegate):
    """A card with nothing on it."""

    def row_height(self) -> int:
        """Give a low card, so that many stand on the screen."""
        return 20

    def draw(self, painter: Any, box: Any, record: Any) -> None:
        """Draw nothing."""


@dataclass
class Table:
    """The rows the query reads, newest first."""

    rows: list[Row] = field(default_factory=list)
    fails: bool = False
    reads: int = 0

    def __call__(self, before: Any, limit: int) -> Page:
        """Read one page."""
        self.reads += 1
        if self.fails:
            raise StoreBusy("Another desk holds the database.")
        older = [row for row in self.rows if before is None or row.key < before]
        return Page(tuple(older[:limit]), len(older) > limit)


@dataclass(frozen=True)
class Shown:
    """A list on screen and what it reads."""

    table: Table
    rows: LongList[Row]
    view: CardTable
    feed: Feed
    background: Background
    qtbot: QtBot

    def keys(self) -> list[int]:
        """Give the loaded keys."""
        return [self.rows.key(row) for row in range(self.rows.rowCount())]

    def wait_for(self, keys: list[int]) -> None:
        """Wait until exactly these keys are loaded."""
        self.qtbot.waitUntil(lambda: self.keys() == keys)


@pytest.fixture
def shown(qtbot: QtBot) -> Iterator[Shown]:
    """An empty list of ten rows' height."""
    dress()
    background = Background()
    rows: LongList[Row] = LongList(lambda row: row.key, lambda row: row.words)
    view = CardTable("Rows", PlainCard())
    view.setModel(rows)
    qtbot.addWidget(view)
    view.resize(300, 200)
    view.show()
    yield Shown(Table(), rows, view, Feed(background, rows, view), background, qtbot)
    background.stop(60)


def rows_down(first: int, last: int) -> list[Row]:
    return [Row(key) for key in range(first, last - 1, -1)]


def test_older_pages_come_as_the_end_is_reached(shown: Shown) -> None:
    shown.table.rows = rows_down(180, 1)
    shown.feed.show(shown.table)
    shown.qtbot.waitUntil(lambda: shown.rows.rowCount() >= PAGE)

    def scroll() -> bool:
        shown.view.scrollToBottom()
        return shown.rows.rowCount() == 180

    shown.qtbot.waitUntil(scroll)
    assert shown.keys() == list(range(180, 0, -1))


def test_a_row_that_comes_late_goes_to_its_place_on_screen(shown: Shown) -> None:
    shown.table.rows = [Row(9), Row(5)]
    shown.feed.show(shown.table)
    shown.wait_for([9, 5])
    shown.table.rows = [Row(9), Row(7), Row(5)]
    shown.feed.refresh()
    shown.wait_for([9, 7, 5])


def test_what_changed_further_down_is_seen_while_it_is_on_screen(shown: Shown) -> None:
    shown.table.rows = rows_down(100, 1)
    shown.feed.show(shown.table)
    shown.qtbot.waitUntil(lambda: shown.rows.rowCount() >= PAGE)
    shown.view.scrollTo(shown.rows.index(45, 0))
    seen = shown.view.rowAt(100)
    key = shown.rows.key(seen)
    shown.table.rows = [row._replace(words="new") if row.key == key else row for row in shown.table.rows]
    shown.feed.refresh()
    shown.qtbot.waitUntil(lambda: (record := shown.rows.record(seen)) is not None and record.words == "new")


def test_a_few_hundred_new_rows_join_without_a_hole(shown: Shown) -> None:
    shown.table.rows = rows_down(100, 1)
    shown.feed.show(shown.table)
    shown.qtbot.waitUntil(lambda: shown.rows.rowCount() >= PAGE)
    shown.table.rows = rows_down(400, 1)
    shown.feed.refresh()
    shown.qtbot.waitUntil(lambda: shown.rows.key(0) == 400)
    known = shown.keys()
    assert known == list(range(400, 400 - len(known), -1)) and len(known) >= 300 + PAGE


def test_a_flood_of_new_rows_starts_the_list_again_instead_of_reading_them_all(shown: Shown) -> None:
    shown.table.rows = rows_down(100, 1)
    shown.feed.show(shown.table)
    shown.qtbot.waitUntil(lambda: shown.rows.rowCount() >= PAGE)
    newest = 100 + PAGE * (HEADS + 10)
    shown.table.rows = rows_down(newest, 1)
    before = shown.table.reads
    shown.feed.refresh()
    shown.qtbot.waitUntil(lambda: shown.rows.key(0) == newest)
    assert shown.table.reads - before <= HEADS + 3
    known = shown.keys()
    assert known == list(range(newest, newest - len(known), -1))


def test_records_let_go_are_read_again_when_their_rows_are_seen(shown: Shown) -> None:
    shown.table.rows = rows_down(KEPT + 500, 1)
    shown.feed.show(shown.table)
    shown.qtbot.waitUntil(lambda: shown.rows.rowCount() >= PAGE)
    shown.rows.extend(shown.table.rows[PAGE:], False)
    shown.view.scrollToTop()
    shown.view.viewport().repaint()
    shown.qtbot.waitUntil(lambda: shown.rows.record(0) is not None)


def test_an_answer_of_an_earlier_query_is_dropped(shown: Shown) -> None:
    other = Table([Row(3)])
    shown.table.rows = [Row(9)]
    shown.feed.show(shown.table)
    shown.feed.show(other)
    shown.wait_for([3])
    shown.qtbot.wait(100)
    assert shown.keys() == [3]


def test_a_failure_is_told_and_the_next_change_reads_again(shown: Shown) -> None:
    shown.table.rows = [Row(9)]
    shown.feed.show(shown.table)
    shown.wait_for([9])
    shown.table.fails = True
    with shown.qtbot.waitSignal(shown.background.failed) as told:
        shown.feed.refresh()
    assert isinstance(told.args[0], StoreBusy) and shown.keys() == [9]
    shown.table.fails, shown.table.rows = False, [Row(10), Row(9)]
    shown.feed.refresh()
    shown.wait_for([10, 9])
