"""The calendar: announcements and events in one place, by month, week or list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from pcc_desk.errors import BadTime, DeskError
from pcc_desk.model.changes import Changes
from pcc_desk.model.event import Entry, Event, EventId
from pcc_desk.model.schedule import on_wall
from pcc_desk.ui import theme
from pcc_desk.ui.background import Background
from pcc_desk.ui.calendar.agenda import AgendaView
from pcc_desk.ui.calendar.detail import DetailPane
from pcc_desk.ui.calendar.editor import EventEditor, begin_event
from pcc_desk.ui.calendar.header import Header
from pcc_desk.ui.calendar.layout import DAY, midnight, monday_of, month_grid, next_month
from pcc_desk.ui.calendar.month import MonthView
from pcc_desk.ui.calendar.moving import Mover
from pcc_desk.ui.calendar.view import CalendarView
from pcc_desk.ui.calendar.week import WeekView
from pcc_desk.ui.calendar.words import say_month, say_week
from pcc_desk.ui.file_saving import FileWish, save_file
from pcc_desk.ui.reading.moments import present
from pcc_desk.ui.widgets.banner import Banner
from pcc_desk.ui.widgets.buttons import LinkButton
from pcc_desk.ui.widgets.frames import Rule, column, row

if TYPE_CHECKING:
    from pcc_desk.services.desk import Services

AGENDA_DAYS = 92
DETAIL = 300  # pixels at 100 % text size
TICK_MS = 20_000
Read = tuple[tuple[date, ...], tuple[Entry, ...]]


class CalendarPanel(QWidget):
    """Shows a period and lets entries be read, written, moved and taken away.

    Signals:
        announcement_requested(AnnouncementId): open it in Compose.
    """

    announcement_requested = Signal(object)

    def __init__(self, services: Services, background: Background, now: Callable[[], datetime] = present) -> None:
        super().__init__()
        self._services, self._background, self._now = services, background, now
        self._day = on_wall(now()).date()
        self._days: tuple[date, ...] = ()
        self._entries: tuple[Entry, ...] = ()
        self._stale = True
        self._discarded: EventId | None = None
        self._wanted: EventId | None = None
        self._build()
        self._connect()
        self.show_view("Week")

    def show_view(self, name: str) -> None:
        """Look at the calendar by "Month", "Week" or "Agenda"."""
        self._name = name
        self._stack.setCurrentWidget(self._views[name])
        self.setFocusProxy(self._views[name])
        self._views[name].choose(None)
        self._show_period()

    def show_day(self, day: date) -> None:
        """Go to the period that holds a day."""
        self._day = day
        self._show_period()

    def show_event(self, event: Event) -> None:
        """Go to an event and choose it."""
        self._wanted = event.id
        self.show_day(on_wall(event.starts.at).date())

    def new_event(self, wall: datetime | None = None) -> EventEditor:
        """Open the form for a new event, at a wall time or at the next full hour."""
        soon = on_wall(self._now()).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        return self._edit(begin_event(wall or soon))

    def _build(self) -> None:
        self._header, self._detail = Header(), DetailPane(self._services, self._background)
        self._banner, self._undo = Banner("amber"), LinkButton("Undo", "undo")
        self._banner.add_button(self._undo)
        self._views: dict[str, CalendarView] = {"Month": MonthView(), "Week": WeekView(), "Agenda": AgendaView()}
        self._stack = QStackedWidget()
        for view in self._views.values():
            self._stack.addWidget(view)
        self._mover = Mover(self._services, self._background, self._now, self._on_refused, self)
        self._ticker = QTimer(self, interval=TICK_MS)
        middle = column(gap=0)
        for widget in (self._header, Rule(), self._banner):
            middle.addWidget(widget)
        middle.addWidget(self._stack, 1)
        sides = row(self, gap=0)
        sides.addLayout(middle, 1)
        sides.addWidget(Rule(upright=True))
        sides.addWidget(self._detail)

    def _connect(self) -> None:
        self._background.changed.connect(self._on_changed)
        self._header.step_requested.connect(self._on_step_requested)
        self._header.view_requested.connect(self.show_view)
        self._header.share_requested.connect(self._on_share_requested)
        self._header.event_requested.connect(lambda: self.new_event())
        self._undo.clicked.connect(self._on_undo_clicked)
        self._ticker.timeout.connect(self._on_tick)
        self._detail.edit_requested.connect(self._on_entry_opened)
        self._detail.discard_requested.connect(self._on_discard_requested)
        self._detail.share_requested.connect(lambda _: self._on_share_requested(True))
        for view in self._views.values():
            view.entry_chosen.connect(self._on_entry_chosen)
            view.entry_opened.connect(self._on_entry_opened)
            view.move_requested.connect(self._mover.move)
            view.discard_requested.connect(self._on_discard_requested)
            view.event_requested.connect(self.new_event)
            view.day_requested.connect(self._on_day_requested)
            view.period_requested.connect(self.show_day)

    def _view(self) -> CalendarView:
        return self._views[self._name]

    # reading

    def showEvent(self, event: QShowEvent) -> None:
        """Read what changed while this place was out of sight."""
        super().showEvent(event)
        self._ticker.start()
        if self._stale:
            self._read()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the pane beside the calendar in proportion."""
        super().resizeEvent(event)
        self._detail.setFixedWidth(min(theme.px(DETAIL), self.width() // 3))

    def _show_period(self) -> None:
        if self._name == "Month":
            self._days, words = month_grid(self._day), say_month(self._day)
            month = self._views["Month"]
            assert isinstance(month, MonthView)
            month.show_month(self._day.month)
        elif self._name == "Week":
            monday = monday_of(self._day)
            self._days = tuple(monday + number * DAY for number in range(7))
            words = say_week(monday, self._days[-1])
        else:
            self._days = tuple(self._day + number * DAY for number in range(AGENDA_DAYS))
            words = say_week(self._days[0], self._days[-1])
        self._header.show_period(words, self._name)
        self._entries = ()
        self._view().show_entries(self._days, (), on_wall(self._now()))
        self._read()

    def _read(self) -> None:
        self._stale = not self.isVisible()
        if self._stale:
            return
        days, events = self._days, self._services

        def query() -> Read:
            return days, events.events.entries(midnight(days[0]), midnight(days[-1] + DAY))

        self._background.ask(query, self._on_entries_read)

    def _on_entries_read(self, read: Read) -> None:
        days, entries = read
        if days != self._days:
            return  # the person has gone on to another period
        self._entries = entries
        view = self._view()
        view.show_entries(days, entries, on_wall(self._now()))
        wanted = next((entry for entry in entries if entry.event_id == self._wanted), None) if self._wanted else None
        if wanted is not None:
            self._wanted = None
            view.choose(wanted)
        else:
            self._on_entry_chosen(view.chosen())

    def _on_changed(self, changes: Changes) -> None:
        if changes & (Changes.EVENTS | Changes.ANNOUNCEMENTS | Changes.DELIVERIES):
            self._read()

    def _on_tick(self) -> None:
        self._view().tick(on_wall(self._now()))

    # wishes

    def _on_step_requested(self, step: int) -> None:
        if step == 0:
            self._day = on_wall(self._now()).date()
        elif self._name == "Month":
            self._day = next_month(self._day, step)
        else:
            self._day += step * len(self._days) * DAY
        self._show_period()

    def _on_day_requested(self, day: date) -> None:
        self._day = day
        self.show_view("Agenda")

    def _on_entry_chosen(self, entry: Entry | None) -> None:
        self._detail.show_entry(entry)
        self._header.allow_sharing_one(entry is not None and entry.event_id is not None)

    def _on_entry_opened(self, entry: Entry) -> None:
        if entry.announcement_id is not None:
            self.announcement_requested.emit(entry.announcement_id)
        elif (event_id := entry.event_id) is not None:
            self._background.ask(lambda: self._services.events.get(event_id), self._on_event_read, self._on_refused)

    def _on_event_read(self, event: Event) -> None:
        self._edit(event)

    def _edit(self, event: Event) -> EventEditor:
        editor = EventEditor(self._services, self._background, event, self._now, self)
        editor.saved.connect(self.show_event)
        editor.finished.connect(editor.deleteLater)
        editor.open()
        return editor

    def _on_refused(self, error: DeskError) -> None:
        self._undo.hide()
        self._banner.say("", "amber")
        self._banner.tell(error)

    def _on_discard_requested(self, entry: Entry) -> None:
        event_id, title = entry.event_id, entry.title
        if event_id is None:
            self._on_refused(BadTime("An announcement is taken off in Compose, not here.", "Open it there."))
            return

        self._background.do(
            lambda: self._services.events.discard(event_id, self._now()),
            partial(self._on_discarded, event_id, title),
            self._on_refused,
        )

    def _on_discarded(self, event_id: EventId, title: str, _: Changes) -> None:
        self._discarded = event_id
        self._banner.say(f"“{title}” was deleted.", "amber")
        self._undo.show()
        self._view().choose(None)

    def _on_undo_clicked(self) -> None:
        event_id, self._discarded = self._discarded, None
        self._banner.hide()
        if event_id is not None:
            self._wanted = event_id
            self._background.do(lambda: self._services.events.bring_back(event_id), failed=self._on_refused)

    def _on_share_requested(self, only_chosen: bool) -> None:
        chosen = self._view().chosen()
        ids = (chosen.event_id,) if only_chosen and chosen is not None and chosen.event_id is not None else None
        name = "Event.ics" if ids else "Calendar.ics"
        wish = FileWish(
            "Share the calendar", name, "Calendar file", "ics", lambda: self._services.events.export(ids, self._now())
        )
        save_file(self, self._background, wish, self._on_shared)

    def _on_shared(self, path: Path) -> None:
        self._undo.hide()
        self._banner.say(f"Saved {path.name}. It holds events only; announcements stay in PCC Desk.", "green")
