"""How messages and their counts are read, for the desk and for the first paint alike; free of slow libraries."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from pcc_desk.model.account import AccountId
from pcc_desk.model.message import Author, Message, MessageCounts, MessageId, MessageKind, MessagePage, MessageState

NEWEST = (1 << 63) - 1  # above every id
SEQUENCE_BITS = 22
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_KINDS = {one.value: one for one in MessageKind}  # three times as fast as asking the enumeration, fifty times a page
_STATES = {one.value: one for one in MessageState}

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
        _KINDS[kind],
        _STATES[state],
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
    # Added up under plain words first: hashing members of an enumeration would cost more than reading the rows.
    states, accounts, kinds = Counter[str](), Counter[tuple[int, str]](), Counter[tuple[str, str]]()
    for account_id, kind, state, n in rows:
        states[state] += n
        accounts[account_id, state] += n
        kinds[kind, state] += n
    return MessageCounts(
        {state: states[state.value] for state in MessageState},
        {(AccountId(account_id), _STATES[state]): n for (account_id, state), n in accounts.items()},
        {(_KINDS[kind], _STATES[state]): n for (kind, state), n in kinds.items()},
    )


def _moment(millis: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=millis)
