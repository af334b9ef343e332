"""A long list says exactly what the desk's store says, whatever changed meanwhile."""

from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as some
from PySide6.QtCore import QModelIndex, QPersistentModelIndex
from PySide6.QtTest import QAbstractItemModelTester

from pcc_desk.ui.reading.long_list import KEPT, LongList
from pcc_desk.ui.widgets.cards import RECORD


class Row(NamedTuple):
    """A row with a key and words."""

    key: int
    words: str = ""


def a_list(*keys: int, more: bool = False) -> LongList[Row]:
    rows: LongList[Row] = LongList(lambda row: row.key, lambda row: row.words)
    rows.start([Row(key) for key in keys], more)
    return rows


def keys(rows: LongList[Row]) -> list[int]:
    return [rows.key(row) for row in range(rows.rowCount())]


def test_a_new_row_goes_to_the_top_and_the_others_stay() -> None:
    rows = a_list(5, 3)
    rows.merge([Row(9), Row(5), Row(3)], None, False)
    assert keys(rows) == [9, 5, 3]


def test_a_late_row_goes_to_its_place() -> None:
    rows = a_list(5, 3)
    rows.merge([Row(5), Row(4), Row(3)], None, False)
    assert keys(rows) == [5, 4, 3]


def test_a_row_that_left_the_filter_leaves_the_list() -> None:
    rows = a_list(5, 4, 3)
    rows.merge([Row(5), Row(3)], None, False)
    assert keys(rows) == [5, 3]


def test_rows_below_what_was_read_are_kept_unless_the_end_was_read() -> None:
    rows = a_list(5, 4, 3, 2, more=True)
    rows.merge([Row(5), Row(4)], None, False)
    assert keys(rows) == [5, 4, 3, 2] and rows.canFetchMore(QModelIndex())
    rows.merge([Row(5), Row(4)], None, True)
    assert keys(rows) == [5, 4] and not rows.canFetchMore(QModelIndex())


def test_a_screenful_further_down_changes_only_its_own_range() -> None:
    rows = a_list(9, 8, 7, 6, 5, 4, more=True)
    rows.merge([Row(6, "new words"), Row(5)], 8, False)
    assert keys(rows) == [9, 8, 6, 5, 4]
    record = rows.record(2)
    assert record is not None and record.words == "new words"


def test_a_selected_row_stays_selected_through_a_merge() -> None:
    rows = a_list(5, 3)
    chosen = QPersistentModelIndex(rows.index(1, 0))
    rows.merge([Row(9), Row(8), Row(5), Row(3)], None, False)
    assert chosen.isValid() and rows.key(chosen.row()) == 3


def test_a_record_no_longer_held_is_asked_for() -> None:
    rows = a_list()
    rows.start([Row(key) for key in range(KEPT + 10, 0, -1)], False)
    asked: list[bool] = []
    rows.missing_requested.connect(lambda: asked.append(True))
    assert rows.data(rows.index(0, 0), RECORD) is None and asked
    assert rows.record(KEPT) is not None


def test_a_page_that_repeats_known_rows_adds_none_twice() -> None:
    rows = a_list(5, 4, more=True)
    rows.extend([Row(4), Row(3)], False)
    assert keys(rows) == [5, 4, 3]


@given(some.sets(some.integers(1, 40)), some.sets(some.integers(1, 40)), some.integers(1, 12))
def test_any_merge_makes_its_range_equal_to_what_was_read(old: set[int], new: set[int], size: int) -> None:
    rows = a_list(*sorted(old, reverse=True), more=True)
    tester = QAbstractItemModelTester(rows, QAbstractItemModelTester.FailureReportingMode.Fatal)
    page = sorted(new, reverse=True)[:size]
    to_end = len(page) == len(new)
    rows.merge([Row(key) for key in page], None, to_end)
    below = [] if to_end else [key for key in sorted(old, reverse=True) if key < page[-1]]
    assert keys(rows) == page + below
    assert tester.model() is rows
