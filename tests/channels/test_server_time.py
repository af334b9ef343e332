"""What the platforms' clocks say about this PC's."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcc_desk.channels.failures import Ask
from pcc_desk.channels.manners import Manners
from pcc_desk.channels.server_time import TOLERANCE, ServerTime, Word, steady_seconds
from pcc_desk.channels.wire import Wire
from pcc_desk.errors import ChannelError
from pcc_desk.rehearsal.loopback import Loopback, Reply

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@dataclass
class Steady:
    """A clock that nobody sets, moved by the test."""

    seconds: float = 1000.0

    def __call__(self) -> float:
        """Give its seconds."""
        return self.seconds


@dataclass
class Witness:
    """The servers' time and the steady clock beside it."""

    steady: Steady = field(default_factory=Steady)

    def __post_init__(self) -> None:
        self.servers = ServerTime(self.steady)

    def hear(self, at: datetime, host: str = "one.example", took: float = 0.0, **headers: str) -> None:
        """Let a server answer, after so many seconds, that it is `at`."""
        began = self.steady()
        self.steady.seconds += took
        self.servers.hear(host, {"date": format_datetime(at, usegmt=True), **headers}, began)

    def word(self, now: datetime) -> Word:
        """Ask what the servers say of a moment."""
        return self.servers.opinion(now).word


def test_nothing_is_known_before_a_server_answers() -> None:
    witness = Witness()
    assert witness.word(NOON) is Word.NOTHING
    witness.servers.hear("one.example", {}, witness.steady())
    assert witness.word(NOON) is Word.NO_TIME


@pytest.mark.parametrize("off", [timedelta(0), TOLERANCE, -TOLERANCE, timedelta(seconds=119)])
def test_a_clock_within_two_minutes_is_right(off: timedelta) -> None:
    witness = Witness()
    witness.hear(NOON)
    assert witness.word(NOON + off) is Word.AGREES


@pytest.mark.parametrize("seconds", [122, -122, 86_400])
def test_a_clock_further_off_is_told_with_the_time_it_is_there(seconds: int) -> None:
    witness, off = Witness(), timedelta(seconds=seconds)
    witness.hear(NOON)
    opinion = witness.servers.opinion(NOON + off)
    assert (opinion.word, opinion.host, opinion.there) == (Word.DIFFERS, "one.example", NOON)


@given(took=st.floats(0, 600), when=st.floats(0, 1))
def test_however_slow_an_answer_is_a_right_clock_stays_right(took: float, when: float) -> None:
    witness = Witness()
    witness.hear(NOON + timedelta(seconds=int(took * when)), took=took)  # the server looked at its clock on the way
    assert witness.word(NOON + timedelta(seconds=took)) is Word.AGREES


def test_a_clock_that_is_set_wrong_later_is_noticed_without_another_answer() -> None:
    witness = Witness()
    witness.hear(NOON)
    witness.steady.seconds += 3600
    assert witness.word(NOON + timedelta(hours=1)) is Word.AGREES
    assert witness.word(NOON + timedelta(hours=2)) is Word.DIFFERS
    assert witness.word(NOON) is Word.DIFFERS
    opinion = witness.servers.opinion(NOON)
    assert opinion.there == NOON + timedelta(hours=1)


def test_one_server_that_agrees_outvotes_those_that_do_not() -> None:
    witness = Witness()
    for number in range(5):
        witness.hear(NOON - timedelta(hours=1 + number), f"liar{number}.example")
    assert witness.word(NOON) is Word.DIFFERS
    witness.hear(NOON, "honest.example")
    assert witness.word(NOON) is Word.AGREES
    assert witness.word(NOON + timedelta(minutes=10)) is Word.DIFFERS


def test_only_a_servers_last_word_counts() -> None:
    witness = Witness()
    witness.hear(NOON - timedelta(hours=1))
    witness.hear(NOON)
    assert witness.word(NOON) is Word.AGREES
    assert witness.word(NOON - timedelta(hours=1)) is Word.DIFFERS


def test_a_person_overrules_what_was_said_until_a_clock_changes_again() -> None:
    witness = Witness()
    witness.hear(NOON - timedelta(minutes=5))
    assert witness.word(NOON) is Word.DIFFERS
    witness.servers.overrule(NOON)
    assert witness.word(NOON) is Word.AGREES
    witness.steady.seconds += 7200
    later = NOON + timedelta(hours=2)
    witness.hear(later - timedelta(minutes=5))
    assert witness.word(later) is Word.AGREES
    assert witness.word(later + timedelta(minutes=30)) is Word.DIFFERS
    witness.hear(later - timedelta(minutes=20))
    assert witness.word(later) is Word.DIFFERS


def test_an_answer_from_a_cache_is_as_old_as_it_says() -> None:
    witness = Witness()
    witness.hear(NOON - timedelta(minutes=30), age="1800")
    assert witness.word(NOON) is Word.AGREES
    witness.hear(NOON - timedelta(minutes=30))
    assert witness.word(NOON) is Word.DIFFERS


@pytest.mark.parametrize(
    "headers",
    [
        {"date": "yesterday"},
        {"date": ""},
        {"date": "Tue, 99 Nov 2026 12:00:00 GMT"},
        {"date": "Fri, 31 Dec 9999 23:59:59 -2359", "age": "99999999999"},
        {"date": "Tue, 24 Nov 2026 12:00:00 GMT", "age": "old"},
        {"date": "Tue, 24 Nov 2026 12:00:00 +9999"},
    ],
)
def test_a_date_that_is_none_says_nothing(headers: Mapping[str, str]) -> None:
    witness = Witness()
    witness.servers.hear("one.example", headers, witness.steady())
    assert witness.word(NOON) is Word.NO_TIME


@given(st.text(), st.text())
def test_no_header_is_a_fault(date: str, age: str) -> None:
    witness = Witness()
    witness.servers.hear("one.example", {"date": date, "age": age}, witness.steady())
    witness.servers.opinion(NOON)


def test_the_steady_clock_goes_on() -> None:
    before = steady_seconds()
    assert steady_seconds() >= before


@pytest.fixture
def servers() -> Iterator[ServerTime]:
    """What a wire's answers tell."""
    yield ServerTime()


@pytest.mark.parametrize("code", [200, 302, 400, 401, 404, 429, 500, 503])
def test_every_answer_of_a_server_tells_its_time(code: int, servers: ServerTime) -> None:
    told = NOON
    with Loopback(lambda request: Reply({"error": "x"}, code), lambda: told) as server:
        wire = Wire(server.url, manners=Manners(servers=servers))
        try:
            wire.get(Ask("/"))
        except ChannelError:
            assert code != 200
        host = server.url.removeprefix("http://")
        opinion = servers.opinion(NOON + timedelta(hours=1))
        assert (opinion.word, opinion.host) == (Word.DIFFERS, host)
        assert servers.opinion(NOON).word is Word.AGREES


@pytest.mark.parametrize("code", [407, 511])
def test_a_proxy_on_the_way_is_no_witness(code: int, servers: ServerTime) -> None:
    with Loopback(lambda request: Reply({}, code)) as server, pytest.raises(ChannelError):
        Wire(server.url, manners=Manners(servers=servers)).get(Ask("/"))
    assert servers.opinion(NOON).word is Word.NOTHING
