"""Lists and counts of messages through the driver alone, for the moments before the store is open."""

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from pcc_desk import paths
from pcc_desk.model.message import MessageCounts, MessageFilter, MessageId, MessagePage
from pcc_desk.store import driver
from pcc_desk.store.message_query import list_query
from pcc_desk.store.message_rows import COUNTS_SQL, NEWEST, to_counts, to_page


class EarlyReading:
    """One connection that only reads; safe to use from many threads.

    What cannot be read as it stands gives None: what is wrong with the database (too old, too new, damaged, another
    key) is found out and said when the desk opens it whole.
    """

    def __init__(self, path: Path, key: bytes) -> None:
        """Read the database at `path` with a 32-byte key; nothing is made where there is none."""
        self._using = threading.Lock()
        self._driver: driver.Driver | None = None
        if path.exists():
            try:
                self._driver = _open(path, key)
                self._driver.execute("PRAGMA query_only = ON")
            except sqlcipher.Error:
                self.close()

    def page(self, which: MessageFilter, before: MessageId | None, limit: int) -> MessagePage | None:
        """Give at most `limit` messages older than `before` (or the newest), newest first."""
        upper = NEWEST if before is None else before
        rows = self._read(*list_query(which, (0, upper), limit + 1))
        return None if rows is None else to_page(rows, limit)

    def counts(self) -> MessageCounts | None:
        """Give the counts of every account."""
        rows = self._read(COUNTS_SQL, {})
        return None if rows is None else to_counts(rows)

    def close(self) -> None:
        """Let go of the file; from now on nothing can be read."""
        with self._using:
            if self._driver is not None:
                self._driver.close()
                self._driver = None

    def _read(self, sql: str, values: Mapping[str, object]) -> list[Any] | None:
        with self._using:
            if self._driver is None:
                return None
            try:
                rows: list[Any] = self._driver.execute(sql, values).fetchall()
            except sqlcipher.Error:
                return None
            return rows


def _open(path: Path, key: bytes) -> driver.Driver:
    try:
        return driver.open_file(path, key)
    except sqlcipher.Error:
        if paths.has_room(path.parent) or not driver.is_whole(path):
            raise
        return driver.open_to_read(path, key)
