"""What the counts beside every filter cost among a million messages, against getting one message's state by its id."""

from collections.abc import Iterator

from sqlalchemy import text

from benchmarks import data
from benchmarks.figure import Figure, compare, milliseconds
from pcc_desk.store import message_counts

METRICS = ("badge",)
ROUNDS = 50
_GET = text("SELECT state FROM message WHERE id = :id")


def measure() -> Iterator[Figure]:
    """Compare reading all counts with one read by primary key through the same layer."""
    store = data.open_store(data.database(data.LARGE))
    chosen = {"id": data.number_of(next(data.stream(0, 1, data.LARGE)))}
    with store.read() as conn:
        value, ratio = compare(
            lambda: milliseconds(lambda: conn.execute(_GET, chosen).one(), 10),
            lambda: milliseconds(lambda: message_counts.read(conn), 10),
            ROUNDS,
        )
        yield Figure("badge", value, "ms", ratio, "one get by primary key", ROUNDS)
    store.close()
