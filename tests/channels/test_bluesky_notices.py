"""Walking Bluesky's notifications back without a gap."""

from datetime import UTC, datetime, timedelta

import pytest

from pcc_desk.channels.bluesky_notices import MAX_PAGES, Bookmark, Page, short, step
from pcc_desk.model.channel import Batch
from pcc_desk.model.message import Author, Incoming, MessageKind

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def message(minutes_ago: float, name: str = "") -> Incoming:
    at = NOW - timedelta(minutes=minutes_ago)
    return Incoming(name or f"at://{minutes_ago}", MessageKind.REPLY, Author("did", "Ann", "ann"), "Hello", at)


def page(*messages: Incoming, following: str = "", mark: Bookmark | None = None) -> Page:
    places = tuple((short(each.remote_id, ""), each.created_at) for each in messages)
    new = tuple(each for each in messages if mark is None or short(each.remote_id, "") not in mark.known)
    return Page(new, (), places, tuple(each.created_at for each in messages), following)


def read_on(batch: Batch) -> Bookmark:
    return Bookmark.read(batch.cursor)


def names(batch: Batch) -> list[str]:
    return [each.remote_id for each in batch.messages]


def test_a_post_from_a_slow_clock_sorted_in_below_the_last_newest_is_still_found() -> None:
    first = step(Bookmark(), page(message(1), message(30)))
    mark = read_on(first)
    again = step(mark, page(message(1), message(20, "late"), message(30), mark=mark))
    assert names(again) == ["late"]


def walk(mark: Bookmark, *pages: Page) -> tuple[list[str], Bookmark]:
    """Walk over pages until the walk ends; give what was new and where it stands."""
    found: list[str] = []
    for each in pages:
        new = tuple(one for one in each.messages if short(one.remote_id, "") not in mark.known)
        batch = step(mark, Page(new, (), each.places, each.times, each.following))
        found, mark = [*found, *names(batch)], read_on(batch)
        if not batch.more:
            break
    return found, mark


NEWEST = page(message(0), message(1), message(90), message(91), following="b")


def standing(walks: int) -> Bookmark:
    """Stand after so many walks over the same few notifications; where only one is old, a walk goes on."""
    _, mark = walk(Bookmark(), page(message(0), message(1), message(60 * 24 * 29)))
    for _ in range(walks - 1):
        _, mark = walk(mark, NEWEST, page(message(60 * 24 * 40), following="c"))
    assert mark.walks == walks
    return mark


@pytest.mark.parametrize(("walks", "hours_back"), [(60, 71), (120, 5), (1440, 24 * 29)])
def test_a_reply_dated_far_back_is_found_by_a_walk_that_goes_further(walks: int, hours_back: float) -> None:
    pages = NEWEST, page(message(60 * hours_back, "late"), following="c")
    found, mark = walk(standing(walks - 1), *pages)
    assert "late" not in found
    found, _ = walk(mark, *pages, page(message(60 * 24 * 31)))
    assert "late" in found


def test_a_walk_that_goes_further_and_meets_too_much_tells_of_no_gap() -> None:
    mark = standing(1440)
    for number in range(MAX_PAGES):
        batch = step(mark, page(message(number * 100), following=f"page {number}"))
        mark = read_on(batch)
    assert not batch.more and batch.missing == ()
    assert (mark.walks, mark.floor) == (1441, NOW.isoformat())


def test_a_bookmark_of_an_earlier_kind_is_read() -> None:
    earlier = '{"floor":"2026-11-24T12:00:00+00:00","top":"","low":"","page":"","pages":0,"seen":["a"],"fresh":[]}'
    assert Bookmark.read(earlier) == Bookmark(floor=NOW.isoformat(), seen=("a",))


def test_a_first_reading_goes_back_thirty_days_and_says_nothing_of_a_gap() -> None:
    first = step(Bookmark(), page(message(1), message(2), message(60 * 24 * 29), following="b"))
    assert first.more
    last = step(read_on(first), page(message(60 * 24 * 31), following="c"))
    assert (last.more, last.missing) == (False, ())


def test_the_same_page_again_and_again_ends_the_walk_with_a_visible_gap() -> None:
    floor = step(Bookmark(), page(message(600)))
    first = step(read_on(floor), page(message(1), following="b"))
    second = step(read_on(first), page(message(2), following="b"))
    assert not second.more
    assert [(gap.from_at, gap.to_at) for gap in second.missing] == [
        (NOW - timedelta(minutes=600), NOW - timedelta(minutes=2))
    ]
    assert read_on(second).floor == (NOW - timedelta(minutes=1)).isoformat()


def test_two_hundred_pages_end_the_walk_with_a_visible_gap() -> None:
    batch = step(Bookmark(), page(message(10_000)))
    for number in range(MAX_PAGES):
        batch = step(read_on(batch), page(message(number), following=f"page {number}"))
    assert not batch.more
    assert len(batch.missing) == 1


def test_a_crash_in_the_middle_of_a_walk_goes_on_with_the_page_it_stood_at() -> None:
    floor = step(Bookmark(), page(message(600)))
    first = step(read_on(floor), page(message(1), following="b"))
    mark = read_on(first)
    assert (mark.page, mark.floor, mark.top) == ("b", (NOW - timedelta(minutes=600)).isoformat(), NOW_LESS_ONE)
    assert names(step(mark, page(message(2), message(700)))) == ["at://2", "at://700"]


NOW_LESS_ONE = (NOW - timedelta(minutes=1)).isoformat()


def test_a_cursor_does_not_grow_without_bound() -> None:
    batch = step(Bookmark(), page(*(message(number / 100) for number in range(3_000))))
    assert len(batch.cursor) < 20_000
