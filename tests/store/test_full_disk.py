"""A full disk is said in words and costs nothing that was saved."""

import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select
from sqlcipher3 import dbapi2 as sqlcipher

from pcc_desk.errors import StoreError, StoreFull
from pcc_desk.model.message import MessageFilter
from pcc_desk.store import driver, schema
from pcc_desk.store.early_reading import EarlyReading
from pcc_desk.store.engine import Store
from tests.desk import KEY, NOW, open_store
from tests.disk import fill_up

MEGABYTE = 1 << 20
# A limit on the size of files stands for the full disk where no small disk can be made.
FILL = """
import resource, signal, sys
from pathlib import Path
from pcc_desk.errors import StoreError
from tests.desk import open_store
from tests.store.test_full_disk import fill
store = open_store(Path(sys.argv[1]))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (2 << 20, 2 << 20))
try:
    fill(store)
except StoreError as refusal:
    print(refusal.sentence)
"""


def fill(store: Store, first: int = 0, number: int = 1000) -> None:
    """Write rows of 50 kB, each saved by itself."""
    for key in range(first, first + number):
        with store.write() as connection:
            connection.execute(insert(schema.office).values(key=f"{key:04}", value="x" * 50_000))


def rows(store: Store) -> int:
    """Count the rows."""
    with store.read() as connection:
        return connection.execute(select(func.count()).select_from(schema.office)).scalar_one()


def verdict(path: Path) -> str:
    """Check a database whole."""
    connection = driver.open_file(path, KEY)
    try:
        return str(connection.execute("PRAGMA integrity_check").fetchone()[0])
    finally:
        connection.close()


def test_a_full_disk_stops_the_write_and_keeps_what_was_saved(small_disk: Path) -> None:
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(MEGABYTE))
    store = open_store(small_disk)
    with pytest.raises(StoreFull) as refusal:
        fill(store)
    assert "everything saved before is safe" in refusal.value.sentence
    saved = rows(store)
    assert saved > 5
    with pytest.raises(StoreFull):
        fill(store, saved)
    assert rows(store) == saved
    ballast.unlink()
    fill(store, saved, 3)
    assert rows(store) == saved + 3
    store.close()
    assert verdict(small_disk / "desk.db") == "ok"


def test_a_backup_that_does_not_fit_leaves_nothing_half_made(small_disk: Path) -> None:
    store = open_store(small_disk)
    fill(store, number=25)
    with pytest.raises(StoreFull):
        for _ in range(2):
            store.back_up(NOW)
            (small_disk / "ballast").write_bytes(bytes(MEGABYTE // 2))
            (small_disk / "backups" / "day-2026-11-24.db").rename(small_disk / "older")
    assert not list((small_disk / "backups").glob("*.db"))
    assert rows(store) == 25


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of files")
def test_a_file_that_may_not_grow_is_said_in_words_and_loses_nothing(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", FILL, str(tmp_path)], capture_output=True, text=True, check=True)
    assert "Nothing new was saved" in done.stdout
    assert verdict(tmp_path / "desk.db") == "ok"
    assert rows(open_store(tmp_path)) > 5


def test_filling_a_large_enough_disk_fails_nowhere(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    try:
        fill(store, number=60)
    except StoreError as refusal:
        pytest.fail(refusal.sentence)
    assert rows(store) == 60


def test_a_database_on_a_full_disk_opens_to_read_and_is_written_once_there_is_room(small_disk: Path) -> None:
    store = open_store(small_disk)
    fill(store, number=3)
    store.close()
    ballast = fill_up(small_disk)
    store = open_store(small_disk)
    assert store.only_reads() and rows(store) == 3
    with pytest.raises(StoreFull, match="You can read everything"):
        fill(store, 3, 1)
    with pytest.raises(StoreFull):
        store.back_up(NOW)
    store.examine(1.0)
    assert store.only_reads() and rows(store) == 3
    ballast.unlink()
    with store.read() as connection:  # as a panel that is just being filled
        waits = ThreadPoolExecutor(1).submit(fill, store, 3, 2)
        assert connection.execute(select(func.count()).select_from(schema.office)).scalar_one() == 3
    waits.result(timeout=30)
    assert not store.only_reads() and rows(store) == 5
    store.back_up(NOW)
    store.close()
    assert verdict(small_disk / "desk.db") == "ok"


def test_without_the_way_to_read_only_a_full_disk_opens_nothing(small_disk: Path) -> None:
    open_store(small_disk).close()
    fill_up(small_disk)
    with pytest.raises(sqlcipher.OperationalError):
        driver.open_file(small_disk / "desk.db", KEY).execute("SELECT count(*) FROM sqlite_schema")


def test_a_new_or_an_older_database_on_a_full_disk_is_said_in_words(small_disk: Path) -> None:
    store = open_store(small_disk)
    with store.write() as connection:
        connection.exec_driver_sql("PRAGMA user_version = 0")
    store.close()
    fill_up(small_disk)
    for name in ("desk.db", "other.db"):
        with pytest.raises(StoreFull) as refusal:
            Store(small_disk / name, KEY)
        assert "Free some space" in refusal.value.next_step


def test_a_log_that_only_a_usual_opening_can_read_is_never_passed_over(small_disk: Path) -> None:
    store = open_store(small_disk)
    fill(store, number=2)
    kept = small_disk / "kept"
    shutil.copytree(small_disk, kept, ignore=shutil.ignore_patterns("kept", "*-shm"))  # as a power cut leaves it
    store.close()
    assert not driver.is_whole(kept / "desk.db")
    ballast = fill_up(small_disk)
    with pytest.raises(StoreFull):
        Store(kept / "desk.db", KEY)
    ballast.unlink()
    mended = Store(kept / "desk.db", KEY)
    assert rows(mended) == 2
    mended.close()


def test_the_first_page_is_read_from_a_full_disk(small_disk: Path) -> None:
    open_store(small_disk).close()
    ballast = fill_up(small_disk)
    reading = EarlyReading(small_disk / "desk.db", KEY)
    page = reading.page(MessageFilter(), None, 50)
    reading.close()
    assert page is not None and page.messages == ()
    ballast.unlink()
