"""Where entries stand in a month, a week and a list: days, minutes and lanes, without a pixel."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from pcc_desk.model.event import Entry
from pcc_desk.model.schedule import LONDON, choose, on_wall

DAY = timedelta(days=1)
MINUTES = 24 * 60
SHORTEST = 45  # minutes an entry takes on the hour grid at least, so that its title can be read
STEP = 15  # minutes; where a dragged entry comes to rest


@dataclass(frozen=True, slots=True)
class Piece:
    """The part of an entry that stands on one day of a week; minutes after midnight, lane `lane` of `lanes`."""

    entry: Entry
    day: int
    start: int
    end: int
    lane: int
    lanes: int


@dataclass(frozen=True, slots=True)
class More:
    """How many entries find no lane of their own on a day, and the minutes they cover."""

    day: int
    start: int
    end: int
    count: int


@dataclass(frozen=True, slots=True)
class Bar:
    """An entry of a day or longer, drawn above the hours from day `first` to day `last` of the week."""

    entry: Entry
    first: int
    last: int
    row: int


def monday_of(day: date) -> date:
    """Give the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def month_grid(day: date) -> tuple[date, ...]:
    """Give the 42 days, Monday first, that show the month of `day`."""
    first = monday_of(day.replace(day=1))
    return tuple(first + timedelta(days=number) for number in range(42))


def next_month(day: date, months: int) -> date:
    """Give the first day of the month `months` after that of `day`; negative goes back."""
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def midnight(day: date) -> datetime:
    """Give the moment a day begins in London."""
    return choose(datetime.combine(day, datetime.min.time())).at


def days_of(entry: Entry) -> tuple[date, date]:
    """Give the first and the last London day an entry touches."""
    starts, ends = walls_of(entry)
    last = ends if ends == starts else ends - timedelta(microseconds=1)
    return starts.date(), max(last.date(), starts.date())


def walls_of(entry: Entry) -> tuple[datetime, datetime]:
    """Give an entry's London wall times; the end is never before the start, whatever the clocks did between."""
    starts, ends = (one.wall if one.zone == LONDON else on_wall(one.at) for one in (entry.starts, entry.ends))
    return starts, max(starts, ends)


def by_day(entries: Iterable[Entry], days: Sequence[date]) -> dict[date, list[Entry]]:
    """Sort entries to every one of the consecutive `days` they touch, keeping their order."""
    found: dict[date, list[Entry]] = {day: [] for day in days}
    for entry in entries:
        first, last = days_of(entry)
        day = max(first, days[0])
        while day <= min(last, days[-1]):
            found[day].append(entry)
            day += DAY
    return found


def lasts_days(entry: Entry) -> bool:
    """Tell whether an entry lasts a whole day or longer."""
    starts, ends = walls_of(entry)
    return ends - starts >= DAY


def week_pieces(entries: Iterable[Entry], monday: date) -> tuple[Piece, ...]:
    """Cut a week's entries at midnight and stand those that overlap side by side."""
    by_column: list[list[tuple[Entry, int, int]]] = [[] for _ in range(7)]
    for entry in entries:
        if not lasts_days(entry):
            for day, start, end in _cut(entry, monday):
                by_column[day].append((entry, start, end))
    pieces: list[Piece] = []
    for day, column in enumerate(by_column):
        column.sort(key=lambda part: (part[1], -part[2]))
        for (entry, start, end), (lane, lanes) in zip(
            column, share_lanes([(start, end) for _, start, end in column]), strict=True
        ):
            pieces.append(Piece(entry, day, start, end, lane, lanes))
    return tuple(pieces)


def fold(
    pieces: Iterable[Piece], most: Callable[[int], int], is_chosen: Callable[[Entry], bool]
) -> tuple[list[Piece], list[More]]:
    """Keep of so many lanes only the `most` that can be read, the chosen entry in one of them, and count the others.

    A kept piece whose `lanes` is above what is kept has such a count beside it.
    """
    kept: list[Piece] = []
    hidden: list[More] = []
    for piece in _bring_out(list(pieces), most, is_chosen):
        if piece.lane < most(piece.lanes):
            kept.append(piece)
            continue
        last = hidden[-1] if hidden else More(-1, 0, 0, 0)
        if piece.day == last.day and piece.start < last.end:
            hidden[-1] = replace(last, end=max(last.end, piece.end), count=last.count + 1)
        else:
            hidden.append(More(piece.day, piece.start, piece.end, 1))
    return kept, hidden


def _bring_out(pieces: list[Piece], most: Callable[[int], int], is_chosen: Callable[[Entry], bool]) -> list[Piece]:
    """Let each piece of the chosen entry change lanes with what stands in the last lane that is kept."""
    for place, chosen in enumerate(pieces):
        last = most(chosen.lanes) - 1
        if chosen.lane <= last or not is_chosen(chosen.entry):
            continue
        pieces[place] = replace(chosen, lane=last)
        for other, piece in enumerate(pieces):
            overlaps = piece.start < chosen.end and chosen.start < piece.end
            if other != place and piece.day == chosen.day and piece.lane == last and overlaps:
                pieces[other] = replace(piece, lane=chosen.lane)
    return pieces


def week_bars(entries: Iterable[Entry], monday: date) -> tuple[Bar, ...]:
    """Stack a week's entries of a day or longer in as few rows as they need."""
    bars: list[Bar] = []
    free_from: list[int] = []  # by row, the first day nothing stands on
    for entry in entries:
        first, last = ((day - monday).days for day in days_of(entry))
        if not lasts_days(entry) or last < 0 or first > 6:
            continue
        first, last = max(first, 0), min(last, 6)
        row = next((row for row, day in enumerate(free_from) if day <= first), len(free_from))
        if row == len(free_from):
            free_from.append(0)
        free_from[row] = last + 1
        bars.append(Bar(entry, first, last, row))
    return tuple(bars)


def share_lanes(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Give each span, sorted by start, its lane and the number of lanes of the group it overlaps with."""
    placed: list[tuple[int, int]] = []
    group: list[int] = []  # the lanes of the group at hand
    ends: list[int] = []  # by lane, where its last span ends
    for start, end in spans:
        if ends and start >= max(ends):
            placed += [(lane, len(ends)) for lane in group]
            group, ends = [], []
        lane = next((lane for lane, until in enumerate(ends) if until <= start), len(ends))
        if lane == len(ends):
            ends.append(end)
        ends[lane] = end
        group.append(lane)
    return placed + [(lane, len(ends)) for lane in group]


def _cut(entry: Entry, monday: date) -> Iterable[tuple[int, int, int]]:
    starts, ends = walls_of(entry)
    first, last = days_of(entry)
    day = first
    while day <= last:
        column = (day - monday).days
        start = _minute(starts) if day == first else 0
        end = _minute(ends) if ends.date() == day else MINUTES
        start = min(start, MINUTES - SHORTEST)
        if 0 <= column <= 6:
            yield column, start, max(end, start + SHORTEST)
        day += DAY


def _minute(wall: datetime) -> int:
    return wall.hour * 60 + wall.minute
