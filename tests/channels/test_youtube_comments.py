"""Comments on YouTube: late answers to old comments are found within the day's quota, and held ones are told apart."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from pcc_desk.channels import youtube_comments, youtube_round
from pcc_desk.channels.youtube_round import read_cursor
from pcc_desk.channels.youtube_site import READ, UNITS
from pcc_desk.model.channel import Batch, Missing
from pcc_desk.model.message import MessageKind
from pcc_desk.rehearsal.youtube import YouTubeServer
from tests.channels.bench_youtube import refused, youtube_bench
from tests.channels.faulty import Seen
from tests.channels.rigs import Clock, Rig

Bench = tuple[Rig, YouTubeServer]


@pytest.fixture
def bench() -> Iterator[Bench]:
    """YouTube with the office's channel and one film."""
    with youtube_bench() as (rig, server):
        rig.channel.publish(rig.piece())
        yield rig, server


def comment(server: YouTubeServer, count: int) -> list[str]:
    """Let viewers write so many comments under the film, one in twenty minutes; give their ids, oldest first."""
    found, clock = list[str](), server._house.now
    assert isinstance(clock, Clock)
    for number in range(count):
        found.append(server.arrive(server.videos[0].id, f"Comment {number}"))
        clock.now += timedelta(minutes=20)
    return found


def read_out(rig: Rig, cursor: str = "", stream: str = "comments") -> Batch:
    """Read until nothing more is promised; give the last batch."""
    batch = rig.channel.fetch(stream, cursor)
    while batch.more:
        batch = rig.channel.fetch(stream, batch.cursor)
    return batch


def polls(rig: Rig, cursor: str, times: int) -> tuple[list[str], list[Missing], str]:
    """Read the stream again so many times; give the words that came, what was missing, and the cursor."""
    words, missing = list[str](), list[Missing]()
    for _ in range(times):
        batch = rig.channel.fetch("comments", cursor)
        words += [message.text for message in batch.messages]
        missing += batch.missing
        cursor = batch.cursor
    return words, missing, cursor


def asked(rig: Rig, path: str) -> list[Seen]:
    return [seen for seen in rig.front.seen if seen.path.endswith(path)]


def test_a_late_answer_to_a_comment_older_than_the_newest_hundred_comes_in(bench: Bench) -> None:
    rig, server = bench
    old, *_ = comment(server, 250)
    cursor = read_out(rig).cursor
    _, _, cursor = polls(rig, cursor, 3)
    server.arrive(old, "I only saw this now")
    words, missing, _ = polls(rig, cursor, 4)
    assert words.count("I only saw this now") >= 1 and not missing


def test_control_without_the_round_it_would_never_come(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    rig, server = bench
    old, *_ = comment(server, 250)
    cursor = read_out(rig).cursor
    monkeypatch.setattr(youtube_round.Round, "is_on", False)
    server.arrive(old, "I only saw this now")
    assert "I only saw this now" not in polls(rig, cursor, 6)[0]


def test_each_reading_costs_two_units_at_most_while_nothing_is_new(bench: Bench) -> None:
    rig, server = bench
    comment(server, 250)
    _, _, cursor = polls(rig, read_out(rig).cursor, 6)
    for _ in range(5):
        before = len(rig.noted.spent)
        _, _, cursor = polls(rig, cursor, 1)
        spent = rig.noted.spent[before:]
        assert spent and all(one == (UNITS, READ) for one in spent) and len(spent) <= 2


def test_a_long_talk_is_asked_for_again_only_when_somebody_has_answered(bench: Bench) -> None:
    rig, server = bench
    (top,) = comment(server, 1)
    for number in range(230):
        server.arrive(top, f"Answer {number}")
    cursor = read_out(rig).cursor
    assert len(asked(rig, "/v3/comments")) == 3  # pages of a hundred
    _, _, cursor = polls(rig, cursor, 3)
    assert len(asked(rig, "/v3/comments")) == 3
    server.arrive(top, "One more")
    assert polls(rig, cursor, 1)[0] == ["One more"]
    assert len(asked(rig, "/v3/comments")) == 6


def test_what_a_page_has_no_units_left_for_comes_the_next_time(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    rig, server = bench
    monkeypatch.setattr(youtube_comments, "READS_A_PAGE", 2)
    for top in comment(server, 5):
        for number in range(8):
            server.arrive(top, f"Answer {number}")
    first = rig.channel.fetch("comments", "")
    words, _, _ = polls(rig, first.cursor, 2)
    assert len(first.messages) == 5 + 2 * 8 + 3 * 5 and len(words) == 3 * 3
    assert len(asked(rig, "/v3/comments")) == 5


def test_what_cannot_be_looked_through_in_a_day_is_marked(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    rig, server = bench
    monkeypatch.setattr(youtube_round, "MOST_PAGES", 2)
    comment(server, 450)
    cursor = read_out(rig).cursor
    _, missing, _ = polls(rig, cursor, 4)
    assert missing and all("daily quota" in one.reason and one.from_at <= one.to_at for one in missing)


def test_a_mark_youtube_has_forgotten_begins_the_round_again_and_stops_nothing(bench: Bench) -> None:
    rig, server = bench
    old, *_ = comment(server, 250)
    cursor = read_out(rig).cursor
    server.arrive(old, "I only saw this now")
    deep = [seen for seen in asked(rig, "/commentThreads") if "pageToken" in seen.query]
    assert deep
    rig.front.misbehave(refused(400, "invalid page token"), lambda seen: "pageToken" in seen.query)
    server.arrive(server.videos[0].id, "Something new")
    words, _, cursor = polls(rig, cursor, 1)
    assert "Something new" in words and not read_cursor(cursor)[1].is_on
    rig.front.behave()
    assert "I only saw this now" in polls(rig, cursor, 4)[0]


@pytest.mark.parametrize("cursor", ["", "nonsense", "[]", '{"newest": 7, "round": {"pages": "x", "counts": [1]}}'])
def test_a_cursor_that_is_not_ours_begins_again(bench: Bench, cursor: str) -> None:
    rig, server = bench
    comment(server, 1)
    assert [message.text for message in rig.channel.fetch("comments", cursor).messages] == ["Comment 0"]


def test_an_answer_that_is_held_does_not_make_the_comment_above_it_a_held_one(bench: Bench) -> None:
    rig, server = bench
    (top,) = comment(server, 1)
    held = server.arrive(top, "Is this allowed?", held=True)
    assert [(one.remote_id, one.kind) for one in read_out(rig, stream="held").messages] == [(held, MessageKind.HELD)]
    assert [one.remote_id for one in read_out(rig).messages] == [top]
