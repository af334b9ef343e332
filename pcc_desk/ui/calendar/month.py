"""Six weeks as a grid of days."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from pcc_desk.model.event import Entry
from pcc_desk.ui import theme
from pcc_desk.ui.calendar.layout import DAY, walls_of
from pcc_desk.ui.calendar.painting import bold, paint_ground, paint_line
from pcc_desk.ui.calendar.sheet import Box, key_of
from pcc_desk.ui.calendar.view import CalendarView, Drag
from pcc_desk.ui.reading.moments import DAYS

HEAD, NUMBER, CHIP, GAP = 28, 24, 20, 2  # pixels at 100 % text size
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -7, Qt.Key.Key_Down: 7}


class MonthView(CalendarView):
    """A month with the days around it; dragging an entry to another day keeps its time."""

    def __init__(self) -> None:
        super().__init__("Calendar, month")
        self._month = self._sheet = 0

    def show_month(self, month: int) -> None:
        """Say which month, 1 to 12, is in full ink; the days around it are pale."""
        self._month = month

    def show_entries(self, days: Sequence[date], entries: Sequence[Entry], now: datetime) -> None:
        """Show the days of a month; another month begins at the day one stands on."""
        before = self._days
        super().show_entries(days, entries, now)
        if self._days != before:
            self._reveal()

    def choose(self, entry: Entry | None, day: date | None = None) -> None:
        """Select an entry, bringing it out from behind "more" when it stands there."""
        super().choose(entry, day)
        self._refresh()

    def cell(self, day: date) -> QRect:
        """Give the place of a day in the viewport."""
        return self._cell(day).translated(0, -self.verticalScrollBar().value())

    def _cell(self, day: date) -> QRect:
        place = (day - self._days[0]).days
        row, column = place // 7, place % 7
        left, right = self._edges(column)
        top, bottom = (theme.px(HEAD) + self._sheet * edge // 6 for edge in (row, row + 1))
        return QRect(left, top, right - left, bottom - top)

    def _edges(self, column: int) -> tuple[int, int]:
        width = self.viewport().width()
        return width * column // 7, width * (column + 1) // 7

    def _arrange(self) -> None:
        number, chip, gap = theme.px(NUMBER), theme.px(CHIP), theme.px(GAP)
        height = self.viewport().height() - theme.px(HEAD)
        self._sheet = max(height, 6 * (number + 2 * (chip + gap)))
        self.verticalScrollBar().setRange(0, self._sheet - height)
        self.verticalScrollBar().setPageStep(height)
        self.verticalScrollBar().setSingleStep(chip)
        self._more = []
        for day, there in self._by_day.items():
            cell = self._cell(day)
            room = max((cell.height() - number - gap) // (chip + gap), 1)
            shown = self._shown(there, room)
            places = [
                QRect(cell.left() + 4, cell.top() + number + place * (chip + gap), cell.width() - 8, chip)
                for place in range(len(shown) + 1)
            ]
            self._boxes += [
                Box(rect, entry, _chip_text(entry, day)) for rect, entry in zip(places, shown, strict=False)
            ]
            if len(shown) < len(there):
                self._more.append((places[-1], day, len(there) - len(shown)))

    def _reveal(self) -> None:
        if not self._days:
            return
        cell, head, bar = self._cell(self._day), theme.px(HEAD), self.verticalScrollBar()
        if not head <= cell.top() - bar.value() <= self.viewport().height() - cell.height():
            bar.setValue(cell.top() - head)

    def _shown(self, there: list[Entry], room: int) -> list[Entry]:
        if len(there) <= room:
            return there
        shown = there[: room - 1]
        chosen = next((entry for entry in there[room - 1 :] if key_of(entry) == self._chosen), None)
        return [*shown[:-1], chosen] if shown and chosen else shown

    def _window(self, pinned: bool) -> QRect:
        area = self.viewport().rect()
        return area if pinned else area.adjusted(0, theme.px(HEAD), 0, 0)

    def _paint_sheet(self, painter: QPainter) -> None:
        look, scroll = theme.tokens(), self.verticalScrollBar().value()
        painter.fillRect(self.viewport().rect(), QColor(look.panel))
        painter.setFont(bold(self.font()))
        painter.setPen(QColor(look.muted))
        for column, name in enumerate(DAYS):
            left, right = self._edges(column)
            painter.drawText(QRect(left, 0, right - left, theme.px(HEAD)), Qt.AlignmentFlag.AlignCenter, name)
        painter.setClipRect(self._window(False))
        for day in self._days:
            self._paint_day(painter, day)
        painter.setFont(self._small_font())
        painter.setPen(QColor(look.accent))
        for rect, _, number in self._more:
            room = rect.adjusted(theme.px(4), -scroll, 0, -scroll)
            words = f"+{number} more"
            if painter.fontMetrics().horizontalAdvance(words) > room.width():
                words = f"+{number}"
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, words)
        painter.setClipping(False)

    def _paint_day(self, painter: QPainter, day: date) -> None:
        look, cell = theme.tokens(), self.cell(day)
        if day.month != self._month or day.weekday() > 4:
            painter.fillRect(cell, QColor(look.ground))
        painter.setPen(QColor(look.line))
        painter.drawLine(cell.topLeft(), cell.topRight())
        painter.drawLine(cell.topRight(), cell.bottomRight())
        today = day == self._now.date()
        painter.setFont(bold(self.font()) if today else self.font())
        ink = look.accent if today else look.ink if day.month == self._month else look.muted
        painter.setPen(QColor(ink))
        corner = QRect(cell.left() + theme.px(8), cell.top(), cell.width() - theme.px(10), theme.px(NUMBER))
        words = f"{day.day} today"
        if not today or painter.fontMetrics().horizontalAdvance(words) > corner.width():
            words = str(day.day)
        painter.drawText(corner, Qt.AlignmentFlag.AlignVCenter, words)
        if day == self._day and self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(look.accent), 2))
            painter.drawRect(cell.adjusted(1, 2, -2, -1))

    def _paint_box(self, painter: QPainter, box: Box) -> None:
        painter.setFont(self._small_font())
        rect = self.place_of(box)
        paint_ground(painter, rect, box.entry, self._is_chosen(box), box is self._hovered)
        paint_line(painter, rect, box.entry, box.text)

    def _paint_over(self, painter: QPainter) -> None:
        if self._drag is None or self._drag.wall is None or self._drag.wall.date() not in self._days:
            return
        cell = self.cell(self._drag.wall.date())
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme.tokens().accent), 2, Qt.PenStyle.DashLine))
        painter.drawRect(cell.adjusted(2, 2, -2, -2))
        chip = QRect(cell.left() + 4, cell.bottom() - theme.px(CHIP) - 4, cell.width() - 8, theme.px(CHIP))
        painter.setFont(self._small_font())
        paint_ground(painter, chip, self._drag.box.entry, chosen=True, hovered=False)
        paint_line(painter, chip, self._drag.box.entry, self._drag.box.text)

    def _wall_at(self, point: QPoint) -> datetime | None:
        for day in self._days:
            if self.cell(day).contains(point):
                return datetime.combine(day, datetime.min.time()).replace(hour=9)
        return None

    def _landing(self, drag: Drag, point: QPoint) -> datetime | None:
        there = self._wall_at(point)
        if there is None:
            return None
        starts, _ = walls_of(drag.box.entry)
        return datetime.combine(there.date(), starts.time())

    def _nudge(self, key: int) -> timedelta | None:
        return DAY * _STEPS[Qt.Key(key)] if key in _STEPS else None

    def _walk_beyond(self, step: int) -> None:
        self._walk_days(7 * step)

    def _small_font(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(theme.px(12))
        return font


def _chip_text(entry: Entry, day: date) -> str:
    if entry.cancelled:
        return f"Cancelled: {entry.title}"
    starts, _ = walls_of(entry)
    return f"{starts:%H:%M} {entry.title}" if starts.date() == day else f"… {entry.title}"
