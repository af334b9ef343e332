"""What waits to be sent or looked for, and the conditions in SQL under which it may be."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Connection, Select, and_, bindparam, exists, or_, select

from pcc_desk.model.account import AccountId, AccountState
from pcc_desk.model.delivery import Delivery, DeliveryId, DeliveryState
from pcc_desk.model.unreached import REACHED
from pcc_desk.store import threads
from pcc_desk.store.deliveries import read_delivery
from pcc_desk.store.office import PAUSED_AT
from pcc_desk.store.schema import UtcMillis, account, announcement, attempt, delivery, office, step

# Made once: a new name for a table costs more than most questions that are asked with it.
_PLAN, _PART = announcement.alias("plan"), delivery.alias("part")
LATE = timedelta(minutes=60)  # a scheduled announcement later than that is asked about first
Moment = datetime | BindParameter[Any]
ASKED, NOT_THERE = "asked", "not there"  # outcomes that record a person's word to send it


def is_scheduled(conn: Connection, delivery_id: DeliveryId) -> bool:
    """Tell whether a delivery belongs to an announcement that has a time."""
    return conn.execute(_scheduled(), {"which": delivery_id}).first() is not None


@cache
def _scheduled() -> Select[Any]:
    return select(delivery.c.id).where(delivery.c.id == bindparam("which"), is_planned())


def is_early(conn: Connection, delivery_id: DeliveryId, now: datetime) -> bool:
    """Tell whether the time of a scheduled delivery has not come."""
    plan = and_(announcement.c.id == delivery.c.announcement_id, announcement.c.scheduled_at > now)
    early = and_(delivery.c.id == delivery_id, delivery.c.corrects_id.is_(None), exists().where(plan))
    return conn.execute(select(delivery.c.id).where(early)).first() is not None


def with_work(conn: Connection, now: datetime) -> tuple[AccountId, ...]:
    """Give the accounts that have something to send or to look for, and may."""
    rows = conn.execute(_working(), {"moment": whole_milliseconds(now)})
    return tuple(AccountId(found) for found in rows.scalars())


@cache
def _working() -> Select[Any]:
    moment = bindparam("moment", type_=UtcMillis)
    states = [DeliveryState.DUE.value, DeliveryState.UNCONFIRMED.value]
    return (
        select(delivery.c.account_id)
        .join(account, account.c.id == delivery.c.account_id)
        .where(delivery.c.state.in_(states), delivery.c.due_at <= moment, may_work(moment), threads.is_next())
        .distinct()
        .order_by(delivery.c.account_id)
    )


def to_look_for(conn: Connection, account_id: AccountId, now: datetime) -> tuple[Delivery, ...]:
    """Give the account's unconfirmed deliveries whose waiting time is over, the longest waiting first.

    A part of a thread is looked for once the one before has ended, because it is known by what it answers. An unclear
    correction is made again, and so not while everything is paused.
    """
    rows = conn.execute(_looking(), {"whose": account_id, "moment": whole_milliseconds(now)})
    found = [(read_delivery(row), row.token) for row in rows]
    return tuple(replace(waiting, answers=waiting.answers or token or "") for waiting, token in found)


@cache
def _looking() -> Select[Any]:
    return (
        select(delivery, threads.token_before().label("token"))
        .where(
            delivery.c.state == DeliveryState.UNCONFIRMED.value,
            delivery.c.due_at <= bindparam("moment", type_=UtcMillis),
            delivery.c.account_id == bindparam("whose"),
            threads.is_next(),
            or_(delivery.c.corrects_id.is_(None), ~is_paused()),
        )
        .order_by(delivery.c.due_at, delivery.c.id)
    )


def abandoned(conn: Connection, now: datetime | None) -> tuple[Delivery, ...]:
    """Give the deliveries still being sent whose lease is over by `now`, or all that are being sent when None."""
    chosen = select(delivery).where(delivery.c.state == DeliveryState.SENDING.value)
    if now is not None:
        chosen = chosen.where(delivery.c.lease_until <= now)
    return tuple(read_delivery(row) for row in conn.execute(chosen))


def too_late(conn: Connection, now: datetime) -> tuple[tuple[DeliveryId, datetime], ...]:
    """Give the deliveries that still wait although they were scheduled more than `LATE` ago, and for when.

    A person's word to send one counts as its time, whatever happened to it since.
    """
    rows = conn.execute(_overdue(), {"late": now - LATE})
    return tuple((DeliveryId(row.id), row.scheduled_at) for row in rows)


@cache
def _overdue() -> Select[Any]:
    return (
        select(delivery.c.id, announcement.c.scheduled_at)
        .join(announcement, announcement.c.id == delivery.c.announcement_id)
        .where(
            delivery.c.state == DeliveryState.DUE.value,
            is_late(bindparam("late", type_=UtcMillis)),
            threads.is_next(),
        )
    )


def held_by(conn: Connection, account_id: AccountId, outcome: str) -> tuple[DeliveryId, ...]:
    """Give the deliveries of an account that are held, and whose last try ended so."""
    last = and_(attempt.c.delivery_id == delivery.c.id, attempt.c.ended_at == delivery.c.settled_at)
    held = and_(delivery.c.account_id == account_id, delivery.c.state == DeliveryState.HELD.value)
    chosen = select(delivery.c.id).where(held, exists().where(last, attempt.c.outcome == outcome))
    return tuple(DeliveryId(found) for found in conn.execute(chosen.order_by(delivery.c.id)).scalars())


def whole_milliseconds(now: datetime) -> datetime:
    """Cut a moment to the stored precision; rounding up could send half a millisecond early."""
    return now - timedelta(microseconds=now.microsecond % 1000)


def is_due(moment: Moment) -> ColumnElement[bool]:
    """Tell in SQL whether a delivery's time to be sent has come."""
    return and_(delivery.c.state == DeliveryState.DUE.value, delivery.c.due_at <= moment)


def may_work(moment: Moment) -> ColumnElement[bool]:
    """Tell in SQL whether a delivery's account is signed in and was not asked for rest."""
    rested = or_(account.c.rest_until.is_(None), account.c.rest_until <= moment)
    return and_(account.c.state == AccountState.CONNECTED.value, rested)


def is_paused() -> ColumnElement[bool]:
    """Tell in SQL whether the office has paused everything."""
    return exists().where(office.c.key == PAUSED_AT, office.c.value != "null")


def is_planned() -> ColumnElement[bool]:
    """Tell in SQL whether a delivery belongs to an announcement that has a time."""
    plan = and_(announcement.c.id == delivery.c.announcement_id, announcement.c.scheduled_at.is_not(None))
    return and_(delivery.c.corrects_id.is_(None), exists().where(plan))


def is_late(limit: Moment) -> ColumnElement[bool]:
    """Tell in SQL whether a delivery was scheduled before `limit`, and nobody said since that it goes."""
    plan, part = _PLAN, _PART
    asked = and_(attempt.c.outcome.in_([ASKED, NOT_THERE]), attempt.c.ended_at >= limit)
    in_thread = and_(part.c.thread_id == delivery.c.thread_id, attempt.c.delivery_id == part.c.id)
    here = and_(step.c.account_id == delivery.c.account_id, step.c.key == delivery.c.key, step.c.name == REACHED)
    return and_(
        delivery.c.corrects_id.is_(None),
        ~exists().where(here),  # some people have it already: it was not late
        exists().where(plan.c.id == delivery.c.announcement_id, plan.c.scheduled_at < limit),
        ~exists().where(attempt.c.delivery_id == delivery.c.id, asked),
        ~exists().where(in_thread, asked),  # a word about one part of a thread is a word about the thread
    )
