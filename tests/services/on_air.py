"""A live video on the air, with what tests of it share."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pcc_desk.model.account import Account
from pcc_desk.model.event import Event, EventId, EventKind
from pcc_desk.model.live import LiveVideo
from pcc_desk.model.message import MessageKind
from pcc_desk.model.schedule import Schedule, on_wall
from pcc_desk.rehearsal.youtube import YouTubeServer
from pcc_desk.services.live import Live
from pcc_desk.store import spending
from tests.desk import Clock
from tests.services.on_servers import OnServers, desk_on_servers


def event_at(at: datetime) -> Event:
    """Give a new event of an hour that starts at a moment."""
    starts, ends = (Schedule(on_wall(each), "Europe/London", each) for each in (at, at + timedelta(hours=1)))
    return Event(EventId(0), "", "Ask the Chief", EventKind.LIVE_QA, starts, ends, notes="Bring your questions.")


def only(live: Live, event: Event) -> LiveVideo:
    """Give the one live video of an event."""
    (video,) = live.of_events([event.id])
    return video


def begin_on(desk: OnServers, account: Account) -> LiveVideo:
    """Plan a live video of an event in two hours, wait for it, and begin."""
    services = desk.services
    event = services.events.save(event_at(desk.clock() + timedelta(hours=2)), desk.clock())
    services.live.plan(event, account.id, desk.clock())
    video = only(services.live, event)
    desk.clock.advance(hours=2)
    services.live.begin(video.id, desk.clock())
    return video


def only_now(desk: OnServers, video: LiveVideo) -> LiveVideo:
    """Give a live video as it stands now."""
    return only(desk.services.live, desk.services.events.get(video.event_id))


def use_up(desk: OnServers, account: Account) -> None:
    """Leave of today's quota only what is kept for what a person asks."""
    with desk.store.write() as conn:
        today = desk.clock().date()
        used = spending.total(conn, account.id, "units", today, today)
        spending.add(conn, account.id, "units", today, 9_500 - used)


def said(desk: OnServers) -> list[str]:
    """Give what was said live, in any order."""
    return sorted(each.text for each in desk.fetch(seconds=11) if each.kind is MessageKind.LIVE)


@dataclass(frozen=True)
class OnAir:
    """A live video on YouTube, of which the first words have been read."""

    desk: OnServers
    server: YouTubeServer
    account: Account
    video: LiveVideo

    @property
    def clock(self) -> Clock:
        """The time of the desk and of YouTube."""
        return self.desk.clock

    def say(self, words: str) -> None:
        """Let somebody speak."""
        self.server.say(self.video.remote_id, words)

    def end(self) -> None:
        """End the video, as a person does here."""
        self.desk.services.live.end(self.video.id, self.clock())


@contextmanager
def open_on_air(folder: Path) -> Iterator[OnAir]:
    """Begin one."""
    with desk_on_servers(folder, Clock(datetime.now(UTC).replace(hour=18, minute=0, second=0, microsecond=0))) as desk:
        server, account = desk.youtube()
        made = OnAir(desk, server, account, begin_on(desk, account))
        made.say("First")
        assert said(desk) == ["First"]
        yield made
