"""Nothing scheduled goes early because this PC's clock is wrong, and no server that is wrong holds it for ever."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from pcc_desk.channels.manners import Manners
from pcc_desk.channels.platforms import ADAPTERS
from pcc_desk.channels.server_time import ServerTime
from pcc_desk.channels.wire import Wire
from pcc_desk.model.account import SignIn
from pcc_desk.model.announcement import Announcement
from pcc_desk.model.delivery import DeliveryState
from pcc_desk.model.schedule import choose, on_wall
from pcc_desk.rehearsal.bluesky import BlueskyServer
from pcc_desk.rehearsal.wordpress import WordPressServer
from pcc_desk.services.desk import Outside, Services, assemble
from pcc_desk.services.ics import write_calendar
from pcc_desk.store.engine import Store
from tests.desk import EDITOR, HANDLE, KEY, NOW, PASSWORD, Clock, open_store

HOUR = timedelta(hours=1)


@dataclass
class Wrong:
    """A clock that is off by so much from the true time."""

    true: Clock
    off: timedelta = timedelta(0)

    def __call__(self) -> datetime:
        """Give what it shows."""
        return self.true() + self.off


@dataclass
class Times:
    """The true time, and the clocks of this PC and of two servers."""

    true: Clock
    pc: Wrong
    bluesky_clock: Wrong
    website_clock: Wrong
    bluesky: BlueskyServer
    website: WordPressServer
    store: Store

    def start(self, hearing: bool = True) -> Services:
        """Start the desk on this PC; without `hearing` nobody compares what the servers say."""
        servers = ServerTime(lambda: self.true().timestamp())
        manners = Manners(0, servers=servers if hearing else None)
        outside = Outside(ADAPTERS, lambda url: Wire(url, now=self.pc, manners=manners), write_calendar, servers)
        return assemble(self.store, KEY, outside)

    def connect(self, services: Services, website: bool = True) -> None:
        """Sign in to both servers, or to Bluesky alone."""
        connect = services.accounts.connect
        connect(SignIn("bluesky", self.bluesky.url, HANDLE, PASSWORD), self.pc())
        if website:
            connect(SignIn("wordpress", self.website.url, EDITOR, PASSWORD), self.pc())

    def plan(self, services: Services, at: datetime | None) -> None:
        """Approve an announcement for all accounts, for a moment of true time or for now."""
        draft = services.compose.begin(NOW)
        schedule = None if at is None else choose(on_wall(at))
        changed = Announcement(draft.id, "Noson Ewlo", "Come and ask.", draft.accounts, schedule=schedule)
        services.compose.approve(services.compose.save(changed, NOW).id, NOW)

    def posted(self) -> int:
        """Count what stands on both servers."""
        return len(self.bluesky.posts) + len(self.website.posts)


@contextmanager
def open_times(folder: Path) -> Iterator[Times]:
    """Run both servers; every clock is right until the test says otherwise."""
    true = Clock()
    pc, first, second = Wrong(true), Wrong(true), Wrong(true)
    with BlueskyServer(first) as bluesky, WordPressServer(second) as website:
        bluesky.add_account(HANDLE, PASSWORD, "Gwent OPCC")
        website.add_user(EDITOR, PASSWORD, "Gwent OPCC")
        store = open_store(folder)
        yield Times(true, pc, first, second, bluesky, website, store)
        store.close()


def begin(times: Times, website: bool = True) -> datetime:
    """Connect, plan an announcement for an hour from now, and give that moment."""
    services = times.start()
    times.connect(services, website)
    due = NOW + HOUR
    times.plan(services, due)
    services.stop()
    return due


def test_a_clock_that_is_ahead_at_the_start_sends_nothing_early(tmp_path: Path) -> None:
    with open_times(tmp_path) as times:
        due = begin(times)
        times.pc.off = HOUR + timedelta(minutes=5)
        services = times.start()
        services.outbox.run_due(times.pc)
        services.outbox.run_due(times.pc)
        counts = services.outbox.counts()
        assert times.posted() == 0 and counts.clock_doubted
        assert "This PC's clock says Tue 24 Nov 10:05, but at 127.0.0.1" in counts.problem
        assert "it is Tue 24 Nov 09:00" in counts.problem
        times.pc.off = timedelta(0)
        times.true.now = due - timedelta(seconds=1)
        services.outbox.run_due(times.pc)
        assert times.posted() == 0 and services.outbox.counts().problem == ""
        times.true.now = due
        services.outbox.run_due(times.pc)
        assert times.posted() == 2


def test_without_a_servers_time_the_same_clock_sends_early(tmp_path: Path) -> None:
    with open_times(tmp_path) as times:
        begin(times)
        times.pc.off = HOUR + timedelta(minutes=5)
        times.start(hearing=False).outbox.run_due(times.pc)
        assert times.posted() == 2


def test_a_clock_that_is_set_ahead_while_the_desk_runs_sends_nothing_early(tmp_path: Path) -> None:
    with open_times(tmp_path) as times:
        services = times.start()
        times.connect(services)
        times.plan(services, NOW + HOUR)
        times.pc.off = 2 * HOUR
        for server in (times.bluesky, times.website):
            server.__exit__(None, None, None)  # not even the network is needed to notice
        services.outbox.run_due(times.pc)
        assert services.outbox.counts().clock_doubted
        assert [line.delivery.attempts for line in services.outbox.page()] == [0, 0]


def test_what_has_no_time_goes_whatever_the_clock_says(tmp_path: Path) -> None:
    with open_times(tmp_path) as times:
        services = times.start()
        times.connect(services)
        times.pc.off = 5 * HOUR
        times.plan(services, None)
        services.outbox.run_due(times.pc)
        assert times.posted() == 2


def test_one_server_that_lies_among_several_holds_nothing(tmp_path: Path) -> None:
    with open_times(tmp_path) as times:
        times.website_clock.off = -timedelta(days=3)
        due = begin(times)
        services = times.start()
        times.true.now = due
        services.inbox.fetch_due(times.pc)
        services.outbox.run_due(times.pc)
        services.outbox.run_due(times.pc)
        assert services.outbox.counts().problem == ""
        assert [line.delivery.state for line in services.outbox.page()] == [DeliveryState.SENT] * 2


def test_an_only_server_that_lies_holds_until_a_person_says_that_this_pc_is_right(tmp_path: Path) -> None:
    with open_times(tmp_path) as times:
        times.bluesky_clock.off = -timedelta(minutes=7)
        due = begin(times, website=False)
        services = times.start()
        times.true.now = due
        services.outbox.run_due(times.pc)
        services.outbox.run_due(times.pc)
        assert times.posted() == 0 and services.outbox.counts().clock_doubted
        services.outbox.trust_clock(times.pc())
        assert services.outbox.counts().problem == ""
        services.outbox.run_due(times.pc)
        assert times.posted() == 1
        times.plan(services, times.true() + HOUR)
        times.pc.off = 2 * HOUR
        services.outbox.run_due(times.pc)
        assert times.posted() == 1 and services.outbox.counts().clock_doubted


def test_a_clock_that_went_back_to_the_right_time_needs_no_restart(tmp_path: Path) -> None:
    with open_times(tmp_path) as times:
        services = times.start(hearing=False)
        times.connect(services)
        times.pc.off = 3 * HOUR
        services.outbox.run_due(times.pc)
        times.pc.off = timedelta(0)
        services.outbox.run_due(times.pc)
        assert "went back" in services.outbox.counts().problem
        services = times.start()
        times.pc.off = 3 * HOUR
        services.outbox.run_due(times.pc)
        times.pc.off = timedelta(0)
        services.inbox.fetch_due(times.pc)
        services.outbox.run_due(times.pc)
        assert services.outbox.counts().problem == ""


def test_while_no_platform_can_be_reached_a_schedule_waits_and_then_goes(tmp_path: Path) -> None:
    with open_times(tmp_path) as times:
        due = begin(times)
        times.pc.off = timedelta(seconds=30)
        for server in (times.bluesky, times.website):
            server.__exit__(None, None, None)
        services = times.start()
        times.true.now = due
        services.outbox.run_due(times.pc)
        lines = services.outbox.page()
        assert [line.delivery.state for line in lines] == [DeliveryState.DUE] * 2
        assert all("cannot be reached" in line.delivery.reason for line in lines)
        assert services.outbox.counts().problem == ""


def test_what_is_late_by_a_wrong_clock_is_not_asked_about(tmp_path: Path) -> None:
    with open_times(tmp_path) as times:
        services = times.start()
        times.connect(services)
        times.plan(services, NOW + HOUR)
        times.pc.off = timedelta(days=1)
        services.outbox.run_due(times.pc)
        assert {line.delivery.state for line in services.outbox.page()} == {DeliveryState.DUE}
