"""Reading down to the very first post: nothing new waits for it, and nothing is lost by a long absence."""

from datetime import datetime, timedelta

import pytest

from pcc_desk.channels import graph_dive, graph_walk
from pcc_desk.channels.graph_walk import Topics
from pcc_desk.errors import RateLimited, Rejected, ServiceDown, Unauthorized
from pcc_desk.model.channel import Batch, Missing
from tests.channels.test_graph_walk import LATER, NOON, POSTS, Shelf, entry

A_DAY = 60.0 * 24  # minutes


class Desk:
    """A desk that polls a shelf, each poll until nothing more comes."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf, self.cursor = shelf, ""
        self.given: list[str] = []
        self.missing: list[Missing] = []

    def poll(self, now: datetime) -> list[str]:
        """Poll once; give what came."""
        came = list[str]()
        while True:
            batch: Batch = graph_dive.walk(self.shelf, POSTS, self.cursor, now)
            came += [message.remote_id for message in batch.messages]
            self.cursor = batch.cursor
            self.missing += batch.missing
            if not batch.more:
                self.given += came
                return came

    def dive(self, now: datetime, polls: int = 30) -> list[str]:
        """Poll some times."""
        return [name for number in range(polls) for name in self.poll(now + timedelta(minutes=2 * number))]


def yearbook(posts: int = 20, days: float = 50, nested: int = 5, size: int = 2) -> Shelf:
    """Give posts so many days apart, each with a comment of just now."""
    topics = {f"post {number}": (-A_DAY * days * number, [entry(f"under {number}", -1)]) for number in range(posts)}
    return Shelf(topics, size, nested)


def test_once_a_week_what_came_under_the_very_first_posts_is_given() -> None:
    desk = Desk(yearbook())
    assert "under 19" not in desk.poll(LATER)
    for day in range(1, 6):
        desk.shelf.topics_["post 19"][1].append(entry(f"late {day}", A_DAY * day))
        assert not any(name.startswith("late") for name in desk.poll(LATER + timedelta(days=day)))
    found = desk.dive(LATER + timedelta(days=8))
    assert {"under 19", *(f"late {day}" for day in range(1, 6))} <= set(found) and not desk.missing
    desk.shelf.asked.clear()
    assert desk.poll(LATER + timedelta(days=8, hours=2)) == [] and desk.shelf.asked == ["topics "]


def test_what_is_newest_is_read_before_every_few_pages_further_down() -> None:
    desk = Desk(yearbook(60, nested=99))
    desk.poll(LATER)
    desk.poll(LATER + timedelta(days=8))
    for number in range(5):
        desk.shelf.asked.clear()
        desk.shelf.topics_["post 0"][1].append(entry(f"new {number}", A_DAY + number))
        assert f"new {number}" in desk.poll(LATER + timedelta(days=8, minutes=2 * number + 2))
        assert desk.shelf.asked[0] == "topics " and len(desk.shelf.asked) == 6


@pytest.mark.parametrize("days", [20, 40, 60, 90, 400])
def test_a_desk_that_was_off_for_long_loses_nothing(days: int) -> None:
    desk = Desk(yearbook(60, 5))
    desk.poll(LATER)
    for day in range(1, days):
        desk.shelf.topics_[f"new {day}"] = (A_DAY * day, [entry(f"under new {day}", A_DAY * day + 60)])
        for old in (9, 59):
            desk.shelf.topics_[f"post {old}"][1].append(entry(f"under {old} on {day}", A_DAY * day + 90))
    for day in range(9):
        desk.dive(LATER + timedelta(days=days + day), 40)
    written = {one.name for _, entries in desk.shelf.topics_.values() for one in entries if one.at > NOON}
    assert written - set(desk.given) == set() and not desk.missing


def test_a_place_that_was_kept_before_there_were_dives_loses_nothing() -> None:
    desk = Desk(yearbook(60, 5))
    plain = graph_walk.walk(desk.shelf, POSTS, "", LATER)
    while plain.more:
        plain = graph_walk.walk(desk.shelf, POSTS, plain.cursor, LATER)
    desk.cursor = plain.cursor
    for day in range(1, 46):
        desk.shelf.topics_["post 59"][1].append(entry(f"late {day}", A_DAY * day))
    for day in range(16):
        desk.dive(LATER + timedelta(days=45 + day), 10)
    assert {f"late {day}" for day in range(1, 46)} <= set(desk.given)


class Failing(Shelf):
    """A shelf whose older pages fail."""

    error: Exception | None = None

    def topics(self, onward: str) -> Topics:
        """Give the first page only."""
        if onward and self.error is not None:
            raise self.error
        return super().topics(onward)


def failing(error: Exception) -> Desk:
    """Give a desk whose shelf fails further down in the midst of a dive."""
    shelf = Failing(yearbook(60).topics_, nested=5)
    desk = Desk(shelf)
    desk.poll(LATER)
    desk.poll(LATER + timedelta(days=8))
    shelf.error = error
    return desk


@pytest.mark.parametrize("error", [ServiceDown("No."), Unauthorized("No."), RateLimited("Wait.", LATER)])
def test_pages_that_fail_further_down_keep_nothing_new_out(error: Exception) -> None:
    desk = failing(error)
    desk.shelf.topics_["post 0"][1].append(entry("new", A_DAY))
    assert "new" in desk.poll(LATER + timedelta(days=8, minutes=2))


def test_pages_that_fail_for_good_are_marked_as_missing_and_the_next_dive_reaches_as_far_back() -> None:
    desk = failing(ServiceDown("Please reduce the amount of data."))
    desk.shelf.topics_["post 59"][1].append(entry("late", A_DAY))
    desk.dive(LATER + timedelta(days=8, minutes=2))
    (missing,) = desk.missing
    assert "older posts" in missing.reason and missing.from_at < NOON < missing.to_at
    assert isinstance(desk.shelf, Failing)
    desk.shelf.error = None
    assert "late" in desk.dive(LATER + timedelta(days=16))


def test_a_place_further_down_that_is_known_no_more_ends_the_dive_and_the_next_one_reaches_as_far_back() -> None:
    desk = failing(Rejected("Invalid cursors values"))
    desk.shelf.topics_["post 59"][1].append(entry("late", A_DAY))
    desk.dive(LATER + timedelta(days=8, minutes=2))
    assert isinstance(desk.shelf, Failing) and "late" not in desk.given
    desk.shelf.error = None
    assert "late" in desk.dive(LATER + timedelta(days=16))


def test_more_posts_than_a_dive_reads_are_marked_as_missing_until_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graph_dive, "PAGES", 4)
    desk = Desk(yearbook())
    desk.poll(LATER)
    at = LATER + timedelta(days=8)
    desk.dive(at, 5)
    (missing,) = desk.missing
    assert "more than Facebook gives" in missing.reason and missing.to_at >= at


@pytest.mark.parametrize(
    "cursor",
    [
        '{"newest":"","dive":{"left":5}}',
        '{"newest":7,"dive":{}}',
        '{"newest":"","dive":{"left":"x"}}',
        '{"newest":"","dive":{"at":"{}","left":true,"reached":"9999-12-31T23:59:59Z"}}',
        '{"newest":"{}","dive":{"unknown":1}}',
        "[]",
    ],
)
def test_a_place_that_is_not_ours_loses_nothing(cursor: str) -> None:
    desk = Desk(yearbook(5, 10))
    desk.cursor = cursor
    assert set(desk.dive(LATER, 3)) == {f"under {number}" for number in range(5)}
