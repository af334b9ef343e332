"""When the sign-in to an account ends, in the words a person reads 14, 7 and 2 days ahead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pcc_desk.model.schedule import LONDON, on_wall
from pcc_desk.ui.reading.moments import DAYS, MONTHS, say_clock
from pcc_desk.ui.reading.remote_text import show_handle

if TYPE_CHECKING:
    from pcc_desk.model.account import AccountId
    from pcc_desk.model.situation import SignInEnd
    from pcc_desk.ui.reading.presence import Presences

AHEAD = (2, 7, 14)  # days before the end at which it is told


def days_told(ends_at: datetime, now: datetime) -> int | None:
    """Give which of the days ahead it is time to tell of; None while the end is further away."""
    left = ends_at - now
    return next((days for days in AHEAD if left <= timedelta(days=days)), None)


def say_end(ends_at: datetime, now: datetime, zone: str = LONDON) -> str:
    """Say when a sign-in ends: "on Tue 8 Dec", "on Tue 8 Jan 2027", "today at 17:00"."""
    wall, today = on_wall(ends_at, zone), on_wall(now, zone)
    if wall.date() == today.date():
        return f"today at {say_clock(ends_at, zone)}"
    year = "" if wall.year == today.year else f" {wall.year}"
    return f"on {DAYS[wall.weekday()]} {wall.day} {MONTHS[wall.month - 1]}{year}"


def say_ending(name: str, ends_at: datetime, now: datetime) -> str:
    """Say that a sign-in ends or has ended, and what to do."""
    if ends_at <= now:
        return f"The sign-in to {name} ended {say_end(ends_at, now)}. Sign in again in Settings."
    return f"The sign-in to {name} ends {say_end(ends_at, now)}. Sign in again before then."


def name_ending(end: SignInEnd, ends: Sequence[SignInEnd]) -> str:
    """Name an account by its platform, with its handle where the platform has several that end."""
    several = sum(each.title == end.title for each in ends) > 1
    return f"{end.title} ({show_handle(end.handle)})" if several else end.title


def say_endings(ends: Sequence[SignInEnd], now: datetime) -> str:
    """Say in one line which sign-ins end in the next days; "" when none does."""
    near = sorted((end for end in ends if days_told(end.ends_at, now) is not None), key=lambda end: end.ends_at)
    if not near:
        return ""
    first = say_ending(name_ending(near[0], ends), near[0].ends_at, now)
    return first if len(near) == 1 else f"{first} {len(near) - 1} more end soon: see Settings."


def say_outlasting(
    accounts: Iterable[AccountId], goes_at: datetime, presences: Presences, now: datetime
) -> tuple[str, ...]:
    """Say for each account whose sign-in ends before something goes out there that it does."""
    ends = (
        (presences[each].platform.title, presences[each].account.expires_at) for each in accounts if each in presences
    )
    return tuple(
        f"The sign-in to {title} ends {say_end(ends_at, now)}, before this goes out. Sign in again before then."
        for title, ends_at in ends
        if ends_at is not None and now < ends_at <= goes_at
    )
