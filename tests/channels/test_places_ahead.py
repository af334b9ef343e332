"""The only piece of a page may be forged: it moves the reading to this moment at most, and later ones come after it."""

from datetime import UTC, datetime, timedelta

from pcc_desk.channels import graph_walk, walk, wordpress_comments, x_walk
from pcc_desk.channels.graph_walk import Entry, Habit, Stretch, Topic, Topics
from pcc_desk.model.message import Author, Incoming, MessageKind

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
AHEAD = NOW + timedelta(hours=12)


def message(at: datetime) -> Incoming:
    return Incoming("1", MessageKind.COMMENT, Author("a", "Ann", "ann"), "Words", at)


def test_on_a_list_walked_back_by_times() -> None:
    pace = walk.Pace(timedelta(days=30), timedelta(hours=1), "There was more.")
    page = walk.Page([("1", message(AHEAD))], (), [AHEAD], "")
    until = walk.Bookmark.read(walk.step(walk.Bookmark(), page, pace, NOW).cursor).read_until
    assert until is not None and until <= NOW


def test_on_a_list_walked_back_by_ids() -> None:
    page = x_walk.Page((), (), (number_made_at(AHEAD),), "", ("mark",))
    mark = x_walk.Bookmark.read(x_walk.step(x_walk.Bookmark(), page, NOW).cursor)
    assert int(mark.after) <= int(number_made_at(NOW)) and mark.above == ("mark",)
    later = number_made_at(NOW + timedelta(minutes=1))
    assert not mark.knows(later, "Later")


def number_made_at(moment: datetime) -> str:
    """Give the id of a post on X of that moment: its milliseconds since 4 November 2010, and 22 further bits."""
    return str((int(moment.timestamp() * 1000) - 1_288_834_974_657) << 22)


def test_on_topics_with_their_entries() -> None:
    class One:
        def topics(self, onward: str) -> Topics:
            entry = Entry("1", AHEAD, message(AHEAD))
            return Topics((Topic("post", NOW - timedelta(days=1), Stretch((entry,))),))

        def entries(self, topic: str, onward: str) -> Stretch:
            return Stretch()

    for rise in (False, True):
        batch = graph_walk.walk(One(), Habit("Facebook", rise=rise), "", NOW)
        assert datetime.fromisoformat(graph_walk.Bookmark.read(batch.cursor).floor) <= NOW


def test_on_the_comments_of_a_website() -> None:
    now = datetime.now(UTC)
    at = (now + timedelta(hours=12)).replace(tzinfo=None).isoformat()
    piece = {"id": 1, "post": 2, "parent": 0, "author": 0, "content": {"raw": "Words"}, "date_gmt": at}
    read = wordpress_comments._page([piece], "9")
    batch = wordpress_comments.step(wordpress_comments.Bookmark(now - timedelta(days=1)), read)
    mark = wordpress_comments.Bookmark.read(batch.cursor)
    assert mark is not None and mark.after <= datetime.now(UTC) - wordpress_comments.OVERLAP
