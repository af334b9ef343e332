"""What the database driver reports, turned into sentences for the office."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlcipher3 import dbapi2 as sqlcipher

from pcc_desk.errors import StoreBusy, StoreDamaged, StoreError, StoreFull, StoreUnreachable, WrongKey
from pcc_desk.store import driver

_PRIMARY = 0xFF  # the low byte of SQLite's extended result codes (sqlite.org/rescode.html)
_BUSY = frozenset({5, 6})  # BUSY, LOCKED
_UNREACHABLE = frozenset({8, 10, 14})  # READONLY, IOERR, CANTOPEN
_DAMAGED = frozenset({11, 26})  # CORRUPT, NOTADB
_FULL = 13
# A copy that fails carries SQLite's words (sqlite3_errstr) and no number.
_NUMBERS = {
    "database is locked": 5,
    "attempt to write a readonly database": 8,
    "disk I/O error": 10,
    "database disk image is malformed": 11,
    "database or disk is full": 13,
    "unable to open database file": 14,
    "file is not a database": 26,
}


@contextmanager
def explained() -> Iterator[None]:
    """Turn what the driver, or SQLAlchemy around it, raises inside the block into ours."""
    try:
        yield
    except Exception as error:  # SQLAlchemy's own class is not named, so that the first page opens without loading it
        cause = getattr(error, "orig", error)
        known = explain(cause) if isinstance(cause, sqlcipher.Error) else None
        if known is None:
            raise
        raise known from error


@contextmanager
def told_apart(path: Path, key: bytes) -> Iterator[None]:
    """Let StoreDamaged pass where `key` is known to open `path`; elsewhere it means the wrong key."""
    try:
        yield
    except StoreDamaged as unreadable:
        if driver.is_proven(path, key):
            raise
        raise wrong_key() from unreadable


def wrong_key() -> WrongKey:
    """Say that a key belongs to another database."""
    return WrongKey(
        "This key does not open this office's database. Nothing was changed.",
        "Use the recovery key that was printed for this office.",
    )


def explain(error: BaseException | None) -> StoreError | None:
    """Turn a driver's error into ours, or give None when it is a mistake in our own SQL."""
    code = getattr(error, "sqlite_errorcode", None) or _NUMBERS.get(str(error))
    if not isinstance(code, int):
        return None
    detail = f"SQLite {code}"
    primary = code & _PRIMARY
    if primary in _BUSY:
        return StoreBusy(
            "Another program is using the office's database. Nothing new was saved.",
            "Close any other PCC Desk on this PC, then try again.",
            detail,
        )
    if primary in _UNREACHABLE:
        return StoreUnreachable(
            "The office's database cannot be read or written. Nothing new was saved.",
            "Check that the disk is connected and that you may write to the data folder, then try again.",
            detail,
        )
    if primary in _DAMAGED:
        return damaged(detail)
    return full(detail) if primary == _FULL else None


def full(detail: str) -> StoreFull:
    """Say that the disk is full."""
    return StoreFull(
        "There is no room left on this PC's disk. Nothing new was saved; everything saved before is safe.",
        "Free some space on the disk, then try again.",
        detail,
    )


def only_reads(detail: str) -> StoreFull:
    """Say that the disk was full when the database was opened, and still is."""
    return StoreFull(
        "This PC's disk is full. You can read everything, but nothing new is saved, sent or fetched.",
        "Make room on the disk. PCC Desk then goes on by itself.",
        detail,
    )


def damaged(detail: str) -> StoreDamaged:
    """Say that the database is damaged."""
    return StoreDamaged(
        "The office's database is damaged. PCC Desk has not changed it.",
        "Open the newest backup. The damaged file is kept beside it.",
        detail,
    )
