"""Wall times in the office's zone and the moments they mean."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from pcc_desk.errors import BadTime

LONDON = "Europe/London"


class WallTime(StrEnum):
    """How often a wall time happens in its zone."""

    ONCE = "once"
    NEVER = "never"
    TWICE = "twice"


@dataclass(frozen=True, slots=True)
class Schedule:
    """A moment as the office chose it (naive wall time and zone) and as the clock knows it (aware UTC)."""

    wall: datetime
    zone: str
    at: datetime


def examine(wall: datetime, zone: str = LONDON) -> WallTime:
    """Tell whether a naive wall time happens once, never (spring gap) or twice (autumn overlap) in `zone`."""
    early = wall.replace(tzinfo=ZoneInfo(zone), fold=0)
    late = wall.replace(tzinfo=ZoneInfo(zone), fold=1)
    if early.utcoffset() == late.utcoffset():
        return WallTime.ONCE
    back = early.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return WallTime.TWICE if back == wall.replace(fold=0) else WallTime.NEVER


def choose(wall: datetime, zone: str = LONDON, second: bool = False) -> Schedule:
    """Fix a wall time that `examine` allows; `second` picks the later of two.

    Raises:
        ValueError: the wall time does not exist in `zone`.
    """
    if examine(wall, zone) is WallTime.NEVER:
        raise ValueError(f"{wall} does not exist in {zone}")
    at = wall.replace(tzinfo=ZoneInfo(zone), fold=1 if second else 0).astimezone(UTC)
    return Schedule(wall.replace(fold=0), zone, at)


def skipped(wall: datetime) -> BadTime:
    """Say in plain words that the clocks skip a wall time in spring."""
    return BadTime(
        f"The clocks go forward then, so {wall:%H:%M} on {wall:%a} {wall.day} {wall:%b %Y} does not happen.",
        "Choose a time one hour earlier or later.",
    )


def on_wall(at: datetime, zone: str = LONDON) -> datetime:
    """Show an aware moment as a naive wall time in `zone`."""
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


def shift(schedule: Schedule, wall: datetime) -> Schedule:
    """Move a schedule to another wall time in the same zone; a time in the spring gap moves on by one hour."""
    if examine(wall, schedule.zone) is WallTime.NEVER:
        wall += timedelta(hours=1)
    return choose(wall, schedule.zone)
