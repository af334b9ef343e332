"""The encrypted database, opened: every connection alike, one writer at a time, every failure in plain words."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event
from sqlcipher3 import dbapi2 as sqlcipher

from pcc_desk import paths
from pcc_desk.errors import StoreDamaged, StoreTooNew, StoreUnreachable
from pcc_desk.store import backup, driver, faults
from pcc_desk.store.footing import Footing
from pcc_desk.store.schema import SCHEMA_NUMBER

# Enough to check some 30 MB whole at every start. Of a larger one each page proves itself when it is read (SQLCipher
# signs every page), and each day's backup is checked whole.
CHECK_SECONDS = 0.05  # before the desk is usable; `examine` goes on afterwards
WHOLE_SECONDS = 600.0  # once damage was seen, nothing is opened unchecked
_CHECK_EVERY = 200  # steps between two looks at the clock; reading and proving one page is a step
_CONNECTIONS = 8  # kept open; more are opened when more threads ask


class Store:
    """The office's database; safe to use from many threads and beside another connection."""

    def __init__(self, path: Path, key: bytes, check_seconds: float = CHECK_SECONDS) -> None:
        """Open or create the database at `path` with a 32-byte key, check it for `check_seconds` at most, migrate it.

        Raises:
            StoreTooNew: a newer PCC Desk wrote it.
            WrongKey: the key belongs to another database.
            StoreDamaged: it does not pass its check.
            StoreUnreachable: the file cannot be opened or written.
            StoreBusy: another program holds it.
            StoreFull: there is no room to create or migrate it; one that is there is opened to read all the same.
        """
        driver.refuse_unsafe()
        self.path = path
        self._key = key
        self._suspect = path.with_name(path.name + ".suspect")  # there while damage seen earlier is not yet mended
        self._writing = threading.Lock()
        self._copying = threading.Lock()
        self._footing = Footing(path, key)
        self._engine = _make_engine(self._footing.connect)
        try:
            self._open(check_seconds)
        except BaseException:
            self.close()
            raise

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection that sees one unchanging moment of the database. Raises: StoreError."""
        with self._footing.reading(), self._transaction("BEGIN") as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Give the one writing connection; when the block ends all of it is on disk, or none. Raises: StoreError."""
        with self._writing:
            self._footing.find_room(self._engine.dispose)
            with self._transaction("BEGIN IMMEDIATE") as connection:
                yield connection

    def only_reads(self) -> bool:
        """Tell whether the disk was full when it was opened, and nothing has been written since."""
        return self._footing.only_reads

    def back_up(self, now: datetime) -> Path:
        """Keep an encrypted, proved copy as this day's and give its place. Raises: StoreError."""
        with self._copying, self._remembering_damage():
            with self._writing:
                self._footing.find_room(self._engine.dispose)
            return backup.keep_day(self.path, self._key, now)

    def examine(self, seconds: float) -> None:
        """Check the open database for at most `seconds`. Raises: StoreDamaged, now and at the next start."""
        with self._remembering_damage():
            self._check(seconds)

    def is_backed_up(self, now: datetime) -> bool:
        """Tell whether this day's copy is there."""
        return backup.day_of(self.path, now).exists()

    def close(self) -> None:
        """Close every connection; what was written stays."""
        self._engine.dispose()

    def _open(self, check_seconds: float) -> None:
        fresh = not self.path.exists() or self.path.stat().st_size == 0
        if fresh and driver.proof_path(self.path).exists():
            raise faults.damaged("the file is empty or gone")
        with faults.told_apart(self.path, self._key):
            version = self._first_version(fresh)
        if version > SCHEMA_NUMBER:
            raise StoreTooNew(
                "This office was last opened with a newer PCC Desk. Nothing was changed.",
                "Install the newest PCC Desk on this PC, then open it again.",
                f"database {version}, this program {SCHEMA_NUMBER}",
            )
        if not fresh:
            self._check(WHOLE_SECONDS if self._suspect.exists() else check_seconds)
            self._suspect.unlink(missing_ok=True)
        if version != SCHEMA_NUMBER:
            if self.only_reads():
                raise faults.full("an older database")
            self._migrate(version)
        if not self.only_reads() and not driver.is_proven(self.path, self._key):
            driver.note_proof(self.path, self._key)

    @contextmanager
    def _remembering_damage(self) -> Iterator[None]:
        try:
            yield
        except StoreDamaged:
            self._suspect.touch()
            raise

    def _first_version(self, fresh: bool) -> int:
        try:
            return self._version()
        except StoreUnreachable as unreachable:
            if paths.has_room(self.path.parent):
                raise
            if fresh:
                raise faults.full("a new file") from unreachable
        self._footing.fall_back()
        self._engine.dispose()
        return self._version()

    def _version(self) -> int:
        with self.read() as connection:
            connection.exec_driver_sql("SELECT count(*) FROM sqlite_schema")
            return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())

    def _migrate(self, version: int) -> None:
        # Alembic takes 200 ms to load and is needed once a release, so it is loaded here and not at every start.
        from pcc_desk.store import migrations

        if version:
            backup.keep_before_revision(self.path, self._key, version + 1)
        with self.write() as connection:
            migrations.upgrade(connection)

    def _check(self, seconds: float) -> None:
        ends = time.monotonic() + seconds
        with faults.explained(), self._footing.reading():
            connection = self._footing.connect()
            connection.set_progress_handler(lambda: time.monotonic() > ends, _CHECK_EVERY)
            try:
                verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            except sqlcipher.OperationalError as stopped:
                if stopped.sqlite_errorcode != sqlcipher.SQLITE_INTERRUPT:
                    raise
                return  # out of time; each day's backup is checked whole
            finally:
                connection.close()
        if verdict != "ok":
            raise faults.damaged(str(verdict))

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[Connection]:
        with (
            faults.explained(),
            self._engine.connect().execution_options(pcc_begin=begin) as connection,
            connection.begin(),
        ):
            yield connection


def _make_engine(connect: Callable[[], driver.Driver]) -> Engine:
    engine = create_engine(
        "sqlite://",
        module=sqlcipher,
        creator=connect,
        poolclass=QueuePool,
        pool_size=_CONNECTIONS,
        max_overflow=-1,
        hide_parameters=True,  # an error's text must not carry a message or a secret into the log
    )
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options()["pcc_begin"])
