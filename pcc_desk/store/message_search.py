"""The full-text index over messages: what it holds, and how it is kept in step."""

import json
from collections.abc import Iterable

from sqlalchemy import Connection, text

from pcc_desk.model.message import MessageId

# The facets let one index answer "this word, open, from this account" newest first without sorting.
_FEED = text("""
INSERT INTO message_search (rowid, author, text, facets)
SELECT id, author_name || ' ' || author_handle, text, 'a' || account_id || ' k' || kind || ' s' || state
FROM message WHERE id IN (SELECT value FROM json_each(:ids))
""")
_FORGET = text("DELETE FROM message_search WHERE rowid IN (SELECT value FROM json_each(:ids))")


def feed(conn: Connection, ids: Iterable[MessageId]) -> None:
    """Put messages that are not in the index into it, as they stand now."""
    conn.execute(_FEED, {"ids": json.dumps(list(ids))})


def refresh(conn: Connection, ids: Iterable[MessageId]) -> None:
    """Bring messages that are in the index up to how they stand now."""
    numbers = json.dumps(list(ids))
    conn.execute(_FORGET, {"ids": numbers})
    conn.execute(_FEED, {"ids": numbers})
