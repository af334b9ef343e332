"""Messages as rows: lists by key only, one message's surroundings, and what the office does with them."""

import json
from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, TextClause, text

from pcc_desk.model.account import AccountId
from pcc_desk.model.answering import KeptAnswer
from pcc_desk.model.conversation import EarlierText
from pcc_desk.model.message import Message, MessageFilter, MessageId, MessageKind, MessagePage, MessageState
from pcc_desk.store import message_counts, message_search
from pcc_desk.store.message_query import list_query
from pcc_desk.store.message_rows import NEWEST, SEQUENCE_BITS, list_sql, to_message, to_page
from pcc_desk.store.schema import EPOCH

# A platform's clock and ours may differ by this much.
_SKEW = timedelta(days=1)

_ONE_OF = "message.id IN (SELECT value FROM json_each(:ids))"
_COUNT = text(
    f"SELECT account_id, kind, state, count(*) FROM message WHERE {_ONE_OF} AND state <> :state GROUP BY 1, 2, 3"
)
_MOVE = text(f"UPDATE message SET state = :state WHERE {_ONE_OF} AND state <> :state RETURNING id")
_LINK_START = text("""
UPDATE message SET delivery_id = :delivery_id
WHERE account_id = :account_id AND root = :remote_id AND delivery_id IS NULL RETURNING id
""")
# `answers` has no index: an answer to ours cannot be older than ours, so only what came since is looked through.
_LINK_ANSWERS = text("""
UPDATE message SET delivery_id = :delivery_id
WHERE id > :since AND account_id = :account_id AND answers = :remote_id AND delivery_id IS NOT :delivery_id RETURNING id
""")


def page(conn: Connection, which: MessageFilter, before: MessageId | None, limit: int) -> MessagePage:
    """Give at most `limit` messages older than `before` (or the newest), newest first."""
    upper = NEWEST if before is None else before
    return to_page(_list(conn, which, (0, upper), limit + 1), limit)


def newer(conn: Connection, which: MessageFilter, after: MessageId, limit: int) -> tuple[Message, ...]:
    """Give the `limit` messages that follow `after` most closely, newest first."""
    rows = _list(conn, which, (after, NEWEST), limit, newest_first=False)
    return tuple(to_message(row) for row in reversed(rows))


def by_ids(conn: Connection, ids: Iterable[MessageId]) -> tuple[Message, ...]:
    """Give the messages with these ids that exist, newest first."""
    numbers = list(ids)
    rows = conn.execute(_query((_ONE_OF,)), {"ids": json.dumps(numbers), "limit": len(numbers)})
    return tuple(to_message(row) for row in rows)


def get(conn: Connection, message_id: MessageId) -> Message | None:
    """Give one message, or None."""
    found = by_ids(conn, [message_id])
    return found[0] if found else None


def around(conn: Connection, message: Message, limit: int) -> tuple[Message, ...]:
    """Give messages of the same conversation, oldest first: at most `limit` up to `message`, and `limit` after it."""
    root = message.root or message.remote_id
    same = ("message.account_id = :account_id", "message.root = :root")
    values = {"account_id": message.account_id, "root": root, "id": message.id, "limit": limit}
    up_to = conn.execute(_query((*same, "message.id <= :id")), values).all()
    after = conn.execute(_query((*same, "message.id > :id"), newest_first=False), values).all()
    start = conn.execute(_query(("message.account_id = :account_id", "message.remote_id = :root")), values).all()
    found = {row[0]: to_message(row) for row in (*start, *up_to, *after)} | {message.id: message}
    return tuple(found[number] for number in sorted(found))


def earlier(conn: Connection, message_id: MessageId) -> tuple[EarlierText, ...]:
    """Give what a message said before each change its author made, oldest first."""
    rows = conn.execute(
        text("SELECT text, replaced_at FROM message_revision WHERE message_id = :id ORDER BY id"), {"id": message_id}
    )
    return tuple(EarlierText(words, EPOCH + timedelta(milliseconds=at)) for words, at in rows)


def set_state(conn: Connection, ids: Iterable[MessageId], state: MessageState) -> bool:
    """Move messages to `state` in the table, the counts and the search; tell whether any moved."""
    values = {"ids": json.dumps(list(ids)), "state": state.value}
    shift = message_counts.Shift()
    for account_id, kind, old, n in conn.execute(_COUNT, values):
        shift[AccountId(account_id), MessageKind(kind), MessageState(old)] -= n
        shift[AccountId(account_id), MessageKind(kind), state] += n
    moved = conn.execute(_MOVE, values).scalars().all()
    message_counts.shift(conn, shift)
    message_search.refresh(conn, moved)
    return bool(moved)


def become(conn: Connection, message_id: MessageId, kind: MessageKind) -> bool:
    """Give a message another kind in the table, the counts and the search; tell whether it had another."""
    before = get(conn, message_id)
    if before is None or before.kind is kind:
        return False
    conn.execute(text("UPDATE message SET kind = :kind WHERE id = :id"), {"id": message_id, "kind": kind.value})
    key = before.account_id, before.state
    message_counts.shift(conn, message_counts.Shift({(key[0], before.kind, key[1]): -1, (key[0], kind, key[1]): 1}))
    message_search.refresh(conn, [message_id])
    return True


def keep_answer(conn: Connection, message_id: MessageId, kept: KeptAnswer) -> None:
    """Keep the draft of the answer to a message, and who is meant to read it."""
    values = {"id": message_id, "words": kept.text, "private": kept.private}
    conn.execute(text("UPDATE message SET answer_draft = :words, answer_private = :private WHERE id = :id"), values)


def kept_answer(conn: Connection, message_id: MessageId) -> KeptAnswer:
    """Give the draft of the answer to a message, an empty one when there is none."""
    asked = text("SELECT answer_draft, answer_private FROM message WHERE id = :id")
    row = conn.execute(asked, {"id": message_id}).one_or_none()
    if row is None:
        return KeptAnswer()
    return KeptAnswer(row.answer_draft, None if row.answer_private is None else bool(row.answer_private))


def link(conn: Connection, account_id: AccountId, remote_id: str, delivery_id: int) -> bool:
    """Tie messages that came in before our delivery was known by its remote id to it; tell whether there were any."""
    created = conn.execute(text("SELECT created_at FROM delivery WHERE id = :id"), {"id": delivery_id}).scalar_one()
    values = {
        "account_id": account_id,
        "remote_id": remote_id,
        "delivery_id": delivery_id,
        "since": (created - round(_SKEW / timedelta(milliseconds=1))) << SEQUENCE_BITS,
    }
    answering = conn.execute(_LINK_ANSWERS, values).all()
    return bool(conn.execute(_LINK_START, values).all() or answering)


def of_root(conn: Connection, account_id: AccountId, root: str, limit: int) -> tuple[Message, ...]:
    """Give the newest messages of the conversation that began with `root`, newest first."""
    values = {"account_id": account_id, "root": root, "limit": limit}
    conditions = ("message.account_id = :account_id", "message.root = :root")
    return tuple(to_message(row) for row in conn.execute(_query(conditions), values))


def of_delivery(conn: Connection, delivery_id: int, limit: int) -> tuple[Message, ...]:
    """Give the newest messages that answer one of our deliveries, newest first."""
    values = {"delivery_id": delivery_id, "limit": limit}
    return tuple(to_message(row) for row in conn.execute(_query(("message.delivery_id = :delivery_id",)), values))


def _list(
    conn: Connection, which: MessageFilter, between: tuple[int, int], limit: int, newest_first: bool = True
) -> Sequence[Any]:
    sql, values = list_query(which, between, limit, newest_first)
    return conn.execute(_text(sql), values).all()


def _query(conditions: tuple[str, ...], newest_first: bool = True) -> TextClause:
    return _text(list_sql(conditions, newest_first))


@lru_cache(maxsize=64)
def _text(sql: str) -> TextClause:
    return text(sql)
