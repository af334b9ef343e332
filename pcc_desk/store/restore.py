"""A backup put in the place of the database: the old file is kept, and nothing is sent until a person says so."""

import shutil
from datetime import datetime
from pathlib import Path

from pcc_desk.errors import StoreUnreachable
from pcc_desk.paths import replace_file
from pcc_desk.store import backup, doubts, driver, office
from pcc_desk.store.engine import Store

_BESIDE = ("", "-wal", "-shm", ".proof")


def restore(path: Path, key: bytes, source: Path, now: datetime) -> Path | None:
    """Put a proved copy of `source` in the place of the database at `path`, which must be closed.

    A backup still calls "due" or "held" what went out since, so every unfinished delivery is looked for before anything
    is sent, and everything is paused. Gives the folder that keeps the old file, or None when there was none.

    Raises:
        StoreDamaged: the source is not whole.
        WrongKey: the key does not open the source.
        StoreError: the copy could not be made; the database at `path` is as it was.
    """
    part = path.with_name(path.name + ".restoring")
    _clear(part)
    backup.copy(source, key, part)
    copied = Store(part, key)
    try:
        with copied.write() as connection:
            doubts.distrust(connection, now)
            office.pause(connection, now)
    finally:
        copied.close()
    try:
        kept = _put_aside(path, now)
        replace_file(part, path)
        driver.note_proof(path, key)
    except OSError as error:
        raise StoreUnreachable(
            "The backup could not be put in the place of the office's database, which is kept.",
            "Check that there is room on the disk and that no other program uses the data folder, then try again.",
            f"{type(error).__name__} {error.errno}",
        ) from error
    _clear(part)
    return kept


def _put_aside(path: Path, now: datetime) -> Path | None:
    """Copy the old file and its log aside, then take the log away: it must never be played into another file."""
    beside = [path.with_name(path.name + ending) for ending in _BESIDE]
    aside = path.with_name(f"put-aside-{now:%Y-%m-%d-%H%M%S}")
    there = [file for file in beside if file.exists()]
    if there:
        aside.mkdir(exist_ok=True)
    for file in there:
        shutil.copy2(file, aside / file.name)
    for file in beside[1:]:  # the file itself stays until the new one takes its name in one step
        file.unlink(missing_ok=True)
    return aside if there else None


def _clear(path: Path) -> None:
    for ending in _BESIDE:
        path.with_name(path.name + ending).unlink(missing_ok=True)
