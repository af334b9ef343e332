"""Deliveries as rows: ordered at approval, read by the outbox and by whoever shows what was answered."""

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, exists, func, insert, or_, select, update

from pcc_desk.model.account import AccountId, AccountState
from pcc_desk.model.announcement import AnnouncementId, PictureId
from pcc_desk.model.delivery import (
    Attempt,
    Delivery,
    DeliveryId,
    DeliveryState,
    Frozen,
    FrozenCard,
    FrozenPicture,
    Order,
    Part,
    Receipt,
)
from pcc_desk.model.film import FrozenFilm
from pcc_desk.model.key import CLOCKS, make_key, microseconds_of, moment_of
from pcc_desk.model.message import MessageId
from pcc_desk.store.schema import UtcMillis, account, announcement, attempt, delivery

OPEN = (
    DeliveryState.DUE,
    DeliveryState.SENDING,
    DeliveryState.UNCONFIRMED,
    DeliveryState.HELD,
    DeliveryState.UNSURE,
    DeliveryState.BY_HAND,
)
_BEFORE = delivery.alias("before")  # made once: a new name for a table costs more than the question
# Written once too: ten accounts that post side by side wait for one another while a question is written.
_ONE = select(delivery).where(delivery.c.id == bindparam("which"))
_FROZEN = select(delivery.c.frozen, delivery.c.frozen_sha256).where(delivery.c.id == bindparam("which"))
_KNOWN_AS = select(delivery.c.id).where(
    delivery.c.account_id == bindparam("whose"), delivery.c.remote_id == bindparam("there")
)
STOPPABLE = (DeliveryState.DUE, DeliveryState.HELD, DeliveryState.BY_HAND)  # what a person may stop or move


@dataclass(frozen=True, slots=True)
class Tally:
    """How many open deliveries of accounts in one state stand in one state, and when the first of them is due.

    The later parts of a thread are not counted while they wait for the one before.
    """

    state: DeliveryState
    account_state: AccountState
    count: int
    first_at: datetime


def enqueue(conn: Connection, order: Order, now: datetime) -> DeliveryId:
    """Freeze what was approved, mint its key and put it in the outbox, due at `order.due_at`; give the first part."""
    first = before = DeliveryId(
        conn.execute(insert(delivery).values(_new_row(conn, order, now)).returning(delivery.c.id)).scalar_one()
    )
    count = len(order.more) + 1
    if count > 1:
        conn.execute(update(delivery).where(delivery.c.id == first).values(thread_id=first, part=1, parts=count))
    for number, frozen in enumerate(order.more, start=2):
        place = {"thread_id": first, "after_id": before, "part": number, "parts": count}
        row = _new_row(conn, replace(order, frozen=frozen), now) | place
        before = DeliveryId(conn.execute(insert(delivery).values(row).returning(delivery.c.id)).scalar_one())
    return first


def _new_row(conn: Connection, order: Order, now: datetime) -> dict[str, Any]:
    frozen = write_frozen(replace(order.frozen, key=_mint(conn, now)))
    return {
        "account_id": order.account_id,
        "announcement_id": order.announcement_id,
        "message_id": order.in_reply_to,
        "corrects_id": order.corrects,
        "key": json.loads(frozen)["key"],
        "frozen": frozen,
        "frozen_sha256": fingerprint(frozen),
        "state": DeliveryState.DUE.value,
        "due_at": order.due_at,
        "created_at": now,
    }


def get(conn: Connection, delivery_id: DeliveryId) -> Delivery | None:
    """Give one delivery, or None."""
    row = conn.execute(_ONE, {"which": delivery_id}).one_or_none()
    return None if row is None else read_delivery(row)


def is_as_approved(conn: Connection, delivery_id: DeliveryId) -> bool:
    """Tell whether the frozen bytes still have the fingerprint taken at approval."""
    row = conn.execute(_FROZEN, {"which": delivery_id}).one()
    return bool(fingerprint(row.frozen) == row.frozen_sha256)


def of_announcement(conn: Connection, announcement_id: AnnouncementId) -> tuple[Delivery, ...]:
    """Give every delivery of an announcement but its corrections, in the order they were approved."""
    own = and_(delivery.c.announcement_id == announcement_id, delivery.c.corrects_id.is_(None))
    return tuple(read_delivery(row) for row in conn.execute(select(delivery).where(own).order_by(delivery.c.id)))


def corrections_of(conn: Connection, delivery_id: DeliveryId) -> tuple[Delivery, ...]:
    """Give every correction of a delivery, oldest first."""
    chosen = select(delivery).where(delivery.c.corrects_id == delivery_id).order_by(delivery.c.id)
    return tuple(read_delivery(row) for row in conn.execute(chosen))


def stands(conn: Connection, posted: Delivery, before: DeliveryId | None = None) -> Frozen:
    """Give what stands there of a posted delivery: its own words, or those of its last correction (before another)."""
    made = [
        one.frozen
        for one in corrections_of(conn, posted.id)
        if one.state is DeliveryState.SENT and (before is None or one.id < before)
    ]
    return made[-1] if made else posted.frozen


def renew_receipt(conn: Connection, delivery_id: DeliveryId, receipt: Receipt) -> None:
    """Keep where a posted delivery stands now, after a correction; when it was posted stays."""
    values = {"remote_id": receipt.remote_id, "url": receipt.url, "reply_token": receipt.reply_token}
    conn.execute(update(delivery).where(delivery.c.id == delivery_id).values(values))


def by_remote_id(conn: Connection, account_id: AccountId, remote_id: str) -> DeliveryId | None:
    """Give the sent delivery a platform knows under `remote_id`, or None."""
    found = conn.execute(_KNOWN_AS, {"whose": account_id, "there": remote_id}).scalar_one_or_none()
    return None if found is None else DeliveryId(found)


def by_key(conn: Connection, account_id: AccountId, key: str) -> Delivery | None:
    """Give the delivery of an account that was approved under `key`, or None."""
    row = conn.execute(select(delivery).where(delivery.c.account_id == account_id, delivery.c.key == key)).one_or_none()
    return None if row is None else read_delivery(row)


def explain(conn: Connection, delivery_id: DeliveryId, reason: str) -> None:
    """Say something else of how a posted delivery stands."""
    posted = and_(delivery.c.id == delivery_id, delivery.c.state == DeliveryState.SENT.value)
    conn.execute(update(delivery).where(posted).values(reason=reason))


def answers_of(conn: Connection, message_ids: Sequence[MessageId]) -> Mapping[MessageId, tuple[Delivery, ...]]:
    """Give the office's answers to each of the messages that has any, oldest first."""
    answers = and_(delivery.c.message_id.in_(message_ids), delivery.c.corrects_id.is_(None))
    chosen = select(delivery).where(answers).order_by(delivery.c.id)
    found: dict[MessageId, tuple[Delivery, ...]] = {}
    for row in conn.execute(chosen):
        answered = MessageId(row.message_id)
        found[answered] = (*found.get(answered, ()), read_delivery(row))
    return found


def tallies(conn: Connection) -> tuple[Tally, ...]:
    """Count the deliveries that are not final, by their state and their account's."""
    ready_at = func.max(delivery.c.due_at, func.coalesce(account.c.rest_until, 0), type_=UtcMillis)
    waits = exists().where(_BEFORE.c.id == delivery.c.after_id, _BEFORE.c.state != DeliveryState.SENT.value)
    chosen = (
        select(delivery.c.state, account.c.state, func.count(), func.min(ready_at, type_=UtcMillis))
        .join(account, account.c.id == delivery.c.account_id)
        .where(delivery.c.state.in_([state.value for state in OPEN]), ~waits)
        .group_by(delivery.c.state, account.c.state)
    )
    return tuple(Tally(DeliveryState(row[0]), AccountState(row[1]), row[2], row[3]) for row in conn.execute(chosen))


def attempts(conn: Connection, delivery_id: DeliveryId) -> tuple[Attempt, ...]:
    """Give every try of a delivery and every look for it, oldest first."""
    chosen = select(attempt).where(attempt.c.delivery_id == delivery_id).order_by(attempt.c.number)
    return tuple(
        Attempt(row.number, row.started_at, row.ended_at, row.outcome, row.sentence, row.detail)
        for row in conn.execute(chosen)
    )


def move_due(conn: Connection, announcement_id: AnnouncementId, due_at: datetime) -> int:
    """Give the deliveries of an announcement that still wait, held or not, another time; tell how many."""
    waiting = and_(
        delivery.c.announcement_id == announcement_id,
        delivery.c.state.in_([state.value for state in STOPPABLE]),
    )
    moved = update(delivery).where(waiting).values(due_at=due_at, state=DeliveryState.DUE.value, reason="")
    return conn.execute(moved).rowcount


def hold_at_once(conn: Connection, account_id: AccountId, reason: str) -> int:
    """Hold what an account would send as soon as it can; what is scheduled keeps its time. Tell how many."""
    scheduled = exists().where(
        announcement.c.id == delivery.c.announcement_id, announcement.c.scheduled_at.is_not(None)
    )
    now = or_(delivery.c.corrects_id.is_not(None), ~scheduled)
    waiting = and_(delivery.c.account_id == account_id, delivery.c.state == DeliveryState.DUE.value, now)
    held = update(delivery).where(waiting).values(state=DeliveryState.HELD.value, reason=reason)
    return conn.execute(held).rowcount


def write_frozen(frozen: Frozen) -> str:
    """Write a frozen piece as canonical JSON: the same piece is always the same text."""
    return json.dumps(asdict(frozen), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def read_frozen(text: str) -> Frozen:
    """Read a frozen piece back."""
    fields = json.loads(text)
    pictures = tuple(map(_read_picture, fields.pop("pictures")))
    film, card = fields.pop("film"), fields.pop("card", None)  # what was approved before there were cards has none
    return Frozen(
        **fields,
        pictures=pictures,
        film=None if film is None else FrozenFilm(**film),
        card=None
        if card is None
        else FrozenCard(**{**card, "picture": card["picture"] and _read_picture(card["picture"])}),
    )


def _read_picture(fields: Mapping[str, Any]) -> FrozenPicture:
    return FrozenPicture(**{**fields, "id": PictureId(fields["id"])})


def fingerprint(frozen: str) -> str:
    """Give the SHA-256 of a written frozen piece, in hex."""
    return hashlib.sha256(frozen.encode()).hexdigest()


def read_delivery(row: Row[Any]) -> Delivery:
    """Read one row of the delivery table."""
    receipt = None
    if row.remote_id is not None:
        receipt = Receipt(row.remote_id, row.url or "", row.sent_at, row.reply_token or "")
    frozen = read_frozen(row.frozen)
    return Delivery(
        id=DeliveryId(row.id),
        account_id=AccountId(row.account_id),
        frozen=frozen,
        state=DeliveryState(row.state),
        due_at=row.due_at,
        created_at=row.created_at,
        announcement_id=None if row.announcement_id is None else AnnouncementId(row.announcement_id),
        in_reply_to=None if row.message_id is None else MessageId(row.message_id),
        attempts=row.attempts,
        epoch=row.epoch,
        first_attempt_at=row.first_attempt_at,
        started_at=row.started_at,
        reason=row.reason,
        receipt=receipt,
        looks=row.looks,
        part=_read_part(row),
        answers=row.follows or frozen.answers,
        taken_back_at=row.taken_back_at,
        corrects=None if row.corrects_id is None else DeliveryId(row.corrects_id),
    )


def _read_part(row: Row[Any]) -> Part | None:
    if row.thread_id is None:
        return None
    after = None if row.after_id is None else DeliveryId(row.after_id)
    return Part(row.part, row.parts, DeliveryId(row.thread_id), after)


def _mint(conn: Connection, now: datetime) -> str:
    # Asked inside the one writing transaction, so keys rise strictly over every desk and also when a clock goes back.
    newest = conn.execute(select(func.max(delivery.c.key))).scalar_one()
    after = 0 if newest is None else moment_of(newest) + 1
    return make_key(max(microseconds_of(now), after), secrets.randbelow(CLOCKS))
