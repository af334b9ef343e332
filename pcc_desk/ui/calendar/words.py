"""What the calendar says in words: days, spans of time, and an entry read aloud."""

from datetime import date, datetime

from pcc_desk.model.event import Entry, EntryKind
from pcc_desk.model.schedule import Schedule, on_wall
from pcc_desk.ui.calendar.layout import walls_of
from pcc_desk.ui.reading.moments import DAYS, MONTHS

MONTHS_IN_FULL = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def say_month(day: date) -> str:
    """Say a month: "November 2026"."""
    return f"{MONTHS_IN_FULL[day.month - 1]} {day.year}"


def say_week(monday: date, sunday: date) -> str:
    """Say the month or months of a week: "November 2026" or "Nov to Dec 2026"."""
    if monday.month == sunday.month:
        return say_month(monday)
    first = MONTHS[monday.month - 1] + ("" if monday.year == sunday.year else f" {monday.year}")
    return f"{first} to {MONTHS[sunday.month - 1]} {sunday.year}"


def say_day(day: date) -> str:
    """Say a day: "Wed 25 Nov"."""
    return f"{DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}"


def say_span(entry: Entry) -> str:
    """Say an entry's time of day: "18:00–19:00", or one time when it has no length."""
    starts, ends = walls_of(entry)
    return f"{starts:%H:%M}" if entry.ends.at == entry.starts.at else f"{starts:%H:%M}–{ends:%H:%M}"


def say_when(entry: Entry) -> str:
    """Say when an entry is."""
    return say_period(entry.starts, entry.ends)


def say_period(starts: Schedule, ends: Schedule) -> str:
    """Say a period in London: "Wed 25 Nov 2026, 18:00 to 19:00" with the zone."""
    first, last = on_wall(starts.at), on_wall(ends.at)
    words = f"{say_day(first.date())} {first.year}, {first:%H:%M}"
    if ends.at != starts.at:
        words += f" to {last:%H:%M}" if last.date() == first.date() else f" to {_say_end(last)}"
    return f"{words} (London time)"


def say_entry(entry: Entry) -> str:
    """Say an entry whole, for a screen reader."""
    kind = "Event" if entry.kind is EntryKind.EVENT else "Announcement"
    return ". ".join(part for part in (f"{kind}: {entry.title}", say_when(entry), entry.line) if part)


def _say_end(ends: datetime) -> str:
    return f"{say_day(ends.date())} {ends.year}, {ends:%H:%M}"
