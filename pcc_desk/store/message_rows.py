"""How messages and their counts are read, for the desk and for the first paint alike; free of slow libraries."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from pcc_desk.model.account import AccountId
from pcc_desk.model.message import Author, Message, MessageCounts, MessageId, MessageKind, MessagePage, MessageState

NEWEST = (1 << 63) - 1  # above every id
SEQUENCE_BITS = 22
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# `about` is the announcement's title, or else the first words of ours that the message answers.
_SELECT = """
SELECT message.id, message.account_id, message.remote_id, message.kind, message.state,
  message.author_id, message.author_name, message.author_handle, message.text, message.url, message.received_at,
  message.answers, message.root, message.reply_token, message.delivery_id,
  coalesce(nullif(announcement.title, ''), substr(json_extract(delivery.frozen, '$.text'), 1, 80), '')
FROM message
LEFT JOIN delivery ON delivery.id = message.delivery_id
LEFT JOIN announcement ON announcement.id = delivery.announcement_id
"""
COUNTS_SQL = "SELECT account_id, kind, state, n FROM message_count"


def list_sql(conditions: Iterable[str], newest_first: bool = True) -> str:
    """Write the query for at most `:limit` messages that meet every condition, in the order of their ids."""
    order = "DESC" if newest_first else "ASC"
    return f"{_SELECT}WHERE {' AND '.join(conditions)} ORDER BY message.id {order} LIMIT :limit"


def to_message(row: Sequence[Any]) -> Message:
    """Turn a row of `list_sql` into a message; its time of writing comes out of its id."""
    (number, account_id, remote_id, kind, state, author_id, name, handle, text, url, received_ms) = row[:11]
    answers, root, reply_token, delivery_id, about = row[11:]
    return Message(
        MessageId(number),
        AccountId(account_id),
        remote_id,
        MessageKind(kind),
        MessageState(state),
        Author(author_id, name, handle),
        text,
        _moment(number >> SEQUENCE_BITS),
        _moment(received_ms),
        url,
        answers,
        root,
        reply_token,
        delivery_id,
        about,
    )


def to_page(rows: Iterable[Sequence[Any]], limit: int) -> MessagePage:
    """Make a page of at most `limit` messages out of rows read with a limit one higher."""
    messages = tuple(to_message(row) for row in rows)
    return MessagePage(messages[:limit], len(messages) > limit)


def to_counts(rows: Iterable[Sequence[Any]]) -> MessageCounts:
    """Add the rows of `COUNTS_SQL` up."""
    by_state = dict.fromkeys(MessageState, 0)
    by_account: dict[tuple[AccountId, MessageState], int] = {}
    by_kind: dict[tuple[MessageKind, MessageState], int] = {}
    for account_id, kind, state_name, n in rows:
        state = MessageState(state_name)
        account_key, kind_key = (AccountId(account_id), state), (MessageKind(kind), state)
        by_state[state] += n
        by_account[account_key] = by_account.get(account_key, 0) + n
        by_kind[kind_key] = by_kind.get(kind_key, 0) + n
    return MessageCounts(by_state, by_account, by_kind)


def _moment(millis: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=millis)
