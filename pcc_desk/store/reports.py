"""Counts over a period, read from the desk's own rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, Select, func, select

from pcc_desk.model.delivery import DeliveryState
from pcc_desk.model.message import MessageState
from pcc_desk.store.schema import EPOCH, account, delivery, message

_ID_BITS = 22  # below the milliseconds in a message's id


@dataclass(frozen=True, slots=True)
class Counted:
    """One account's counts; `waits` holds the time to the first answer of each answered message."""

    platform: str
    name: str
    posted: int = 0
    by_state: Mapping[MessageState, int] = field(default_factory=dict)
    waits: tuple[timedelta, ...] = ()


def count(conn: Connection, from_at: datetime, to_at: datetime) -> tuple[Counted, ...]:
    """Count what was posted in [from_at, to_at), and what came in then and what became of it, by account."""
    posted = dict(conn.execute(_posted(from_at, to_at)).all())
    waits: dict[int, list[timedelta]] = {}
    for account_id, message_id, first_at in conn.execute(waits_query(from_at, to_at)):
        waits.setdefault(account_id, []).append(max(first_at - _created_at(message_id), timedelta(0)))
    return tuple(
        Counted(
            platform=row.platform,
            name=row.name or row.handle,
            posted=posted.get(row.id, 0),
            by_state=_states(conn, row.id, from_at, to_at),
            waits=tuple(waits.get(row.id, ())),
        )
        for row in conn.execute(select(account).order_by(account.c.id))
    )


def states_query(account_id: int, from_at: datetime, to_at: datetime) -> Select[str, int]:
    """Build the count of one account's messages by state; its plan is tested."""
    table = message.c
    return (
        select(table.state, func.count())
        .where(table.account_id == account_id, table.state.in_(list(MessageState)))
        .where(table.id >= _first_id(from_at), table.id < _first_id(to_at))
        .group_by(table.state)
    )


def waits_query(from_at: datetime, to_at: datetime) -> Select[int, int, datetime]:
    """Build the first sent answer to each message that came in the period; its plan is tested."""
    table = delivery.c
    return (
        select(table.account_id, table.message_id, func.min(table.sent_at, type_=table.sent_at.type))
        .where(table.message_id >= _first_id(from_at), table.message_id < _first_id(to_at))
        .where(table.sent_at.is_not(None))
        .group_by(table.message_id, table.account_id)
    )


def _posted(from_at: datetime, to_at: datetime) -> Select[int, int]:
    table = delivery.c
    return (
        select(table.account_id, func.count())
        .where(table.state == DeliveryState.SENT, table.due_at < to_at, table.announcement_id.is_not(None))
        .where(table.after_id.is_(None))  # a thread is one announcement
        .where(table.sent_at >= from_at, table.sent_at < to_at)
        .group_by(table.account_id)
    )


def _states(conn: Connection, account_id: int, from_at: datetime, to_at: datetime) -> dict[MessageState, int]:
    found = conn.execute(states_query(account_id, from_at, to_at))
    return {MessageState(state): number for state, number in found}


def _first_id(at: datetime) -> int:
    return round((at - EPOCH) / timedelta(milliseconds=1)) << _ID_BITS


def _created_at(message_id: int) -> datetime:
    return EPOCH + timedelta(milliseconds=message_id >> _ID_BITS)
