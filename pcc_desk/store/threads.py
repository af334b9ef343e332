"""What holds the parts of a thread in order: each goes only once the one before is posted, and answers it."""

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, ScalarSelect, Select, and_, exists, func, or_, select

from pcc_desk.model.delivery import Delivery, DeliveryId, DeliveryState
from pcc_desk.store.deliveries import STOPPABLE, read_delivery
from pcc_desk.store.schema import delivery

_SENT, _CANCELLED = DeliveryState.SENT.value, DeliveryState.CANCELLED.value
_STOPPABLE = tuple(state.value for state in STOPPABLE)
# Made once: a new name for a table costs more than most questions that are asked with it.
_BEFORE, _ENDED, _ANSWERED = (delivery.alias(name) for name in ("before", "ended", "answered"))


def may_go() -> ColumnElement[bool]:
    """Tell in SQL whether a delivery has its turn: it follows nothing, or something posted whose place is known."""
    known = and_(_BEFORE.c.state == _SENT, _BEFORE.c.reply_token != "", _BEFORE.c.taken_back_at.is_(None))
    return or_(delivery.c.after_id.is_(None), exists().where(_BEFORE.c.id == delivery.c.after_id, known))


def is_next() -> ColumnElement[bool]:
    """Tell in SQL whether the part before a delivery, if there is one, has ended, so that this one may be decided."""
    ended = _ENDED.c.state.in_([_SENT, _CANCELLED])
    return or_(delivery.c.after_id.is_(None), exists().where(_ENDED.c.id == delivery.c.after_id, ended))


def token_before() -> ScalarSelect[str]:
    """Give in SQL the token under which the part before can be answered."""
    return select(_ANSWERED.c.reply_token).where(_ANSWERED.c.id == delivery.c.after_id).scalar_subquery()


def whole(conn: Connection, delivery_id: DeliveryId) -> tuple[Delivery, ...]:
    """Give every part of the thread a delivery belongs to, in order; one that belongs to none alone."""
    thread = select(delivery.c.thread_id).where(delivery.c.id == delivery_id).scalar_subquery()
    chosen = select(delivery).where(or_(delivery.c.id == delivery_id, delivery.c.thread_id == thread))
    return tuple(read_delivery(row) for row in conn.execute(chosen.order_by(delivery.c.part)))


def stranded(conn: Connection) -> tuple[Delivery, ...]:
    """Give the parts that wait for one that will never be posted, or that was taken down again."""
    return tuple(read_delivery(row) for row in conn.execute(_stranded()))


def lost(conn: Connection) -> tuple[Delivery, ...]:
    """Give the parts whose turn it is, but nobody knows what they would answer: only a person saw the part before."""
    return tuple(read_delivery(row) for row in conn.execute(_lost()))


@cache  # written once: every run of the outbox asks
def _stranded() -> Select[Any]:
    over = or_(_BEFORE.c.state == _CANCELLED, _BEFORE.c.taken_back_at.is_not(None))
    return _waiting(_STOPPABLE, over)


@cache
def _lost() -> Select[Any]:
    unknown = and_(_BEFORE.c.state == _SENT, func.coalesce(_BEFORE.c.reply_token, "") == "")
    return _waiting((DeliveryState.DUE.value,), unknown)


def _waiting(states: tuple[str, ...], before: ColumnElement[bool]) -> Select[Any]:
    which = exists().where(_BEFORE.c.id == delivery.c.after_id, before)
    chosen = select(delivery).where(delivery.c.state.in_(states), delivery.c.after_id.is_not(None), which)
    return chosen.order_by(delivery.c.id)
