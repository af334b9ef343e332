"""How each host is left alone, for how long, and how gently it is met again; a host waits for no other."""

import datetime
import time

import pytest

from pcc_desk.channels.failures import Ask
from pcc_desk.channels.manners import Manners
from pcc_desk.channels.wire import Wire
from pcc_desk.errors import RateLimited
from pcc_desk.rehearsal.loopback import Loopback, Reply, Request


def test_a_later_answer_with_a_shorter_wait_opens_nothing_early() -> None:
    manners, now = Manners(), datetime.datetime(2026, 11, 26, 12, tzinfo=datetime.UTC)
    for seconds in (3_600, 1):
        manners.close("a.example", now + datetime.timedelta(seconds=seconds))
    hour = datetime.timedelta(hours=1)
    assert manners.closed_until("a.example", now + hour / 2) == now + hour
    manners.close("a.example", now + 2 * hour)
    assert manners.closed_until("a.example", now) == now + 2 * hour


def test_a_clock_put_back_by_a_year_leaves_no_door_closed_for_a_year() -> None:
    manners, now = Manners(), datetime.datetime(2027, 11, 26, 12, tzinfo=datetime.UTC)
    manners.close("a.example", now + datetime.timedelta(hours=1))
    assert manners.closed_until("a.example", now) is not None
    assert manners.closed_until("a.example", now.replace(year=2026)) is None


class Hurried(Manners):
    """Forgets after a wait that there was one."""

    def admit(self, host: str, now: datetime.datetime, window: str = "") -> datetime.datetime | None:
        """Let every call through once the wait is over."""
        return self.closed_until(host, now, window)


def calls_by_minute(manners: Manners, told: dict[str, str]) -> list[int]:
    """Have sixty posts wait for a host that says "too many" once, and count what it hears in each minute afterwards."""
    moment = [datetime.datetime(2026, 11, 26, 12, tzinfo=datetime.UTC)]
    heard, waiting = list[datetime.datetime](), 60

    def answer(request: Request) -> Reply:
        heard.append(moment[0])
        return Reply({}, 429, {"Retry-After": "900", **told}) if len(heard) == 1 else Reply({"done": "yes"})

    with Loopback(answer) as server:
        wire = Wire(server.url, now=lambda: moment[0], manners=manners)
        while waiting:
            try:
                wire.post(Ask("/post", body={}))
                waiting -= 1
                moment[0] += datetime.timedelta(milliseconds=50)
            except RateLimited as told_to_wait:
                assert told_to_wait.until > moment[0]
                moment[0] = told_to_wait.until
    minutes = [int((at - heard[1]).total_seconds() // 60) for at in heard[1:]]
    assert len(minutes) == 60 and heard[1] - heard[0] >= datetime.timedelta(seconds=900)
    return [minutes.count(minute) for minute in range(2)]


@pytest.mark.parametrize(
    ("told", "most"),
    [
        ({"x-rate-limit-limit": "100"}, 20),
        ({"x-ratelimit-limit": "300"}, 60),
        ({"ratelimit-limit": "3"}, 1),
        ({"x-rate-limit-limit": "100", "x-app-limit-24hour-limit": "50"}, 10),
        ({}, 10),
        ({"x-rate-limit-limit": "many"}, 10),
        ({"x-rate-limit-limit": "-5"}, 10),
    ],
)
def test_after_a_wait_the_first_minute_uses_a_fifth_of_the_limit_at_most(told: dict[str, str], most: int) -> None:
    first, second = calls_by_minute(Manners(), told)
    assert first == most and first + second == 60


def test_control_without_that_care_everything_that_waited_goes_at_once() -> None:
    assert calls_by_minute(Hurried(), {"x-rate-limit-limit": "100"}) == [60, 0]


def test_a_clock_put_back_lengthens_no_careful_minute() -> None:
    manners, now = Manners(), datetime.datetime(2026, 11, 26, 12, tzinfo=datetime.UTC)
    manners.close("a.example", now, most=1)
    assert manners.admit("a.example", now) is None and manners.admit("a.example", now) is not None
    back = now - datetime.timedelta(hours=3)
    assert manners.admit("a.example", back) == back + datetime.timedelta(minutes=1)
    assert manners.admit("a.example", back + datetime.timedelta(minutes=1)) is None


def test_a_platform_s_usual_pace_is_not_slowed_down() -> None:
    manners, now = Manners(), datetime.datetime(2026, 11, 26, 12, tzinfo=datetime.UTC)
    for _ in range(50):
        manners.close("a.example", now, "chat")
        assert manners.admit("a.example", now, "chat") is None


def test_requests_to_one_host_keep_their_distance() -> None:
    manners = Manners(spacing=0.05)
    started = time.monotonic()
    for _ in range(4):
        manners.take_turn("one.example")
    assert 0.15 <= time.monotonic() - started < 30


def test_another_host_is_not_waited_for() -> None:
    manners = Manners(spacing=120)
    started = time.monotonic()
    manners.take_turn("one.example")
    manners.take_turn("another.example")
    assert time.monotonic() - started < 30
