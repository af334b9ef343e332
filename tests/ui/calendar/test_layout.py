"""Days, minutes and lanes come out right, whatever is put on the calendar."""

from datetime import date, datetime, timedelta
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from pcc_desk.model.event import Entry, EntryKind, EventId
from pcc_desk.model.schedule import choose
from pcc_desk.ui.calendar.layout import (
    MINUTES,
    SHORTEST,
    by_day,
    days_of,
    fold,
    midnight,
    month_grid,
    next_month,
    share_lanes,
    walls_of,
    week_bars,
    week_pieces,
)

MONDAY = date(2026, 11, 23)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WEEK = [MONDAY + number * DAY for number in range(7)]
SPANS = st.lists(st.tuples(st.integers(0, MINUTES), st.integers(1, 300)), max_size=60)


def make_entry(starts: datetime, length: timedelta = HOUR, number: int = 1) -> Entry:
    """Make an event's entry at a London wall time."""
    return Entry(EntryKind.EVENT, f"Entry {number}", choose(starts), choose(starts + length), event_id=EventId(number))


@given(SPANS)
def test_entries_that_overlap_stand_in_different_lanes_of_equal_width(parts: list[tuple[int, int]]) -> None:
    spans = sorted((start, start + length) for start, length in parts)
    placed = list(zip(spans, share_lanes(spans), strict=True))
    for ((start, end), (lane, lanes)), ((start2, end2), (lane2, lanes2)) in combinations(placed, 2):
        if start < end2 and start2 < end:
            assert lane != lane2
            assert lanes == lanes2
    assert all(0 <= lane < lanes for _, (lane, lanes) in placed)


def test_entries_that_only_touch_need_one_lane() -> None:
    assert share_lanes([(0, 60), (60, 120)]) == [(0, 1), (0, 1)]


def test_a_lane_is_used_again_within_a_group() -> None:
    assert share_lanes([(0, 240), (0, 60), (60, 120)]) == [(0, 2), (1, 2), (1, 2)]


def two(lanes: int) -> int:
    """Leave room for two lanes."""
    return min(lanes, 2)


@given(SPANS, st.integers(0, 59))
def test_at_most_two_stand_side_by_side_and_the_rest_is_counted(parts: list[tuple[int, int]], number: int) -> None:
    starts = datetime.combine(MONDAY, datetime.min.time())
    entries = [
        make_entry(starts + timedelta(minutes=start), timedelta(minutes=length), place)
        for place, (start, length) in enumerate(parts)
    ]
    pieces = week_pieces(entries, MONDAY)
    kept, hidden = fold(pieces, two, lambda entry: entry.event_id == number)
    assert len(kept) + sum(more.count for more in hidden) == len(pieces)
    assert all(piece.lane < 2 for piece in kept)
    assert all(piece.entry.event_id != number for piece in pieces) or number in {each.entry.event_id for each in kept}
    for one, other in combinations(kept, 2):
        meet = one.day == other.day and one.start < other.end and other.start < one.end
        assert not (meet and one.lane == other.lane)
    for more in hidden:
        beside = [each for each in kept if each.day == more.day and each.start < more.end and more.start < each.end]
        assert beside and all(each.lanes > 2 for each in beside)


def test_two_that_overlap_are_both_kept() -> None:
    entries = [make_entry(datetime(2026, 11, 24, 17), number=number) for number in range(2)]
    kept, hidden = fold(week_pieces(entries, MONDAY), two, lambda entry: False)
    assert ([piece.lane for piece in kept], hidden) == ([0, 1], [])


def test_five_at_one_hour_are_two_and_three_more() -> None:
    entries = [make_entry(datetime(2026, 11, 24, 17), number=number) for number in range(5)]
    kept, hidden = fold(week_pieces(entries, MONDAY), two, lambda entry: entry.event_id == 4)
    assert [piece.entry.event_id for piece in kept] == [0, 4]
    assert [(more.day, more.start, more.end, more.count) for more in hidden] == [(1, 17 * 60, 18 * 60, 3)]


def test_where_one_can_be_read_one_is_kept() -> None:
    entries = [make_entry(datetime(2026, 11, 24, 17), number=number) for number in range(2)]
    kept, hidden = fold(week_pieces(entries, MONDAY), lambda lanes: 1, lambda entry: False)
    assert (len(kept), [more.count for more in hidden]) == (1, [1])


def test_an_entry_over_midnight_stands_on_both_days() -> None:
    entry = make_entry(datetime(2026, 11, 24, 22), 4 * HOUR)
    assert [(piece.day, piece.start, piece.end) for piece in week_pieces([entry], MONDAY)] == [
        (1, 22 * 60, MINUTES),
        (2, 0, 120),
    ]


def test_an_entry_that_ends_at_midnight_stands_on_one_day() -> None:
    entry = make_entry(datetime(2026, 11, 24, 22), 2 * HOUR)
    assert days_of(entry) == (date(2026, 11, 24), date(2026, 11, 24))
    assert [piece.day for piece in week_pieces([entry], MONDAY)] == [1]


def test_a_moment_takes_room_enough_to_be_read_even_just_before_midnight() -> None:
    late = make_entry(datetime(2026, 11, 24, 23, 59), timedelta(0))
    [piece] = week_pieces([late], MONDAY)
    assert (piece.start, piece.end) == (MINUTES - SHORTEST, MINUTES)


def test_a_long_entry_is_a_bar_cut_at_the_ends_of_the_week() -> None:
    entry = make_entry(datetime(2026, 11, 20, 9), 30 * DAY)
    [bar] = week_bars([entry], MONDAY)
    assert (bar.first, bar.last, bar.row) == (0, 6, 0)
    assert week_pieces([entry], MONDAY) == ()
    assert week_bars([entry], MONDAY - 14 * DAY) == ()


def test_bars_share_a_row_when_they_do_not_meet() -> None:
    entries = [make_entry(datetime(2026, 11, day, 9), 25 * HOUR, day) for day in (23, 24, 26)]
    assert [bar.row for bar in week_bars(entries, MONDAY)] == [0, 1, 0]


def test_a_month_is_shown_from_a_monday_with_all_its_days() -> None:
    for month in range(1, 13):
        grid = month_grid(date(2027, month, 15))
        assert len(grid) == 42
        assert grid[0].weekday() == 0
        assert {day.day for day in grid if day.month == month} == set(range(1, 1 + (next_month(grid[20], 1) - DAY).day))


def test_months_are_counted_over_the_new_year() -> None:
    assert next_month(date(2026, 12, 31), 1) == date(2027, 1, 1)
    assert next_month(date(2027, 1, 31), -1) == date(2026, 12, 1)


def test_each_day_lists_what_touches_it() -> None:
    short, long = make_entry(datetime(2026, 11, 24, 9)), make_entry(datetime(2026, 11, 22, 9), 3 * DAY)
    there = by_day([long, short], WEEK)
    assert there[WEEK[0]] == [long]
    assert there[WEEK[1]] == [long, short]
    assert there[WEEK[2]] == [long]
    assert there[WEEK[3]] == []


def test_an_entry_of_the_hour_that_comes_twice_never_ends_before_it_starts() -> None:
    wall = datetime(2026, 10, 25, 1, 45)
    entry = Entry(EntryKind.EVENT, "Night", choose(wall), choose(wall - HOUR / 2, second=True))
    starts, ends = walls_of(entry)
    assert ends >= starts
    assert len(week_pieces([entry], date(2026, 10, 19))) == 1


def test_a_day_of_the_clock_changes_begins_at_its_own_midnight() -> None:
    spring, autumn = date(2027, 3, 28), date(2026, 10, 25)
    assert midnight(spring + DAY) - midnight(spring) == 23 * HOUR
    assert midnight(autumn + DAY) - midnight(autumn) == 25 * HOUR
