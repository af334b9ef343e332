"""One connection to an encrypted database file, made the same way everywhere; no SQLAlchemy, so it loads fast."""

import hashlib
import hmac
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from pcc_desk.errors import StoreUnreachable

KEY_BYTES = 32
BUSY_SECONDS = 10.0  # an antivirus scan or a second connection may hold the file this long

PRAGMAS = (
    # NORMAL forgets acknowledged commits in a power cut, and a forgotten claim would be sent twice.
    "synchronous = FULL",
    "foreign_keys = ON",
    "secure_delete = ON",
    "trusted_schema = OFF",
    "cell_size_check = ON",
    "temp_store = MEMORY",
    "cache_size = -16000",
)

# The driver ships no types; this names what it gives.
Driver = Any


def open_file(path: Path, key: bytes, journal: str = "WAL") -> Driver:
    """Open the file at `path`, creating it when absent, with a 32-byte key; transactions are begun by hand.

    A database at work keeps its journal in a "WAL"; a backup is complete in one file, with "DELETE".

    Raises:
        sqlcipher3.dbapi2.Error: the file cannot be opened, or the key is not its key.
    """
    if len(key) != KEY_BYTES:
        raise ValueError(f"a key has {KEY_BYTES} bytes, not {len(key)}")
    driver = sqlcipher.connect(str(path), isolation_level=None, check_same_thread=False, timeout=BUSY_SECONDS)
    try:
        driver.execute("PRAGMA cipher_log_level = NONE")  # errors are told by result codes, not on the error stream
        driver.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        for pragma in (f"journal_mode = {journal}", *PRAGMAS):
            driver.execute(f"PRAGMA {pragma}")
    except BaseException:
        driver.close()
        raise
    return driver


def open_to_read(path: Path, key: bytes) -> Driver:
    """Open a file that nobody changes, with a 32-byte key, needing no room on the disk.

    Raises:
        sqlcipher3.dbapi2.Error: the file cannot be read, or the key is not its key.
    """
    address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"  # sqlite.org/uri.html
    driver = sqlcipher.connect(address, uri=True, isolation_level=None, check_same_thread=False, timeout=BUSY_SECONDS)
    try:
        driver.execute("PRAGMA cipher_log_level = NONE")
        driver.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        for pragma in PRAGMAS:
            driver.execute(f"PRAGMA {pragma}")
    except BaseException:
        driver.close()
        raise
    return driver


def is_whole(path: Path) -> bool:
    """Tell whether the file holds everything that was written, and no log beside it holds more."""
    log = path.with_name(path.name + "-wal")
    return not log.exists() or log.stat().st_size == 0


def refuse_unsafe(version: tuple[int, ...] = sqlcipher.sqlite_version_info) -> None:
    """Refuse a SQLite that can damage the log of two connections (sqlite.org/wal.html#walresetbug).

    Raises:
        StoreUnreachable: the SQLite inside this program is one of those.
    """
    mended = version >= (3, 51, 3) and version[:2] != (3, 52)
    if mended or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45):
        return
    raise StoreUnreachable(
        "This copy of PCC Desk has a database part that is not safe to use. Nothing was opened.",
        "Install the newest PCC Desk on this PC.",
        f"SQLite {'.'.join(map(str, version))}",
    )


def version() -> str:
    """Give the version of the SQLite inside this program."""
    return str(sqlcipher.sqlite_version)


def proof_path(path: Path) -> Path:
    """Name the file beside a database that tells its own key from another, so damage is not taken for a wrong key."""
    return path.with_name(path.name + ".proof")


def prove(key: bytes) -> str:
    """Give 16 hex digits that only this key makes and that tell nothing about it."""
    return hmac.new(key, b"PCC Desk database key", hashlib.sha256).hexdigest()[:16]


def is_proven(path: Path, key: bytes) -> bool:
    """Tell whether `key` is known to be the key of the database at `path`."""
    try:
        return hmac.compare_digest(proof_path(path).read_bytes(), prove(key).encode("ascii"))
    except OSError:
        return False


def note_proof(path: Path, key: bytes) -> None:
    """Note that `key` opened the database at `path`. Raises: OSError."""
    proof_path(path).write_text(prove(key), "ascii")
