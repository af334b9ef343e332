"""What reading six weeks of the calendar costs among ten thousand events."""

import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks import data
from benchmarks.figure import Figure, compare, cpu_seconds
from pcc_desk.services.events import Events
from pcc_desk.services.ics import write_calendar
from pcc_desk.store import driver
from pcc_desk.store.engine import Store
from pcc_desk.store.schema import EPOCH, event

METRICS = ("calendar_grid",)
EVENTS, APART, GRID = 10_000, timedelta(hours=8), timedelta(days=42)
FIRST_AT, FROM_AT = datetime(2022, 1, 1, 12, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)
ROUNDS, REPEATS = 9, 20

_RAW = "SELECT * FROM event WHERE starts_at >= ? AND starts_at < ? ORDER BY starts_at"


def measure() -> Iterator[Figure]:
    """Compare the calendar's own question, announcements and all, with the driver's bare range query."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "desk.db")
        store = Store(path, data.KEY)
        _fill(store)
        events, connection = Events(store, (), write_calendar), driver.open_file(path, data.KEY)
        span = tuple(round((at - EPOCH) / timedelta(milliseconds=1)) for at in (FROM_AT, FROM_AT + GRID))
        value, ratio = compare(
            lambda: _cost(lambda: connection.execute(_RAW, span).fetchall()),
            lambda: _cost(lambda: events.entries(FROM_AT, FROM_AT + GRID)),
            ROUNDS,
        )
        yield Figure("calendar_grid", value, "cpu-ms", ratio, "bare driver, indexed range", ROUNDS)
        connection.close()
        store.close()


def _cost(work: Callable[[], object]) -> float:
    """Give the processor milliseconds of one run."""
    return cpu_seconds(lambda: [work() for _ in range(REPEATS)]) * 1000 / REPEATS


def _fill(store: Store) -> None:
    moments = [FIRST_AT + number * APART for number in range(EVENTS)]
    words = dict.fromkeys(("title", "place", "hashtag", "notes"), "A public meeting")
    walls = {"zone": "Europe/London", "kind": "other"}
    with store.write() as conn:
        conn.execute(event.insert(), [{**words, **walls, **_times(number, at)} for number, at in enumerate(moments)])


def _times(number: int, at: datetime) -> dict[str, object]:
    ends = at + timedelta(hours=1)
    walls = {"starts_wall": at.replace(tzinfo=None).isoformat(), "ends_wall": ends.replace(tzinfo=None).isoformat()}
    return {"uid": str(number), "starts_at": at, "ends_at": ends, "edited_at": at, **walls}
