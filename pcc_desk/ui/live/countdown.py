"""How far off an event is, in words, and in which part of the page it stands."""

from datetime import datetime, timedelta
from enum import StrEnum

from pcc_desk.model.event import Event
from pcc_desk.model.schedule import on_wall

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Part(StrEnum):
    """The parts of the live page, in their order."""

    NOW = "On now"
    TODAY = "Today"
    NEXT = "Next 14 days"


def part_of(event: Event, now: datetime) -> Part | None:
    """Say where an event stands at `now` (aware UTC); None when it is over."""
    if event.ends.at <= now:
        return None
    if event.starts.at <= now:
        return Part.NOW
    return Part.TODAY if on_wall(event.starts.at).date() == on_wall(now).date() else Part.NEXT


def say_countdown(event: Event, now: datetime) -> str:
    """Say how long until an event starts, or how long it still lasts."""
    if event.cancelled:
        return "Cancelled"
    if event.ends.at <= now:
        return "Over"
    if event.starts.at <= now:
        return f"{say_length(event.ends.at - now)} left"
    return f"Starts in {say_length(event.starts.at - now)}"


def say_length(length: timedelta) -> str:
    """Say a length of time in its two largest units, rounded up to a minute: "2 days 3 h", "1 h 5 min"."""
    minutes = max(-(-length // MINUTE), 1)
    days, rest = divmod(minutes, DAY // MINUTE)
    hours, minutes = divmod(rest, HOUR // MINUTE)
    if days:
        return f"{days} day{'' if days == 1 else 's'}" + (f" {hours} h" if hours else "")
    if hours:
        return f"{hours} h" + (f" {minutes} min" if minutes else "")
    return f"{minutes} min"
