"""What the inbox shows around its list: accounts, counts, ranges of time that are missing, and streams that fail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pcc_desk.model.message import Gap, MessageCounts, MessageFilter
from pcc_desk.model.watch import Watch
from pcc_desk.ui.reading.moments import say_when
from pcc_desk.ui.reading.presence import Presences, read_presences

if TYPE_CHECKING:
    from pcc_desk.services.desk import Services

GAPS_SHOWN = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """One reading of everything around the list."""

    presences: Presences
    counts: MessageCounts
    gaps: tuple[Gap, ...]
    problems: tuple[str, ...]
    watches: tuple[Watch, ...]


def read_surroundings(services: Services, now: datetime) -> Surroundings:
    """Read what stands around the list; blocks."""
    inbox = services.inbox
    gaps = inbox.gaps(now - GAPS_SHOWN)
    return Surroundings(read_presences(services), inbox.counts(), gaps, inbox.problems(), services.watching.all(now))


def say_number(around: Surroundings | None, which: MessageFilter) -> str:
    """Say how many messages a filter lets through, or "" where they are not counted."""
    if around is None or which.account_id is not None or which.kind is not None or which.words:
        return ""
    number = sum(count for state, count in around.counts.by_state.items() if which.state in (None, state))
    return f"{number:,} message{'' if number == 1 else 's'}"


def say_gap(gap: Gap, presences: Presences, now: datetime) -> str:
    """Say which range of time is missing and where to look for it."""
    presence = presences.get(gap.account_id)
    title = "The platform" if presence is None else presence.platform.title
    there = "there" if presence is None else f"on {title}"
    return (
        f"{title} could not give us {say_when(gap.from_at, now)} to {say_when(gap.to_at, now)}. "
        f"Look {there} for this time."
    )
