"""A list that comes newest first is read without a gap, whatever arrives in between, and each of it once."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from pcc_desk.channels import walk
from pcc_desk.channels.walk import Bookmark, Pace, Page, step
from pcc_desk.model.message import Author, Incoming, MessageKind

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
PACE = Pace(timedelta(days=30), timedelta(hours=1), "There was more.")
LATER = NOON + timedelta(days=100)  # no page tells of what is still to come
SIZE = 3


@dataclass
class Wall:
    """What stands on a platform, oldest first, by minutes since noon."""

    minutes: list[int] = field(default_factory=list)

    def page(self, mark: str) -> Page:
        """Give a page of it, newest first; a mark is the place of the first one on it, counted from the oldest."""
        end = int(mark) if mark else len(self.minutes)
        start = max(0, end - SIZE)
        found = [(str(number), message(number, self.minutes[number])) for number in reversed(range(start, end))]
        times = [one.created_at for _, one in found]
        return Page(found, (), times, str(start) if start else "")


def message(number: int, minutes: int) -> Incoming:
    return Incoming(
        str(number), MessageKind.COMMENT, Author("a", "Ann", "ann"), "Words", NOON + timedelta(minutes=minutes)
    )


@settings(max_examples=200)
@given(st.lists(st.lists(st.integers(0, 200), max_size=9), max_size=6), st.lists(st.integers(0, 3), max_size=12))
def test_whatever_arrives_between_two_pages_everything_comes_once(waves: list[list[int]], between: list[int]) -> None:
    wall, mark, clock, came = Wall(), Bookmark(), 0, list[str]()
    surprises = iter(between)
    for wave in (*waves, []):
        for pause in wave:
            clock += pause
            wall.minutes.append(clock)
        more = True
        while more:
            batch = step(mark, wall.page(mark.page), PACE, NOON + timedelta(minutes=clock))
            came += [one.remote_id for one in batch.messages]
            mark, more = Bookmark.read(batch.cursor), batch.more
            wall.minutes += [clock] * (next(surprises, 0) if wave else 0)
            assert not batch.missing
    assert sorted(came, key=int) == [str(number) for number in range(len(wall.minutes))]


def test_what_lies_behind_the_last_page_that_may_be_read_is_marked() -> None:
    wall = Wall([number * 60 for number in range(3 * walk.MAX_PAGES + 30)])
    mark = Bookmark(after=(NOON - timedelta(days=2)).isoformat())
    pages = 0
    while True:
        batch = step(mark, wall.page(mark.page), PACE, LATER)
        mark, pages = Bookmark.read(batch.cursor), pages + 1
        if not batch.more:
            break
    (gap,) = batch.missing
    assert pages == walk.MAX_PAGES and gap.from_at < gap.to_at and gap.reason == "There was more."


def test_a_cursor_that_is_not_ours_begins_again() -> None:
    for cursor in ("", "7", "[]", '{"after": 7}', '{"after": "", "seen": [1], "fresh": []}', '{"pages": "x"}'):
        assert Bookmark.read(cursor) == Bookmark()
