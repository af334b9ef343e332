"""Month, week and list in real windows: pointing, dragging, walking, and two thousand entries."""

import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import TypeVar

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from pcc_desk.model.announcement import AnnouncementId
from pcc_desk.model.event import Entry, EntryKind, EventId
from pcc_desk.model.schedule import choose
from pcc_desk.ui import theme
from pcc_desk.ui.calendar.agenda import AgendaView
from pcc_desk.ui.calendar.layout import DAY, month_grid
from pcc_desk.ui.calendar.month import MonthView
from pcc_desk.ui.calendar.sheet import Box
from pcc_desk.ui.calendar.view import CalendarView
from pcc_desk.ui.calendar.week import WeekView

NOW = datetime(2026, 11, 24, 9)
MONDAY = date(2026, 11, 23)
WEEK = tuple(MONDAY + number * DAY for number in range(7))
MONTH = month_grid(MONDAY)
HOUR = timedelta(hours=1)
View = TypeVar("View", bound=CalendarView)
LEFT, NONE, ALT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.AltModifier
KEY = Qt.Key


@pytest.fixture(autouse=True)
def look(qapp: QApplication) -> Iterator[None]:
    """The desk's own look."""
    theme.apply(qapp, dark=False)
    yield


def make_entry(number: int, starts: datetime, length: timedelta = HOUR, title: str = "") -> Entry:
    """Make an event's entry."""
    ends = choose(starts + length)
    return Entry(EntryKind.EVENT, title or f"Entry {number}", choose(starts), ends, event_id=EventId(number))


ASK = make_entry(1, datetime(2026, 11, 25, 18))
EARLY = make_entry(2, datetime(2026, 11, 25, 9))
REMINDER = Entry(
    EntryKind.ANNOUNCEMENT,
    "Reminder",
    choose(datetime(2026, 11, 24, 17)),
    choose(datetime(2026, 11, 24, 17)),
    "Bluesky · waiting",
    announcement_id=AnnouncementId(1),
)


def show(qtbot: QtBot, view: View, days: tuple[date, ...], *entries: Entry) -> View:
    """Show entries in a window of usual size."""
    qtbot.addWidget(view)
    view.resize(900, 640)
    with qtbot.waitExposed(view):
        view.show()
    view.show_entries(days, sorted(entries, key=lambda entry: entry.starts.at), NOW)
    return view


def box_of(view: CalendarView, entry: Entry) -> Box:
    """Give the first box of an entry."""
    return next(box for box in view.boxes() if box.entry == entry)


def drag(view: CalendarView, from_point: QPoint, to_point: QPoint) -> None:
    """Drag with the left button, by way of the middle."""
    ground = view.viewport()
    QTest.mousePress(ground, LEFT, NONE, from_point)
    for point in ((from_point + to_point) / 2, to_point):
        QTest.mouseMove(ground, point)
    QTest.mouseRelease(ground, LEFT, NONE, to_point)


def press(view: CalendarView, *keys: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
    """Press keys one after another."""
    for key in keys:
        QTest.keyClick(view, key, modifier)


def test_a_drag_in_the_month_changes_the_day_and_keeps_the_time(qtbot: QtBot) -> None:
    view = show(qtbot, MonthView(), MONTH, ASK)
    start = view.place_of(box_of(view, ASK)).center()
    with qtbot.waitSignal(view.move_requested) as moved:
        drag(view, start, view.cell(date(2026, 11, 12)).center())
    assert moved.args == [ASK, datetime(2026, 11, 12, 18)]


def test_a_drag_in_the_week_changes_day_and_time_by_quarter_hours(qtbot: QtBot) -> None:
    view = show(qtbot, WeekView(), WEEK, ASK)
    box = view.place_of(box_of(view, ASK))
    grip = box.topLeft() + QPoint(20, 10)
    target = view.point_of(3, 16 * 60 + 15) + QPoint(20, 10 + 3)
    with qtbot.waitSignal(view.move_requested) as moved:
        drag(view, grip, target)
    assert moved.args == [ASK, datetime(2026, 11, 26, 16, 15)]


@pytest.mark.parametrize("view_type", [MonthView, WeekView])
def test_a_click_or_a_drag_that_comes_back_moves_nothing(qtbot: QtBot, view_type: Callable[[], CalendarView]) -> None:
    view = show(qtbot, view_type(), MONTH if view_type is MonthView else WEEK, ASK)
    start = view.place_of(box_of(view, ASK)).center()
    with qtbot.assertNotEmitted(view.move_requested):
        QTest.mouseClick(view.viewport(), LEFT, NONE, start)
        drag(view, start, start + QPoint(2, 2))
        QTest.mousePress(view.viewport(), LEFT, NONE, start)
        QTest.mouseMove(view.viewport(), start + QPoint(-150, 0))
        press(view, KEY.Key_Escape)
        QTest.mouseRelease(view.viewport(), LEFT, NONE, start + QPoint(-150, 0))
    assert view.chosen() == ASK


@pytest.mark.parametrize(
    ("view_type", "key", "wall"),
    [
        (MonthView, KEY.Key_Left, datetime(2026, 11, 24, 18)),
        (MonthView, KEY.Key_Down, datetime(2026, 12, 2, 18)),
        (WeekView, KEY.Key_Right, datetime(2026, 11, 26, 18)),
        (WeekView, KEY.Key_Up, datetime(2026, 11, 25, 17, 45)),
        (AgendaView, KEY.Key_Right, datetime(2026, 11, 26, 18)),
    ],
)
def test_alt_and_an_arrow_move_the_chosen_entry(
    qtbot: QtBot, view_type: Callable[[], CalendarView], key: Qt.Key, wall: datetime
) -> None:
    view = show(qtbot, view_type(), MONTH if view_type is MonthView else WEEK, ASK)
    view.choose(ASK)
    with qtbot.waitSignal(view.move_requested) as moved:
        press(view, key, modifier=ALT)
    assert moved.args == [ASK, wall]


@pytest.mark.parametrize("view_type", [MonthView, WeekView, AgendaView])
def test_the_arrows_walk_through_days_and_entries(qtbot: QtBot, view_type: Callable[[], CalendarView]) -> None:
    view = show(qtbot, view_type(), MONTH if view_type is MonthView else WEEK, ASK, EARLY, REMINDER)
    press(view, KEY.Key_Down)
    assert view.chosen() == REMINDER
    press(view, KEY.Key_Right)
    assert view.chosen() == EARLY
    press(view, KEY.Key_Down)
    assert view.chosen() == ASK
    assert "Event: Entry 1" in view.accessibleDescription()
    press(view, KEY.Key_Right)
    assert view.chosen() is None
    assert "Thu 26 Nov, nothing on" in view.accessibleDescription()


def test_enter_delete_and_n_ask_for_what_they_say(qtbot: QtBot) -> None:
    view = show(qtbot, WeekView(), WEEK, ASK)
    view.choose(ASK)
    with qtbot.waitSignals([view.entry_opened, view.discard_requested, view.event_requested]):
        press(view, KEY.Key_Return, KEY.Key_Delete, KEY.Key_N)


def test_walking_off_the_period_asks_for_the_next(qtbot: QtBot) -> None:
    view = show(qtbot, WeekView(), WEEK)
    with qtbot.waitSignal(view.period_requested) as asked:
        press(view, *([KEY.Key_Right] * 6))
    assert asked.args == [date(2026, 11, 30)]


def test_a_full_day_says_how_many_more_and_shows_the_chosen_one(qtbot: QtBot) -> None:
    entries = [make_entry(number, datetime(2026, 11, 25, 8) + number * HOUR) for number in range(12)]
    view = show(qtbot, MonthView(), MONTH, *entries)
    shown = [box.entry for box in view.boxes()]
    assert 0 < len(shown) < 12
    view.choose(entries[-1])
    assert entries[-1] in [box.entry for box in view.boxes()]
    cell = view.cell(date(2026, 11, 25))
    lowest = max(view.place_of(box).bottom() for box in view.boxes())
    with qtbot.waitSignal(view.day_requested) as asked:
        QTest.mouseClick(view.viewport(), LEFT, NONE, QPoint(cell.center().x(), lowest + theme.px(10)))
    assert asked.args == [date(2026, 11, 25)]


def test_many_in_one_hour_of_the_week_leave_two_legible_and_say_how_many_more(qtbot: QtBot) -> None:
    entries = [make_entry(number, datetime(2026, 11, 25, 17), timedelta(0)) for number in range(5)]
    view = show(qtbot, WeekView(), WEEK, *entries)
    view.resize(1200, 640)
    first, second = view.boxes()
    assert (first.entry, second.entry) == (entries[0], entries[1])
    assert first.rect.width() >= theme.px(50) <= second.rect.width()
    view.choose(entries[3])
    assert [box.entry for box in view.boxes()] == [entries[0], entries[3]]
    view.grab()
    right = view.point_of(3, 0).x()
    middle = view.place_of(box_of(view, entries[0])).center().y()
    with qtbot.waitSignal(view.day_requested) as asked:
        QTest.mouseClick(view.viewport(), LEFT, NONE, QPoint(right - theme.px(12), middle))
    assert asked.args == [date(2026, 11, 25)]
    with qtbot.waitSignal(view.move_requested) as moved:
        start = view.place_of(box_of(view, entries[3])).center()
        drag(view, start, QPoint(view.point_of(4, 0).x() + theme.px(20), start.y()))
    assert moved.args[0] == entries[3]
    view.resize(760, 640)
    [alone] = view.boxes()
    assert alone.entry == entries[3] and alone.rect.width() >= theme.px(50)


def test_the_keyboard_stands_on_the_day_an_entry_was_moved_to(qtbot: QtBot) -> None:
    view = show(qtbot, WeekView(), WEEK, ASK)
    view.choose(ASK)
    moved = make_entry(1, datetime(2026, 11, 27, 18))
    view.show_entries(WEEK, [moved, EARLY], NOW)
    assert view.chosen() == moved
    with qtbot.waitSignal(view.event_requested) as asked:
        press(view, KEY.Key_N)
    assert asked.args == [datetime(2026, 11, 27, 9)]


def test_a_narrow_day_shows_when_an_entry_starts_and_a_wide_one_also_when_it_ends(qtbot: QtBot) -> None:
    view = show(qtbot, WeekView(), WEEK, ASK)
    view.resize(1300, 640)
    assert box_of(view, ASK).text == "18:00–19:00"
    view.resize(620, 640)
    assert box_of(view, ASK).text == "18:00"


def test_a_double_click_on_empty_ground_begins_an_event_there(qtbot: QtBot) -> None:
    view = show(qtbot, WeekView(), WEEK)
    with qtbot.waitSignal(view.event_requested) as asked:
        QTest.mouseDClick(view.viewport(), LEFT, NONE, view.point_of(2, 14 * 60 + 30) + QPoint(30, 4))
    assert asked.args == [datetime(2026, 11, 25, 14, 30)]


def test_overlapping_entries_do_not_cover_each_other(qtbot: QtBot) -> None:
    twin = make_entry(3, datetime(2026, 11, 25, 18, 30))
    view = show(qtbot, WeekView(), WEEK, ASK, twin)
    view.resize(1200, 640)
    assert not box_of(view, ASK).rect.intersects(box_of(view, twin).rect)


@pytest.mark.parametrize("scale", theme.SCALES)
@pytest.mark.parametrize("view_type", [MonthView, WeekView, AgendaView])
def test_at_every_text_size_each_box_stands_on_its_own_day(
    qtbot: QtBot, qapp: QApplication, view_type: Callable[[], CalendarView], scale: float
) -> None:
    theme.apply(qapp, dark=True, scale=scale)
    view = show(qtbot, view_type(), MONTH if view_type is MonthView else WEEK, ASK, REMINDER)
    sheet = QRect(0, 0, view.viewport().width(), 10_000)
    assert {box.entry.title for box in view.boxes()} == {"Entry 1", "Reminder"}
    assert all(sheet.contains(box.rect) for box in view.boxes())
    if isinstance(view, MonthView):
        assert view.cell(date(2026, 11, 25)).intersects(box_of(view, ASK).rect)
    view.grab()


@pytest.mark.parametrize("view_type", [MonthView, WeekView, AgendaView])
def test_two_thousand_entries_are_laid_out_and_drawn_without_a_pause(
    qtbot: QtBot, view_type: Callable[[], CalendarView]
) -> None:
    days = MONTH if view_type is MonthView else WEEK
    span = timedelta(days=len(days)) / 2000
    first = datetime.combine(days[0], datetime.min.time())
    view = show(qtbot, view_type(), days)
    entries = [make_entry(number, first + number * span, title="A public meeting in a hall") for number in range(2000)]
    laid, drawn = list[float](), list[float]()
    for _ in range(5):  # the best of five, of this thread alone, whatever else the machine does
        began = time.thread_time()
        view.show_entries(days, entries, NOW)
        laid.append(time.thread_time() - began)
        view.grab()
        began = time.thread_time()
        view.grab()
        drawn.append(time.thread_time() - began)
    assert min(laid) < 0.25
    assert min(drawn) < 0.15


def test_a_view_without_days_draws_nothing_and_takes_no_key(qtbot: QtBot) -> None:
    view = WeekView()
    qtbot.addWidget(view)
    view.show()
    press(view, KEY.Key_Right, KEY.Key_N)
    QTest.mouseClick(view.viewport(), LEFT, NONE, QPoint(50, 50))
    assert view.chosen() is None
