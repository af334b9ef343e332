"""Who may send a delivery, and how each try ends: every change of state is one compare-and-set."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Insert,
    Update,
    and_,
    bindparam,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.sql.dml import ReturningUpdate

from pcc_desk.model.account import AccountId
from pcc_desk.model.delivery import Delivery, DeliveryId, DeliveryState, Receipt
from pcc_desk.store import threads
from pcc_desk.store.deliveries import read_delivery
from pcc_desk.store.due import LATE, is_due, is_late, is_paused, is_planned, may_work, whole_milliseconds
from pcc_desk.store.schema import UtcMillis, account, announcement, attempt, delivery

_OTHER = delivery.alias("other")  # made once: a new name for a table costs more than most questions asked with it


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a try or a look ended: the next state, why in one plain sentence, and when the delivery is due again.

    `looks` is the number of complete looks that did not find it; `outcome` is one word for the record, or "" when
    the record need not tell. `left` is False when it is certain that nothing was published.
    """

    state: DeliveryState
    outcome: str
    sentence: str
    due_at: datetime | None = None
    looks: int = 0
    detail: str = ""
    receipt: Receipt | None = None
    left: bool = True


def claim(
    conn: Connection, account_id: AccountId, now: datetime, lease_until: datetime, scheduled: bool = True
) -> Delivery | None:
    """Claim the account's first delivery that is due, for one desk until `lease_until`; None when there is none.

    Nothing is claimed early, while everything is paused, while the account is signed out or asked for rest, or while
    another delivery of the same account is being sent; scheduled announcements only when `scheduled` and not too late;
    a part of a thread only once the one before is posted, whose token it then answers.
    """
    moment = whole_milliseconds(now)
    given = {"whose": account_id, "moment": moment, "late": moment - LATE, "until": lease_until}
    row = conn.execute(_claiming(scheduled), given).one_or_none()
    return None if row is None else read_delivery(row)


@cache  # written once: it takes longer to write than to answer, and all accounts wait for one another meanwhile
def _claiming(scheduled: bool) -> ReturningUpdate[Any]:
    moment, late = bindparam("moment", type_=UtcMillis), bindparam("late", type_=UtcMillis)
    first = (
        select(delivery.c.id)
        .join(account, account.c.id == delivery.c.account_id)
        .where(delivery.c.account_id == bindparam("whose"), is_due(moment), may_work(moment))
        .where(~is_paused(), ~_is_sending(), threads.may_go())
        .where(~is_late(late) if scheduled else ~is_planned())
        .order_by(delivery.c.due_at, delivery.c.id)
        .limit(1)
        .scalar_subquery()
    )
    return (
        update(delivery)
        .where(delivery.c.id == first, is_due(moment))
        .values(
            state=DeliveryState.SENDING.value,
            epoch=delivery.c.epoch + 1,
            attempts=delivery.c.attempts + 1,
            started_at=moment,
            first_attempt_at=func.coalesce(delivery.c.first_attempt_at, moment),
            lease_until=bindparam("until", type_=UtcMillis),
            looks=0,
            reason="",
            follows=threads.token_before(),
        )
        .returning(delivery)
    )


def renew(conn: Connection, claimed: Delivery, lease_until: datetime) -> None:
    """Keep what is being sent for this desk until then, while it still is: a film may take longer than a lease."""
    still = and_(
        delivery.c.id == claimed.id,
        delivery.c.epoch == claimed.epoch,
        delivery.c.state == DeliveryState.SENDING.value,
    )
    conn.execute(update(delivery).where(still).values(lease_until=lease_until))


def settle(conn: Connection, tried: Delivery, verdict: Verdict, started_at: datetime, now: datetime) -> bool:
    """Record how a try or a look of `tried`, as it was then, ended; tell whether the delivery changed.

    When someone has gone on with it since, the verdict changes nothing, unless it proves that it was sent after all.
    """
    values = _values(verdict, now)
    as_it_was = {"which": tried.id, "stood": tried.state.value, "in_epoch": tried.epoch, "after_looks": tried.looks}
    if not verdict.left and tried.first_attempt_at == tried.started_at:
        values["first_attempt_at"] = None  # it is dated by the first try that may have left
    waits = "wait_until" in values
    settled = conn.execute(_settling(waits), values | as_it_was).rowcount == 1
    if not settled and verdict.receipt is not None:
        settled = conn.execute(_proving(), _values(verdict, now) | {"which": tried.id}).rowcount == 1
    record(conn, tried.id, verdict, started_at, now)
    return settled


@cache
def _settling(waits: bool) -> Update:
    unchanged = and_(
        delivery.c.id == bindparam("which"),
        delivery.c.state == bindparam("stood"),
        delivery.c.epoch == bindparam("in_epoch"),
        delivery.c.looks == bindparam("after_looks"),
    )
    return _waiting(update(delivery).where(unchanged), waits)


@cache
def _proving() -> Update:
    sent = DeliveryState.SENT.value
    return update(delivery).where(delivery.c.id == bindparam("which"), delivery.c.state != sent)


def _waiting(changed: Update, waits: bool) -> Update:
    """Set when it is due again: whatever sends it back to the queue, never before a scheduled announcement's time."""
    if not waits:
        return changed
    scheduled_at = select(announcement.c.scheduled_at).where(announcement.c.id == delivery.c.announcement_id)
    earliest = func.coalesce(scheduled_at.scalar_subquery(), 0)
    return changed.values(due_at=func.max(bindparam("wait_until", type_=UtcMillis), earliest))


def change(
    conn: Connection, delivery_id: DeliveryId, allowed: Iterable[DeliveryState], verdict: Verdict, now: datetime
) -> bool:
    """Put a delivery that stands in one of the allowed states where a person wants it; tell whether it was so."""
    stands = update(delivery).where(
        delivery.c.id == bindparam("which"), delivery.c.state.in_([state.value for state in allowed])
    )
    values = _values(verdict, now)
    changed = conn.execute(_waiting(stands, "wait_until" in values), values | {"which": delivery_id}).rowcount == 1
    if changed:
        record(conn, delivery_id, verdict, now, now)
    return changed


def take_back(conn: Connection, delivery_id: DeliveryId, sentence: str, now: datetime) -> None:
    """Note that a posted delivery was taken down again; it stays SENT, because it was."""
    told = Verdict(DeliveryState.SENT, "taken back", sentence)
    if change(conn, delivery_id, [DeliveryState.SENT], told, now):
        conn.execute(update(delivery).where(delivery.c.id == delivery_id).values(taken_back_at=now))


def record(conn: Connection, delivery_id: DeliveryId, verdict: Verdict, started_at: datetime, now: datetime) -> None:
    """Add a try, a look or a person's decision to a delivery's history, unless it has no outcome to tell."""
    if not verdict.outcome:
        return
    told: dict[str, Any] = {
        "of": delivery_id,
        "delivery_id": delivery_id,
        "started_at": started_at,
        "ended_at": now,
        "outcome": verdict.outcome,
        "sentence": verdict.sentence,
        "detail": verdict.detail,
    }
    conn.execute(_recording(), told)


@cache
def _recording() -> Insert:
    newest = select(func.coalesce(func.max(attempt.c.number), 0) + 1).where(attempt.c.delivery_id == bindparam("of"))
    return insert(attempt).values(number=newest.scalar_subquery())


def rest(conn: Connection, account_id: AccountId, until: datetime) -> None:
    """Leave an account alone until then, as its platform asked."""
    longer = or_(account.c.rest_until.is_(None), account.c.rest_until < until)
    conn.execute(update(account).where(account.c.id == account_id, longer).values(rest_until=until))


def _values(verdict: Verdict, now: datetime) -> dict[str, Any]:
    values: dict[str, Any] = {
        "state": verdict.state.value,
        "reason": verdict.receipt.note if verdict.receipt else verdict.sentence,
        "looks": verdict.looks,
        "lease_until": None,
        "settled_at": now,
    }
    if verdict.due_at is not None:
        values["wait_until" if verdict.state is DeliveryState.DUE else "due_at"] = verdict.due_at
    if verdict.receipt is not None:
        values |= {
            "remote_id": verdict.receipt.remote_id,
            "url": verdict.receipt.url,
            "sent_at": verdict.receipt.at,
            "reply_token": verdict.receipt.reply_token,
        }
    return values


def _is_sending() -> ColumnElement[bool]:
    return exists().where(_OTHER.c.state == DeliveryState.SENDING.value, _OTHER.c.account_id == account.c.id)
