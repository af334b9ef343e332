"""What comes in, written once: new messages, changed ones, their counts, their search, and what of ours they answer."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, text

from pcc_desk.model.account import AccountId
from pcc_desk.model.message import Author, Incoming, MessageId, MessageKind, MessageState, strength_of
from pcc_desk.store import message_counts, message_search
from pcc_desk.store.message_rows import SEQUENCE_BITS
from pcc_desk.store.schema import EPOCH, message_revision

_KNOWN = text("""
SELECT remote_id, id, kind, state, author_id, author_name, author_handle, text, url, reply_token FROM message
WHERE account_id = :account_id AND remote_id IN (SELECT value FROM json_each(:remote_ids))
""")
_OURS = text("""
SELECT remote_id, id FROM delivery
WHERE account_id = :account_id AND remote_id IN (SELECT value FROM json_each(:remote_ids))
""")
_TAKEN = text("SELECT id FROM message WHERE id IN (SELECT value FROM json_each(:ids))")
_LAST = text("SELECT max(id) FROM message WHERE id >= :first AND id < :end")
# Given to the driver as it is: preparing each row's values in SQLAlchemy would cost more than storing them.
_INSERT = """
INSERT INTO message (id, account_id, remote_id, kind, state, author_id, author_name, author_handle, text, url,
  received_at, answers, root, reply_token, delivery_id)
VALUES (?, ?, ?, ?, 'open', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_CHANGE = text("""
UPDATE message SET kind = :kind, author_id = :author_id, author_name = :name, author_handle = :handle, text = :text,
  url = :url, reply_token = :reply_token
WHERE id = :id
""")


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What one write of incoming messages did; messages that stood there unchanged are in neither."""

    new: tuple[MessageId, ...]
    changed: tuple[MessageId, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    id: MessageId
    kind: MessageKind
    state: MessageState
    content: tuple[str, ...]


def add(conn: Connection, account_id: AccountId, incoming: Iterable[Incoming], now: datetime) -> Arrivals:
    """Store messages of one account that are new, and what changed in those that are not.

    The times of writing must lie where `SEQUENCE_BITS` leaves room for them in an id: from 1970 to 2039.
    """
    latest: dict[str, Incoming] = {}
    for one in incoming:
        before = latest.get(one.remote_id)
        latest[one.remote_id] = one if before is None else _stronger(before, one)
    rows = conn.execute(_KNOWN, {"account_id": account_id, "remote_ids": json.dumps(list(latest))})
    known = {
        remote_id: _Known(MessageId(number), MessageKind(kind), MessageState(state), tuple(content))
        for remote_id, number, kind, state, *content in rows
    }
    fresh = [one for remote_id, one in latest.items() if remote_id not in known]
    again = {known[remote_id]: one for remote_id, one in latest.items() if remote_id in known}
    changed = {old: told for old, one in again.items() if _differs(old, told := _told(old, one))}
    _shift_kinds(conn, account_id, changed)
    return Arrivals(_insert(conn, account_id, fresh, now), _change(conn, changed, now))


def _stronger(before: Incoming, after: Incoming) -> Incoming:
    return after if strength_of(after.kind) >= strength_of(before.kind) else replace(before, text=after.text)


def _told(old: _Known, one: Incoming) -> Incoming:
    """Give what is known after a message came again: by a weaker kind only its words count."""
    if strength_of(one.kind) >= strength_of(old.kind):
        return one
    author_id, name, handle, _, url, token = old.content
    return replace(one, kind=old.kind, author=Author(author_id, name, handle), url=url, reply_token=token)


def _differs(old: _Known, one: Incoming) -> bool:
    return (old.kind, *old.content[1:]) != (one.kind, *_content(one)[1:])


def _shift_kinds(conn: Connection, account_id: AccountId, changed: Mapping[_Known, Incoming]) -> None:
    shift = message_counts.Shift()
    for old, one in changed.items():
        shift[account_id, old.kind, old.state] -= 1
        shift[account_id, one.kind, old.state] += 1
    message_counts.shift(conn, shift)


def _insert(conn: Connection, account_id: AccountId, fresh: Sequence[Incoming], now: datetime) -> tuple[MessageId, ...]:
    if not fresh:
        return ()
    ids = _free_ids(conn, [_millis(one.created_at) for one in fresh])
    ours = _deliveries(conn, account_id, fresh)
    received = _millis(now)
    conn.exec_driver_sql(
        _INSERT,
        [
            (
                number,
                account_id,
                one.remote_id,
                one.kind.value,
                one.author.remote_id,
                one.author.name,
                one.author.handle,
                one.text,
                one.url,
                received,
                one.answers,
                one.root,
                one.reply_token,
                ours.get(one.answers, ours.get(one.root)),
            )
            for number, one in zip(ids, fresh, strict=True)
        ],
    )
    message_search.feed(conn, ids)
    kinds = Counter(one.kind for one in fresh)
    shift = {(account_id, kind, MessageState.OPEN): n for kind, n in kinds.items()}
    message_counts.shift(conn, message_counts.Shift(shift))
    return tuple(ids)


def _change(conn: Connection, changed: Mapping[_Known, Incoming], now: datetime) -> tuple[MessageId, ...]:
    if not changed:
        return ()
    names = ("author_id", "name", "handle", "text", "url", "reply_token")
    rows = [
        {"id": old.id, "kind": one.kind.value, **dict(zip(names, _content(one), strict=True))}
        for old, one in changed.items()
    ]
    conn.execute(_CHANGE, rows)
    reworded = [
        {"message_id": old.id, "text": old.content[3], "replaced_at": now}
        for old, one in changed.items()
        if old.content[3] != one.text
    ]
    if reworded:
        conn.execute(insert(message_revision), reworded)
    ids = tuple(old.id for old in changed)
    message_search.refresh(conn, ids)
    return ids


def _content(one: Incoming) -> tuple[str, ...]:
    return (one.author.remote_id, one.author.name, one.author.handle, one.text, one.url, one.reply_token)


def _deliveries(conn: Connection, account_id: AccountId, fresh: Sequence[Incoming]) -> dict[str, int]:
    """Find the deliveries of ours that messages name, by remote id."""
    named = {remote_id for one in fresh for remote_id in (one.answers, one.root) if remote_id}
    rows = conn.execute(_OURS, {"account_id": account_id, "remote_ids": json.dumps(list(named))})
    return dict(rows.all())


def _free_ids(conn: Connection, millis: Sequence[int]) -> list[MessageId]:
    """Give each moment an id of its own, in the order given among equal moments."""
    ids = _count_up(millis, {})
    taken = conn.execute(_TAKEN, {"ids": json.dumps(ids)}).scalars().all()
    if taken:
        crowded = {number >> SEQUENCE_BITS for number in taken}
        ids = _count_up(millis, {ms: _last(conn, ms) + 1 for ms in crowded})
    return ids


def _count_up(millis: Sequence[int], starts: Mapping[int, int]) -> list[MessageId]:
    ahead = dict(starts)
    ids = []
    for ms in millis:
        number = ahead.get(ms, ms << SEQUENCE_BITS)
        ahead[ms] = number + 1
        ids.append(MessageId(number))
    return ids


def _millis(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(milliseconds=1)


def _last(conn: Connection, ms: int) -> int:
    span = {"first": ms << SEQUENCE_BITS, "end": (ms + 1) << SEQUENCE_BITS}
    return int(conn.execute(_LAST, span).scalar_one())
