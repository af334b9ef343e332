"""A day and a time as they stand on the wall, with the question the clocks sometimes ask."""

from datetime import date, datetime, time

from PySide6.QtCore import QDate, QTime, Signal
from PySide6.QtWidgets import QComboBox, QDateEdit, QTimeEdit, QWidget

from pcc_desk.model.schedule import Schedule, WallTime, choose, examine, skipped
from pcc_desk.ui import theme
from pcc_desk.ui.widgets.frames import column, row
from pcc_desk.ui.widgets.words import Label


class WallField(QWidget):
    """Day and time in London; says when a time never happens and asks which when it comes twice.

    Signals:
        edited(): the day, the time or the choice changed.
    """

    edited = Signal()

    def __init__(self, name: str, schedule: Schedule) -> None:
        super().__init__()
        self._zone = schedule.zone
        self._day, self._time, self._which = QDateEdit(), QTimeEdit(), QComboBox()
        self._day.setCalendarPopup(True)
        self._day.setDisplayFormat("ddd d MMM yyyy")
        self._time.setDisplayFormat("HH:mm")
        self._note = Label(role="red", wrap=True)
        for field, part in ((self._day, "day"), (self._time, "time"), (self._which, "which of the two hours")):
            field.setAccessibleName(f"{name}, {part}")
        self._build()
        self.set_schedule(schedule)
        self._day.dateChanged.connect(self._on_edited)
        self._time.timeChanged.connect(self._on_edited)
        self._which.currentIndexChanged.connect(self.edited)

    def wall(self) -> datetime:
        """Give the wall time in the fields."""
        day, at = self._day.date(), self._time.time()
        return datetime.combine(date(day.year(), day.month(), day.day()), time(at.hour(), at.minute()))

    def set_wall(self, wall: datetime) -> None:
        """Put another wall time in the fields."""
        self._day.setDate(QDate(wall.year, wall.month, wall.day))
        self._time.setTime(QTime(wall.hour, wall.minute))

    def set_schedule(self, schedule: Schedule) -> None:
        """Put a schedule in the fields."""
        self.set_wall(schedule.wall)
        self._judge()
        if examine(schedule.wall, self._zone) is WallTime.TWICE:
            self._which.setCurrentIndex(int(choose(schedule.wall, self._zone).at != schedule.at))

    def schedule(self) -> Schedule:
        """Give what the fields mean.

        Raises:
            BadTime: the clocks skip this time.
        """
        wall = self.wall()
        if examine(wall, self._zone) is WallTime.NEVER:
            raise skipped(wall)
        return choose(wall, self._zone, second=self._which.currentIndex() == 1)

    def _build(self) -> None:
        self._note.hide()
        self._time.lineEdit().setTextMargins(theme.px(6), 0, 0, 0)
        self._which.addItems(["", ""])
        self._which.hide()
        rows = column(self, gap=4)
        fields = row()
        fields.addWidget(self._day, 3)
        fields.addWidget(self._time, 2)
        rows.addLayout(fields)
        rows.addWidget(self._which)
        rows.addWidget(self._note)

    def _on_edited(self) -> None:
        self._judge()
        self.edited.emit()

    def _judge(self) -> None:
        wall = self.wall()
        found = examine(wall, self._zone)
        self._note.setVisible(found is WallTime.NEVER)
        if found is WallTime.NEVER:
            error = skipped(wall)
            self._note.setText(f"{error.sentence} {error.next_step}")
        if found is WallTime.TWICE:
            for place, words in enumerate(say_both(wall)):
                self._which.setItemText(place, words)
        else:
            self._which.setCurrentIndex(0)
        self._which.setVisible(found is WallTime.TWICE)


def say_both(wall: datetime) -> tuple[str, str]:
    """Name the two moments of a wall time that comes twice."""
    return f"The first {wall:%H:%M}, before the clocks go back", f"The second {wall:%H:%M}, after the clocks go back"
