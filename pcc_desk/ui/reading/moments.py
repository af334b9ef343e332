"""Moments in the few words a person reads on a card or in a sentence."""

from datetime import UTC, datetime, timedelta

from pcc_desk.model.schedule import LONDON, on_wall

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
A_WEEK = timedelta(days=6)  # within six days a day's name means one day only


def present() -> datetime:
    """Give this PC's moment as aware UTC; only a person's action or a repaint asks for it."""
    return datetime.now(UTC)


def say_day(at: datetime, now: datetime, zone: str = LONDON) -> str:
    """Say the day of an aware moment: "", "Sat", "12 Nov" or "12 Nov 2025"; "" is today."""
    wall, today = on_wall(at, zone), on_wall(now, zone)
    if wall.date() == today.date():
        return ""
    if abs(wall.date() - today.date()) <= A_WEEK:
        return DAYS[wall.weekday()]
    year = "" if wall.year == today.year else f" {wall.year}"
    return f"{wall.day} {MONTHS[wall.month - 1]}{year}"


def say_clock(at: datetime, zone: str = LONDON) -> str:
    """Say the time of day of an aware moment, as "08:12"."""
    return on_wall(at, zone).strftime("%H:%M")


def say_short(at: datetime, now: datetime, zone: str = LONDON) -> str:
    """Say an aware moment as a card does: "08:12", "Sat 23:42" or, further away, "12 Nov"."""
    day = say_day(at, now, zone)
    if " " in day:
        return day
    return f"{day} {say_clock(at, zone)}".strip()


def say_when(at: datetime, now: datetime, zone: str = LONDON) -> str:
    """Say an aware moment with its time always: "08:12", "Tue 17:00", "12 Nov 09:00"."""
    return f"{say_day(at, now, zone)} {say_clock(at, zone)}".strip()


def say_date(at: datetime, zone: str = LONDON) -> str:
    """Say the full day of an aware moment, as "Mon 23 Nov 2026"."""
    wall = on_wall(at, zone)
    return f"{DAYS[wall.weekday()]} {wall.day} {MONTHS[wall.month - 1]} {wall.year}"
