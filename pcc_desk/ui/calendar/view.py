"""What the month, the week and the list have in common: the mouse and the keyboard."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from pcc_desk.ui.calendar.layout import DAY, walls_of
from pcc_desk.ui.calendar.sheet import Box, Sheet, key_of
from pcc_desk.ui.calendar.words import say_day

_KEYS = Qt.Key
_SIDEWAYS = {_KEYS.Key_Left: -1, _KEYS.Key_Right: 1}
_UPRIGHT = {_KEYS.Key_Up: -1, _KEYS.Key_Down: 1}


@dataclass(slots=True)
class Drag:
    """An entry taken up with the mouse: where it was taken, and the wall time it would land on."""

    box: Box
    grip: QPoint
    begun: bool = False
    wall: datetime | None = None


class CalendarView(Sheet):
    """A sheet one can point at, drag on and reach with the keyboard.

    Signals:
        entry_opened(Entry): the person wants to edit it.
        move_requested(Entry, datetime): give it this London wall time.
        discard_requested(Entry): take it away.
        event_requested(datetime): begin a new event at this London wall time.
        day_requested(date): show everything on this day.
        period_requested(date): show the period with this day.
    """

    entry_opened = Signal(object)
    move_requested = Signal(object, object)
    discard_requested = Signal(object)
    event_requested = Signal(object)
    day_requested = Signal(object)
    period_requested = Signal(object)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self._drag: Drag | None = None
        self._more: list[tuple[QRect, date, int]] = []  # where on the sheet it says how many more a day has

    # what a subclass says

    def _wall_at(self, point: QPoint) -> datetime | None:
        """Give the wall time under a point of the viewport."""
        raise NotImplementedError

    def _landing(self, drag: Drag, point: QPoint) -> datetime | None:
        """Give the wall time a dragged entry would start at."""
        raise NotImplementedError

    def _nudge(self, key: int) -> timedelta | None:
        """Give how far Alt and an arrow key move an entry."""
        raise NotImplementedError

    # the mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select what is under the mouse and be ready to drag it; follow "more" to its day."""
        point = event.position().toPoint()
        if (day := self._more_at(point)) is not None:
            self.day_requested.emit(day)
            return
        box = self._box_at(point)
        if event.button() is not Qt.MouseButton.LeftButton or not self._days:
            return
        wall = self._wall_at(point)
        self.choose(box.entry if box else None, wall.date() if wall else None)
        if box is not None:
            self._drag = Drag(box, point - self.place_of(box).topLeft())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag what was taken up, or show what could be."""
        point = event.position().toPoint()
        if self._drag is None:
            self._hover(self._box_at(point))
            return
        far = (point - self._drag.grip - self.place_of(self._drag.box).topLeft()).manhattanLength()
        if self._drag.begun or far >= QApplication.startDragDistance():
            self._drag.begun = True
            self._drag.wall = self._landing(self._drag, point)
            self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go of what was dragged."""
        drag, self._drag = self._drag, None
        self.viewport().update()
        if drag is not None and drag.begun and drag.wall not in (None, walls_of(drag.box.entry)[0]):
            self.move_requested.emit(drag.box.entry, drag.wall)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open an entry, or begin one on empty ground."""
        point = event.position().toPoint()
        box, wall = self._box_at(point), self._wall_at(point)
        if box is not None:
            self.entry_opened.emit(box.entry)
        elif wall is not None:
            self.event_requested.emit(wall)

    def leaveEvent(self, event: QEvent) -> None:
        """Forget what the mouse was over."""
        super().leaveEvent(event)
        self._hover(None)

    def _hover(self, box: Box | None) -> None:
        if box is not self._hovered:
            self._hovered = box
            self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if box else Qt.CursorShape.ArrowCursor)
            self.viewport().update()

    def _box_at(self, point: QPoint) -> Box | None:
        for box in reversed(self._boxes):
            if self.place_of(box).contains(point) and self._window(box.pinned).contains(point):
                return box
        return None

    def _more_at(self, point: QPoint) -> date | None:
        on_sheet = point + QPoint(0, self.verticalScrollBar().value())
        seen = self._window(False).contains(point)
        return next((day for rect, day, _ in self._more if seen and rect.contains(on_sheet)), None)

    # the keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk, Alt and arrows move the entry, Enter edits, Del takes away, N begins, Esc lets a drag go."""
        key, entry = event.key(), self.chosen()
        if not self._days:
            super().keyPressEvent(event)
        elif event.modifiers() & Qt.KeyboardModifier.AltModifier and entry is not None and self._nudge(key) is not None:
            self.move_requested.emit(entry, walls_of(entry)[0] + (self._nudge(key) or timedelta(0)))
        elif event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        elif key in _SIDEWAYS:
            self._walk_days(_SIDEWAYS[_KEYS(key)])
        elif key in _UPRIGHT:
            self._walk_entries(_UPRIGHT[_KEYS(key)])
        elif key in (_KEYS.Key_Return, _KEYS.Key_Enter) and entry is not None:
            self.entry_opened.emit(entry)
        elif key == _KEYS.Key_Delete and entry is not None:
            self.discard_requested.emit(entry)
        elif key == _KEYS.Key_N:
            self.event_requested.emit(datetime.combine(self._day, datetime.min.time()).replace(hour=9))
        elif key == _KEYS.Key_Escape and self._drag is not None:
            self._drag = None
            self.viewport().update()
        else:
            super().keyPressEvent(event)

    def _walk_days(self, step: int) -> None:
        day = self._day + step * DAY
        if not self._days[0] <= day <= self._days[-1]:
            self._day = day
            self.period_requested.emit(day)
            return
        there = self._by_day[day]
        self.choose(there[0] if there else None, day)
        if not there:
            self._speak(f"{say_day(day)}, nothing on")

    def _walk_entries(self, step: int) -> None:
        there = self._by_day.get(self._day, [])
        places = [place for place, entry in enumerate(there) if key_of(entry) == self._chosen]
        place = places[0] + step if places else (0 if step > 0 else len(there) - 1)
        if 0 <= place < len(there):
            self.choose(there[place], self._day)
        else:
            self._walk_beyond(step)

    def _walk_beyond(self, step: int) -> None:
        """Leave the first or last entry of a day upwards or downwards."""
