"""Lists of cards."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QTableView
from pytestqt.qtbot import QtBot

from pcc_desk.ui import theme
from pcc_desk.ui.widgets.cards import KEPT_TEXTS, RECORD, CardDelegate, CardTable, Face, Pen
from tests.ui.screen import dress


class Names(CardDelegate):
    """Writes a name."""

    def __init__(self) -> None:
        super().__init__()
        self.drawn: list[str] = []

    def row_height(self) -> int:
        """Give 40 pixels at 100 % text size."""
        return theme.px(40)

    def draw(self, painter: QPainter, box: QRect, record: Any) -> None:
        """Write the name."""
        self.drawn.append(record)
        self.pen.write(painter, box, record, Face.BODY, theme.tokens().ink)


def open_table(qtbot: QtBot, count: int) -> tuple[CardTable, Names]:
    """Show a list of names."""
    dress()
    rows = QStandardItemModel()
    for number in range(count):
        row = QStandardItem()
        row.setData(f"<b>name {number}</b>", RECORD)
        rows.appendRow(row)
    cards = Names()
    table = CardTable("Names", cards)
    rows.setParent(table)
    table.setModel(rows)
    qtbot.addWidget(table)
    table.resize(300, 200)
    table.show()
    return table, cards


def test_only_what_is_seen_is_drawn(qtbot: QtBot) -> None:
    table, cards = open_table(qtbot, 1_000)
    table.viewport().grab()
    assert 4 <= len(set(cards.drawn)) <= 7


def choose_twice(table: CardTable, choose: Callable[[int], None]) -> list[int]:
    """Choose one row and then another, and give the rows chosen."""
    choose(1)
    choose(3)
    return sorted(index.row() for index in table.selectionModel().selectedRows())


@pytest.mark.parametrize("held", [Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier])
def test_a_row_is_chosen_alone_whatever_keys_are_held(qtbot: QtBot, held: Qt.KeyboardModifier) -> None:
    table, _ = open_table(qtbot, 5)
    table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
    QTest.keyPress(table, Qt.Key.Key_F12, held)
    assert choose_twice(table, table.selectRow) == [3]
    assert table.currentIndex().row() == 3
    control = choose_twice(table, partial(QTableView.selectRow, table))
    QTest.keyRelease(table, Qt.Key.Key_F12)
    assert control != [3], "Qt's own adds to what is chosen, or takes from it"


def test_every_card_is_as_high_as_the_text_size_asks(qtbot: QtBot) -> None:
    table, _ = open_table(qtbot, 3)
    assert table.rowHeight(0) == 40
    dress(scale=1.5)
    qtbot.waitUntil(lambda: table.rowHeight(2) == theme.px(40) > 60)
    dress()


def test_tab_leaves_the_list_and_arrows_walk_it(qtbot: QtBot) -> None:
    table, _ = open_table(qtbot, 5)
    table.setFocus()
    table.selectRow(0)
    QTest.keyClick(table, Qt.Key.Key_Down)
    assert table.currentIndex().row() == 1
    assert not table.tabKeyNavigation()


def test_a_card_shows_markup_as_it_is_written(qtbot: QtBot) -> None:
    dress()
    pen = Pen()
    assert pen.width("<b>name</b>", Face.BODY) > pen.width("name", Face.BODY) * 2


def test_the_laid_out_texts_do_not_grow_for_ever(qtbot: QtBot) -> None:
    dress()
    pen, image = Pen(), QImage(10, 10, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    for number in range(KEPT_TEXTS + 50):
        pen.write(painter, QRect(0, 0, 10, 10), str(number), Face.BODY, "#000000")
    painter.end()
    assert len(pen._texts) <= KEPT_TEXTS + 1


def test_a_chip_that_has_no_room_is_left_out(qtbot: QtBot) -> None:
    dress()
    pen, image = Pen(), QImage(200, 20, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    assert pen.chip(painter, QRect(0, 0, 200, 18), "Reply", "accent") > 0
    assert pen.chip(painter, QRect(0, 0, 10, 18), "Reply", "accent") == 0
    painter.end()
