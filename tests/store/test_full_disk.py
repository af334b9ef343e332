"""A full disk is said in words and costs nothing that was saved."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from pcc_desk.errors import StoreError, StoreFull
from pcc_desk.store import driver, schema
from pcc_desk.store.engine import Store
from tests.desk import KEY, NOW, open_store

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
