"""Events written as an iCalendar file (RFC 5545), for Outlook and every other calendar."""

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from icalendar import Calendar
from icalendar import Event as Component

from pcc_desk.model.event import Event
from pcc_desk.model.schedule import Schedule


def write_calendar(events: Iterable[Event], now: datetime) -> bytes:
    """Write events with their time zones; `now` becomes DTSTAMP. Lines are folded at 75 bytes (RFC 5545, 3.1)."""
    calendar = Calendar()
    calendar.add("PRODID", "-//PCC Desk//PCC Desk//EN")
    calendar.add("VERSION", "2.0")
    calendar.add("METHOD", "PUBLISH")
    years = {now.year}
    for event in events:
        years |= {event.starts.wall.year, event.ends.wall.year}
        calendar.add_component(_component(event, now))
    calendar.add_missing_timezones(date(min(years), 1, 1), date(max(years) + 1, 12, 31))
    return bytes(calendar.to_ical())


def _component(event: Event, now: datetime) -> Component:
    component = Component()
    component.add("UID", event.uid)
    component.add("SEQUENCE", event.sequence)
    component.add("DTSTAMP", now)
    component.add("SUMMARY", _plain(event.title))
    component.add("DTSTART", _local(event.starts))
    component.add("DTEND", _local(event.ends))
    component.add("STATUS", "CANCELLED" if event.cancelled else "CONFIRMED")
    component.add("CATEGORIES", [str(event.kind)])
    if event.place:
        component.add("LOCATION", _plain(event.place))
    notes = "\n".join(part for part in (event.hashtag, event.notes) if part)
    if notes:
        component.add("DESCRIPTION", _plain(notes))
    return component


def _local(schedule: Schedule) -> datetime:
    # A wall time that comes twice means the first one (RFC 5545, 3.3.5), so the second is written in UTC.
    local = schedule.at.astimezone(ZoneInfo(schedule.zone))
    return schedule.at if local.fold else local


def _plain(text: str) -> str:
    # RFC 5545 allows no control characters in text but tab and newline.
    return "".join(sign for sign in text if sign in "\t\n" or sign.isprintable() or sign > "\x9f")
