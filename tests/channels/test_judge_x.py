"""The judge of X: every name the adapter sends, changed, would be found out; where X's own file is blind is listed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest

from pcc_desk.channels import x, x_calls, x_edits, x_media, x_money, x_platform, x_quotes, x_streams, x_walk, x_words
from pcc_desk.channels.x import XChannel
from pcc_desk.model.film import PieceVideo
from pcc_desk.rehearsal.x import XServer
from tests.channels import judge_x, mutations
from tests.channels.bench_x import x_bench
from tests.channels.bench_youtube import Film
from tests.channels.faulty import Seen
from tests.channels.rigs import PICTURE, Clock, Rig, piece

pytestmark = pytest.mark.skipif(judge_x.description() is None, reason="X's own file is not beside this checkout")
MODULES = (x, x_calls, x_edits, x_media, x_money, x_platform, x_quotes, x_streams, x_walk, x_words)
# Names in the adapter's source that are no field of X's: languages of captions, what stands in our own notes.
OURS = {"en", "cy"}
# Values X's file leaves free: words people write, what is searched for, and marks and moments only X can judge.
FREE = {
    "text",
    "query",
    "pagination_token",
    "start_time",
    "display_name",
    "POST /2/tweets: text",
}


@pytest.fixture
def requests() -> Iterator[list[Seen]]:
    """Everything the adapter ever sends."""
    with x_bench() as (rig, server):
        clock = server._now
        assert isinstance(clock, Clock)
        clock.now = datetime.now(UTC) - timedelta(minutes=30)
        rig.channel = rig.open(rig.wire(now=lambda: clock.now))
        use(rig, server)
        yield list(rig.front.seen)


def use(rig: Rig, server: XServer) -> None:
    """Use every part of X once."""
    channel = cast(XChannel, rig.channel)
    channel.uploads._wait = lambda seconds: None
    channel.check()
    film = PieceVideo("film.mp4", "video/mp4", 5_000_000, 20.0, 1280, 720, Film(5_000_000), captions="WEBVTT\n")
    about = channel.publish(piece(pictures=(PICTURE, replace(PICTURE, mime="image/gif"))))
    channel.publish(piece("3m6abcdefgh2c", "A film", video=film))
    for number in range(105):
        server.arrive("ann", f"Question {number} #OurPlan", about.remote_id)
    server.whisper("ann", "office", "Between us")
    for number in range(105):
        server.quote(f"person{number}", "Read this", about.remote_id)
    channel.fetch("quotes", channel.fetch("quotes", "").cursor)
    for stream in ("mentions", "direct", "tag:OurPlan"):
        batch = channel.fetch(stream, "")
        token = batch.messages[0].reply_token
        said = piece(f"a{stream}", f"Answer to {stream}", answers=token)
        while batch.more:
            batch = channel.fetch(stream, batch.cursor)
        channel.fetch(stream, batch.cursor)
        channel.publish(said)
        assert channel.find(said) is not None
    for number in range(120):
        channel.publish(piece(f"b{number}", f"Post {number}")) if number < 2 else server.arrive(
            "office", f"By hand {number}"
        )
    channel.find(piece("3m6abcdefgh2g", "Nowhere"))
    channel.edit(about, piece(text="Other words"))
    channel.hide(server.posts[-1].id, "", True)
    channel.withdraw(about)


def test_the_judge_has_nothing_against_what_is_sent(requests: list[Seen]) -> None:
    assert not [(seen.path, fault) for seen in requests for fault in judge_x.faults_of(seen)]


def test_every_name_in_the_adapter_is_sent_here_and_any_other_would_be_found_out(requests: list[Seen]) -> None:
    assert mutations.names_written(MODULES) - OURS - mutations.names_sent(requests) == set()
    assert mutations.overlooked(requests, judge_x.faults_of, mutations.names_changed) == set()


def test_every_chosen_word_but_those_x_leaves_free_would_be_found_out(requests: list[Seen]) -> None:
    found = mutations.overlooked(requests, judge_x.faults_of, mutations.words_changed)
    assert {one.partition(": ")[2].partition("=")[0] for one in found} <= FREE


def test_control_a_request_to_a_place_x_does_not_know_is_found_out(requests: list[Seen]) -> None:
    assert judge_x.faults_of(replace(requests[0], path="/2/tweets/1/nowhere")) == ["no such path or method"]
