"""How each host is left alone, for how long, and how gently it is met again; a host waits for no other."""

import datetime
import time

import pytest

from pcc_desk.channels.failures import Ask
from pcc_desk.channels.manners import Manners
from pcc_desk.channels.waits import first_calls, used_up_until, wait_until
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


NOON = datetime.datetime(2026, 11, 26, 12, tzinfo=datetime.UTC)
AT_NOON = "Thu, 26 Nov 2026 12:00:00 GMT"
EPOCH = int(NOON.timestamp())


@pytest.mark.parametrize("ahead", [-20, 0, 20])
@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ({"retry-after": "Thu, 26 Nov 2026 12:10:00 GMT"}, 600),
        ({"x-rate-limit-remaining": "0", "x-rate-limit-reset": str(EPOCH + 600)}, 600),
        ({"ratelimit-reset": str(EPOCH + 600)}, 600),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "2026-11-26T12:10:00.000Z"}, 600),
        ({"x-ratelimit-reset": str((EPOCH + 600) * 1000)}, 600),
        ({"retry-after": "600"}, 600),
    ],
)
def test_a_moment_is_measured_by_the_platform_s_clock_and_not_by_ours(
    ahead: int, told: dict[str, str], seconds: int
) -> None:
    ours = NOON + datetime.timedelta(minutes=ahead)
    assert wait_until({"date": AT_NOON, **told}, ours) == ours + datetime.timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ({"retry-after": "5, 7"}, 7),
        ({"retry-after": "5", "x-rate-limit-remaining": "0", "x-rate-limit-reset": str(EPOCH + 900)}, 900),
        ({"retry-after": "900", "x-rate-limit-remaining": "0", "x-rate-limit-reset": str(EPOCH + 5)}, 900),
        ({"retry-after": "5", "x-rate-limit-remaining": "3", "x-rate-limit-reset": str(EPOCH + 900)}, 5),
        ({"retry-after": "0", "ratelimit-reset": str(EPOCH + 300)}, 300),
        ({"retry-after": "-30", "x-ratelimit-reset": str(EPOCH + 300)}, 300),
        ({"retry-after": "0"}, 1),
        ({"retry-after": "1e300"}, 86_400),
        ({"retry-after": "nan"}, 60),
        ({"retry-after": "inf"}, 86_400),
        ({"ratelimit-reset": "30;w=60"}, 30),
        ({"retry-after": "soon"}, 60),
        ({"ratelimit-reset": str(EPOCH - 300)}, 1),
    ],
)
def test_of_several_words_the_longest_wait_that_is_asked_for_counts(told: dict[str, str], seconds: int) -> None:
    assert wait_until(told, NOON) == NOON + datetime.timedelta(seconds=seconds)


@pytest.mark.parametrize("name", ["x-rate-limit", "x-ratelimit", "ratelimit"])
def test_the_last_call_of_a_window_is_heard_from_every_platform(name: str) -> None:
    told = {f"{name}-remaining": "0", f"{name}-reset": str(EPOCH + 300), f"{name}-limit": "1e300"}
    assert used_up_until(told, NOON) == NOON + datetime.timedelta(seconds=300)
    assert used_up_until(told | {f"{name}-remaining": "1"}, NOON) is None
    assert first_calls(told) == 10  # no platform allows so many, so it is no limit


def test_a_success_that_was_the_last_one_allowed_closes_the_door_for_its_own_kind_of_call() -> None:
    heard: list[str] = []

    def answer(request: Request) -> Reply:
        heard.append(request.path)
        return Reply({}, 200, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "300"})

    with Loopback(answer) as server:
        wire = Wire(server.url)
        wire.post(Ask("/api/v1/media", body={}))
        with pytest.raises(RateLimited):
            wire.post(Ask("/api/v1/media", body={}))
        wire.post(Ask("/api/v1/statuses/1/reblog", body={}))
        with pytest.raises(RateLimited):
            wire.post(Ask("/api/v1/statuses/2/reblog", body={}))
        wire.get(Ask("/api/v1/statuses/2"))
    assert heard == ["/api/v1/media", "/api/v1/statuses/1/reblog", "/api/v1/statuses/2"]


def test_a_host_that_refuses_without_saying_for_how_long_is_asked_less_and_less_often() -> None:
    manners, waits, now = Manners(), list[float](), NOON
    for _ in range(9):
        until = manners.refused("a.example", now + datetime.timedelta(seconds=1), now)
        waits.append((until - now).total_seconds())
        now = until
    assert waits == [1, 2, 4, 8, 16, 32, 64, 64, 64]
    manners.welcomed("a.example")
    assert manners.refused("a.example", now, now) == now + datetime.timedelta(seconds=1)
    assert manners.refused("b.example", now + datetime.timedelta(hours=1), now) == now + datetime.timedelta(hours=1)


class Closing(Manners):
    """Has the answer to another call close the door while this one waits for its turn."""

    def take_turn(self, host: str) -> None:
        """Wait for our turn."""
        self.close(host, datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=5))


def test_a_call_that_waited_for_its_turn_stays_away_when_the_door_closed_meanwhile() -> None:
    with pytest.raises(RateLimited):
        Wire("https://nobody.invalid", manners=Closing()).get(Ask("/x"))


def test_a_later_answer_that_closes_nothing_further_begins_no_new_careful_minute() -> None:
    manners = Manners()
    manners.close("a.example", NOON + datetime.timedelta(seconds=10), most=1)
    after = NOON + datetime.timedelta(seconds=10)
    assert manners.admit("a.example", after) is None
    manners.close("a.example", NOON + datetime.timedelta(seconds=5), most=1)
    assert manners.admit("a.example", after) is not None
