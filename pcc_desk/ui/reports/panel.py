"""The reports place: choose a period, read the figures, keep them as a file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QDate
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDateEdit, QWidget

from pcc_desk.model.changes import Changes
from pcc_desk.model.cost import Spent
from pcc_desk.model.report import Report
from pcc_desk.model.schedule import choose, on_wall
from pcc_desk.ui.background import Background
from pcc_desk.ui.file_saving import FileWish, save_file
from pcc_desk.ui.reading.moments import present, say_date
from pcc_desk.ui.reading.money import say_spent
from pcc_desk.ui.reports.table import FiguresTable
from pcc_desk.ui.widgets.banner import Banner
from pcc_desk.ui.widgets.buttons import FilterButton, PrimaryButton
from pcc_desk.ui.widgets.frames import Pane, Rule, column
from pcc_desk.ui.widgets.group import Group
from pcc_desk.ui.widgets.words import Label
from pcc_desk.ui.widgets.wrap import Wrap

if TYPE_CHECKING:
    from pcc_desk.services.desk import Services

PERIODS = (7, 30, 90)  # days up to and with today
NOTE = (
    "Every figure is counted by PCC Desk from its own record, not taken from a platform. "
    "An announcement counts once for each channel it was posted on. "
    "Answered and still open tell what has become of the messages that came in during these days. "
    "The median time is the middle one: half of the first answers came sooner, half later."
)


class ReportsPanel(QWidget):
    """Counts a period by channel."""

    def __init__(self, services: Services, background: Background, now: Callable[[], datetime] = present) -> None:
        super().__init__()
        self._services, self._background, self._now = services, background, now
        self._report: Report | None = None
        self._stale = True
        self._build()
        self._connect()
        self._buttons[30].setChecked(True)
        self._show_last(30)

    def days(self) -> tuple[date, date]:
        """Give the first and the last day that are counted."""
        first, last = (field.date() for field in (self._first, self._last))
        return date(first.year(), first.month(), first.day()), date(last.year(), last.month(), last.day())

    def showEvent(self, event: QShowEvent) -> None:
        """Count what changed while this place was out of sight."""
        super().showEvent(event)
        if self._stale:
            self._count()

    def _build(self) -> None:
        self._buttons = {number: FilterButton(f"Last {number} days") for number in PERIODS}
        self._custom = FilterButton("Other days")
        self._first, self._last = QDateEdit(), QDateEdit()
        self._keep, self._banner = PrimaryButton("Save as CSV…", "save"), Banner("green")
        self._costs = Label("", wrap=True)
        self._costs.hide()
        self._heading, self._table = Label(role="heading", wrap=True), FiguresTable()
        for field, name in ((self._first, "First day"), (self._last, "Last day")):
            field.setCalendarPopup(True)
            field.setDisplayFormat("ddd d MMM yyyy")
            field.setAccessibleName(name)
        self._keep.setEnabled(False)
        head = Pane()
        line = Wrap()
        line.addWidget(Group(Label("Reports", "title")))
        line.addWidget(Group(*self._buttons.values(), self._custom))
        line.addWidget(Group(self._first, Label("to"), self._last))
        line.addWidget(Group(self._keep))
        column(head, margin=10).addLayout(line)
        rows = column(self, gap=0)
        for widget in (head, Rule(), self._banner):
            rows.addWidget(widget)
        inside = column(margin=16, gap=12)
        inside.addWidget(self._heading)
        inside.addWidget(self._table, 1)
        inside.addWidget(self._costs)
        inside.addWidget(Label(NOTE, "muted", wrap=True))
        rows.addLayout(inside, 1)

    def _connect(self) -> None:
        self._background.changed.connect(self._on_changed)
        for number, button in self._buttons.items():
            button.clicked.connect(lambda _, number=number: self._show_last(number))
        self._custom.clicked.connect(lambda: self._first.setFocus())
        for field in (self._first, self._last):
            field.dateChanged.connect(self._on_days_changed)
        self._keep.clicked.connect(self._on_keep_clicked)

    def _show_last(self, number: int) -> None:
        today = on_wall(self._now()).date()
        first = today - timedelta(days=number - 1)
        for field, day in ((self._first, first), (self._last, today)):
            field.blockSignals(True)
            field.setDate(QDate(day.year, day.month, day.day))
            field.blockSignals(False)
        self._count()

    def _on_days_changed(self) -> None:
        self._custom.setChecked(True)
        first, last = self.days()
        if last < first:
            self._keep.setEnabled(False)
            self._heading.setText("The last day is before the first. Choose a later last day.")
        else:
            self._count()

    def _count(self) -> None:
        first, last = self.days()
        self._stale = not self.isVisible()
        if self._stale or last < first:
            return
        from_at, to_at = (choose(datetime.combine(day, datetime.min.time())).at for day in (first, _after(last)))
        self._background.ask(lambda: self._services.costs.spent(self._now()), self._on_spent)
        self._background.ask(lambda: self._services.reports.count(from_at, to_at, self._now()), self._on_counted)

    def _on_spent(self, spent: tuple[Spent, ...]) -> None:
        self._costs.setText("Costs, counted: " + " · ".join(say_spent(each) for each in spent))
        self._costs.setVisible(bool(spent))

    def _on_counted(self, report: Report) -> None:
        first, last = self.days()
        if (on_wall(report.from_at).date(), on_wall(report.to_at).date()) != (first, _after(last)):
            return  # the person has chosen other days
        self._report = report
        self._table.figures.show_report(report)
        self._keep.setEnabled(True)
        end = report.to_at - timedelta(hours=1)
        counted = f"{on_wall(report.counted_at):%H:%M}"
        self._heading.setText(f"{say_date(report.from_at)} to {say_date(end)}, counted at {counted}")

    def _on_changed(self, changes: Changes) -> None:
        if changes & (Changes.DELIVERIES | Changes.MESSAGES | Changes.ACCOUNTS):
            self._count()

    def _on_keep_clicked(self) -> None:
        report = self._report
        if report is None:
            return
        first, last = self.days()
        name = f"Figures {first:%Y-%m-%d} to {last:%Y-%m-%d}.csv"
        wish = FileWish("Save the figures", name, "Table", "csv", lambda: self._services.reports.write_csv(report))
        save_file(self, self._background, wish, self._on_kept)

    def _on_kept(self, path: Path) -> None:
        self._banner.say(f"Saved {path.name}.")


def _after(day: date) -> date:
    return day + timedelta(days=1)
