"""The sample office's last weeks and next ones, read from the resources and moved so that they surround today."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any, TypeAlias

from pcc_desk.model.event import Event, EventId, EventKind
from pcc_desk.model.schedule import LONDON, Schedule, WallTime, choose, examine
from pcc_desk.paths import resource

FOLDER = "sample-office"
Row: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ScriptedAnnouncement:
    """An announcement of the sample office: sent, scheduled or a draft; `website` is its own wording there."""

    id: str
    title: str
    text: str
    state: str
    when: Schedule
    website: str = ""
    picture: str = ""
    alt: str = ""


@dataclass(frozen=True, slots=True)
class ScriptedReply:
    """What a sample member of the public writes; `about` is the id of an announcement, or "" for a mention."""

    about: str
    on: str
    name: str
    handle: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Script:
    """Everything that happens in the sample office, around one day."""

    office: str
    person: str
    handle: str
    account_name: str
    website_user: str
    website_name: str
    announcements: tuple[ScriptedAnnouncement, ...]
    events: tuple[Event, ...]
    replies: tuple[ScriptedReply, ...]


def read_script(today: date) -> Script:
    """Read the sample office with its `day` 0 on `today`, in Europe/London wall times."""
    told = json.loads(resource(FOLDER, "office.json").read_text("utf-8"))
    moment = partial(_moment, today)
    return Script(
        office=told["office"],
        person=told["person"],
        handle=told["bluesky"]["handle"],
        account_name=told["bluesky"]["name"],
        website_user=told["website"]["user"],
        website_name=told["website"]["name"],
        announcements=tuple(_announcements(told["announcements"], moment)),
        events=tuple(_event(number, one, today) for number, one in enumerate(told["events"])),
        replies=tuple(_reply(one, moment(one).at) for one in told["replies"]),
    )


def read_picture(name: str) -> bytes:
    """Give the bytes of one of the sample office's pictures."""
    return resource(FOLDER, name).read_bytes()


def _announcements(rows: list[Row], moment: Callable[[Row], Schedule]) -> Iterator[ScriptedAnnouncement]:
    names = ("id", "title", "text", "state", "website", "picture", "alt")
    for row in rows:
        yield ScriptedAnnouncement(when=moment(row), **{name: row[name] for name in names if name in row})


def _event(number: int, row: Row, today: date) -> Event:
    return Event(
        id=EventId(0),
        uid=f"sample-{number}@pcc-desk.example",
        title=row["title"],
        kind=EventKind(row["kind"]),
        starts=_moment(today, row["starts"]),
        ends=_moment(today, row["ends"]),
        place=row["place"],
        hashtag=row["hashtag"],
        cancelled=row["cancelled"],
    )


def _reply(row: Row, at: datetime) -> ScriptedReply:
    return ScriptedReply(row["about"] or "", row["on"], row["name"], row["handle"], row["text"], at)


def _moment(today: date, row: Row) -> Schedule:
    wall = datetime.combine(today + timedelta(days=row["day"]), time.fromisoformat(row["at"]))
    if examine(wall) is WallTime.NEVER:
        wall += timedelta(hours=1)
    return choose(wall, LONDON)
