"""Watched hashtags: read in their window, found once, ended for good."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pcc_desk.errors import BadTime, InputError
from pcc_desk.model.channel import Ability, Missing
from pcc_desk.model.event import Event, EventId, EventKind
from pcc_desk.model.message import Incoming, MessageKind, MessageState
from pcc_desk.model.schedule import choose
from pcc_desk.model.watch import Watch, Window, stream_of, word_of
from pcc_desk.services.watching import Watching
from tests.desk import NOW
from tests.services.on_servers import desk_on_servers
from tests.services.tap import ALL, TAPPED, Desk, open_tapped, page
from tests.store.mail import incoming

WEEK, OPEN = timedelta(days=7), Window()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk with one account that can search, and has no streams of its own."""
    abilities = Ability.ANSWER | Ability.SEARCH
    opened = open_tapped(tmp_path, platform=replace(TAPPED, abilities=abilities, streams=()))
    opened.connect("office", start=page(found(1)))
    yield opened
    opened.inbox.stop()
    opened.store.close()


def found(number: int) -> Incoming:
    """Give a post found by its hashtag."""
    return incoming(number, f"More buses #OurPlan {number}", MessageKind.MATCH)


def watching(desk: Desk) -> Watching:
    """Give what watches on this desk."""
    return Watching(desk.store, desk.accounts)


def watch(desk: Desk, window: Window = OPEN, tag: str = "#OurPlan") -> None:
    """Watch a hashtag on the one account."""
    watching(desk).watch(tag, [desk.id_of("office")], window, desk.clock())


def reads(desk: Desk, **later: float) -> int:
    """Fetch once, and tell how many pages the account was asked for."""
    before = len(desk.taps["office"].asked)
    desk.fetch(**later)
    return len(desk.taps["office"].asked) - before


def test_what_is_found_comes_into_the_inbox_as_a_match(desk: Desk) -> None:
    watch(desk)
    desk.fetch()
    (message,) = desk.inbox.page(ALL).messages
    assert (message.kind, message.text) == (MessageKind.MATCH, "More buses #OurPlan 1")
    assert watching(desk).all(desk.clock()) == (Watch(desk.id_of("office"), "#OurPlan"),)


def test_the_times_a_search_cannot_give_are_marked(desk: Desk) -> None:
    missing = Missing(NOW - WEEK, NOW - timedelta(days=1), "Only the last day can be searched.")
    desk.taps["office"].steps[""] = replace(page(found(1)), missing=(missing,))
    watch(desk)
    desk.fetch()
    (gap,) = desk.inbox.gaps(NOW - 2 * WEEK)
    assert (gap.stream, gap.from_at, gap.to_at) == ("tag:ourplan", missing.from_at, missing.to_at)


def test_capitals_make_no_second_watch(desk: Desk) -> None:
    watch(desk)
    watch(desk, tag="ourplan")
    assert [each.tag for each in watching(desk).all(desk.clock())] == ["#ourplan"]
    assert reads(desk) == 1


@pytest.mark.parametrize("order", [(MessageKind.MENTION, MessageKind.MATCH), (MessageKind.MATCH, MessageKind.MENTION)])
def test_a_post_found_as_mention_and_as_match_is_one_mention(
    desk: Desk, order: tuple[MessageKind, MessageKind]
) -> None:
    first, second = (replace(found(1), kind=kind, reply_token=f"by {kind}") for kind in order)
    desk.taps["office"].steps = {"": page(first), "next": page(second, cursor="end")}
    watch(desk)
    desk.fetch()
    desk.fetch(minutes=5)
    (message,) = desk.inbox.page(ALL).messages
    assert (message.kind, message.reply_token) == (MessageKind.MENTION, "by mention")
    counts = desk.inbox.counts().by_kind
    assert counts[MessageKind.MENTION, MessageState.OPEN] == 1
    assert counts.get((MessageKind.MATCH, MessageState.OPEN), 0) == 0
    assert len(desk.inbox.page(replace(ALL, kind=MessageKind.MENTION)).messages) == 1
    assert desk.inbox.page(replace(ALL, kind=MessageKind.MATCH, words="buses")).messages == ()


def test_a_watch_begins_at_its_time(desk: Desk) -> None:
    watch(desk, Window(NOW + timedelta(hours=1), NOW + WEEK))
    assert reads(desk) == 0
    assert len(watching(desk).all(desk.clock())) == 1
    assert reads(desk, minutes=61) == 1


def test_a_watch_that_ended_is_read_once_more_and_never_again(desk: Desk) -> None:
    watch(desk, Window(None, NOW + timedelta(hours=1)))
    assert reads(desk) == 1
    assert reads(desk, minutes=120) == 1
    assert [reads(desk, hours=1) for _ in range(3)] == [0, 0, 0]
    assert watching(desk).all(desk.clock()) == ()


@pytest.mark.parametrize("fetched_before", [True, False])
def test_a_watch_that_is_stopped_is_read_no_more_and_can_go_on(desk: Desk, fetched_before: bool) -> None:
    watch(desk)
    if fetched_before:
        desk.fetch()
    watching(desk).stop("#OURPLAN")
    assert [reads(desk, hours=1) for _ in range(2)] == [0, 0]
    assert watching(desk).all(desk.clock()) == ()
    watch(desk)
    assert reads(desk, hours=1) == 1


def test_two_windows_for_one_hashtag_make_the_wider_one(desk: Desk) -> None:
    watch(desk, Window(NOW + timedelta(days=2), NOW + WEEK))
    watch(desk, Window(NOW + timedelta(days=1), NOW + timedelta(days=3)))
    (one,) = watching(desk).all(desk.clock())
    assert (one.from_at, one.until_at) == (NOW + timedelta(days=1), NOW + WEEK)
    watch(desk)
    (one,) = watching(desk).all(desk.clock())
    assert (one.from_at, one.until_at) == (None, None)


@pytest.mark.parametrize("typed", ["", "#", "two words", "#2026", "a-b", "#_"])
def test_what_is_no_hashtag_is_not_watched(desk: Desk, typed: str) -> None:
    with pytest.raises(InputError, match="A hashtag is one word"):
        watch(desk, tag=typed)
    assert (word_of(typed), watching(desk).all(desk.clock())) == ("", ())


def test_a_watch_that_would_be_over_before_it_begins_is_refused(desk: Desk) -> None:
    with pytest.raises(BadTime):
        watch(desk, Window(None, NOW - timedelta(seconds=1)))


def test_a_platform_that_cannot_search_is_not_watched(tmp_path: Path) -> None:
    desk = open_tapped(tmp_path)
    desk.connect("office")
    with pytest.raises(InputError, match="cannot look for a hashtag"):
        watch(desk)
    desk.inbox.stop()
    desk.store.close()


def test_welsh_letters_are_letters() -> None:
    assert (word_of(" #EinCynllunŷd "), stream_of("#EinCynllunŶD")) == ("EinCynllunŷd", "tag:eincynllunŷd")


def test_an_event_is_watched_from_its_announcement_until_a_week_after_it(tmp_path: Path) -> None:
    starts, ends = (choose(datetime(2026, 12, 8, hour)) for hour in (18, 19))
    event = Event(EventId(1), "", "Hashtag hour", EventKind.HASHTAG, starts, ends, hashtag="#OurPlan")
    with desk_on_servers(tmp_path) as desk:
        desk.wordpress()
        announced = desk.clock()
        desk.publish("Tell us by #OurPlan what you think.")
        now = desk.clock.advance(days=3)
        window = desk.services.watching.usual_window(event, now)
        assert window == Window(announced, datetime(2026, 12, 15, 23, 59, tzinfo=UTC))
        other = desk.services.watching.usual_window(replace(event, hashtag="#Nobody"), now)
        assert other.from_at == now


def test_a_hashtag_on_mastodon_and_x_is_found_and_what_x_costs_is_told(tmp_path: Path) -> None:
    with desk_on_servers(tmp_path) as desk:
        (mastodon, on_mastodon), (x, on_x) = desk.mastodon(), desk.x()
        watching = desk.services.watching
        watching.watch("#OurPlan", [on_mastodon.id, on_x.id], Window(), desk.clock())
        at = desk.clock.advance(1)
        mastodon.arrive("ann", "More buses #OurPlan", at=at)
        x.arrive("bob", "Less noise #ourplan", at=datetime.now(UTC))
        x.arrive("bob", "@office and light #OurPlan", at=datetime.now(UTC))
        kinds = {message.text: message.kind for message in desk.fetch(minutes=5)}
        assert kinds["More buses #OurPlan"] is MessageKind.MATCH
        assert kinds["Less noise #ourplan"] is MessageKind.MATCH
        assert kinds["@office and light #OurPlan"] is MessageKind.MENTION
        assert len(kinds) == 3
        assert watching.cost(on_x.id, datetime.now(UTC)) >= 10
        assert watching.cost(on_mastodon.id, datetime.now(UTC)) == 0
