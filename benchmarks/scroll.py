"""What one frame of scrolling costs: at a million rows beside a thousand, and beside Qt's usual table (U1, U2)."""

import time
from collections.abc import Iterator
from statistics import median
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QTableView

from benchmarks.figure import Figure, compare
from benchmarks.long_rows import LARGE, PAGE, SMALL, application, fill, hold, message, reveal, show
from pcc_desk.model.message import Message
from pcc_desk.ui.reading.long_list import LongList

METRICS = ("scroll_at_a_million", "scroll_beside_a_table")
FRAMES, ROUNDS = 60, 11
ROOT = QModelIndex()


class UsualTable(QAbstractTableModel):
    """The same messages as a table of seven columns for Qt's own delegate."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self._count = count
        self._held: dict[int, Message] = {}

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = ROOT) -> int:
        """Count the rows."""
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = ROOT) -> int:
        """Count the columns."""
        return 0 if parent.isValid() else 7

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Give the words of one cell."""
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        kept = self._held.get(index.row())
        if kept is None:
            if len(self._held) > 2_000:
                self._held.clear()
            kept = self._held[index.row()] = message(self._count - index.row())
        said = f"{kept.created_at:%H:%M}", kept.kind.value, kept.state.value, kept.about
        return (kept.author.name, kept.author.handle, kept.text, *said)[index.column()]


def measure() -> Iterator[Figure]:
    """Scroll one row a frame, each table in turn."""
    application()
    small, large, usual = show(fill(SMALL)), show(fill(LARGE)), QTableView()
    usual.setModel(UsualTable(LARGE))
    reveal(usual)
    value, ratio = compare(lambda: _frames(small), lambda: _frames(large), ROUNDS)
    yield Figure(METRICS[0], value * 1000, "ms of processor a frame", ratio, f"the same at {SMALL} rows", ROUNDS)
    value, ratio = compare(lambda: _frames(usual), lambda: _frames(large), ROUNDS)
    yield Figure(METRICS[1], value * 1000, "ms of processor a frame", ratio, "a table of seven columns", ROUNDS)
    for table in (small, large, usual):
        table.close()


def _frames(table: QTableView) -> float:
    """Give the median processor seconds of a frame, from the middle of the table downwards."""
    rows, bar = table.model(), table.verticalScrollBar()
    start, costs = rows.rowCount() // 2, []
    for step in range(FRAMES):
        began = time.thread_time()
        if isinstance(rows, LongList) and step % (PAGE // 2) == 0:
            hold(rows, start + step)
        bar.setValue(_place(table, start + step))
        table.viewport().repaint()
        costs.append(time.thread_time() - began)
    return median(costs)


def _place(table: QTableView, row: int) -> int:
    per_pixel = table.verticalScrollMode() is QTableView.ScrollMode.ScrollPerPixel
    return row * table.rowHeight(0) if per_pixel else row
