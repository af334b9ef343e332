"""The outbox's list, a page at a time: newest first, a thread as one line, and only what a filter lets through."""

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, exists, func, literal, or_, select, tuple_

from pcc_desk.model.account import AccountState
from pcc_desk.model.delivery import Delivery, DeliveryId, DeliveryState, Frozen, OutboxFilter
from pcc_desk.store import deliveries
from pcc_desk.store.deliveries import read_delivery
from pcc_desk.store.schema import UtcMillis, account, announcement, delivery, message

Mark = tuple[datetime, int]  # when a line was approved, and the id of its (first) delivery
_SENT = DeliveryState.SENT.value
# Made once: a new name for a table costs more than most questions that are asked with it.
_FIRST, _BEFORE, _OTHER = (delivery.alias(name) for name in ("first", "before", "other"))
_BESIDE = (announcement.c.title, message.c.author_handle, message.c.author_name, message.c.url.label("answered_url"))


@dataclass(frozen=True, slots=True)
class Listed:
    """A delivery in a list, with the title of its announcement or the "@handle" or name of whom it answers.

    `parts` are all parts of the thread it begins; `answered_url` is where what it answers stands; `before` is what
    stood there before a correction.
    """

    delivery: Delivery
    title: str
    answered: str
    parts: tuple[Delivery, ...] = ()
    answered_url: str = ""
    before: Frozen | None = None


def page(conn: Connection, before: Mark | None, limit: int, which: OutboxFilter = OutboxFilter.ALL) -> list[Listed]:
    """Give up to `limit` lines that a filter lets through, approved before a mark, newest first."""
    # One query a state, each in the list's order by its index: several states in one query would cost a sort.
    found = (conn.execute(query.limit(limit)).all() for query in queries(before, which))
    newest = heapq.merge(*found, key=lambda row: (row.created_at, row.id), reverse=True)
    return _listed(conn, list(islice(newest, limit)))


def line_of(conn: Connection, delivery_id: DeliveryId) -> Listed | None:
    """Give the line a delivery stands in, or None."""
    thread = select(func.coalesce(delivery.c.thread_id, delivery.c.id)).where(delivery.c.id == delivery_id)
    found = _listed(conn, conn.execute(_lines().where(delivery.c.id == thread.scalar_subquery())).all())
    return found[0] if found else None


def queries(before: Mark | None, which: OutboxFilter) -> list[Select[tuple[Any, ...]]]:
    """Build the queries whose rows, merged, are a page; their plans are tested."""
    return [_before(query, before) for query in _FILTERS[which]()]


def _lines() -> Select[tuple[Any, ...]]:
    return (
        select(delivery, *_BESIDE)
        .outerjoin(announcement, announcement.c.id == delivery.c.announcement_id)
        .outerjoin(message, message.c.id == delivery.c.message_id)
    )


def _every() -> list[Select[tuple[Any, ...]]]:
    # By its place and not by what it follows: that index would cost a sort.
    return [_lines().where(delivery.c.part < 2)]


def _posted() -> list[Select[tuple[Any, ...]]]:
    unsent = exists().where(_OTHER.c.thread_id == delivery.c.thread_id, _OTHER.c.state != _SENT)
    whole = or_(delivery.c.taken_back_at.is_not(None), ~unsent)
    return [_lines().where(delivery.c.state == _SENT, delivery.c.part < 2, whole)]


def _waiting() -> list[Select[tuple[Any, ...]]]:
    states = DeliveryState.SENDING, DeliveryState.UNCONFIRMED
    return [_deciding(DeliveryState.DUE, _is_connected()), *(_deciding(state) for state in states)]


def _needing() -> list[Select[tuple[Any, ...]]]:
    states = DeliveryState.HELD, DeliveryState.UNSURE, DeliveryState.BY_HAND
    return [_deciding(DeliveryState.DUE, ~_is_connected()), *(_deciding(state) for state in states)]


def _deciding(state: DeliveryState, *conditions: ColumnElement[bool]) -> Select[tuple[Any, ...]]:
    """Give the lines of the deliveries in a state, each thread by the one part that decides how it stands.

    The parts of a thread have one age and ids in a row, so the order of parts is the order of their lines.
    """
    first, before = _FIRST, _BEFORE
    turn = or_(
        delivery.c.after_id.is_(None), exists().where(before.c.id == delivery.c.after_id, before.c.state == _SENT)
    )
    return (
        select(first, *_BESIDE)
        .select_from(delivery)
        .join(first, first.c.id == func.coalesce(delivery.c.thread_id, delivery.c.id))
        .outerjoin(announcement, announcement.c.id == delivery.c.announcement_id)
        .outerjoin(message, message.c.id == delivery.c.message_id)
        .where(and_(delivery.c.state == state.value, turn, *conditions))
    )


def _is_connected() -> ColumnElement[bool]:
    return exists().where(account.c.id == delivery.c.account_id, account.c.state == AccountState.CONNECTED.value)


def _before(query: Select[tuple[Any, ...]], mark: Mark | None) -> Select[tuple[Any, ...]]:
    ordered = query.order_by(delivery.c.created_at.desc(), delivery.c.id.desc())
    if mark is None:
        return ordered
    place = tuple_(literal(mark[0], UtcMillis), literal(mark[1]))
    return ordered.where(tuple_(delivery.c.created_at, delivery.c.id) < place)


_FILTERS = {
    OutboxFilter.ALL: _every,
    OutboxFilter.NEEDS_YOU: _needing,
    OutboxFilter.WAITING: _waiting,
    OutboxFilter.POSTED: _posted,
}


def _listed(conn: Connection, rows: Iterable[Row[Any]]) -> list[Listed]:
    chosen = list(rows)
    firsts = [row.thread_id for row in chosen if row.thread_id is not None]
    threads = _threads(conn, firsts) if firsts else {}
    return [
        Listed(
            read_delivery(row),
            row.title or "",
            _call(row),
            tuple(threads.get(row.id, ())),
            row.answered_url or "",
            None if row.corrects_id is None else _stood_before(conn, row),
        )
        for row in chosen
    ]


def _stood_before(conn: Connection, correction: Row[Any]) -> Frozen | None:
    posted = deliveries.get(conn, DeliveryId(correction.corrects_id))
    return None if posted is None else deliveries.stands(conn, posted, DeliveryId(correction.id))


def _threads(conn: Connection, firsts: Iterable[int]) -> Mapping[int, list[Delivery]]:
    found: dict[int, list[Delivery]] = {}
    rows = conn.execute(select(delivery).where(delivery.c.thread_id.in_(list(firsts)))).all()
    for row in sorted(rows, key=lambda row: int(row.part)):  # here, because a sort in the database takes a table
        found.setdefault(row.thread_id, []).append(read_delivery(row))
    return found


def _call(row: Row[Any]) -> str:
    return f"@{row.author_handle}" if row.author_handle else row.author_name or ""
