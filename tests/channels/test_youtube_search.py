"""Watched hashtags on YouTube: what is found comes once and without a gap, within the searches of a day."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from pcc_desk.channels import bounds
from pcc_desk.channels.youtube_search import PAUSE, Place
from pcc_desk.channels.youtube_site import READ, UNITS, next_quota
from pcc_desk.errors import RateLimited, Rejected, Unreachable
from pcc_desk.model.channel import Batch
from pcc_desk.model.message import MessageKind
from pcc_desk.model.quota import SEARCHES
from pcc_desk.rehearsal.youtube import YouTubeServer
from tests.channels import faulty, test_contract, test_forged_places
from tests.channels.bench_youtube import TAG, TAGGED, refused, searching_bench, searching_rig
from tests.channels.benches import RIGS
from tests.channels.rigs import Clock, Rig

Bench = tuple[Rig, YouTubeServer]


@pytest.fixture
def bench() -> Iterator[Bench]:
    """YouTube with the office's channel, and a desk with the same clock."""
    with searching_bench() as made:
        # No midnight of California may fall into a test by the hour at which it is run.
        clock = clock_of(made[1])
        clock.now = (clock.now + timedelta(days=1)).replace(hour=12)
        yield made


@pytest.fixture
def rig() -> Iterator[Rig]:
    """The same, as the contract of every channel reads it."""
    with searching_rig() as made:
        yield made


def clock_of(server: YouTubeServer) -> Clock:
    return cast(Clock, server._house.now)


def later(server: YouTubeServer, time: timedelta = PAUSE) -> None:
    clock_of(server).now += time


def look(rig: Rig, cursor: str = "", stream: str = TAGGED) -> Batch:
    """Look once, to the end of the walk; give all that came, with the last cursor."""
    batches = [rig.channel.fetch(stream, cursor)]
    while batches[-1].more:
        batches.append(rig.channel.fetch(stream, batches[-1].cursor))
    return Batch(
        tuple(message for each in batches for message in each.messages),
        batches[-1].cursor,
        spoiled=tuple(spoiled for each in batches for spoiled in each.spoiled),
        missing=tuple(missing for each in batches for missing in each.missing),
    )


def searches(rig: Rig) -> int:
    return sum(seen.path.endswith("/search") for seen in rig.front.seen)


@pytest.mark.parametrize(
    "promise",
    [
        test_contract.test_reading_on_gives_only_what_is_new_and_reading_again_gives_the_same,
        test_contract.test_a_long_absence_is_filled_without_a_gap,
        test_contract.test_what_arrives_while_a_long_absence_is_filled_is_not_lost,
        test_contract.test_unknown_fields_are_left_alone,
        test_contract.test_a_spoiled_piece_is_kept_aside_and_the_others_arrive,
        test_contract.test_a_sign_in_taken_back_is_told_as_such,
    ],
)
def test_a_watched_hashtag_keeps_what_every_stream_promises(promise: Callable[[Rig], None], rig: Rig) -> None:
    promise(rig)


@pytest.mark.parametrize("fault", test_contract.UNCLEAR.values(), ids=test_contract.UNCLEAR.keys())
@pytest.mark.parametrize("path", ["/search", "/videos"])
def test_a_search_without_a_clear_answer_is_the_service_s_fault(rig: Rig, fault: faulty.Fault, path: str) -> None:
    rig.arrive("", "Hello")
    rig.reads = lambda seen: seen.path.endswith(path)
    test_contract.test_a_read_without_a_clear_answer_is_the_service_s_fault(rig, fault)


@pytest.mark.parametrize("trap", [b'"\\ud800 half \\u0000 nul"', b"NaN", b"1" * 5_000, b"null", b"[[[]]]"])
def test_one_trap_in_the_json_never_spoils_more_than_its_own_video(rig: Rig, trap: bytes) -> None:
    test_contract.test_one_trap_in_the_json_never_spoils_more_than_its_own_piece(rig, trap)


@pytest.mark.parametrize("cursor", ["nonsense", "[]", "null", '{"walk": 5}', '{"walk": "x", "since": "\\ud800"}'])
def test_a_cursor_that_is_not_ours_starts_again(rig: Rig, cursor: str) -> None:
    test_contract.test_a_cursor_that_is_not_ours_starts_again(rig, cursor)


def test_a_forged_time_in_one_video_costs_none_of_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(cast(dict[str, Any], RIGS), "search", searching_rig)
    assert not test_forged_places.skipped("search") and not test_forged_places.cut_short("search")


def test_control_a_walk_that_believes_one_time_alone_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(cast(dict[str, Any], RIGS), "search", searching_rig)
    monkeypatch.setattr(bounds, "newest", lambda places, default: max(places, default=default))
    monkeypatch.setattr(bounds, "oldest", lambda places, default: min(places, default=default))
    assert test_forged_places.skipped("search") and test_forged_places.cut_short("search")


def test_a_video_comes_with_its_whole_words_its_channel_and_its_link(bench: Bench) -> None:
    rig, server = bench
    long = f"What we heard & said. {'More. ' * 60}{TAG}"
    film = server.show("Q & A <tonight>", long)
    (message,) = look(rig).messages
    assert (message.kind, message.remote_id, message.text) == (MessageKind.MATCH, film, f"Q & A <tonight>\n\n{long}")
    assert (message.author.remote_id, message.author.name) == ("UCann", "Ann")
    assert message.url == f"https://www.youtube.com/watch?v={film}"


def test_our_own_videos_and_those_without_the_very_hashtag_stay_out(bench: Bench) -> None:
    rig, server = bench
    rig.channel.publish(rig.piece(text=f"Ours {TAG}"))
    server.show("eincynllun", "the bare word")
    server.show("A longer one", f"{TAG}2")
    server.show(f"Capitals {TAG.upper()}")
    assert [message.text for message in look(rig).messages] == [f"Capitals {TAG.upper()}"]


def test_a_video_that_is_found_long_after_it_was_published_comes_in_once(bench: Bench) -> None:
    rig, server = bench
    cursor = look(rig).cursor
    slow = server.show("Slow", TAG)
    server.search.lags[slow] = timedelta(hours=20)
    later(server)
    quick = server.show("Quick", TAG)
    found = look(rig, cursor)
    assert [message.remote_id for message in found.messages] == [quick]
    later(server, timedelta(hours=20))
    found = look(rig, found.cursor)
    assert [message.remote_id for message in found.messages] == [slow]
    later(server)
    assert look(rig, found.cursor).messages == ()


def test_one_hashtag_is_looked_for_no_sooner_than_its_turn_and_a_day_is_enough_for_any_number(bench: Bench) -> None:
    rig, server = bench
    cursors = {f"tag:plan{number}": "" for number in range(5)}
    begin, looked = clock_of(server).now, dict.fromkeys(cursors, 0)
    while clock_of(server).now < begin + timedelta(hours=24):
        for stream, cursor in cursors.items():
            try:
                cursors[stream] = look(rig, cursor, stream).cursor
                looked[stream] += 1
            except RateLimited as error:
                assert timedelta(0) < error.until - clock_of(server).now <= timedelta(hours=1)
        later(server, timedelta(minutes=5))
    assert 50 < searches(rig) <= 80 and min(looked.values()) >= 10
    assert rig.noted.spent.count((SEARCHES, 1)) == searches(rig)


def test_a_hashtag_that_many_use_waits_longer_for_each_page_it_took(bench: Bench) -> None:
    rig, server = bench
    for number in range(120):
        server.show(f"Number {number}", TAG)
    cursor = look(rig).cursor
    assert searches(rig) == 3
    later(server, 2 * PAUSE)
    with pytest.raises(RateLimited):
        look(rig, cursor)
    later(server)
    look(rig, cursor)
    assert (UNITS, READ) in rig.noted.spent and all(amount == 1 for _, amount in rig.noted.spent)


def test_what_is_more_than_a_walk_looks_through_is_told_as_missing_once(bench: Bench) -> None:
    rig, server = bench
    server.show("Before", TAG)
    cursor = look(rig).cursor
    later(server, timedelta(days=2))
    for number in range(520):
        server.show(f"Number {number}", TAG)
    batch = look(rig, cursor)
    (missing,) = batch.missing
    assert len(batch.messages) == 500 and missing.from_at < missing.to_at and "hashtag" in missing.reason
    later(server, timedelta(hours=4))
    again = look(rig, batch.cursor)
    assert not again.missing and not again.messages


def test_a_place_youtube_has_forgotten_begins_the_walk_again_at_its_turn_and_loses_nothing(bench: Bench) -> None:
    rig, server = bench
    server.show("Before", TAG)
    cursor = look(rig).cursor
    later(server)
    films = [server.show(f"Number {number}", TAG) for number in range(70)]
    later(server, timedelta(days=8))  # longer ago than a first walk goes back
    first = rig.channel.fetch(TAGGED, cursor)
    rig.front.misbehave(refused(400, "invalid page token"), lambda seen: "pageToken" in seen.query)
    broken = rig.channel.fetch(TAGGED, first.cursor)
    assert first.more and not broken.more
    rig.front.behave()
    with pytest.raises(RateLimited):
        look(rig, broken.cursor)
    later(server, 2 * PAUSE)
    rest = look(rig, broken.cursor).messages
    assert sorted(one.remote_id for one in (*first.messages, *rest)) == sorted(films)


def test_used_up_searches_rest_until_midnight_in_california_and_comments_are_read_on(bench: Bench) -> None:
    rig, server = bench
    film = rig.channel.publish(rig.piece())
    server.arrive(film.remote_id, "When is it?")
    server.search.daily = 1
    server.show("First", TAG)
    cursor = look(rig).cursor
    later(server)
    server.show("Second", TAG)
    midnight = next_quota(clock_of(server).now)
    with pytest.raises(RateLimited) as caught:
        look(rig, cursor)
    assert caught.value.until == midnight and caught.value.narrow
    before = searches(rig)
    with pytest.raises(RateLimited):
        look(rig, cursor)
    assert searches(rig) == before
    assert [message.text for message in rig.channel.fetch("comments", "").messages] == ["When is it?"]
    clock_of(server).now = midnight
    assert [message.text for message in look(rig, cursor).messages] == [f"Second\n\n{TAG}"]


def test_a_search_that_never_reached_google_is_not_counted(bench: Bench) -> None:
    rig, _ = bench
    rig.front.shut()
    with pytest.raises(Unreachable):
        look(rig)
    rig.front.reopen()
    assert sum(amount for unit, amount in rig.noted.spent if unit == SEARCHES) == 0
    look(rig)
    assert sum(amount for unit, amount in rig.noted.spent if unit == SEARCHES) == 1


@pytest.mark.parametrize("reason", ["quotaExceeded", "dailyLimitExceeded"])
def test_the_older_words_for_used_up_searches_leave_the_comments_alone_too(bench: Bench, reason: str) -> None:
    rig, server = bench
    told = {"code": 403, "message": "Quota exceeded", "errors": [{"reason": reason}]}
    rig.front.misbehave(faulty.answered(403, faulty.as_json({"error": told})), lambda seen: "/search" in seen.path)
    with pytest.raises(RateLimited) as caught:
        look(rig)
    assert caught.value.until == next_quota(clock_of(server).now)
    assert rig.channel.fetch("comments", "").messages == ()


@pytest.mark.parametrize("tag", ["", "#", "a b", "a|b", "plan -ours", "#one#two"])
def test_a_hashtag_cannot_smuggle_other_words_into_the_search(bench: Bench, tag: str) -> None:
    rig, _ = bench
    with pytest.raises(Rejected):
        rig.channel.fetch(f"tag:{tag}", "")
    assert not rig.front.seen


def test_no_clock_ahead_makes_the_first_walk_skip_what_comes_later(bench: Bench) -> None:
    rig, server = bench
    now = [clock_of(server).now + timedelta(days=5)]
    channel = rig.open(rig.wire(now=lambda: now[0]))
    cursor = channel.fetch(TAGGED, "").cursor
    later(server)
    server.show("The first of all", TAG)
    now[0] += timedelta(hours=1)
    assert [message.text for message in channel.fetch(TAGGED, cursor).messages] == [f"The first of all\n\n{TAG}"]


@pytest.mark.parametrize("kept", ["nonsense", "[]", '{"plan": 7, "other": "never"}'])
def test_turns_that_cannot_be_read_are_counted_anew(bench: Bench, kept: str) -> None:
    rig, server = bench
    rig.noted.put("searches", "turns", kept)
    server.show("Hello", TAG)
    assert len(look(rig).messages) == 1
    assert json.loads(rig.noted.steps["searches", "turns"]).keys() == {"eincynllun"}


def test_a_name_that_would_ask_for_other_videos_is_set_aside(bench: Bench) -> None:
    rig, server = bench
    server.show("Good", TAG)
    server.show("Bad", TAG)

    def spoil(body: Any) -> Any:
        body["items"][0]["id"]["videoId"] = "a,b"
        return body

    rig.front.misbehave(faulty.changed(spoil), lambda seen: seen.path.endswith("/search"))
    batch = look(rig)
    assert [message.text for message in batch.messages] == [f"Good\n\n{TAG}"] and len(batch.spoiled) == 1


def test_a_place_reads_what_it_wrote() -> None:
    place = Place("w", "s", datetime(2026, 11, 27, tzinfo=UTC).isoformat(), 3)
    assert Place.read(place.written()) == place
