"""The office's events, and everything dated on one calendar."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from pcc_desk.errors import BadTime, InputError
from pcc_desk.model.changes import Changes
from pcc_desk.model.channel import Platform
from pcc_desk.model.delivery import DeliveryState
from pcc_desk.model.event import Entry, EntryKind, Event, EventId
from pcc_desk.model.schedule import LONDON, Schedule, WallTime, choose, examine, on_wall, shift, skipped
from pcc_desk.store import events as rows
from pcc_desk.store.engine import Store

WriteCalendar = Callable[[Iterable[Event], datetime], bytes]
_UNSETTLED = {DeliveryState.HELD, DeliveryState.UNSURE, DeliveryState.BY_HAND}


class Events:
    """What happens when: events kept here, announcements read beside them."""

    def __init__(self, store: Store, platforms: Iterable[Platform], write_calendar: WriteCalendar) -> None:
        self._store = store
        self._titles = {platform.name: platform.title for platform in platforms}
        self._write_calendar = write_calendar

    def entries(self, from_at: datetime, to_at: datetime) -> tuple[Entry, ...]:
        """Give events that touch [from_at, to_at) and approved announcements due in it, earliest first."""
        with self._store.read() as conn:
            entries = rows.entries_between(conn, from_at, to_at)
            planned = rows.planned_between(conn, from_at, to_at)
        entries += [self._announcement_entry(one) for one in planned]
        return tuple(sorted(entries, key=lambda entry: (entry.starts.at, entry.title)))

    def between(self, from_at: datetime, to_at: datetime) -> tuple[Event, ...]:
        """Give only the events that touch [from_at, to_at), earliest first."""
        with self._store.read() as conn:
            return rows.between(conn, from_at, to_at)

    def get(self, event_id: EventId) -> Event:
        """Give one event.

        Raises:
            InputError: it was deleted.
        """
        with self._store.read() as conn:
            event = rows.get(conn, event_id)
        return _present(event)

    def save(self, event: Event, now: datetime) -> Event:
        """Keep an event, a new one when its id is 0; an unchanged one keeps its sequence (RFC 5545, 3.8.7.4).

        Raises:
            InputError: no title, a hashtag that is not one word, or the event was deleted.
            BadTime: it ends before it starts, or lasts over a year.
        """
        event = _checked(event)
        with self._store.write() as conn:
            if event.id == 0:
                fresh = replace(event, uid=str(uuid4()), sequence=0)
                return replace(fresh, id=rows.insert(conn, fresh, now))
            stored = _present(rows.get(conn, event.id))
            if replace(event, uid=stored.uid, sequence=stored.sequence) == stored:
                return stored
            changed = replace(event, uid=stored.uid, sequence=stored.sequence + 1)
            rows.update(conn, changed, now)
            return changed

    def move(self, event_id: EventId, wall: datetime, now: datetime, second: bool = False) -> Changes:
        """Start an event at another wall time of its zone and keep its length; `second` picks the later of two hours.

        Raises:
            BadTime: the clocks skip that time.
            InputError: the event was deleted.
        """
        event = self.get(event_id)
        zone = event.starts.zone
        if examine(wall, zone) is WallTime.NEVER:
            raise skipped(wall)
        length = event.ends.wall - event.starts.wall
        starts = choose(wall, zone, second)
        ends = shift(event.ends, wall + length)
        if ends.at <= starts.at:  # a short event inside the hour that comes twice
            ends = choose(ends.wall, zone, second=True)
        self.save(replace(event, starts=starts, ends=ends), now)
        return Changes.EVENTS

    def discard(self, event_id: EventId, now: datetime) -> Changes:
        """Take an event off the calendar; `bring_back` undoes it."""
        with self._store.write() as conn:
            return Changes.EVENTS if rows.remove(conn, event_id, now) else Changes.NONE

    def bring_back(self, event_id: EventId) -> Changes:
        """Put a discarded event back as it was."""
        with self._store.write() as conn:
            return Changes.EVENTS if rows.remove(conn, event_id, None) else Changes.NONE

    def export(self, event_ids: Iterable[EventId] | None, now: datetime) -> bytes:
        """Write the named events, or all of them, as an iCalendar file (RFC 5545); announcements are left out."""
        with self._store.read() as conn:
            events = rows.all_events(conn, event_ids)
        return self._write_calendar(events, now)

    def _announcement_entry(self, planned: rows.Planned) -> Entry:
        live = [pair for pair in planned.deliveries if pair[1] is not DeliveryState.CANCELLED]
        states = {state for _, state in live}
        names = sorted({self._titles.get(platform, platform) for platform, _ in live or planned.deliveries})
        when = Schedule(on_wall(planned.at), LONDON, planned.at)
        return Entry(
            kind=EntryKind.ANNOUNCEMENT,
            title=planned.title,
            starts=when,
            ends=when,
            line=f"{', '.join(names)} · {_progress(states)}",
            announcement_id=planned.id,
            movable=states == {DeliveryState.DUE},
            cancelled=not live,
        )


def _present(event: Event | None) -> Event:
    if event is None:
        raise InputError("This event was deleted.", "Make a new one, or choose Undo if you deleted it just now.")
    return event


def _checked(event: Event) -> Event:
    title, hashtag = " ".join(event.title.split()), event.hashtag.strip().lstrip("#")
    if not title:
        raise InputError("The event has no title yet.", "Give it a title, then save.")
    if hashtag and not hashtag.replace("_", "").isalnum():
        raise InputError("A hashtag is one word of letters and numbers.", "Take out the spaces and other signs.")
    if event.ends.at <= event.starts.at:
        raise BadTime("The event ends before it starts.", "Choose a later end.")
    if event.ends.at - event.starts.at > rows.LONGEST:
        raise BadTime("An event can last one year at most.", "Choose an earlier end.")
    return replace(event, title=title, hashtag=f"#{hashtag}" if hashtag else "", place=event.place.strip())


def _progress(states: set[DeliveryState]) -> str:
    if not states:
        return "cancelled"
    if states & _UNSETTLED:
        return "needs you"
    if states == {DeliveryState.SENT}:
        return "posted"
    if states == {DeliveryState.DUE}:
        return "waiting"
    return "partly posted" if DeliveryState.SENT in states else "being sent"
