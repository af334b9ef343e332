"""Backups are whole, encrypted, made once a day, and thinned only when a newer one is proved."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from pcc_desk.errors import StoreDamaged, WrongKey
from pcc_desk.store import backup, driver, schema
from pcc_desk.store.engine import Store
from tests.desk import KEY, NOW, open_store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A database with one row, left open."""
    store = open_store(tmp_path)
    with store.write() as connection:
        connection.execute(insert(schema.office).values(key="a", value="1"))
    return store


def names(store: Store) -> list[str]:
    """Give the names of the backups."""
    return sorted(file.name for file in backup.folder_of(store.path).glob("*.db"))


def test_each_day_has_one_backup_and_the_later_one_stays(store: Store) -> None:
    assert not store.is_backed_up(NOW)
    first = store.back_up(NOW)
    assert store.is_backed_up(NOW) and not store.is_backed_up(NOW + timedelta(days=1))
    with store.write() as connection:
        connection.execute(insert(schema.office).values(key="b", value="2"))
    assert store.back_up(NOW + timedelta(hours=9)) == first
    assert backup.examine(first, KEY)["office"] == 2
    store.back_up(NOW + timedelta(days=1))
    assert names(store) == ["day-2026-11-24.db", "day-2026-11-25.db"]


def test_two_backups_at_once_do_not_disturb_each_other(store: Store) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = {each.result() for each in [pool.submit(store.back_up, NOW) for _ in range(8)]}
    assert [backup.examine(path, KEY)["office"] for path in made] == [1]


def test_a_backup_opens_like_a_database_and_only_with_its_key(store: Store) -> None:
    path = store.back_up(NOW)
    assert backup.examine(path, KEY)["office"] == 1
    Store(path, KEY).close()
    with pytest.raises(WrongKey):
        Store(path, bytes(32))


def test_a_backup_is_one_file_without_a_log(store: Store) -> None:
    path = store.back_up(NOW)
    assert sorted(file.name for file in path.parent.iterdir()) == [path.name, path.name + ".proof"]


def test_a_backup_holds_what_is_still_in_the_log(store: Store) -> None:
    assert store.path.with_name("desk.db-wal").stat().st_size > 0
    with store.write() as connection:
        connection.execute(insert(schema.office).values(key="b", value="2"))
    assert backup.examine(store.back_up(NOW), KEY)["office"] == 2


def test_seven_days_and_four_weeks_are_kept(store: Store) -> None:
    start = datetime(2026, 10, 1, 9, tzinfo=UTC)
    for day in range(60):
        store.back_up(start + timedelta(days=day))
    kept = names(store)
    assert kept[-7:] == [f"day-2026-11-{day}.db" for day in range(23, 30)]
    assert kept[:-7] == ["day-2026-11-02.db", "day-2026-11-09.db", "day-2026-11-16.db"]


def test_a_copy_that_a_person_made_of_a_backup_disturbs_nothing_and_stays(store: Store) -> None:
    mine = store.back_up(NOW).with_name("day-2026-11-24 - Copy.db")
    mine.write_bytes(b"mine")
    for day in range(60):
        store.back_up(NOW + timedelta(days=day))
    assert mine.read_bytes() == b"mine" and len(names(store)) <= 12


def test_three_backups_from_before_a_revision_are_kept(store: Store) -> None:
    for number in range(2, 8):
        backup.keep_before_revision(store.path, KEY, number)
    assert names(store) == [f"before-revision-000{number}.db" for number in (5, 6, 7)]


def test_a_damaged_backup_is_passed_over_for_an_older_whole_one(store: Store) -> None:
    older = store.back_up(NOW)
    newer = store.back_up(NOW + timedelta(days=1))
    newer.write_bytes(newer.read_bytes()[:8192])
    with pytest.raises(StoreDamaged):
        backup.examine(newer, KEY)
    made = older.stat().st_mtime_ns
    assert backup.newest(store.path, KEY) == older
    assert older.stat().st_mtime_ns == made
    assert backup.newest(store.path, bytes(32)) is None


def test_no_old_backup_goes_when_the_new_one_cannot_be_made(store: Store) -> None:
    for day in range(10):
        store.back_up(NOW + timedelta(days=day))
    before = names(store)
    store.close()
    store.path.write_bytes(store.path.read_bytes()[:8192])
    with pytest.raises(StoreDamaged):
        store.back_up(NOW + timedelta(days=10))
    assert names(store) == before


def test_a_row_that_points_nowhere_makes_a_backup_unfit(store: Store) -> None:
    lame = driver.open_file(store.path, KEY)
    lame.execute("PRAGMA foreign_keys = OFF")
    lame.execute("INSERT INTO secret VALUES (99, 'a', 'b', 'c')")
    lame.close()
    with pytest.raises(StoreDamaged):
        store.back_up(NOW)
    assert names(store) == []
