"""A backup put in the place of the database: the old file is kept, and nothing is sent until a person says so."""

import shutil
from datetime import datetime
from pathlib import Path

from pcc_desk.paths import replace_file
from pcc_desk.store import backup, deliveries, driver, office
from pcc_desk.store.engine import Store

_BESIDE = ("", "-wal", "-shm", ".proof")


def restore(path: Path, key: bytes, source: Path, now: datetime) -> Path | None:
    """Put a proved copy of `source` in the place of the database at `path`, which must be closed.

    A backup still calls "due" what went out since, so every unfinished delivery is looked for before anything is sent,
    and everything is paused. Gives the folder that keeps the old file, or None when there was none.

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
            deliveries.distrust(connection, now)
            office.pause(connection, now)
    finally:
        copied.close()
    kept = _put_aside(path, now)
    replace_file(part, path)
    driver.note_proof(path, key)
    _clear(part)
    return kept


def _put_aside(path: Path, now: datetime) -> Path | None:
    """Keep the old file and its log; the file itself stays in place until the new one takes its name in one step."""
    if not path.exists():
        return None
    aside = path.with_name(f"put-aside-{now:%Y-%m-%d-%H%M%S}")
    aside.mkdir(exist_ok=True)
    for ending in _BESIDE[1:]:
        beside = path.with_name(path.name + ending)
        if beside.exists():
            replace_file(beside, aside / beside.name)
    shutil.copy2(path, aside / path.name)
    return aside


def _clear(path: Path) -> None:
    for ending in _BESIDE:
        path.with_name(path.name + ending).unlink(missing_ok=True)
