"""Reading a site's comments on without a gap."""

from datetime import UTC, datetime, timedelta

from pcc_desk.channels.wordpress_comments import MAX_PAGES, PAGE, Bookmark, Comment, Page, step
from pcc_desk.model.channel import Batch
from pcc_desk.model.message import Author, Incoming, MessageKind

START = datetime(2026, 10, 24, 12, 0, tzinfo=UTC)


class Site:
    """Comments as a site lists them: after a moment, oldest first, a hundred a page."""

    def __init__(self) -> None:
        self.comments: list[Comment] = []
        self.asked = 0

    def add(self, number: int, seconds: float) -> None:
        at = START + timedelta(seconds=seconds)
        written = Incoming(f"comment:{number}", MessageKind.COMMENT, Author("guest", "Ann", ""), "Hello", at)
        self.comments.append(Comment(number, at, written))

    def page(self, mark: Bookmark) -> Page:
        self.asked += 1
        after = sorted((c for c in self.comments if c.at and c.at > mark.after), key=lambda c: (str(c.at), c.id))
        shown = after[(mark.page - 1) * PAGE : mark.page * PAGE]
        return Page(shown, (), len(shown) >= PAGE)

    def read(self, mark: Bookmark) -> tuple[list[str], Bookmark, Batch]:
        found: list[str] = []
        while True:
            batch = step(mark, self.page(mark))
            found += [message.remote_id for message in batch.messages]
            again = Bookmark.read(batch.cursor)
            assert again is not None
            mark = again
            if not batch.more:
                return found, mark, batch


def test_a_flood_of_comments_in_one_minute_is_read_whole_and_in_few_requests() -> None:
    site = Site()
    for number in range(5_000):
        site.add(number, number / 100)
    found, mark, _ = site.read(Bookmark(START - timedelta(hours=2)))
    assert set(found) == {f"comment:{number}" for number in range(5_000)}
    assert len(found) < 5_500  # some come twice, which the inbox does not mind
    assert site.asked < 60
    assert site.read(mark)[2].missing == ()


def test_a_month_of_comments_is_read_whole_even_when_some_are_removed_meanwhile() -> None:
    site = Site()
    for number in range(1_000):
        site.add(number, number * 2_592)
    mark, found = Bookmark(START - timedelta(hours=2)), list[str]()
    removed = {f"comment:{number}" for number in range(5)}
    for round_number in range(40):
        batch = step(mark, site.page(mark))
        found += [message.remote_id for message in batch.messages]
        again = Bookmark.read(batch.cursor)
        assert again is not None
        mark = again
        if round_number == 2:
            site.comments = [c for c in site.comments if f"comment:{c.id}" not in removed]
    assert set(found) >= {f"comment:{number}" for number in range(5, 1_000)}


def test_a_comment_kept_under_an_earlier_wall_time_in_autumn_is_still_found() -> None:
    site = Site()
    site.add(1, 3_600)
    _, mark, _ = site.read(Bookmark(START))
    site.add(2, 10)  # an hour earlier by the site's clock
    assert site.read(mark)[0] == ["comment:2"]
    assert site.read(site.read(mark)[1])[0] == []


def test_pages_without_end_stop_with_a_visible_gap() -> None:
    full = Page([Comment(number, START, None) for number in range(PAGE)], (), True)
    mark, batch, pages = Bookmark(START), step(Bookmark(START), full), 1
    while batch.more:
        again = Bookmark.read(batch.cursor)
        assert again is not None
        mark, pages = again, pages + 1
        batch = step(mark, full)
    assert pages == MAX_PAGES
    assert len(batch.missing) == 1
