"""The figures as a table."""

from datetime import timedelta
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from pcc_desk.model.report import Figures, Report
from pcc_desk.ui import theme
from pcc_desk.ui.live.countdown import say_length

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
HEADINGS = (
    "Channel",
    "Announcements\nposted\ncounted",
    "Messages\nreceived\ncounted",
    "Answered\ncounted",
    "Median time to\nfirst answer\ncounted",
    "Still open\ncounted",
)


class FiguresModel(QAbstractTableModel):
    """One row a channel, and all of them together in the last."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[Figures, ...] = ()

    def show_report(self, report: Report) -> None:
        """Show another report."""
        self.beginResetModel()
        self._rows = (*report.channels, report.together)
        self.endResetModel()

    def rowCount(self, parent: Index = ROOT) -> int:
        """Tell how many channels there are, and one more."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = ROOT) -> int:
        """Tell how many figures a channel has."""
        return 0 if parent.isValid() else len(HEADINGS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        """Give the name of a column."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return HEADINGS[section]
        return _side(section) | Qt.AlignmentFlag.AlignBottom if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: Index, role: int = 0) -> Any:
        """Give a figure in words, numbers to the right, the last row in bold."""
        if role == Qt.ItemDataRole.DisplayRole:
            return _words(self._rows[index.row()])[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(index.column()) | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.FontRole and index.row() == len(self._rows) - 1:
            heavy = QFont()
            heavy.setBold(True)
            return heavy
        return None


class FiguresTable(QTableView):
    """The table of a report, which shows plain words and cannot be changed."""

    def __init__(self) -> None:
        super().__init__()
        self.figures = FiguresModel()
        self.setModel(self.figures)
        self.setAccessibleName("Figures by channel")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setMinimumSectionSize(theme.px(90))


def _side(column: int) -> Qt.AlignmentFlag:
    return Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft


def _words(figures: Figures) -> tuple[str, ...]:
    return (
        figures.channel,
        str(figures.posted),
        str(figures.received),
        str(figures.answered),
        _say_wait(figures.first_answer),
        str(figures.still_open),
    )


def _say_wait(wait: timedelta | None) -> str:
    return "none answered" if wait is None else say_length(wait)
