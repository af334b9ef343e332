"""Live videos as rows: asked for, planned, live, ended."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, func, select

from pcc_desk.model.account import AccountId
from pcc_desk.model.event import EventId
from pcc_desk.model.live import LONGEST, LivePlan, LiveReceipt, LiveState, LiveVideo
from pcc_desk.store.live_schema import live_video
from pcc_desk.store.schema import event, stream

# Built once, because building a statement costs as much as running it; its plan is tested.
OF_EVENTS = (
    select(live_video)
    .where(live_video.c.event_id.in_(bindparam("ids", expanding=True)))
    .order_by(live_video.c.event_id, live_video.c.id)
)


def begin(conn: Connection, event_id: EventId, account_id: AccountId, plan: LivePlan, now: datetime) -> int:
    """Note a live video about to be asked for, and give its id."""
    words = {"key": plan.key, "title": plan.title, "text": plan.text, "starts_at": plan.starts_at}
    row = live_video.insert().values(
        event_id=event_id, account_id=account_id, state=LiveState.ASKED.value, asked_at=now, **words
    )
    return int(conn.execute(row).lastrowid)


def keep_receipt(conn: Connection, number: int, receipt: LiveReceipt) -> None:
    """Note that a live video is planned, and where; the stream key is no part of the row."""
    where = {"remote_id": receipt.remote_id, "url": receipt.url, "server": receipt.server}
    conn.execute(live_video.update().where(live_video.c.id == number).values(state=LiveState.PLANNED.value, **where))


def turn(conn: Connection, number: int, state: LiveState, now: datetime) -> None:
    """Note that a live video has begun or ended."""
    moment = {"begun_at": now} if state is LiveState.LIVE else {"ended_at": now}
    conn.execute(live_video.update().where(live_video.c.id == number).values(state=state.value, **moment))


def forget(conn: Connection, number: int) -> None:
    """Take a live video back that was surely never planned."""
    asked = live_video.c.state == LiveState.ASKED.value
    conn.execute(live_video.delete().where(live_video.c.id == number, asked))


def get(conn: Connection, number: int) -> LiveVideo | None:
    """Give one live video, or None."""
    row = conn.execute(select(live_video).where(live_video.c.id == number)).one_or_none()
    return None if row is None else _read(row)


def of_events(conn: Connection, ids: Sequence[EventId]) -> tuple[LiveVideo, ...]:
    """Give the live videos of these events, event by event, oldest first."""
    return tuple(_read(row) for row in conn.execute(OF_EVENTS, {"ids": list(ids)}))


def on_air(conn: Connection) -> tuple[EventId, ...]:
    """Give the events with a live video that has begun and not ended, leaving out events that were deleted."""
    live = select(live_video.c.event_id).where(live_video.c.state == LiveState.LIVE.value).distinct()
    live = live.join(event, event.c.id == live_video.c.event_id).where(event.c.removed_at.is_(None))
    return tuple(EventId(each) for each in conn.execute(live).scalars())


def count_on_air(conn: Connection, account_id: AccountId) -> int:
    """Count the live videos of an account that have begun and not ended."""
    live = and_(live_video.c.account_id == account_id, live_video.c.state == LiveState.LIVE.value)
    return conn.execute(select(func.count()).select_from(live_video).where(live)).scalar_one()


def go_on(conn: Connection) -> None:
    """Read every talk on air; a desk that died while it ended a video had closed that one's window."""
    for row in conn.execute(select(live_video).where(live_video.c.state == LiveState.LIVE.value)):
        until = row.begun_at + LONGEST
        here = and_(stream.c.account_id == row.account_id, stream.c.name == f"live:{row.remote_id}")
        conn.execute(stream.update().where(here, stream.c.until_at < until).values(until_at=until, next_at=None))


def _read(row: Row[Any]) -> LiveVideo:
    plan = LivePlan(row.key, row.title, row.text, row.starts_at)
    return LiveVideo(
        row.id,
        EventId(row.event_id),
        AccountId(row.account_id),
        plan,
        LiveState(row.state),
        row.remote_id,
        row.url,
        row.server,
    )
