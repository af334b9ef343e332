"""What a page of the inbox costs among a million messages, against the same page among twenty thousand."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import Connection

from benchmarks import data
from benchmarks.figure import Figure, compare, milliseconds
from pcc_desk.model.message import MessageFilter, MessageId
from pcc_desk.store import driver, messages
from pcc_desk.store.early_reading import EarlyReading
from pcc_desk.store.message_rows import list_sql

METRICS = ("page", "page_open", "page_layer", "first_page")
ROUNDS = 60
LIMIT = 50

_OPEN_SQL = list_sql(("message.state = :state", "message.id < :before"))


def measure() -> Iterator[Figure]:
    """Compare pages at random places, the desk's page with the driver's, and the first page of all."""
    small_path, large_path = data.database(data.SMALL), data.database(data.LARGE)
    small, large = data.open_store(small_path), data.open_store(large_path)
    with small.read() as few, large.read() as many:
        for metric, which in (("page", MessageFilter(state=None)), ("page_open", MessageFilter())):
            read_few, read_many = _random_page(few, data.SMALL, which), _random_page(many, data.LARGE, which)
            value, ratio = compare(read_few, read_many, ROUNDS)
            yield Figure(metric, value, "ms", ratio, f"the same among {data.SMALL:,}", ROUNDS)
        value, ratio = compare(_bare_page(many), _random_page(many, data.LARGE, MessageFilter()), ROUNDS)
        yield Figure("page_layer", value, "ms", ratio, "the same query through the driver", ROUNDS)
    value, ratio = compare(
        lambda: milliseconds(lambda: _read_early(small_path)),
        lambda: milliseconds(lambda: _read_early(large_path)),
        ROUNDS,
    )
    yield Figure("first_page", value, "ms", ratio, f"the same among {data.SMALL:,}", ROUNDS)
    small.close()
    large.close()


def _read_early(path: Path) -> None:
    reading = EarlyReading(path, data.KEY)
    reading.page(MessageFilter(), None, LIMIT)
    reading.counts()
    reading.close()


def _random_page(conn: Connection, count: int, which: MessageFilter) -> Callable[[], float]:
    chance = random.Random(data.SEED)

    def read() -> float:
        before = _random_id(chance, count)
        return milliseconds(lambda: messages.page(conn, which, before, LIMIT))

    return read


def _bare_page(conn: Connection) -> Callable[[], float]:
    """Read the same rows as a page of open messages through the driver alone, without making values of them."""
    chance = random.Random(data.SEED)
    bare: driver.Driver = conn.connection.dbapi_connection

    def read() -> float:
        asked = {"state": "open", "before": _random_id(chance, data.LARGE), "limit": LIMIT + 1}
        return milliseconds(lambda: bare.execute(_OPEN_SQL, asked).fetchall())

    return read


def _random_id(chance: random.Random, count: int) -> MessageId:
    (one,) = data.stream(chance.randrange(count // 50, count), 1, count)
    return data.number_of(one)
