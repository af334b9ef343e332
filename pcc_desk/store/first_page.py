"""The inbox's first page and counts, read through the driver alone, so that the first paint waits for no library."""

from pathlib import Path

from sqlcipher3 import dbapi2 as sqlcipher

from pcc_desk import paths
from pcc_desk.model.message import MessageCounts, MessagePage, MessageState
from pcc_desk.store import driver
from pcc_desk.store.message_rows import COUNTS_SQL, list_sql, to_counts, to_page

_OPEN_SQL = list_sql(("message.state = :state",))


def read(path: Path, key: bytes, limit: int) -> tuple[MessagePage, MessageCounts] | None:
    """Give the newest open messages and the counts; None when this database cannot be read as it stands.

    What is wrong with it (too old, too new, damaged, another key) is found out and said when the desk opens it whole.
    """
    if not path.exists():
        return None
    connection: driver.Driver | None = None
    try:
        connection = _open(path, key)
        rows = connection.execute(_OPEN_SQL, {"state": MessageState.OPEN.value, "limit": limit + 1})
        return to_page(rows, limit), to_counts(connection.execute(COUNTS_SQL))
    except sqlcipher.Error:
        return None
    finally:
        if connection is not None:
            connection.close()


def _open(path: Path, key: bytes) -> driver.Driver:
    try:
        return driver.open_file(path, key)
    except sqlcipher.Error:
        if paths.has_room(path.parent) or not driver.is_whole(path):
            raise
        return driver.open_to_read(path, key)
