"""Wall times mean one moment, none or two, as the law of the United Kingdom says."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from pcc_desk.errors import BadTime
from pcc_desk.model.schedule import WallTime, choose, examine, on_wall, shift, skipped

YEARS = range(2025, 2036)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def last_sunday(year: int, month: int) -> date:
    """Give the last Sunday of March or October."""
    day = date(year, month, 31)
    return day - timedelta(days=(day.weekday() + 1) % 7)


def minutes_around(day: date) -> Iterator[datetime]:
    """Give every minute of the Saturday, the Sunday and the Monday around a change of the clocks."""
    start = datetime.combine(day - timedelta(days=1), datetime.min.time())
    return (start + number * MINUTE for number in range(3 * 24 * 60))


# The Summer Time Order 2002: from 01:00 GMT on the last Sunday of March to 01:00 GMT on the last Sunday of October.
@pytest.mark.parametrize("year", YEARS)
def test_in_spring_every_minute_means_the_right_moment_and_the_gap_is_refused(year: int) -> None:
    one = datetime.combine(last_sunday(year, 3), datetime.min.time()) + HOUR
    wrong = []
    for wall in minutes_around(one.date()):
        if one <= wall < one + HOUR:
            right = examine(wall) is WallTime.NEVER
        else:
            at = (wall if wall < one else wall - HOUR).replace(tzinfo=UTC)
            schedule = choose(wall)
            right = examine(wall) is WallTime.ONCE and schedule.at == at and on_wall(at) == wall == schedule.wall
        if not right:
            wrong.append(wall)
    assert wrong == []


@pytest.mark.parametrize("year", YEARS)
def test_in_autumn_every_minute_means_the_right_moment_and_the_overlap_has_two(year: int) -> None:
    one = datetime.combine(last_sunday(year, 10), datetime.min.time()) + HOUR
    wrong = []
    for wall in minutes_around(one.date()):
        summer, winter = (wall - HOUR).replace(tzinfo=UTC), wall.replace(tzinfo=UTC)
        found = choose(wall).at, choose(wall, second=True).at
        if one <= wall < one + HOUR:
            right = examine(wall) is WallTime.TWICE and found == (summer, winter)
        else:
            at = summer if wall < one else winter
            right = examine(wall) is WallTime.ONCE and found == (at, at)
        if not (right and all(on_wall(at) == wall for at in found)):
            wrong.append(wall)
    assert wrong == []


def test_a_time_in_the_gap_cannot_be_chosen() -> None:
    with pytest.raises(ValueError, match="does not exist"):
        choose(datetime(2027, 3, 28, 1, 30))


def test_the_sentence_about_the_gap_names_the_time_and_what_to_do() -> None:
    error = skipped(datetime(2027, 3, 28, 1, 30))
    assert isinstance(error, BadTime)
    assert error.sentence == "The clocks go forward then, so 01:30 on Sun 28 Mar 2027 does not happen."
    assert error.next_step


def test_a_schedule_shifted_into_the_gap_goes_on_by_an_hour() -> None:
    schedule = choose(datetime(2027, 3, 27, 1, 30))
    moved = shift(schedule, datetime(2027, 3, 28, 1, 30))
    assert (moved.wall, moved.at) == (datetime(2027, 3, 28, 2, 30), datetime(2027, 3, 28, 1, 30, tzinfo=UTC))
