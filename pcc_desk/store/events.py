"""Events as rows, and the approved announcements that share the calendar with them."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, Select, and_, case, literal, or_, select

from pcc_desk.model.announcement import AnnouncementId
from pcc_desk.model.delivery import DeliveryState
from pcc_desk.model.event import Event, EventId, EventKind
from pcc_desk.model.schedule import Schedule
from pcc_desk.store.schema import account, announcement, delivery, event

LONGEST = timedelta(days=366)  # no event lasts longer, so a range query never looks further back than this
_TITLE_LENGTH = 80


@dataclass(frozen=True, slots=True)
class Planned:
    """An approved announcement on the calendar, with the platform and state of each delivery."""

    id: AnnouncementId
    title: str
    at: datetime
    deliveries: tuple[tuple[str, DeliveryState], ...]


def insert(conn: Connection, new: Event, now: datetime) -> EventId:
    """Store a new event (its `id` is ignored) and give its id."""
    result = conn.execute(event.insert().values(**_columns(new), uid=new.uid, edited_at=now))
    return EventId(int(result.lastrowid))


def update(conn: Connection, changed: Event, now: datetime) -> bool:
    """Replace an event that has not been removed; tell whether it was there."""
    at = and_(event.c.id == changed.id, event.c.removed_at.is_(None))
    return conn.execute(event.update().where(at).values(**_columns(changed), edited_at=now)).rowcount == 1


def get(conn: Connection, event_id: EventId) -> Event | None:
    """Give an event that has not been removed."""
    row = conn.execute(select(event).where(event.c.id == event_id, event.c.removed_at.is_(None))).one_or_none()
    return None if row is None else _event(row)


def remove(conn: Connection, event_id: EventId, removed_at: datetime | None) -> bool:
    """Take an event off the calendar, or bring it back with None; tell whether it was there."""
    return conn.execute(event.update().where(event.c.id == event_id).values(removed_at=removed_at)).rowcount == 1


def between(conn: Connection, from_at: datetime, to_at: datetime) -> tuple[Event, ...]:
    """Give the events that touch [from_at, to_at), earliest start first."""
    return tuple(_event(row) for row in conn.execute(events_query(from_at, to_at)))


def all_events(conn: Connection, ids: Iterable[EventId] | None = None) -> tuple[Event, ...]:
    """Give the named events, or every event, earliest start first."""
    query = select(event).where(event.c.removed_at.is_(None)).order_by(event.c.starts_at)
    if ids is not None:
        query = query.where(event.c.id.in_(list(ids)))
    return tuple(_event(row) for row in conn.execute(query))


def planned_between(conn: Connection, from_at: datetime, to_at: datetime) -> tuple[Planned, ...]:
    """Give the approved announcements whose time is in [from_at, to_at), earliest first."""
    found: dict[int, Planned] = {}
    for row in conn.execute(announcements_query(from_at, to_at)):
        pair = (row.platform, DeliveryState(row.state))
        earlier = found.get(row.id)
        before = () if earlier is None else earlier.deliveries
        at = row.scheduled_at or row.approved_at
        found[row.id] = Planned(AnnouncementId(row.id), _title(row), at, (*before, pair))
    return tuple(sorted(found.values(), key=lambda planned: (planned.at, planned.id)))


def events_query(from_at: datetime, to_at: datetime) -> Select[*tuple[object, ...]]:
    """Build the range query over events; its plan is tested."""
    starts, ends = event.c.starts_at, event.c.ends_at
    touching = and_(starts >= from_at - LONGEST, starts < to_at, or_(ends > from_at, starts >= from_at))
    return select(event).where(touching, event.c.removed_at.is_(None)).order_by(starts)


def announcements_query(from_at: datetime, to_at: datetime) -> Select[*tuple[object, ...]]:
    """Build the range query over approved announcements with their deliveries; its plan is tested."""
    table, approved, scheduled = announcement.c, announcement.c.approved_at, announcement.c.scheduled_at
    body = case((table.title == "", table.body), else_=literal(""))
    columns = (table.id, table.title, body.label("body"), approved, scheduled, account.c.platform, delivery.c.state)
    timed = and_(scheduled >= from_at, scheduled < to_at, approved.is_not(None))
    at_once = and_(approved >= from_at, approved < to_at, scheduled.is_(None))
    return (
        select(*columns)
        .join_from(announcement, delivery, delivery.c.announcement_id == table.id)
        .join(account, account.c.id == delivery.c.account_id)
        .where(or_(timed, at_once), table.removed_at.is_(None))
    )


def _columns(source: Event) -> dict[str, object]:
    return {
        "title": source.title,
        "kind": source.kind.value,
        "place": source.place,
        "hashtag": source.hashtag,
        "notes": source.notes,
        "zone": source.starts.zone,
        "starts_wall": source.starts.wall.isoformat(),
        "ends_wall": source.ends.wall.isoformat(),
        "starts_at": source.starts.at,
        "ends_at": source.ends.at,
        "sequence": source.sequence,
        "cancelled": int(source.cancelled),
    }


def _event(row: Row[*tuple[object, ...]]) -> Event:
    return Event(
        id=EventId(row.id),
        uid=row.uid,
        title=row.title,
        kind=EventKind(row.kind),
        starts=Schedule(datetime.fromisoformat(row.starts_wall), row.zone, row.starts_at),
        ends=Schedule(datetime.fromisoformat(row.ends_wall), row.zone, row.ends_at),
        place=row.place,
        hashtag=row.hashtag,
        notes=row.notes,
        sequence=row.sequence,
        cancelled=bool(row.cancelled),
    )


def _title(row: Row[*tuple[object, ...]]) -> str:
    words = row.title or str(json.loads(row.body).get("text", ""))
    line = " ".join(words[: 4 * _TITLE_LENGTH].split())
    return line if len(line) <= _TITLE_LENGTH else f"{line[: _TITLE_LENGTH - 1].rstrip()}…"
