"""A damaged database is noticed, left as it is, and replaced by its newest backup."""

import errno
import random
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from pcc_desk.errors import StoreDamaged, StoreUnreachable
from pcc_desk.store import backup, driver, office, schema
from pcc_desk.store.engine import Store
from pcc_desk.store.restore import restore
from tests.desk import KEY, NOW, open_store

PAGE = 4096


def make(folder: Path) -> Path:
    """Make a database of some hundred pages with a day's backup, closed."""
    store = open_store(folder)
    rows = [{"key": f"{n:04}", "value": "x" * 900} for n in range(800)]
    with store.write() as connection:
        connection.execute(insert(schema.office), rows)
    store.back_up(NOW)
    store.close()
    return folder / "desk.db"


def flip(content: bytearray, chance: random.Random) -> None:
    """Turn one bit over."""
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)


def cut(content: bytearray, chance: random.Random) -> None:
    """Lose the end."""
    del content[chance.randrange(len(content)) :]


def blank(content: bytearray, chance: random.Random) -> None:
    """Lose one page to zeroes."""
    start = chance.randrange(len(content) // PAGE) * PAGE
    content[start : start + PAGE] = bytes(PAGE)


def swap(content: bytearray, chance: random.Random) -> None:
    """Put one page in the place of another."""
    first, second = (n * PAGE for n in chance.sample(range(len(content) // PAGE), 2))
    content[first : first + PAGE] = content[second : second + PAGE]


@pytest.mark.parametrize("seeds", [range(8), pytest.param(range(8, 58), marks=pytest.mark.torture)], ids=str)
@pytest.mark.parametrize("harm", [flip, cut, blank, swap])
def test_every_harm_is_noticed_and_the_file_is_left_as_it_is(
    tmp_path: Path, harm: Callable[[bytearray, random.Random], None], seeds: range
) -> None:
    path = make(tmp_path)
    sound = path.read_bytes()
    for seed in seeds:
        harmed = bytearray(sound)
        harm(harmed, random.Random(seed))
        path.write_bytes(harmed)
        with pytest.raises(StoreDamaged) as refusal:
            Store(path, KEY, check_seconds=30)
        assert "backup" in refusal.value.next_step
        assert path.read_bytes() == harmed
    path.write_bytes(sound)
    Store(path, KEY, check_seconds=30).close()


def test_an_empty_or_lost_file_is_never_taken_for_a_new_office(tmp_path: Path) -> None:
    path = make(tmp_path)
    path.write_bytes(b"")
    with pytest.raises(StoreDamaged):
        open_store(tmp_path)
    path.unlink()
    with pytest.raises(StoreDamaged):
        open_store(tmp_path)
    assert not path.exists()


def test_the_check_at_the_start_stops_in_time(tmp_path: Path) -> None:
    path = make(tmp_path)
    began = datetime.now(UTC)
    Store(path, KEY, check_seconds=0).close()
    assert datetime.now(UTC) - began < timedelta(seconds=1)


def test_damage_seen_while_the_desk_is_open_is_met_again_at_the_next_start(tmp_path: Path) -> None:
    path = make(tmp_path)
    sound = path.read_bytes()
    store = open_store(tmp_path)
    store.examine(30)
    path.write_bytes(sound[: -2 * PAGE] + b"\x55" * (2 * PAGE))
    with pytest.raises(StoreDamaged):
        store.examine(30)
    store.close()
    with pytest.raises(StoreDamaged):
        Store(path, KEY, check_seconds=0)
    path.write_bytes(sound)
    Store(path, KEY, check_seconds=0).close()
    assert not path.with_name("desk.db.suspect").exists()


def test_a_damaged_database_gives_way_to_its_backup_and_is_kept(tmp_path: Path) -> None:
    path = make(tmp_path)
    harmed = path.read_bytes()[: 20 * PAGE]
    path.write_bytes(harmed)
    newest = backup.newest(path, KEY)
    assert newest is not None
    kept = restore(path, KEY, newest, NOW)
    assert kept is not None and (kept / "desk.db").read_bytes() == harmed
    store = open_store(tmp_path)
    with store.read() as connection:
        assert len(connection.execute(select(schema.office).where(schema.office.c.key < "a")).all()) == 800
        assert office.paused_at(connection) == NOW


def test_the_log_of_the_old_database_is_not_played_into_the_restored_one(tmp_path: Path) -> None:
    path, log = leave_a_log(tmp_path)
    newest = backup.newest(path, KEY)
    assert newest is not None
    path.with_name("desk.db-wal").write_bytes(log)
    kept = restore(path, KEY, newest, NOW)
    assert kept is not None and (kept / "desk.db-wal").exists()
    with open_store(tmp_path).read() as connection:
        assert office.get(connection, "later") is None


def test_a_log_whose_database_is_lost_is_not_played_into_the_restored_one(tmp_path: Path) -> None:
    path, log = leave_a_log(tmp_path)
    path.unlink()
    path.with_name("desk.db-wal").write_bytes(log)
    newest = backup.newest(path, KEY)
    assert newest is not None
    kept = restore(path, KEY, newest, NOW)
    assert kept is not None and (kept / "desk.db-wal").read_bytes() == log
    with open_store(tmp_path).read() as connection:
        assert office.get(connection, "later") is None


def test_a_disk_that_fills_up_during_a_restore_costs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, log = leave_a_log(tmp_path)
    path.with_name("desk.db-wal").write_bytes(log)
    newest = backup.newest(path, KEY)
    assert newest is not None
    full = OSError(errno.ENOSPC, "No space left on device")
    copy = shutil.copy2

    def fill_up(source: Path, target: Path) -> None:
        if target.name == "desk.db-wal":
            raise full
        copy(source, target)

    monkeypatch.setattr(shutil, "copy2", fill_up)
    with pytest.raises(StoreUnreachable):
        restore(path, KEY, newest, NOW)
    with open_store(tmp_path).read() as connection:
        assert office.get(connection, "later") == 1, "what was saved last is still there"


def leave_a_log(folder: Path) -> tuple[Path, bytes]:
    """Make a database with a backup, and give the log that a killed desk would have left beside it."""
    path = make(folder)
    later = driver.open_file(path, KEY)
    later.execute("PRAGMA wal_autocheckpoint = 0")
    later.execute("INSERT INTO office VALUES ('later', '1')")
    before, log = path.read_bytes(), path.with_name("desk.db-wal").read_bytes()
    later.close()
    path.write_bytes(before)
    return path, log


def test_a_restore_from_a_damaged_backup_changes_nothing(tmp_path: Path) -> None:
    path = make(tmp_path)
    newest = backup.newest(path, KEY)
    assert newest is not None
    newest.write_bytes(newest.read_bytes()[: 20 * PAGE])
    before = path.read_bytes()
    with pytest.raises(StoreDamaged):
        restore(path, KEY, newest, NOW)
    assert path.read_bytes() == before
    open_store(tmp_path).close()
