"""The clock makes the desk send and fetch by itself."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pytestqt.exceptions import capture_exceptions
from pytestqt.qtbot import QtBot

from pcc_desk.errors import DeskError, StoreBusy
from pcc_desk.model.changes import Changes
from pcc_desk.model.delivery import OutboxCounts
from pcc_desk.model.schedule import choose, on_wall
from pcc_desk.ui.background import Background
from pcc_desk.ui.clock import FETCH_EVERY, LOOK_EVERY, WAKING_TICKS, Clock
from tests.desk import Clock as Time
from tests.ui.screen import Screen, open_screen

MINUTE = timedelta(minutes=1)


@pytest.fixture
def screen(tmp_path: Path, qtbot: QtBot) -> Iterator[Screen]:
    """A whole desk."""
    with open_screen(tmp_path, qtbot) as screen:
        yield screen


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that looks ten times as often, so that a test takes a tenth of the time."""
    monkeypatch.setattr("pcc_desk.ui.clock.TICK_MS", 20)


@pytest.mark.usefixtures("quick")
def test_what_is_scheduled_goes_out_at_its_time_and_not_before(screen: Screen) -> None:
    desk, time = screen.desk, screen.desk.clock
    compose = desk.services.compose
    when = choose(on_wall(time()).replace(second=0) + 5 * MINUTE)
    draft = replace(compose.begin(time()), title="Title", text="On time", schedule=when)
    compose.approve(compose.save(draft, time()).id, time())
    clock = Clock(desk.services, screen.background, time)
    clock.start()
    screen.qtbot.wait(300)
    time.now = when.at - timedelta(seconds=1)
    screen.qtbot.wait(300)
    assert desk.bluesky.posts == ()
    time.now = when.at
    screen.wait(lambda: len(desk.bluesky.posts) == 1)
    clock.stop()


@pytest.mark.usefixtures("quick")
def test_what_the_public_writes_comes_in_by_itself(screen: Screen) -> None:
    desk, time = screen.desk, screen.desk.clock
    screen.publish("Title", "What should we spend on?")
    clock = Clock(desk.services, screen.background, time)
    clock.start()
    desk.bluesky.add_account("kev.test")
    desk.bluesky.arrive("kev.test", "Buses", answers=desk.bluesky.posts[0].uri)
    time.advance(minutes=10)
    screen.wait(lambda: desk.services.inbox.counts().by_state)
    clock.stop()


class Rounds:
    """Stands for the outbox and the inbox: counts rounds, and sees whether two run at once."""

    def __init__(self) -> None:
        self.gate, self.sendings, self.fetchings, self.most = threading.Event(), 0, 0, 0
        self.next_due_at: datetime | None = None
        self._running = 0

    def recover(self, now: datetime) -> Changes:
        """Find nothing to recover."""
        return Changes.NONE

    def counts(self) -> OutboxCounts:
        """Tell when the next is due."""
        return OutboxCounts(0, 0, self.next_due_at)

    def run_due(self, now: Callable[[], datetime]) -> Changes:
        """Send until the gate opens."""
        self.sendings += 1
        self._running += 1
        self.most = max(self.most, self._running)
        self.gate.wait(60)
        self._running -= 1
        return Changes.NONE

    def fetch_due(self, now: Callable[[], datetime]) -> Changes:
        """Fetch, with a bug."""
        self.fetchings += 1
        raise ZeroDivisionError


@pytest.fixture
def background(qtbot: QtBot) -> Iterator[Background]:
    """A bridge."""
    bridge = Background()
    yield bridge
    bridge.stop(60)


def start(rounds: Any, background: Background, time: Time) -> Clock:
    """Start a clock over stand-ins."""
    services: Any = SimpleNamespace(outbox=rounds, inbox=SimpleNamespace(fetch_due=lambda now: Changes.NONE))
    clock = Clock(services, background, time)
    clock.start()
    return clock


@pytest.mark.usefixtures("quick")
def test_two_sendings_never_run_at_once(background: Background, qtbot: QtBot) -> None:
    rounds, time = Rounds(), Time()
    clock = start(rounds, background, time)
    qtbot.waitUntil(lambda: rounds.sendings == 1)
    for _ in range(5):
        time.advance(seconds=60)
        qtbot.wait(60)
    assert rounds.sendings == 1
    rounds.gate.set()
    qtbot.waitUntil(lambda: rounds.sendings >= 2)
    assert rounds.most == 1
    clock.stop()


@pytest.mark.usefixtures("quick")
def test_the_outbox_is_left_in_peace_while_nothing_is_due(background: Background, qtbot: QtBot) -> None:
    rounds, time = Rounds(), Time()
    rounds.gate.set()
    clock = start(rounds, background, time)
    qtbot.waitUntil(lambda: rounds.sendings == 1)
    qtbot.wait(300)
    assert rounds.sendings == 1
    rounds.next_due_at = time()
    background.changed.emit(Changes.DELIVERIES)
    qtbot.waitUntil(lambda: rounds.sendings >= 2)
    clock.stop()


@pytest.mark.usefixtures("quick")
def test_a_pc_that_slept_goes_on_where_it_was(background: Background, qtbot: QtBot) -> None:
    rounds, time = Rounds(), Time()
    rounds.gate.set()
    clock = start(rounds, background, time)
    qtbot.waitUntil(lambda: rounds.sendings == 1)
    time.advance(days=3)
    qtbot.waitUntil(lambda: rounds.sendings == 2)
    clock.stop()


@pytest.mark.usefixtures("quick")
def test_a_clock_that_is_put_back_stops_neither_sending_nor_fetching(background: Background, qtbot: QtBot) -> None:
    rounds, time = Rounds(), Time()
    rounds.gate.set()
    fetched: list[datetime] = []

    def fetch(now: Callable[[], datetime]) -> Changes:
        fetched.append(now())
        return Changes.NONE

    inbox = SimpleNamespace(fetch_due=fetch)
    services: Any = SimpleNamespace(outbox=rounds, inbox=inbox)
    clock = Clock(services, background, time)
    clock.start()
    qtbot.waitUntil(lambda: rounds.sendings == 1 and len(fetched) == 1)
    time.advance(days=-1)
    qtbot.waitUntil(lambda: rounds.sendings == 2 and len(fetched) == 2)
    clock.stop()


@pytest.mark.usefixtures("quick")
def test_a_database_that_is_busy_at_the_start_does_not_stop_the_desk(background: Background, qtbot: QtBot) -> None:
    failures: list[DeskError] = [StoreBusy("Busy.")]

    class Busy(Rounds):
        """The same, with a database that is busy at first."""

        def recover(self, now: datetime) -> Changes:
            """Fail, then find nothing to recover."""
            if failures:
                raise failures.pop()
            return Changes.NONE

    rounds, told = Busy(), list[DeskError]()
    rounds.gate.set()
    background.failed.connect(told.append)
    clock = start(rounds, background, Time())
    qtbot.waitUntil(lambda: rounds.sendings >= 1)
    assert [error.sentence for error in told] == ["Busy."]
    clock.stop()


@pytest.mark.usefixtures("quick")
def test_a_bug_in_fetching_is_told_and_stops_neither_fetching_nor_sending(background: Background, qtbot: QtBot) -> None:
    rounds, time = Rounds(), Time()
    rounds.gate.set()
    services: Any = SimpleNamespace(outbox=rounds, inbox=rounds)
    clock = Clock(services, background, time)
    with capture_exceptions() as caught:
        clock.start()
        qtbot.waitUntil(lambda: rounds.fetchings == 1 and len(caught) == 1)
        time.advance(seconds=max(FETCH_EVERY, LOOK_EVERY).total_seconds())
        qtbot.waitUntil(lambda: rounds.fetchings == 2 and rounds.sendings >= 2 and len(caught) == 2)
    assert {each[0] for each in caught} == {ZeroDivisionError}
    clock.stop()


@pytest.mark.usefixtures("quick")
def test_after_a_sleep_the_network_is_given_time_before_anything_is_tried(background: Background, qtbot: QtBot) -> None:
    ticks: list[datetime] = []
    tried_at_tick: list[int] = []

    class Counted(Time):
        """A time that counts how often the clock asks for it."""

        def __call__(self) -> datetime:
            """Give the moment it is."""
            ticks.append(self.now)
            return self.now

    class Tried(Rounds):
        """A sending that notes at which tick it began."""

        def run_due(self, now: Callable[[], datetime]) -> Changes:
            """Note the tick."""
            tried_at_tick.append(len(ticks))
            return Changes.NONE

    time = Counted()
    clock = start(Tried(), background, time)
    qtbot.waitUntil(lambda: len(tried_at_tick) == 1)
    time.advance(seconds=30)
    awake = len(ticks)
    qtbot.waitUntil(lambda: len(tried_at_tick) == 2)
    assert tried_at_tick[1] - awake <= WAKING_TICKS, "the control: nobody slept"
    time.advance(hours=8)
    asleep = len(ticks)
    qtbot.waitUntil(lambda: len(tried_at_tick) == 3)
    assert tried_at_tick[2] - asleep > WAKING_TICKS
    clock.stop()
