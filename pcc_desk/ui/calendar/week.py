"""Seven days as columns of hours."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen

from pcc_desk.model.event import Entry
from pcc_desk.ui import theme
from pcc_desk.ui.calendar.layout import (
    DAY,
    MINUTES,
    STEP,
    Bar,
    More,
    Piece,
    fold,
    walls_of,
    week_bars,
    week_pieces,
)
from pcc_desk.ui.calendar.painting import bold, paint_ground, paint_line, paint_words
from pcc_desk.ui.calendar.sheet import Box, key_of
from pcc_desk.ui.calendar.view import CalendarView, Drag
from pcc_desk.ui.calendar.words import say_span
from pcc_desk.ui.reading.moments import DAYS

GUTTER, HEAD, HOUR, BAR, MORE = 48, 30, 46, 22, 38  # pixels at 100 % text size
LEAST = 54  # pixels at 100 %: a time of day and its margins
SIDE_BY_SIDE = 2
_MORE_TEXT = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
MOST_BARS = 4  # rows of long entries above the hours; more are in the month and the list
FIRST_HOUR = 7.75  # where the day begins on screen
_STEPS = {
    Qt.Key.Key_Left: -DAY,
    Qt.Key.Key_Right: DAY,
    Qt.Key.Key_Up: -timedelta(minutes=STEP),
    Qt.Key.Key_Down: timedelta(minutes=STEP),
}


class WeekView(CalendarView):
    """A week by the hour; dragging an entry changes its day and its time by quarter hours."""

    def __init__(self) -> None:
        super().__init__("Calendar, week")
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self._head = 0
        self._opened = False
        self._bars: list[Bar] = []
        self._pieces: tuple[Piece, ...] = ()

    def show_entries(self, days: Sequence[date], entries: Sequence[Entry], now: datetime) -> None:
        """Show a week; where its entries stand is worked out once, for every size of the window."""
        self._bars = [bar for bar in week_bars(entries, days[0]) if bar.row < MOST_BARS]
        self._pieces = week_pieces(entries, days[0])
        super().show_entries(days, entries, now)

    def choose(self, entry: Entry | None, day: date | None = None) -> None:
        """Select an entry, bringing it out from behind "more" when it stands there."""
        super().choose(entry, day)
        self._refresh()
        self._reveal()

    def point_of(self, day: int, minute: int) -> QPoint:
        """Give the place in the viewport of a minute of a day, Monday being 0."""
        x, _ = self._edges(day)
        return QPoint(x, self._y(minute) - self.verticalScrollBar().value())

    def _arrange(self) -> None:
        bar_height, rows = theme.px(BAR), max((bar.row + 1 for bar in self._bars), default=0)
        self._head = theme.px(HEAD) + rows * (bar_height + 2)
        for bar in self._bars:
            left, right = self._edges(bar.first)[0] + 2, self._edges(bar.last)[1] - 2
            rect = QRect(left, theme.px(HEAD) + bar.row * (bar_height + 2), right - left, bar_height)
            self._boxes.append(Box(rect, bar.entry, bar.entry.title, pinned=True))
        metrics = QFontMetrics(bold(self._small_font()))
        pieces, hidden = fold(self._pieces, self._most_lanes, lambda entry: key_of(entry) == self._chosen)
        for piece in pieces:
            rect, span = self._rect_of(piece), say_span(piece.entry)
            fits = metrics.horizontalAdvance(span) <= rect.width() - theme.px(12)
            self._boxes.append(Box(rect, piece.entry, span if fits else span[:5]))
        self._more = [(self._more_rect(more), self._days[more.day], more.count) for more in hidden]
        bar_range = self._y(MINUTES) - self.viewport().height() + 1
        self.verticalScrollBar().setRange(0, max(bar_range, 0))
        self.verticalScrollBar().setPageStep(self.viewport().height())
        self.verticalScrollBar().setSingleStep(theme.px(HOUR))
        if not self._opened and self.isVisible():
            self._opened = True
            self.verticalScrollBar().setValue(round(FIRST_HOUR * theme.px(HOUR)))

    def _edges(self, day: int) -> tuple[int, int]:
        gutter = theme.px(GUTTER)
        width = self.viewport().width() - gutter
        return gutter + width * day // 7, gutter + width * (day + 1) // 7

    def _y(self, minute: int) -> int:
        return self._head + theme.px(6) + minute * theme.px(HOUR) // 60

    def _rect_of(self, piece: Piece) -> QRect:
        left, right = self._edges(piece.day)
        left, width = left + 3, right - left - 6
        lanes = self._most_lanes(piece.lanes)
        if piece.lanes > lanes:
            width -= self._more_width()
        x, after = (left + width * lane // lanes for lane in (piece.lane, piece.lane + 1))
        top, bottom = self._y(piece.start), self._y(piece.end)
        return QRect(x, top, max(after - x - 1, 2), bottom - top)

    def _most_lanes(self, lanes: int) -> int:
        """Give how many of so many lanes a day has room for, so that a time and some words can be read in each."""
        room = self._room() - (0 if lanes <= SIDE_BY_SIDE else self._more_width())
        return max(min(lanes, SIDE_BY_SIDE, room // theme.px(LEAST)), 1)

    def _more_width(self) -> int:
        """Give the room for "+3 more", or in a narrow day for "+3" alone."""
        return theme.px(MORE if self._room() >= theme.px(MORE + LEAST) else MORE // 2)

    def _room(self) -> int:
        left, right = self._edges(0)
        return right - left - 6

    def _more_rect(self, more: More) -> QRect:
        right, width = self._edges(more.day)[1] - 3, self._more_width()
        top, bottom = self._y(more.start), self._y(more.end)
        return QRect(right - width, top, width, bottom - top)

    def _window(self, pinned: bool) -> QRect:
        area = self.viewport().rect()
        return area if pinned else area.adjusted(0, self._head, 0, 0)

    def _paint_sheet(self, painter: QPainter) -> None:
        look, area, scroll = theme.tokens(), self.viewport().rect(), self.verticalScrollBar().value()
        painter.fillRect(area, QColor(look.panel))
        for day in (5, 6):
            left, right = self._edges(day)
            painter.fillRect(QRect(left, 0, right - left, area.height()), QColor(look.ground))
        painter.setFont(self._small_font())
        for hour in range(25):
            y = self._y(hour * 60) - scroll
            if y < self._head:
                continue
            painter.setPen(QColor(look.line))
            painter.drawLine(theme.px(GUTTER), y, area.width(), y)
            if hour < 24:
                label = QRect(0, y - theme.px(8), theme.px(GUTTER) - theme.px(6), theme.px(16))
                painter.setPen(QColor(look.muted))
                painter.drawText(label, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, f"{hour:02}:00")
        painter.setPen(QColor(look.line))
        for day in range(7):
            left, _ = self._edges(day)
            painter.drawLine(left, 0, left, area.height())
        painter.setClipRect(self._window(False))
        painter.setPen(QColor(look.accent))
        for rect, _, count in self._more:
            words = f"+{count} more" if rect.width() >= theme.px(MORE) else f"+{count}"
            painter.drawText(rect.translated(0, -scroll), _MORE_TEXT, words)
        painter.setClipping(False)

    def _paint_box(self, painter: QPainter, box: Box) -> None:
        painter.setFont(self._small_font())
        rect = self.place_of(box)
        paint_ground(painter, rect, box.entry, self._is_chosen(box), box is self._hovered)
        write = paint_line if box.pinned else paint_words
        write(painter, rect, box.entry, box.text)

    def _paint_over(self, painter: QPainter) -> None:
        self._paint_head(painter)
        self._paint_now(painter)
        drag = self._drag
        if drag is None or drag.wall is None:
            return
        day = (drag.wall.date() - self._days[0]).days
        if 0 <= day <= 6:
            corner = self.point_of(day, drag.wall.hour * 60 + drag.wall.minute)
            left, right = self._edges(day)
            ghost = QRect(left + 3, corner.y(), right - left - 6, max(drag.box.rect.height(), theme.px(34)))
            painter.setFont(self._small_font())
            paint_ground(painter, ghost, drag.box.entry, chosen=True, hovered=False)
            paint_words(painter, ghost, drag.box.entry, f"{drag.wall:%H:%M}")

    def _paint_head(self, painter: QPainter) -> None:
        look, head = theme.tokens(), theme.px(HEAD)
        for day, shown in enumerate(self._days):
            left, right = self._edges(day)
            today = shown == self._now.date()
            painter.setFont(bold(self.font()))
            painter.setPen(QColor(look.accent if today else look.ink))
            words = f"{DAYS[day]} {shown.day}"
            if painter.fontMetrics().horizontalAdvance(words) > right - left - theme.px(6):
                words = f"{DAYS[day][:2]} {shown.day}"
            painter.drawText(QRect(left, 0, right - left, head), Qt.AlignmentFlag.AlignCenter, words)
            if shown == self._day and self.hasFocus():
                painter.setPen(QPen(QColor(look.accent), 2))
                painter.drawLine(left + 8, head - 3, right - 8, head - 3)
        painter.setPen(QColor(look.line))
        painter.drawLine(0, self._head - 1, self.viewport().width(), self._head - 1)

    def _paint_now(self, painter: QPainter) -> None:
        day = (self._now.date() - self._days[0]).days if self._days else -1
        if 0 <= day <= 6:
            corner = self.point_of(day, self._now.hour * 60 + self._now.minute)
            if corner.y() >= self._head:
                painter.setPen(QPen(QColor(theme.tokens().red), 2))
                painter.drawLine(corner, QPoint(self._edges(day)[1], corner.y()))

    def _wall_at(self, point: QPoint) -> datetime | None:
        day = self._column_at(point.x())
        if day is None or point.y() < self._head:
            return None
        return self._wall(day, self._minute_at(point.y()))

    def _landing(self, drag: Drag, point: QPoint) -> datetime | None:
        day = self._column_at(point.x())
        if day is None:
            return None
        starts, _ = walls_of(drag.box.entry)
        if drag.box.pinned:
            return datetime.combine(self._days[day], starts.time())
        self._scroll_towards(point.y())
        return self._wall(day, self._minute_at(point.y() - drag.grip.y() + theme.px(HOUR) * STEP // 120))

    def _nudge(self, key: int) -> timedelta | None:
        return _STEPS.get(Qt.Key(key))

    def _column_at(self, x: int) -> int | None:
        return next((day for day in range(7) if self._edges(day)[0] <= x < self._edges(day)[1]), None)

    def _minute_at(self, y: int) -> int:
        minute = (y + self.verticalScrollBar().value() - self._head - theme.px(6)) * 60 // theme.px(HOUR)
        return min(max(minute // STEP * STEP, 0), MINUTES - STEP)

    def _wall(self, day: int, minute: int) -> datetime:
        return datetime.combine(self._days[day], datetime.min.time()) + timedelta(minutes=minute)

    def _scroll_towards(self, y: int) -> None:
        bar = self.verticalScrollBar()
        if y < self._head + theme.px(8):
            bar.setValue(bar.value() - theme.px(12))
        elif y > self.viewport().height() - theme.px(8):
            bar.setValue(bar.value() + theme.px(12))

    def _small_font(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(theme.px(11.5))
        return font
