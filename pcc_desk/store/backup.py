"""Encrypted copies of the database: made from one moment of it, proved whole, thinned by age."""

from datetime import date, datetime, timedelta
from pathlib import Path

from pcc_desk.errors import StoreDamaged
from pcc_desk.paths import replace_file
from pcc_desk.store import driver, faults

DAILY, WEEKLY, BEFORE_REVISIONS = 7, 4, 3  # how many of each are kept
_DAY = "day-"
_REVISION = "before-revision-"


def folder_of(path: Path) -> Path:
    """Name the folder that holds the backups of the database at `path`."""
    return path.with_name("backups")


def keep_day(path: Path, key: bytes, now: datetime) -> Path:
    """Keep a copy as this day's, in the place of an earlier one, and let old days go. Raises: StoreError."""
    target = day_of(path, now)
    copy(path, key, target)
    _thin_days(target.parent)
    return target


def day_of(path: Path, now: datetime) -> Path:
    """Name this day's backup of the database at `path`."""
    return folder_of(path) / f"{_DAY}{now.date().isoformat()}.db"


def keep_before_revision(path: Path, key: bytes, number: int) -> Path:
    """Keep a copy of the database as revision `number` has not yet changed it. Raises: StoreError."""
    target = folder_of(path) / f"{_REVISION}{number:04d}.db"
    copy(path, key, target)
    for old in sorted(target.parent.glob(f"{_REVISION}*.db"))[:-BEFORE_REVISIONS]:
        _remove(old)
    return target


def copy(path: Path, key: bytes, target: Path) -> None:
    """Copy one moment of a database into `target`, which appears only when proved whole. Raises: StoreError."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    _remove(part)
    try:
        counts = _copy(path, key, part)
        if examine(part, key) != counts:
            raise faults.damaged(f"the copy {target.name} is not like the database")
        replace_file(part, target)
    except BaseException:
        _remove(part)
        raise
    driver.note_proof(target, key)


def examine(path: Path, key: bytes) -> dict[str, int]:
    """Read a whole backup, and give the number of rows in each table.

    Raises:
        StoreDamaged: it is not whole, or the key is not its key.
    """
    with faults.explained():
        connection = driver.open_file(path, key, journal="DELETE")
        try:
            verdict = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            orphan = connection.execute("PRAGMA foreign_key_check").fetchone()
            counts = _count(connection)
        finally:
            connection.close()
    if verdict != "ok" or orphan is not None:
        raise faults.damaged(str(verdict if orphan is None else orphan))
    return counts


def newest(path: Path, key: bytes) -> Path | None:
    """Find the newest backup of the database at `path` that is whole, or None."""
    found = [*folder_of(path).glob(f"{_DAY}*.db"), *folder_of(path).glob(f"{_REVISION}*.db")]
    for backup in sorted(found, key=lambda file: file.stat().st_mtime, reverse=True):
        try:
            examine(backup, key)
        except StoreDamaged:
            continue
        return backup
    return None


def _copy(path: Path, key: bytes, part: Path) -> dict[str, int]:
    with faults.told_apart(path, key), faults.explained():
        source, copied = driver.open_file(path, key), driver.open_file(part, key, journal="DELETE")
        try:
            source.execute("BEGIN")  # the copy and the counts see the same moment
            counts = _count(source)
            source.backup(copied)
            copied.execute("PRAGMA journal_mode = DELETE")  # the source's own journal mode was copied too
        finally:
            copied.close()
            source.close()
    return counts


def _count(connection: driver.Driver) -> dict[str, int]:
    names = "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
    tables = [name for (name,) in connection.execute(names)]
    return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables}


def _thin_days(folder: Path) -> None:
    # A copy of a backup that a person made, such as "day-2026-11-24 - Copy.db", is theirs and stays.
    files = folder.glob(f"{_DAY}[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9].db")
    days = {date.fromisoformat(file.stem.removeprefix(_DAY)): file for file in files}
    newest_first = sorted(days, reverse=True)
    mondays = {day - timedelta(days=day.weekday()): day for day in newest_first}  # the earliest day of each week stays
    weekly = sorted(mondays.values(), reverse=True)[:WEEKLY]
    for day in set(newest_first[DAILY:]) - set(weekly):
        _remove(days[day])


def _remove(file: Path) -> None:
    for part in (file, driver.proof_path(file)):
        part.unlink(missing_ok=True)
