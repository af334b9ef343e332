"""How many messages stand where, kept in step by every write so that no screen ever counts."""

from collections import Counter

from sqlalchemy import Connection, text

from pcc_desk.model.account import AccountId
from pcc_desk.model.message import MessageCounts, MessageKind, MessageState
from pcc_desk.store.message_rows import COUNTS_SQL, to_counts

Shift = Counter[tuple[AccountId, MessageKind, MessageState]]

_READ = text(COUNTS_SQL)
_ADD = text("""
INSERT INTO message_count (account_id, kind, state, n) VALUES (:account_id, :kind, :state, :n)
ON CONFLICT (account_id, kind, state) DO UPDATE SET n = n + excluded.n
""")


def read(conn: Connection) -> MessageCounts:
    """Give the counts of every account."""
    return to_counts(conn.execute(_READ).all())


def shift(conn: Connection, changes: Shift) -> None:
    """Add to the counts (or take away) what one write changed."""
    rows = [
        {"account_id": account_id, "kind": kind.value, "state": state.value, "n": n}
        for (account_id, kind, state), n in changes.items()
        if n
    ]
    if rows:
        conn.execute(_ADD, rows)
