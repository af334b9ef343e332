"""Who may send a delivery, and how each try ends: every change of state is one compare-and-set."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    and_,
    bindparam,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.sql.dml import ReturningUpdate

from pcc_desk.model.account import AccountId, AccountState
from pcc_desk.model.delivery import Delivery, DeliveryId, DeliveryState, Receipt
from pcc_desk.model.unreached import REACHED
from pcc_desk.store import threads
from pcc_desk.store.deliveries import read_delivery
from pcc_desk.store.office import PAUSED_AT
from pcc_desk.store.schema import UtcMillis, account, announcement, attempt, delivery, office, step

# Made once: a new name for a table costs more than most questions that are asked with it.
_PLAN, _PART, _OTHER = announcement.alias("plan"), delivery.alias("part"), delivery.alias("other")
LATE = timedelta(minutes=60)  # a scheduled announcement later than that is asked about first
Moment = datetime | BindParameter[Any]
ASKED, NOT_THERE = "asked", "not there"  # outcomes that record a person's word to send it


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
        .where(delivery.c.account_id == bindparam("whose"), _is_due(moment), _may_work(moment))
        .where(~_is_paused(), ~_is_sending(), threads.may_go())
        .where(~_is_late(late) if scheduled else ~_is_scheduled())
        .order_by(delivery.c.due_at, delivery.c.id)
        .limit(1)
        .scalar_subquery()
    )
    return (
        update(delivery)
        .where(delivery.c.id == first, _is_due(moment))
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


def is_scheduled(conn: Connection, delivery_id: DeliveryId) -> bool:
    """Tell whether a delivery belongs to an announcement that has a time."""
    return conn.execute(select(delivery.c.id).where(delivery.c.id == delivery_id, _is_scheduled())).first() is not None


def is_early(conn: Connection, delivery_id: DeliveryId, now: datetime) -> bool:
    """Tell whether the time of a scheduled delivery has not come."""
    plan = and_(announcement.c.id == delivery.c.announcement_id, announcement.c.scheduled_at > now)
    early = and_(delivery.c.id == delivery_id, delivery.c.corrects_id.is_(None), exists().where(plan))
    return conn.execute(select(delivery.c.id).where(early)).first() is not None


def settle(conn: Connection, tried: Delivery, verdict: Verdict, started_at: datetime, now: datetime) -> bool:
    """Record how a try or a look of `tried`, as it was then, ended; tell whether the delivery changed.

    When someone has gone on with it since, the verdict changes nothing, unless it proves that it was sent after all.
    """
    unchanged = and_(
        delivery.c.id == tried.id,
        delivery.c.state == tried.state.value,
        delivery.c.epoch == tried.epoch,
        delivery.c.looks == tried.looks,
    )
    values = _values(verdict, now)
    if not verdict.left and tried.first_attempt_at == tried.started_at:
        values["first_attempt_at"] = None  # it is dated by the first try that may have left
    settled = conn.execute(update(delivery).where(unchanged).values(values)).rowcount == 1
    if not settled and verdict.receipt is not None:
        unproven = and_(delivery.c.id == tried.id, delivery.c.state != DeliveryState.SENT.value)
        settled = conn.execute(update(delivery).where(unproven).values(_values(verdict, now))).rowcount == 1
    record(conn, tried.id, verdict, started_at, now)
    return settled


def change(
    conn: Connection, delivery_id: DeliveryId, allowed: Iterable[DeliveryState], verdict: Verdict, now: datetime
) -> bool:
    """Put a delivery that stands in one of the allowed states where a person wants it; tell whether it was so."""
    stands = and_(delivery.c.id == delivery_id, delivery.c.state.in_([state.value for state in allowed]))
    changed = conn.execute(update(delivery).where(stands).values(_values(verdict, now))).rowcount == 1
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
    newest = select(func.coalesce(func.max(attempt.c.number), 0) + 1).where(attempt.c.delivery_id == delivery_id)
    conn.execute(
        insert(attempt).values(
            delivery_id=delivery_id,
            number=newest.scalar_subquery(),
            started_at=started_at,
            ended_at=now,
            outcome=verdict.outcome,
            sentence=verdict.sentence,
            detail=verdict.detail,
        )
    )


def with_work(conn: Connection, now: datetime) -> tuple[AccountId, ...]:
    """Give the accounts that have something to send or to look for, and may."""
    moment = whole_milliseconds(now)
    states = [DeliveryState.DUE.value, DeliveryState.UNCONFIRMED.value]
    chosen = (
        select(delivery.c.account_id)
        .join(account, account.c.id == delivery.c.account_id)
        .where(delivery.c.state.in_(states), delivery.c.due_at <= moment, _may_work(moment), threads.is_next())
        .distinct()
        .order_by(delivery.c.account_id)
    )
    return tuple(AccountId(found) for found in conn.execute(chosen).scalars())


def to_look_for(conn: Connection, account_id: AccountId, now: datetime) -> tuple[Delivery, ...]:
    """Give the account's unconfirmed deliveries whose waiting time is over, the longest waiting first.

    A part of a thread is looked for once the one before has ended, because it is known by what it answers. An unclear
    correction is made again, and so not while everything is paused.
    """
    chosen = (
        select(delivery, threads.token_before().label("token"))
        .where(
            delivery.c.state == DeliveryState.UNCONFIRMED.value,
            delivery.c.due_at <= whole_milliseconds(now),
            delivery.c.account_id == account_id,
            threads.is_next(),
            or_(delivery.c.corrects_id.is_(None), ~_is_paused()),
        )
        .order_by(delivery.c.due_at, delivery.c.id)
    )
    found = [(read_delivery(row), row.token) for row in conn.execute(chosen)]
    return tuple(replace(waiting, answers=waiting.answers or token or "") for waiting, token in found)


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
    chosen = (
        select(delivery.c.id, announcement.c.scheduled_at)
        .join(announcement, announcement.c.id == delivery.c.announcement_id)
        .where(delivery.c.state == DeliveryState.DUE.value, _is_late(now - LATE), threads.is_next())
    )
    return tuple((DeliveryId(row.id), row.scheduled_at) for row in conn.execute(chosen))


def rest(conn: Connection, account_id: AccountId, until: datetime) -> None:
    """Leave an account alone until then, as its platform asked."""
    longer = or_(account.c.rest_until.is_(None), account.c.rest_until < until)
    conn.execute(update(account).where(account.c.id == account_id, longer).values(rest_until=until))


def whole_milliseconds(now: datetime) -> datetime:
    """Cut a moment to the stored precision; rounding up could send half a millisecond early."""
    return now - timedelta(microseconds=now.microsecond % 1000)


def _values(verdict: Verdict, now: datetime) -> dict[str, Any]:
    values: dict[str, Any] = {
        "state": verdict.state.value,
        "reason": "" if verdict.receipt else verdict.sentence,
        "looks": verdict.looks,
        "lease_until": None,
        "settled_at": now,
    }
    if verdict.due_at is not None:
        values["due_at"] = verdict.due_at
    if verdict.due_at is not None and verdict.state is DeliveryState.DUE:
        # Whatever sends it back to the queue, a scheduled announcement never goes before its time.
        scheduled_at = select(announcement.c.scheduled_at).where(announcement.c.id == delivery.c.announcement_id)
        earliest = func.coalesce(scheduled_at.scalar_subquery(), 0)
        values["due_at"] = func.max(literal(verdict.due_at, UtcMillis), earliest)
    if verdict.receipt is not None:
        values |= {
            "remote_id": verdict.receipt.remote_id,
            "url": verdict.receipt.url,
            "sent_at": verdict.receipt.at,
            "reply_token": verdict.receipt.reply_token,
        }
    return values


def _is_due(moment: Moment) -> ColumnElement[bool]:
    return and_(delivery.c.state == DeliveryState.DUE.value, delivery.c.due_at <= moment)


def _may_work(moment: Moment) -> ColumnElement[bool]:
    rested = or_(account.c.rest_until.is_(None), account.c.rest_until <= moment)
    return and_(account.c.state == AccountState.CONNECTED.value, rested)


def _is_paused() -> ColumnElement[bool]:
    return exists().where(office.c.key == PAUSED_AT, office.c.value != "null")


def _is_scheduled() -> ColumnElement[bool]:
    plan = and_(announcement.c.id == delivery.c.announcement_id, announcement.c.scheduled_at.is_not(None))
    return and_(delivery.c.corrects_id.is_(None), exists().where(plan))


def _is_late(limit: Moment) -> ColumnElement[bool]:
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


def _is_sending() -> ColumnElement[bool]:
    return exists().where(_OTHER.c.state == DeliveryState.SENDING.value, _OTHER.c.account_id == account.c.id)
