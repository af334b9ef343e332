"""The calendar file is read back by another reader and says the same."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Component

from pcc_desk.model.event import Event, EventId, EventKind
from pcc_desk.model.schedule import choose
from pcc_desk.services.ics import write_calendar

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
SIX = datetime(2026, 11, 25, 18)
TEXT = st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=300)


def make_event(title: str = "Ask the Chief", wall: datetime = SIX, notes: str = "", cancelled: bool = False) -> Event:
    """Make an event of an hour."""
    ends = choose(wall + timedelta(hours=1))
    return Event(EventId(1), "uid-1", title, EventKind.LIVE_QA, choose(wall), ends, "Hall", "#Ask", notes, 4, cancelled)


def read_back(content: bytes) -> tuple[Calendar, list[Component]]:
    """Read a calendar file."""
    calendar = Calendar.from_ical(content)
    assert isinstance(calendar, Calendar)
    return calendar, list(calendar.walk("VEVENT"))


def test_an_event_is_read_back_with_its_time_zone_and_its_sequence() -> None:
    calendar, [event] = read_back(write_calendar([make_event(notes="Bring the list")], NOW))
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Europe/London"]
    assert event["DTSTART"].params["TZID"] == "Europe/London"
    assert event.decoded("DTSTART") == datetime(2026, 11, 25, 18, tzinfo=UTC)
    assert event.decoded("DTEND") == datetime(2026, 11, 25, 19, tzinfo=UTC)
    assert event.decoded("DTSTAMP") == NOW
    assert (str(event["UID"]), event.decoded("SEQUENCE"), str(event["STATUS"])) == ("uid-1", 4, "CONFIRMED")
    assert (str(event["SUMMARY"]), str(event["LOCATION"])) == ("Ask the Chief", "Hall")
    assert str(event["DESCRIPTION"]) == "#Ask\nBring the list"


def test_a_summer_event_is_an_hour_ahead_of_utc() -> None:
    _, [event] = read_back(write_calendar([make_event(wall=datetime(2027, 7, 1, 18))], NOW))
    assert event.decoded("DTSTART") == datetime(2027, 7, 1, 17, tzinfo=UTC)


def test_both_of_the_times_that_come_twice_keep_their_moment() -> None:
    wall = datetime(2026, 10, 25, 1, 30)
    for second in (False, True):
        starts = choose(wall, second=second)
        event = Event(EventId(1), "u", "Night", EventKind.OTHER, starts, choose(datetime(2026, 10, 25, 4)))
        _, [found] = read_back(write_calendar([event], NOW))
        assert found.decoded("DTSTART").astimezone(UTC) == starts.at


def test_a_cancelled_event_says_so() -> None:
    _, [event] = read_back(write_calendar([make_event(cancelled=True)], NOW))
    assert str(event["STATUS"]) == "CANCELLED"


def test_no_line_is_longer_than_seventy_five_bytes_and_every_line_ends_as_it_must() -> None:
    content = write_calendar([make_event(title="Cyfarfod cyhoeddus â'r Comisiynydd 🚓 " * 12)], NOW)
    assert max(len(line) for line in content.split(b"\r\n")) <= 75
    assert b"\n" not in content.replace(b"\r\n", b"")


def test_an_empty_calendar_is_still_a_calendar() -> None:
    _, events = read_back(write_calendar([], NOW))
    assert events == []


@given(title=TEXT, notes=TEXT)
def test_any_words_come_back_as_they_were(title: str, notes: str) -> None:
    _, [event] = read_back(write_calendar([make_event(title=title, notes=notes)], NOW))
    assert str(event["SUMMARY"]) == title
    assert str(event["DESCRIPTION"]) == f"#Ask\n{notes}"


def test_control_signs_do_not_reach_the_file() -> None:
    _, [event] = read_back(write_calendar([make_event(title="A\x00B\x1b\r\nEND:VEVENT")], NOW))
    assert str(event["SUMMARY"]) == "AB\nEND:VEVENT"
