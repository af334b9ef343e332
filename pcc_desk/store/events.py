"""Events as rows, and the approved announcements that share the calendar with them."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, and_, bindparam, case, literal, or_, select

from pcc_desk.model.announcement import AnnouncementId
from pcc_desk.model.delivery import DeliveryState
from pcc_desk.model.event import Entry, EntryKind, Event, EventId, EventKind
from pcc_desk.model.schedule import Schedule
from pcc_desk.store.schema import UtcMillis, account, announcement, delivery, event

LONGEST = timedelta(days=366)  # no event lasts longer, so a range query never looks further back than this
_TITLE_LENGTH = 80
_EARLIEST, _FROM, _TO = (bindparam(name, type_=UtcMillis) for name in ("earliest", "from_at", "to_at"))

# Built once, because building a statement costs as much as running it; their plans are tested.
EVENTS_TOUCHING = (
    select(event)
    .where(event.c.starts_at >= _EARLIEST, event.c.starts_at < _TO, event.c.removed_at.is_(None))
    .where(or_(event.c.ends_at > _FROM, event.c.starts_at >= _FROM))
    .order_by(event.c.starts_at)
)
ENTRIES_TOUCHING = EVENTS_TOUCHING.with_only_columns(
    *(event.c.id, event.c.title, event.c.kind, event.c.place, event.c.zone, event.c.starts_wall, event.c.ends_wall),
    *(event.c.starts_at, event.c.ends_at, event.c.cancelled),
)
_SCHEDULED, _APPROVED = announcement.c.scheduled_at, announcement.c.approved_at
PLANNED_WITHIN = (
    select(announcement.c.id, announcement.c.title, _APPROVED, _SCHEDULED, account.c.platform, delivery.c.state)
    .add_columns(case((announcement.c.title == "", announcement.c.body), else_=literal("")).label("body"))
    .join_from(announcement, delivery, delivery.c.announcement_id == announcement.c.id)
    .join(account, account.c.id == delivery.c.account_id)
    .where(
        or_(
            and_(_SCHEDULED >= _FROM, _SCHEDULED < _TO, _APPROVED.is_not(None)),
            and_(_APPROVED >= _FROM, _APPROVED < _TO, _SCHEDULED.is_(None)),
        )
    )
    .where(announcement.c.removed_at.is_(None), delivery.c.corrects_id.is_(None))
)


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
    return tuple(_event(row) for row in conn.execute(EVENTS_TOUCHING, span(from_at, to_at)))


def entries_between(conn: Connection, from_at: datetime, to_at: datetime) -> list[Entry]:
    """Give the calendar entries of the events that touch [from_at, to_at), earliest start first."""
    found = conn.execute(ENTRIES_TOUCHING, span(from_at, to_at)).all()
    return [
        Entry(
            EntryKind.EVENT,
            title,
            Schedule(datetime.fromisoformat(starts_wall), zone, starts_at),
            Schedule(datetime.fromisoformat(ends_wall), zone, ends_at),
            _line(kind, place, cancelled),
            EventId(number),
            cancelled=bool(cancelled),
        )
        for number, title, kind, place, zone, starts_wall, ends_wall, starts_at, ends_at, cancelled in found
    ]


def all_events(conn: Connection, ids: Iterable[EventId] | None = None) -> tuple[Event, ...]:
    """Give the named events, or every event, earliest start first."""
    query = select(event).where(event.c.removed_at.is_(None)).order_by(event.c.starts_at)
    if ids is not None:
        query = query.where(event.c.id.in_(list(ids)))
    return tuple(_event(row) for row in conn.execute(query))


def planned_between(conn: Connection, from_at: datetime, to_at: datetime) -> tuple[Planned, ...]:
    """Give the approved announcements whose time is in [from_at, to_at), earliest first."""
    found: dict[int, Planned] = {}
    for row in conn.execute(PLANNED_WITHIN, span(from_at, to_at)):
        pair = (row.platform, DeliveryState(row.state))
        earlier = found.get(row.id)
        before = () if earlier is None else earlier.deliveries
        at = row.scheduled_at or row.approved_at
        found[row.id] = Planned(AnnouncementId(row.id), _title(row), at, (*before, pair))
    return tuple(sorted(found.values(), key=lambda planned: (planned.at, planned.id)))


def span(from_at: datetime, to_at: datetime) -> dict[str, datetime]:
    """Give the values of a range statement for [from_at, to_at)."""
    return {"earliest": from_at - LONGEST, "from_at": from_at, "to_at": to_at}


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


def _line(kind: str, place: str, cancelled: int) -> str:
    words = ("Cancelled" if cancelled else "", kind[0].upper() + kind[1:], place)
    return " · ".join(word for word in words if word)


def _title(row: Row[*tuple[object, ...]]) -> str:
    words = row.title or str(json.loads(row.body).get("text", ""))
    line = " ".join(words[: 4 * _TITLE_LENGTH].split())
    return line if len(line) <= _TITLE_LENGTH else f"{line[: _TITLE_LENGTH - 1].rstrip()}…"
