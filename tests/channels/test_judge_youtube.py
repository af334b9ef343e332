"""The judge of YouTube: every name the adapter sends, changed, would be found out; its blind spots are listed."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import cast

import pytest

from pcc_desk.channels import (
    youtube,
    youtube_answers,
    youtube_comments,
    youtube_films,
    youtube_live,
    youtube_platform,
    youtube_round,
    youtube_search,
    youtube_site,
    youtube_streams,
)
from pcc_desk.channels.youtube import YouTubeChannel
from pcc_desk.model.live import LivePlan
from pcc_desk.rehearsal.youtube import YouTubeServer
from tests.channels import judge_youtube, mutations
from tests.channels.bench_youtube import film, youtube_bench
from tests.channels.faulty import Seen
from tests.channels.rigs import Rig, piece

pytestmark = pytest.mark.skipif(
    judge_youtube.description() is None, reason="Google's own file is not beside this checkout"
)
MODULES = (
    youtube,
    youtube_answers,
    youtube_comments,
    youtube_films,
    youtube_live,
    youtube_platform,
    youtube_round,
    youtube_search,
    youtube_site,
    youtube_streams,
)
# Names in the adapter's source that belong to signing in, which Google's file does not describe.
OURS = {"access_type", "prompt"}
# Values Google's file leaves free: words people write, ids, marks, moments, codes, and which parts are asked for.
FREE = {
    "part",
    "id",
    "q",
    "publishedAfter",
    "channelId",
    "parentId",
    "videoId",
    "streamId",
    "liveChatId",
    "allThreadsRelatedToChannelId",
    "pageToken",
    "mine",
    "title",
    "description",
    "textOriginal",
    "messageText",
    "defaultLanguage",
    "language",
    "name",
    "categoryId",
    "scheduledStartTime",
    "uploadType",  # of uploads, which Google's guide describes
    "type",  # of what is said live, and of what is looked for: any word, says the file
}
PLAN = LivePlan("3m6abcdefgh2a", "Ask the Chief", "Live from the hall", datetime(2030, 1, 2, 19, 0, tzinfo=UTC))


@pytest.fixture
def requests() -> Iterator[list[Seen]]:
    """Everything the adapter ever sends, but the bytes of films, whose places Google gives."""
    with youtube_bench() as (rig, server):
        use(rig, server)
        yield [seen for seen in rig.front.seen if not re.match("/session/", seen.path)]


def use(rig: Rig, server: YouTubeServer) -> None:
    """Use every part of YouTube once."""
    channel = cast(YouTubeChannel, rig.channel)
    server.hurry()
    channel.check()
    receipt = channel.publish(piece(video=film(captions="WEBVTT\n")))
    channel.find(piece(video=film()))
    tops = [server.arrive(receipt.remote_id, f"Comment {number}") for number in range(120)]
    for number in range(110):
        server.arrive(tops[-1], f"Answer {number}")
    server.arrive(receipt.remote_id, "Is this allowed?", held=True)
    for stream in ("comments", "held"):
        batch = channel.fetch(stream, "")
        while batch.more:
            batch = channel.fetch(stream, batch.cursor)
    message = channel.fetch("comments", "").messages[0]
    said = piece("3m6abcdefgh2b", "Hi", answers=message.reply_token)
    answer = channel.publish(said)
    channel.find(said)
    channel.edit(answer, piece(text="Hello"))
    channel.edit(receipt, piece(text="Other words"))
    channel.hide(message.remote_id, "", True)
    channel.remove(message.remote_id, "")
    live = channel.plan_live(PLAN)
    channel.go_live(live.remote_id)
    server.say(live.remote_id, "When is the vote?")
    talk = channel.fetch(f"live:{live.remote_id}", "")
    channel.fetch(f"live:{live.remote_id}", talk.cursor)
    channel.publish(piece("3m6abcdefgh2c", "In March.", answers=talk.messages[0].reply_token))
    channel.end_live(live.remote_id)
    search(rig, server)
    channel.withdraw(answer)
    channel.withdraw(receipt)


def search(rig: Rig, server: YouTubeServer) -> None:
    """Look for a hashtag, and comment on what is found."""
    for number in range(60):
        server.show(f"Film {number}", "#OurPlan")
    channel = rig.open(rig.wire(now=server._house.now))
    first = channel.fetch("tag:ourplan", "")
    channel.fetch("tag:ourplan", first.cursor)
    message = first.messages[0]
    for number in range(110):
        server.arrive(message.remote_id, f"Comment {number}")
    said = piece("3m6abcdefgh2d", "Welcome", answers=message.reply_token)
    channel.publish(said)
    channel.find(said)


def test_the_judge_has_nothing_against_what_is_sent(requests: list[Seen]) -> None:
    assert not [(seen.path, fault) for seen in requests for fault in judge_youtube.faults_of(seen)]


def test_every_name_in_the_adapter_is_sent_here_and_any_other_would_be_found_out(requests: list[Seen]) -> None:
    assert mutations.names_written(MODULES) - OURS - mutations.names_sent(requests) == set()
    assert mutations.overlooked(requests, judge_youtube.faults_of, mutations.names_changed) == set()


def test_every_chosen_word_but_those_google_leaves_free_would_be_found_out(requests: list[Seen]) -> None:
    found = mutations.overlooked(requests, judge_youtube.faults_of, mutations.words_changed)
    assert {one.partition(": ")[2].partition("=")[0] for one in found} <= FREE
