"""Reading under many topics without a gap: deep rounds, topics that vanish, times that cannot be true, long cursors."""

from datetime import UTC, datetime, timedelta

import pytest

from pcc_desk.channels import graph_walk
from pcc_desk.channels.graph_walk import Bookmark, Entry, Habit, Stretch, Topic, Topics, Waiting
from pcc_desk.errors import Gone, Rejected
from pcc_desk.model.channel import Batch
from pcc_desk.model.message import Author, Incoming, MessageKind

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(days=400)
POSTS = Habit("Facebook")
ANN = Author("7", "Ann", "")


def entry(name: str, minutes: float, text: str = "") -> Entry:
    """Give something Ann wrote so many minutes after noon."""
    at = NOON + timedelta(minutes=minutes)
    return Entry(name, at, Incoming(name, MessageKind.COMMENT, ANN, text or name, at))


class Shelf:
    """Topics in a list, newest first, each with its entries, given a few at a time."""

    def __init__(self, topics: dict[str, tuple[float, list[Entry]]], size: int = 2, nested: int = 1) -> None:
        self.topics_ = topics
        self.size, self.nested = size, nested
        self.asked: list[str] = []
        self.gone: dict[str, Exception] = {}

    def topics(self, onward: str) -> Topics:
        """Give a page of topics."""
        self.asked.append(f"topics {onward}")
        order = sorted(self.topics_, key=lambda name: self.topics_[name][0], reverse=True)
        start = int(onward or 0)
        part = order[start : start + self.size]
        more = str(start + self.size) if order[start + self.size :] else ""
        made = [Topic(n, NOON + timedelta(minutes=self.topics_[n][0]), self._part(n, 0, self.nested)) for n in part]
        return Topics(tuple(made), (), more)

    def entries(self, topic: str, onward: str) -> Stretch:
        """Give a page of entries."""
        self.asked.append(f"{topic} {onward}")
        if topic in self.gone:
            raise self.gone[topic]
        return self._part(topic, int(onward), self.size)

    def _part(self, topic: str, start: int, size: int) -> Stretch:
        every = sorted(self.topics_[topic][1], key=lambda one: one.at, reverse=True)
        return Stretch(tuple(every[start : start + size]), (), str(start + size) if every[start + size :] else "")


def all_of(
    shelf: Shelf, cursor: str = "", habit: Habit = POSTS, hours: float = 0
) -> tuple[list[str], str, list[Batch]]:
    """Walk one round to its end, so many hours later."""
    batches: list[Batch] = []
    while not batches or batches[-1].more:
        batches.append(graph_walk.walk(shelf, habit, cursor, LATER + timedelta(hours=hours)))
        cursor = batches[-1].cursor
        assert len(batches) <= graph_walk.MAX_PAGES
    return [message.remote_id for batch in batches for message in batch.messages], cursor, batches


def test_an_ordinary_round_asks_for_the_newest_topics_only_and_a_deep_one_for_all_that_are_watched() -> None:
    posts = {f"post {number}": (-60.0 * 24 * number, [entry(f"under {number}", -1)]) for number in range(8)}
    shelf = Shelf(posts, nested=5)
    first, cursor, _ = all_of(shelf)
    assert sorted(first) == sorted(f"under {number}" for number in range(8))
    shelf.asked.clear()
    posts["post 7"][1].append(entry("late", 30))
    posts["post 0"][1].append(entry("quick", 31))
    found, cursor, _ = all_of(shelf, cursor)
    assert (found, shelf.asked) == (["quick"], ["topics "])
    found, cursor, _ = all_of(shelf, cursor, hours=7)
    assert "late" in found
    assert all_of(shelf, cursor, hours=7)[0] == []


def test_a_clock_that_was_ahead_puts_no_round_off() -> None:
    posts = {f"post {number}": (-60.0 * 24 * number, [entry(f"under {number}", -1)]) for number in range(8)}
    shelf = Shelf(posts, nested=5)
    _, cursor, _ = all_of(shelf, hours=24 * 365)
    posts["post 7"][1].append(entry("late", 30))
    assert "late" in all_of(shelf, cursor)[0]


def test_topics_that_rise_are_read_down_to_the_first_without_anything_new() -> None:
    talks = {f"talk {number}": (-10.0 * number, [entry(f"said {number}", -10.0 * number)]) for number in range(9)}
    shelf = Shelf(talks, nested=5)
    rising = Habit("Facebook", rise=True)
    _, cursor, _ = all_of(shelf, habit=rising)
    shelf.asked.clear()
    talks["talk 5"] = (5.0, [*talks["talk 5"][1], entry("again", 5)])
    found, _, _ = all_of(shelf, cursor, rising)
    assert (found, shelf.asked) == (["again"], ["topics ", "topics 2"])


@pytest.mark.parametrize("error", [Gone("It is gone."), Rejected("It is not for you.")])
def test_a_topic_that_cannot_be_read_on_keeps_no_other_from_being_read(error: Exception) -> None:
    posts = {
        name: (-float(place), [entry(f"{name} {number}", number) for number in range(5)])
        for place, name in enumerate("ab")
    }
    shelf = Shelf(posts)
    shelf.gone["a"] = error
    found, _, batches = all_of(shelf)
    assert sorted(found) == ["a 4", *(f"b {number}" for number in range(5))]
    spoiled = [each for batch in batches for each in batch.spoiled]
    assert [each.raw for each in spoiled] == ([] if isinstance(error, Gone) else [b"a"])


def test_a_time_that_cannot_be_true_hides_nothing_written_later() -> None:
    shelf = Shelf({"post": (0.0, [entry("odd", 60 * 24 * 365 * 50), entry("good", 1)])}, nested=9)
    found, cursor, _ = all_of(shelf)
    assert sorted(found) == ["good", "odd"]
    shelf.topics_["post"][1].append(entry("next", 2))
    assert "next" in all_of(shelf, cursor)[0]


def test_what_was_changed_within_reach_is_given_again() -> None:
    shelf = Shelf({"post": (0.0, [entry("one", 1, "Before")])})
    _, cursor, _ = all_of(shelf)
    assert all_of(shelf, cursor)[0] == []
    shelf.topics_["post"][1][0] = entry("one", 1, "After")
    assert all_of(shelf, cursor)[0] == ["one"]


def test_a_list_that_gives_the_same_page_again_is_left() -> None:
    class Stuck(Shelf):
        def entries(self, topic: str, onward: str) -> Stretch:
            return Stretch((entry("a", 1),), (), onward)

    found, _, _ = all_of(Stuck({"post": (0.0, [entry("a", 1), entry("b", 0)])}))
    assert found == ["a"]


def test_more_than_can_be_read_in_one_go_is_marked_as_missing() -> None:
    class Endless(Shelf):
        def entries(self, topic: str, onward: str) -> Stretch:
            return Stretch((entry(f"e{onward}", 500),), (), str(int(onward) + 1))

    shelf = Shelf({"post": (0.0, [entry("first", 1)])})
    _, cursor, _ = all_of(shelf)
    endless = Endless({"post": (0.0, [entry("second", 500), entry("first", 1)])})
    _, _, batches = all_of(endless, cursor)
    (missing,) = batches[-1].missing
    assert missing.from_at < missing.to_at and "more than Facebook gives" in missing.reason


def test_a_cursor_never_grows_too_long_to_keep() -> None:
    waiting = tuple(Waiting(f"900100_{number:016}", f"after={'q' * 180}") for number in range(25))
    marks = "a" * 2_000
    mark = Bookmark(floor=NOON.isoformat(), seen=marks, fresh=marks, pages=3, waiting=waiting)
    assert len(mark.written()) < 10_000
    assert Bookmark.read(mark.written()).waiting == waiting


@pytest.mark.parametrize(
    "cursor", ["", "{}", "[]", "7", '{"waiting": [5]}', '{"waiting": [], "floor": 5}', '{"waiting": [], "pages": "x"}']
)
def test_a_cursor_that_is_not_ours_starts_again(cursor: str) -> None:
    assert Bookmark.read(cursor) == Bookmark()


def test_a_place_that_is_known_no_more_is_left_and_nothing_is_lost() -> None:
    posts = {f"post {number}": (-60.0 * 24 * number, [entry(f"under {number}", -1)]) for number in range(8)}

    class Forgetful(Shelf):
        forgets = False

        def topics(self, onward: str) -> Topics:
            if onward and self.forgets:
                raise Rejected("Invalid cursors values")
            return super().topics(onward)

    shelf = Forgetful(posts, nested=5)
    _, cursor, _ = all_of(shelf)
    posts["post 0"][1].append(entry("new", 20))
    posts["post 7"][1].append(entry("late", 30))
    begun = graph_walk.walk(shelf, POSTS, cursor, LATER + timedelta(hours=7))
    assert begun.more
    shelf.forgets = True
    left = graph_walk.walk(shelf, POSTS, begun.cursor, LATER + timedelta(hours=7))
    assert (left.messages, left.more) == ((), False)
    shelf.forgets = False
    assert "late" in all_of(shelf, left.cursor, hours=14)[0]


def test_a_first_page_that_is_refused_is_told() -> None:
    class Closed(Shelf):
        def topics(self, onward: str) -> Topics:
            raise Rejected("It is not for you.")

    with pytest.raises(Rejected):
        all_of(Closed({}))
