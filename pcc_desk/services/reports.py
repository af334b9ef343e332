"""Figures for the monthly report, counted from the desk's own record and nothing else."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from statistics import median

from pcc_desk.model.channel import Platform
from pcc_desk.model.message import MessageState
from pcc_desk.model.report import Figures, Report
from pcc_desk.model.schedule import on_wall
from pcc_desk.services import tables
from pcc_desk.store import reports as rows
from pcc_desk.store.engine import Store

_HEADINGS = (
    "Channel",
    "Announcements posted (counted)",
    "Messages received (counted)",
    "Answered (counted)",
    "Median minutes to first answer (counted)",
    "Still open (counted)",
)


class Reports:
    """Counts posts, messages and answers over a period."""

    def __init__(self, store: Store, platforms: Iterable[Platform]) -> None:
        self._store = store
        self._titles = {platform.name: platform.title for platform in platforms}

    def count(self, from_at: datetime, to_at: datetime, now: datetime) -> Report:
        """Count every channel over [from_at, to_at)."""
        with self._store.read() as conn:
            counted = rows.count(conn, from_at, to_at)
        channels = tuple(self._figures(self._name(one), (one,)) for one in counted)
        return Report(from_at, to_at, now, channels, self._figures("All channels", counted))

    def write_csv(self, report: Report) -> bytes:
        """Write a report as CSV, as `tables.written` does."""
        last = on_wall(report.to_at) - timedelta(days=1)
        return tables.written(
            [
                ("From", f"{on_wall(report.from_at):%Y-%m-%d}", "to", f"{last:%Y-%m-%d}"),
                ("Counted by PCC Desk at", f"{on_wall(report.counted_at):%Y-%m-%d %H:%M}"),
                _HEADINGS,
                *(_cells(figures) for figures in (*report.channels, report.together)),
            ]
        )

    def _name(self, one: rows.Counted) -> str:
        return f"{self._titles.get(one.platform, one.platform)} · {one.name}"

    def _figures(self, channel: str, counted: tuple[rows.Counted, ...]) -> Figures:
        waits = [wait.total_seconds() for one in counted for wait in one.waits]
        return Figures(
            channel=channel,
            posted=sum(one.posted for one in counted),
            received=sum(sum(one.by_state.values()) for one in counted),
            answered=len(waits),
            first_answer=timedelta(seconds=median(waits)) if waits else None,
            still_open=sum(one.by_state.get(MessageState.OPEN, 0) for one in counted),
        )


def _cells(figures: Figures) -> list[str]:
    minutes = "" if figures.first_answer is None else str(round(figures.first_answer / timedelta(minutes=1)))
    counts = (figures.posted, figures.received, figures.answered, minutes, figures.still_open)
    return [figures.channel, *(str(value) for value in counts)]
