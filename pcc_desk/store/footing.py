"""How the database's file is reached: as usual or, where the disk is full when it is opened, to read only at first."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlcipher3 import dbapi2 as sqlcipher

from pcc_desk import paths
from pcc_desk.store import driver, faults
from pcc_desk.store.driver import Driver

_log = logging.getLogger(__name__)
_READERS_SECONDS = 5.0  # a reader takes milliseconds; one that writes before it ends must not be waited for for ever


class Footing:
    """Gives connections to one file; safe to use from many threads.

    SQLite needs a little room even to read, for the memory it shares between connections. Where there is none, the file
    is read as one that nobody changes. That holds only while nobody does: so the first write that finds room again
    waits until no such reading goes on, and from then on everything is as usual.
    """

    def __init__(self, path: Path, key: bytes) -> None:
        self._path, self._key = path, key
        self._readers = 0
        self._changed = threading.Condition()
        self.only_reads = False

    def connect(self) -> Driver:
        """Open one connection. Raises: sqlcipher3.dbapi2.Error."""
        if self.only_reads:
            return driver.open_to_read(self._path, self._key)
        return driver.open_file(self._path, self._key)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Hold the file as it is while something is read."""
        with self._changed:
            self._readers += 1
        try:
            yield
        finally:
            with self._changed:
                self._readers -= 1
                self._changed.notify_all()

    def fall_back(self) -> None:
        """Read only from now on, because there is no room to open the file as usual.

        Raises:
            StoreFull: there is a log of writes that only a usual opening can read.
        """
        if not driver.is_whole(self._path):
            raise faults.full("a log is left")
        self.only_reads = True
        _log.info("the disk is full: the database is only read")

    def find_room(self, renew: Callable[[], None]) -> None:
        """Go back to usual connections where there is room by now; `renew` closes those that only read.

        Raises:
            StoreFull: there is no room yet.
        """
        if not self.only_reads:
            return
        if not paths.has_room(self._path.parent):
            raise faults.only_reads("no room yet")
        try:
            driver.open_file(self._path, self._key).close()
        except sqlcipher.Error as error:
            raise faults.only_reads(str(error)) from error
        with self._changed:
            if not self._changed.wait_for(lambda: self._readers == 0, _READERS_SECONDS):
                raise faults.only_reads("something is still read")
            renew()
            self.only_reads = False
