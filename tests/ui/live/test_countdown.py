"""How soon an event is, in words."""

from datetime import UTC, datetime, timedelta

import pytest

from pcc_desk.model.event import Event, EventId, EventKind
from pcc_desk.model.schedule import choose
from pcc_desk.ui.live.countdown import Part, part_of, say_countdown, say_length

STARTS = datetime(2026, 11, 25, 18)
EVENT = Event(EventId(1), "u", "Ask", EventKind.WEBCHAT, choose(STARTS), choose(STARTS + timedelta(hours=1)))


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(seconds=1), "1 min"),
        (timedelta(minutes=59, seconds=1), "1 h"),
        (timedelta(minutes=65), "1 h 5 min"),
        (timedelta(hours=24), "1 day"),
        (timedelta(days=2, hours=3, minutes=20), "2 days 3 h"),
        (timedelta(0), "1 min"),
    ],
)
def test_a_length_is_said_in_its_two_largest_units(length: timedelta, words: str) -> None:
    assert say_length(length) == words


@pytest.mark.parametrize(
    ("now", "part", "words"),
    [
        (datetime(2026, 11, 24, 23, 59, tzinfo=UTC), Part.NEXT, "Starts in 18 h 1 min"),
        (datetime(2026, 11, 25, 0, 0, tzinfo=UTC), Part.TODAY, "Starts in 18 h"),
        (datetime(2026, 11, 25, 18, 0, tzinfo=UTC), Part.NOW, "1 h left"),
        (datetime(2026, 11, 25, 18, 59, 30, tzinfo=UTC), Part.NOW, "1 min left"),
        (datetime(2026, 11, 25, 19, 0, tzinfo=UTC), None, ""),
    ],
)
def test_an_event_goes_from_next_to_today_to_now_and_away(now: datetime, part: Part | None, words: str) -> None:
    assert part_of(EVENT, now) is part
    if part is not None:
        assert say_countdown(EVENT, now) == words
