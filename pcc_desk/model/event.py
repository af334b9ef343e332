"""A dated live occasion, and what the calendar shows."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from pcc_desk.model.announcement import AnnouncementId
from pcc_desk.model.schedule import Schedule

EventId = NewType("EventId", int)


class EventKind(StrEnum):
    """The kinds of live occasion an office runs."""

    WEBCHAT = "webchat"
    LIVE_QA = "live Q&A"
    HASHTAG = "hashtag consultation"
    WEBCAST = "webcast meeting"
    PUBLIC_MEETING = "public meeting"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Event:
    """One occasion in the iCalendar sense; `uid` and `sequence` follow RFC 5545."""

    id: EventId
    uid: str
    title: str
    kind: EventKind
    starts: Schedule
    ends: Schedule
    place: str = ""
    hashtag: str = ""
    notes: str = ""
    sequence: int = 0
    cancelled: bool = False


class EntryKind(StrEnum):
    """What a calendar entry stands for."""

    EVENT = "event"
    ANNOUNCEMENT = "announcement"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing on the calendar; exactly one of `event_id` and `announcement_id` is set."""

    kind: EntryKind
    title: str
    starts: Schedule
    ends: Schedule
    line: str = ""  # a second line: the place, or the channels
    event_id: EventId | None = None
    announcement_id: AnnouncementId | None = None
    movable: bool = True
    cancelled: bool = False
