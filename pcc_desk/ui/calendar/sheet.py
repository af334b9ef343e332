"""A sheet of dated entries: boxes laid out over ground, one of them chosen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QFocusEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from pcc_desk.model.event import Entry
from pcc_desk.ui.calendar.layout import by_day, walls_of
from pcc_desk.ui.calendar.words import say_entry
from pcc_desk.ui.widgets.words import is_new_look

Key = tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class Box:
    """Where an entry stands, in the coordinates of the whole sheet; a `pinned` one does not scroll."""

    rect: QRect
    entry: Entry
    text: str
    pinned: bool = False


def key_of(entry: Entry) -> Key:
    """Tell two entries apart, however often they are read again."""
    return entry.event_id, entry.announcement_id


class Sheet(QAbstractScrollArea):
    """Shows dated entries as boxes; a subclass arranges them and paints the ground.

    Signals:
        entry_chosen(Entry | None): the selection moved.
    """

    entry_chosen = Signal(object)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._days: tuple[date, ...] = ()
        self._entries: tuple[Entry, ...] = ()
        self._day = date.min
        self._now = datetime.min
        self._chosen: Key | None = None
        self._boxes: list[Box] = []
        self._hovered: Box | None = None
        self._by_day: dict[date, list[Entry]] = {}

    # what it shows

    def show_entries(self, days: Sequence[date], entries: Sequence[Entry], now: datetime) -> None:
        """Show consecutive days with the entries that touch them; `now` is a London wall time."""
        self._days, self._entries, self._now = tuple(days), tuple(entries), now
        self._by_day = by_day(entries, days)
        if not (days[0] <= self._day <= days[-1]):
            self._day = now.date() if days[0] <= now.date() <= days[-1] else days[0]
        self._follow_chosen()
        self._refresh()

    def _follow_chosen(self) -> None:
        """Stand on a day of the chosen entry, also after it was moved."""
        chosen = self.chosen()
        if chosen is not None and chosen not in self._by_day.get(self._day, ()):
            self._day = next((day for day, there in self._by_day.items() if chosen in there), self._day)

    def tick(self, now: datetime) -> None:
        """Move the line that shows the time."""
        self._now = now
        self.viewport().update()

    def choose(self, entry: Entry | None, day: date | None = None) -> None:
        """Select an entry, standing on one of its days, or none."""
        self._chosen = None if entry is None else key_of(entry)
        if entry is not None:
            self._day = day or max(walls_of(entry)[0].date(), self._days[0])
            self._speak(say_entry(entry))
        elif day is not None:
            self._day = day
        self._reveal()
        self.viewport().update()
        self.entry_chosen.emit(entry)

    def chosen(self) -> Entry | None:
        """Give the selected entry."""
        return next((entry for entry in self._entries if key_of(entry) == self._chosen), None)

    def boxes(self) -> list[Box]:
        """Give every box that is laid out."""
        return list(self._boxes)

    def place_of(self, box: Box) -> QRect:
        """Give a box's place in the viewport now."""
        return box.rect if box.pinned else box.rect.translated(0, -self.verticalScrollBar().value())

    # what a subclass says

    def _arrange(self) -> None:
        """Lay out boxes for the viewport's size and set the scroll bar's range."""
        raise NotImplementedError

    def _paint_sheet(self, painter: QPainter) -> None:
        """Draw what lies under the boxes."""
        raise NotImplementedError

    def _paint_box(self, painter: QPainter, box: Box) -> None:
        """Draw one box."""
        raise NotImplementedError

    def _paint_over(self, painter: QPainter) -> None:
        """Draw what lies over the boxes."""

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the sheet, then the boxes that are in sight."""
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        self._paint_sheet(painter)
        area = event.rect()
        for pinned in (False, True):
            painter.setClipRect(self._window(pinned))
            for box in self._boxes:
                if box.pinned is pinned and self.place_of(box).intersects(area):
                    self._paint_box(painter, box)
            painter.setClipping(False)
        self._paint_over(painter)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out again."""
        super().resizeEvent(event)
        self._refresh()

    def changeEvent(self, event: QEvent) -> None:
        """Lay out again when the text size changes."""
        super().changeEvent(event)
        if is_new_look(event):
            self._refresh()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keyboard is."""
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Stop showing where the keyboard is."""
        super().focusOutEvent(event)
        self.viewport().update()

    def _window(self, pinned: bool) -> QRect:
        """Give the part of the viewport that pinned or scrolling boxes may use."""
        return self.viewport().rect()

    def _refresh(self) -> None:
        self._boxes, self._hovered = [], None
        if self._days:
            self._arrange()
        self.viewport().update()

    def _is_chosen(self, box: Box) -> bool:
        return key_of(box.entry) == self._chosen

    def _reveal(self) -> None:
        box = next((box for box in self._boxes if self._is_chosen(box) and not box.pinned), None)
        if box is None:
            return
        bar, room = self.verticalScrollBar(), self._window(False)
        if box.rect.top() - bar.value() < room.top():
            bar.setValue(box.rect.top() - room.top())
        elif box.rect.bottom() - bar.value() > room.bottom():
            bar.setValue(box.rect.bottom() - room.bottom())

    def _speak(self, words: str) -> None:
        self.setAccessibleDescription(words)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))
