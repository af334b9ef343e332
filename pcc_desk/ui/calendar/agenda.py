"""Everything dated as one list, day by day."""

from datetime import date, datetime, timedelta

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from pcc_desk.model.event import Entry
from pcc_desk.ui import theme
from pcc_desk.ui.calendar.layout import DAY, walls_of
from pcc_desk.ui.calendar.painting import bold, paint_ground, paint_line
from pcc_desk.ui.calendar.sheet import Box
from pcc_desk.ui.calendar.view import CalendarView, Drag
from pcc_desk.ui.calendar.words import say_day, say_span

HEAD, ROW, GAP, EDGE, TIME = 36, 30, 4, 16, 112  # pixels at 100 % text size
NOTHING = "Nothing is planned in these three months. Press N to write down an event."
_STEPS = {Qt.Key.Key_Left: -DAY, Qt.Key.Key_Right: DAY}


class AgendaView(CalendarView):
    """The days that have something on them, each with its entries in order."""

    def __init__(self) -> None:
        super().__init__("Calendar, list")
        self._heads: list[tuple[int, date]] = []

    def _arrange(self) -> None:
        self._heads = []
        y, width = theme.px(8), self.viewport().width() - 2 * theme.px(EDGE)
        for day, there in self._by_day.items():
            if not there:
                continue
            self._heads.append((y, day))
            y += theme.px(HEAD)
            for entry in there:
                self._boxes.append(Box(QRect(theme.px(EDGE), y, width, theme.px(ROW)), entry, _time(entry, day)))
                y += theme.px(ROW) + theme.px(GAP)
            y += theme.px(8)
        self.verticalScrollBar().setRange(0, max(y - self.viewport().height(), 0))
        self.verticalScrollBar().setPageStep(self.viewport().height())
        self.verticalScrollBar().setSingleStep(theme.px(ROW))

    def _paint_sheet(self, painter: QPainter) -> None:
        look, area, scroll = theme.tokens(), self.viewport().rect(), self.verticalScrollBar().value()
        painter.fillRect(area, QColor(look.panel))
        if not self._heads:
            painter.setFont(self.font())
            painter.setPen(QColor(look.muted))
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, NOTHING)
        for y, day in self._heads:
            place = QRect(theme.px(EDGE), y - scroll, area.width() - 2 * theme.px(EDGE), theme.px(HEAD))
            if not place.intersects(area):
                continue
            today = day == self._now.date()
            painter.setFont(bold(self.font()))
            painter.setPen(QColor(look.accent if today else look.ink))
            words = f"{say_day(day)} · today" if today else say_day(day)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, words)
            if day == self._day and self.hasFocus():
                painter.setPen(QPen(QColor(look.accent), 2))
                painter.drawLine(place.left(), place.bottom() - 4, place.left() + theme.px(60), place.bottom() - 4)

    def _paint_box(self, painter: QPainter, box: Box) -> None:
        painter.setFont(self.font())
        rect = self.place_of(box)
        paint_ground(painter, rect, box.entry, self._is_chosen(box), box is self._hovered)
        time, rest = QRect(rect), QRect(rect)
        time.setWidth(theme.px(TIME))
        rest.setLeft(rect.left() + theme.px(TIME))
        paint_line(painter, time, box.entry, box.text)
        rest.setLeft(rest.left() + paint_line(painter, rest, box.entry, box.entry.title))
        paint_line(painter, rest, box.entry, f"· {box.entry.line}", heavy=False)

    def _wall_at(self, point: QPoint) -> datetime | None:
        y = point.y() + self.verticalScrollBar().value()
        days = [day for top, day in self._heads if top <= y]
        return datetime.combine(days[-1], datetime.min.time()).replace(hour=9) if days else None

    def _landing(self, drag: Drag, point: QPoint) -> datetime | None:
        there = self._wall_at(point)
        starts, _ = walls_of(drag.box.entry)
        return None if there is None else datetime.combine(there.date(), starts.time())

    def _nudge(self, key: int) -> timedelta | None:
        return _STEPS.get(Qt.Key(key))

    def _walk_beyond(self, step: int) -> None:
        days = [day for _, day in self._heads if (day - self._day).days * step > 0]
        if days:
            day = days[0] if step > 0 else days[-1]
            there = self._by_day[day]
            self.choose(there[0] if step > 0 else there[-1], day)


def _time(entry: Entry, day: date) -> str:
    starts, _ = walls_of(entry)
    return say_span(entry) if starts.date() == day else "goes on"
