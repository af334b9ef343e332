"""The list at the left: drafts, what is scheduled and what was sent."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from PySide6.QtCore import QModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QButtonGroup, QStackedWidget, QWidget

from pcc_desk.model.announcement import Announcement, AnnouncementId
from pcc_desk.ui import theme
from pcc_desk.ui.compose.wording import name_of
from pcc_desk.ui.reading.moments import say_when
from pcc_desk.ui.reading.presence import Presence, Presences
from pcc_desk.ui.widgets.buttons import FilterButton
from pcc_desk.ui.widgets.cards import RECORD, CardDelegate, CardTable, Face
from pcc_desk.ui.widgets.chip import TILE, paint_tile
from pcc_desk.ui.widgets.frames import EmptyState, Pane, column
from pcc_desk.ui.widgets.wrap import Wrap


class Shelf(StrEnum):
    """Which announcements the list shows."""

    DRAFTS = "Drafts"
    SCHEDULED = "Scheduled"
    SENT = "Sent"


EMPTY = {
    Shelf.DRAFTS: ("compose", "No drafts", "What you write is kept here until you send it.", "Begin one"),
    Shelf.SCHEDULED: ("clock", "Nothing waiting", "Announcements with a time are kept here until they go out.", ""),
    Shelf.SENT: ("outbox", "Nothing sent yet", "Announcements that went out are kept here, with their links.", ""),
}


@dataclass(frozen=True, slots=True)
class ShelfLine:
    """One announcement on the shelf, in the words of its card."""

    id: AnnouncementId
    name: str
    line: str
    channels: tuple[Presence, ...]


def describe(announcement: Announcement, shelf: Shelf, presences: Presences, now: datetime) -> ShelfLine:
    """Put an announcement in the words of its card."""
    at = announcement.edited_at
    if shelf is Shelf.DRAFTS:
        line = f"Edited {say_when(at, now)} · saved on this PC" if at else "Saved on this PC"
    elif announcement.schedule is not None:
        line = f"{'For' if shelf is Shelf.SCHEDULED else 'Sent'} {say_when(announcement.schedule.at, now)}"
    elif announcement.approved_at is not None:
        line = f"{'Going out since' if shelf is Shelf.SCHEDULED else 'Sent'} {say_when(announcement.approved_at, now)}"
    else:
        line = ""
    channels = tuple(presences[each] for each in presences if each in announcement.accounts)
    return ShelfLine(announcement.id, name_of(announcement), line, channels)


class ShelfCard(CardDelegate):
    """Draws one announcement: its name, a line and the tiles of its channels."""

    def row_height(self) -> int:
        """Give room for two lines and the tiles."""
        return theme.px(78)

    def draw(self, painter: QPainter, box: QRect, record: Any) -> None:
        """Draw the card."""
        colours, line = theme.tokens(), theme.px(19)
        self.pen.write(painter, QRect(box.x(), box.y(), box.width(), line), record.name, Face.STRONG, colours.ink)
        second = QRect(box.x(), box.y() + line, box.width(), theme.px(17))
        self.pen.write(painter, second, record.line, Face.SMALL, colours.muted)
        self._draw_tiles(painter, QRect(box.x(), second.bottom() + theme.px(6), box.width(), theme.px(TILE)), record)

    def _draw_tiles(self, painter: QPainter, room: QRect, record: ShelfLine) -> None:
        """Draw as many tiles as there is room for, and how many more there are."""
        side, step = room.height(), room.height() + theme.px(3)
        most, count = max(1, (room.width() + theme.px(3)) // step), len(record.channels)
        shown = count if count <= most else most - 1
        for number, presence in enumerate(record.channels[:shown]):
            tile = QRect(room.x() + number * step, room.y(), side, side)
            paint_tile(painter, tile, presence.platform.letter, presence.platform.colour)
        if shown < count:
            rest = room.adjusted(shown * step, 0, 0, 0)
            self.pen.write(painter, rest, f"+{count - shown}", Face.SMALL, theme.tokens().muted)


class ShelfPane(Pane):
    """The three lists and the choice among them.

    Signals:
        shelf_chosen(Shelf): show another list.
        chosen(object): open the announcement of this AnnouncementId.
        new_requested(): begin an announcement.
    """

    shelf_chosen = Signal(object)
    chosen = Signal(object)
    new_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("ground", parent)
        self._filters = {shelf: FilterButton(shelf.value) for shelf in Shelf}
        self._rows = QStandardItemModel(self)
        self._table = CardTable("Announcements", ShelfCard())
        self._stack = QStackedWidget()
        self._filling = False
        self._build()

    def shelf(self) -> Shelf:
        """Tell which list is shown."""
        return next(shelf for shelf, button in self._filters.items() if button.isChecked())

    def choose_shelf(self, shelf: Shelf) -> None:
        """Go to a list."""
        if self.shelf() is not shelf:
            self._filters[shelf].setChecked(True)
            self.shelf_chosen.emit(shelf)

    def show_lines(self, lines: tuple[ShelfLine, ...], open_id: AnnouncementId | None) -> None:
        """Show these, with the one that is open marked."""
        self._filling = True
        if [line.id for line in lines] != [self._record(row).id for row in range(self._rows.rowCount())]:
            self._rows.clear()
            for _ in lines:
                self._rows.appendRow(QStandardItem())
        for row, line in enumerate(lines):
            place = self._rows.index(row, 0)
            if place.data(RECORD) != line:
                self._rows.setData(place, line, RECORD)
                self._rows.setData(place, f"{line.name}. {line.line}", Qt.ItemDataRole.AccessibleTextRole)
        self.mark(open_id)
        self._stack.setCurrentIndex(0 if lines else 1 + list(Shelf).index(self.shelf()))

    def mark(self, open_id: AnnouncementId | None) -> None:
        """Mark the announcement that is open."""
        self._filling = True
        found = [row for row in range(self._rows.rowCount()) if self._record(row).id == open_id]
        if not found:
            self._table.clearSelection()
            self._table.setCurrentIndex(QModelIndex())
        elif self._table.currentIndex().row() != found[0]:
            self._table.selectRow(found[0])
        self._filling = False

    def _build(self) -> None:
        rows = column(self, margin=8, gap=8)
        filters, group = Wrap(gap=6), QButtonGroup(self)
        for shelf, button in self._filters.items():
            group.addButton(button)
            filters.addWidget(button)
            button.clicked.connect(lambda _=False, shelf=shelf: self.shelf_chosen.emit(shelf))
        self._filters[Shelf.DRAFTS].setChecked(True)
        rows.addLayout(filters)
        rows.addWidget(self._stack, 1)
        self._table.setModel(self._rows)
        self._table.selectionModel().currentRowChanged.connect(self._on_row_changed)
        self._stack.addWidget(self._table)
        for shelf in Shelf:
            empty = EmptyState(*EMPTY[shelf])
            if empty.button is not None:
                empty.button.clicked.connect(self.new_requested)
            self._stack.addWidget(empty)
        # Until the list was read nobody knows whether there is nothing: the bare table is shown, which is the first.

    def _record(self, row: int) -> ShelfLine:
        record: ShelfLine = self._rows.index(row, 0).data(RECORD)
        return record

    def _on_row_changed(self, row: QModelIndex) -> None:
        if not self._filling and row.isValid():
            self.chosen.emit(self._record(row.row()).id)
