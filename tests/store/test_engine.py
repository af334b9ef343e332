"""The database opens the same way every time, and says in words why when it does not open."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, insert, select
from sqlcipher3 import dbapi2 as sqlcipher

from pcc_desk.errors import StoreBusy, StoreError, StoreTooNew, StoreUnreachable, WrongKey
from pcc_desk.store import driver, schema
from pcc_desk.store.engine import Store
from tests.desk import KEY, open_store

WRITE_MANY = """
import sys
from pathlib import Path
from sqlalchemy import text
from tests.desk import open_store
store = open_store(Path(sys.argv[1]))
with store.read() as connection:  # whoever holds the lock may get it again and again
    connection.exec_driver_sql("PRAGMA busy_timeout = 90000")
for _ in range(200):
    with store.write() as connection:
        connection.execute(text("UPDATE office SET value = value + 1 WHERE key = 'n'"))
"""


def put(connection: Connection, key: str, value: str = "1") -> None:
    """Write one row."""
    connection.execute(insert(schema.office).values(key=key, value=value))


def keys(store: Store) -> set[str]:
    """Read the keys of every row."""
    with store.read() as connection:
        return set(connection.execute(select(schema.office.c.key)).scalars())


def is_safe(connection: driver.Driver) -> bool:
    """Tell whether a connection forgets nothing in a power cut and trusts nothing in the file."""
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000, "secure_delete": 1}
    wanted |= {"trusted_schema": 0, "cell_size_check": 1, "temp_store": 2}
    return all(connection.execute(f"PRAGMA {name}").fetchone() == (value,) for name, value in wanted.items())


def test_every_connection_is_safe_also_when_many_are_open(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    with store.write() as first, store.read() as second, store.read() as third:
        assert all(is_safe(each.connection.driver_connection) for each in (first, second, third))


@pytest.mark.parametrize("weaker", ["synchronous = NORMAL", "foreign_keys = OFF", "journal_mode = DELETE"])
def test_a_connection_that_forgets_or_trusts_would_be_noticed(tmp_path: Path, weaker: str) -> None:
    open_store(tmp_path).close()
    connection = driver.open_file(tmp_path / "desk.db", KEY)
    assert is_safe(connection)
    connection.execute(f"PRAGMA {weaker}")
    assert not is_safe(connection)
    connection.close()


def test_a_new_database_has_every_table(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    with store.read() as connection:
        names = set(connection.exec_driver_sql("SELECT name FROM sqlite_schema WHERE type = 'table'").scalars())
        assert set(schema.metadata.tables) | {"message_search"} <= names
        assert connection.exec_driver_sql("PRAGMA user_version").scalar_one() == schema.SCHEMA_NUMBER


def test_what_was_written_is_there_after_opening_again(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    with store.write() as connection:
        put(connection, "a")
    store.close()
    assert keys(open_store(tmp_path)) == {"a"}


def test_a_write_that_fails_leaves_nothing(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    with pytest.raises(ZeroDivisionError), store.write() as connection:
        put(connection, "a")
        raise ZeroDivisionError
    with store.write() as connection:
        put(connection, "b")
    assert keys(store) == {"b"}


def test_a_reader_sees_one_moment_while_others_write(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    count = select(func.count()).select_from(schema.office)
    with store.read() as reader:
        assert reader.execute(count).scalar_one() == 0
        with store.write() as writer:
            put(writer, "a")
        assert reader.execute(count).scalar_one() == 0
    assert keys(store) == {"a"}


def test_many_threads_write_one_after_another(tmp_path: Path) -> None:
    store = open_store(tmp_path)

    def write(name: int) -> None:
        for number in range(25):
            with store.write() as connection:
                put(connection, f"{name} {number}")

    threads = [threading.Thread(target=write, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys(store)) == 200


def test_two_programs_write_the_same_database_without_loss(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    with store.write() as connection:
        put(connection, "n", "0")
    writers = [subprocess.Popen([sys.executable, "-c", WRITE_MANY, str(tmp_path)]) for _ in range(2)]
    assert [writer.wait(200) for writer in writers] == [0, 0]
    with store.read() as connection:
        assert connection.execute(select(schema.office.c.value)).scalar_one() == "400"


def test_another_key_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    open_store(tmp_path).close()
    before = (tmp_path / "desk.db").read_bytes()
    with pytest.raises(WrongKey) as refusal:
        Store(tmp_path / "desk.db", bytes(32))
    assert "recovery key" in refusal.value.next_step
    assert (tmp_path / "desk.db").read_bytes() == before
    with pytest.raises(ValueError, match="32 bytes"):
        Store(tmp_path / "desk.db", b"short")


def test_a_database_from_a_newer_desk_is_left_alone(tmp_path: Path) -> None:
    open_store(tmp_path).close()
    newer = driver.open_file(tmp_path / "desk.db", KEY)
    newer.execute("PRAGMA user_version = 99")
    newer.close()
    before = (tmp_path / "desk.db").read_bytes()
    with pytest.raises(StoreTooNew) as refusal:
        open_store(tmp_path)
    assert "newest PCC Desk" in refusal.value.next_step
    assert (tmp_path / "desk.db").read_bytes() == before


def test_a_folder_that_is_not_there_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(StoreUnreachable):
        open_store(tmp_path / "gone")


def test_a_database_held_by_another_program_is_busy_and_not_broken(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    other = driver.open_file(tmp_path / "desk.db", KEY)
    other.execute("BEGIN IMMEDIATE")
    with store.read() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 50")
    with pytest.raises(StoreBusy), store.write() as connection:
        put(connection, "a")
    other.execute("ROLLBACK")
    other.close()
    with store.write() as connection:
        put(connection, "b")
    assert keys(store) == {"b"}


def test_our_own_mistakes_are_not_dressed_as_a_broken_database(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    with pytest.raises(Exception, match="no such table") as mistake, store.read() as connection:
        connection.exec_driver_sql("SELECT * FROM nowhere")
    assert not isinstance(mistake.value, StoreError)


def test_an_error_never_carries_what_was_being_written(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    with pytest.raises(Exception, match="UNIQUE") as mistake, store.write() as connection:
        put(connection, "a", "canary")
        put(connection, "a", "canary")
    assert "canary" not in str(mistake.value)


@pytest.mark.parametrize("version", [(3, 51, 2), (3, 52, 0), (3, 50, 4), (3, 44, 5), (3, 40, 1), (3, 51, 1)])
def test_a_sqlite_that_can_damage_its_log_is_refused(version: tuple[int, int, int]) -> None:
    with pytest.raises(StoreUnreachable, match="not safe"):
        driver.refuse_unsafe(version)


@pytest.mark.parametrize("version", [(3, 51, 3), (3, 53, 4), (3, 50, 7), (3, 44, 6), sqlcipher.sqlite_version_info])
def test_a_mended_sqlite_is_used(version: tuple[int, int, int]) -> None:
    driver.refuse_unsafe(version)
