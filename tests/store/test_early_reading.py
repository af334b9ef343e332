"""Lists that are read before the store is open say what the desk says, and never stand in the way of opening."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from pcc_desk.model.account import AccountId
from pcc_desk.model.message import MessageFilter, MessageKind, MessageState
from pcc_desk.store import driver, message_counts, messages
from pcc_desk.store.early_reading import EarlyReading
from pcc_desk.store.engine import Store
from tests.desk import KEY, open_store
from tests.store.mail import add, add_account, incoming

HEAVY = ("sqlalchemy", "alembic", "requests", "keyring")
CHOICES = [
    MessageFilter(),
    MessageFilter(state=None),
    MessageFilter(MessageState.DONE, AccountId(1)),
    MessageFilter(None, None, MessageKind.REPLY),
    MessageFilter(None, AccountId(1), MessageKind.REPLY),
    MessageFilter(state=None, words="number 1"),
]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An office with thirty messages, half of them done."""
    opened = open_store(tmp_path)
    ids = add(opened, add_account(opened), *(incoming(number, f"number {number}") for number in range(30)))
    with opened.write() as conn:
        messages.set_state(conn, ids[::2], MessageState.DONE)
    yield opened
    opened.close()


@pytest.fixture
def reading(store: Store) -> Iterator[EarlyReading]:
    """The same office, read early."""
    opened = EarlyReading(store.path, KEY)
    yield opened
    opened.close()


@pytest.mark.parametrize("which", CHOICES, ids=str)
def test_every_choice_of_filters_is_answered_as_the_desk_answers_it(
    store: Store, reading: EarlyReading, which: MessageFilter
) -> None:
    with store.read() as conn:
        first = messages.page(conn, which, None, 3)
        below = first.messages[-1].id
        assert reading.page(which, None, 3) == first
        assert reading.page(which, below, 3) == messages.page(conn, which, below, 3)
        assert reading.counts() == message_counts.read(conn)
    assert len(first.messages) == 3


def test_nothing_is_written_by_who_reads_early(reading: EarlyReading) -> None:
    assert reading._driver is not None
    with pytest.raises(sqlcipher.OperationalError, match="readonly"):
        reading._driver.execute("DELETE FROM message")


def test_what_is_closed_is_not_read_any_more(reading: EarlyReading) -> None:
    reading.close()
    assert reading.page(MessageFilter(), None, 10) is None
    assert reading.counts() is None


def read(path: Path, key: bytes = KEY) -> object:
    """Read a first page from a file, and let go of it."""
    reading = EarlyReading(path, key)
    page = reading.page(MessageFilter(), None, 10)
    reading.close()
    return page


def test_a_database_that_cannot_be_read_as_it_stands_gives_nothing(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    assert read(path) is None
    assert not path.exists()
    driver.open_file(tmp_path / "empty.db", KEY).close()
    assert read(tmp_path / "empty.db") is None
    open_store(tmp_path).close()
    assert read(path) is not None
    assert read(path, KEY[::-1]) is None
    path.write_bytes(b"\0" * path.stat().st_size)
    assert read(path) is None


def test_reading_early_loads_no_slow_library() -> None:
    seen = "import sys, pcc_desk.store.early_reading; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", seen], capture_output=True, text=True, check=True).stdout.split()
    assert "sqlcipher3" in loaded
    assert not set(HEAVY) & set(loaded)
