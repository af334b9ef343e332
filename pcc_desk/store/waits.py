"""Waits that cannot be true: written while this PC's clock was ahead, they would keep an account silent for years."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import Connection, Update, and_, select, update

from pcc_desk.model.delivery import DeliveryState
from pcc_desk.store.schema import account, announcement, delivery, stream

LONGEST = timedelta(hours=26)  # no platform's wish is kept for more than a day, and each is spread a little
_WAITING = (DeliveryState.DUE.value, DeliveryState.UNCONFIRMED.value)


def are_impossible(conn: Connection, now: datetime) -> bool:
    """Tell whether a wait lies further ahead than any can."""
    return any(True for _ in _ends(conn, now))


def end_impossible(conn: Connection, now: datetime) -> None:
    """End every wait that lies further ahead than any can; what a person planned stays where it is."""
    for ended in list(_ends(conn, now)):
        conn.execute(ended)


def _ends(conn: Connection, now: datetime) -> Iterator[Update]:
    latest = now + LONGEST
    if conn.execute(select(account.c.id).where(account.c.rest_until > latest)).first() is not None:
        yield update(account).where(account.c.rest_until > latest).values(rest_until=None)
    far = and_(delivery.c.state.in_(_WAITING), delivery.c.due_at > latest)
    chosen = select(delivery.c.id, delivery.c.due_at, announcement.c.scheduled_at)
    plan = announcement.c.id == delivery.c.announcement_id
    for row in conn.execute(chosen.outerjoin(announcement, plan).where(far)).all():
        begins = max(now, row.scheduled_at or now)
        if row.due_at > begins + LONGEST:
            yield update(delivery).where(delivery.c.id == row.id).values(due_at=begins)
    for row in conn.execute(select(stream).where(stream.c.next_at > latest)).all():
        begins = max(now, row.from_at or now)
        if row.next_at > begins + LONGEST:
            here = and_(stream.c.account_id == row.account_id, stream.c.name == row.name)
            yield stream.update().where(here).values(next_at=begins)
