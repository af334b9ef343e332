"""What comes in on Instagram: comments with their answers, hashtags of the last day, nothing that is not allowed."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from pcc_desk.errors import RateLimited, Rejected
from pcc_desk.model.channel import Batch, Channel
from pcc_desk.model.message import Incoming, MessageKind
from pcc_desk.rehearsal.instagram import InstagramServer
from tests.channels import faulty
from tests.channels.bench_instagram import instagram_bench
from tests.channels.graph_bench import refused
from tests.channels.rigs import MADE_AT, Rig, piece

Bench = tuple[Rig, InstagramServer]
TAG = "tag:ourplan"


@pytest.fixture
def bench() -> Iterator[Bench]:
    with instagram_bench() as made:
        yield made


def came(channel: Channel, stream: str, cursor: str = "") -> tuple[list[Incoming], str, list[Batch]]:
    """Read a stream to its end."""
    batches = [channel.fetch(stream, cursor)]
    while batches[-1].more:
        batches.append(channel.fetch(stream, batches[-1].cursor))
    return [message for batch in batches for message in batch.messages], batches[-1].cursor, batches


def at(rig: Rig, moment: datetime) -> Channel:
    """Give the channel at another time."""
    return rig.open(rig.wire(now=lambda: moment))


def test_answers_come_in_with_their_comment_and_ours_stay_out(bench: Bench) -> None:
    rig, server = bench
    about = rig.channel.publish(rig.piece())
    comment = server.arrive(about.remote_id, "When is it?")
    for number in range(3):
        server.arrive(comment, f"I wonder too {number}", by=f"bob{number}")
    found, cursor, _ = came(rig.channel, "comments")
    assert {(each.text, each.answers, each.root) for each in found} == {
        ("When is it?", about.remote_id, about.remote_id),
        *((f"I wonder too {number}", comment, about.remote_id) for number in range(3)),
    }
    assert came(rig.channel, "comments", cursor)[0] == []


def test_whoever_calls_us_by_name_answers_what_we_said_last(bench: Bench) -> None:
    rig, server = bench
    about = rig.channel.publish(rig.piece())
    server.arrive(about.remote_id, "When is it?")
    ((message,), _, _) = came(rig.channel, "comments")
    ours = rig.channel.publish(piece("3m6abcdefgh2b", "On Tuesday", answers=message.reply_token))
    server.arrive(message.remote_id, "Not on Wednesday?", by="bob")
    server.arrive(ours.remote_id, "Thank you")
    found = {each.text: each.answers for each in came(rig.channel, "comments")[0]}
    assert found["@the.office Thank you"] == ours.remote_id
    assert found["Not on Wednesday?"] == message.remote_id


def test_more_answers_than_come_with_a_comment_are_read_on(bench: Bench) -> None:
    rig, server = bench
    about = rig.channel.publish(rig.piece())
    comment = server.arrive(about.remote_id, "When is it?")
    expected = [server.arrive(comment, f"Answer {number}", by="bob") for number in range(130)]
    found, _, _ = came(rig.channel, "comments")
    assert sorted(each.remote_id for each in found) == sorted([comment, *expected])


def test_an_answer_to_an_old_comment_under_a_young_post_is_found_by_a_deep_round(bench: Bench) -> None:
    rig, server = bench
    about = rig.channel.publish(rig.piece())
    comments = [server.arrive(about.remote_id, f"Comment {number}") for number in range(40)]
    _, cursor, _ = came(rig.channel, "comments")
    server.arrive(comments[0], "I am late", by="bob")
    server.arrive(about.remote_id, "Hours later", at=MADE_AT + timedelta(hours=8))
    found, cursor, _ = came(rig.channel, "comments", cursor)
    assert {"I am late", "Hours later"} <= {each.text for each in found}
    assert came(rig.channel, "comments", cursor)[0] == []


def test_one_spoiled_answer_costs_no_comment(bench: Bench) -> None:
    rig, server = bench
    about = rig.channel.publish(rig.piece())
    comment = server.arrive(about.remote_id, "When is it?")
    for number in range(2):
        server.arrive(comment, f"Answer {number}", by="bob")

    def spoil(body: Any) -> Any:
        del rig.pieces(body)[0]["replies"]["data"][0]["timestamp"]
        return body

    rig.front.misbehave(faulty.changed(spoil), rig.reads)
    found, _, batches = came(rig.channel, "comments")
    assert sorted(each.text for each in found) == ["Answer 1", "When is it?"]
    assert len([each for batch in batches for each in batch.spoiled]) == 1


def test_a_hashtag_is_watched_without_ours_and_asked_for_once(bench: Bench) -> None:
    rig, server = bench
    rig.channel.publish(rig.piece(text="Tell us what you think #OurPlan"))
    server.post("More buses! #ourplan")
    found, cursor, _ = came(rig.channel, TAG)
    assert [(each.text, each.kind, each.author.name) for each in found] == [
        ("More buses! #ourplan", MessageKind.MATCH, "Somebody on Instagram")
    ]
    server.post("Fewer cars #OurPlan")
    again, _, _ = came(rig.channel, TAG, cursor)
    assert [each.text for each in again] == ["Fewer cars #OurPlan"]
    assert server.searched == ["ourplan"]
    assert rig.noted.spent == [("instagram hashtags", 1)]


def test_what_was_found_by_a_hashtag_cannot_be_answered_and_never_becomes_a_post(bench: Bench) -> None:
    rig, server = bench
    server.post("More buses! #ourplan")
    ((found,), _, _) = came(rig.channel, TAG)
    with pytest.raises(Rejected):
        rig.channel.publish(rig.piece(text="Thank you", answers=found.reply_token))
    assert rig.public() == 0


def test_a_hashtag_nobody_has_used_yet_is_empty_and_no_trouble(bench: Bench) -> None:
    rig, server = bench
    found, cursor, _ = came(rig.channel, TAG)
    assert (found, cursor) == ([], "")
    server.post("First! #ourplan")
    assert [each.text for each in came(rig.channel, TAG, cursor)[0]] == ["First! #ourplan"]


def test_what_was_tagged_while_nobody_looked_for_a_day_is_marked_as_missing(bench: Bench) -> None:
    rig, server = bench
    server.post("More buses! #ourplan")
    start = MADE_AT + timedelta(minutes=5)
    _, cursor, _ = came(at(rig, start), TAG)
    _, cursor, batches = came(at(rig, start + timedelta(hours=20)), TAG, cursor)
    assert batches[-1].missing == ()
    later = start + timedelta(hours=60)
    _, cursor, batches = came(at(rig, later), TAG, cursor)
    (missing,) = batches[-1].missing
    assert (missing.from_at, missing.to_at) == (start + timedelta(hours=20), later - timedelta(hours=24))
    assert came(at(rig, later + timedelta(minutes=1)), TAG, cursor)[2][-1].missing == ()


def test_more_hashtags_than_instagram_allows_in_a_week_wait(bench: Bench) -> None:
    rig, _ = bench
    told = faulty.as_json({"error": {"code": 18, "error_subcode": 2_207_034, "message": "30 hashtags"}})
    rig.front.misbehave(faulty.answered(400, told), lambda seen: seen.path.endswith("ig_hashtag_search"))
    with pytest.raises(RateLimited):
        rig.channel.fetch(TAG, "")


@pytest.mark.parametrize("stream", ["tag:", "tag:#", "live:1", "unknown"])
def test_a_stream_instagram_does_not_have_is_refused(bench: Bench, stream: str) -> None:
    rig, _ = bench
    with pytest.raises(Rejected):
        rig.channel.fetch(stream, "")


def test_a_token_that_may_not_read_messages_reads_none(bench: Bench) -> None:
    rig, server = bench
    server.write_message("Hello")
    rig.secrets["scopes"] = "instagram_basic"
    assert rig.channel.fetch("messages", "kept") == Batch((), "kept")
    rig.secrets["scopes"] = ""
    assert [each.text for each in came(rig.channel, "messages")[0]] == ["Hello"]


@pytest.mark.parametrize("cursor", ["nonsense", "[]", '{"walk": 5, "at": "x"}', json.dumps({"walk": "x"})])
def test_a_hashtag_s_cursor_that_is_not_ours_starts_again(bench: Bench, cursor: str) -> None:
    rig, server = bench
    server.post("More buses! #ourplan")
    assert len(came(rig.channel, TAG, cursor)[0]) == 1


def test_a_missing_permission_is_told_with_what_to_do(bench: Bench) -> None:
    rig, _ = bench
    rig.front.misbehave(refused(403, "Public Content Access is required"), lambda seen: "hashtag" in seen.path)
    with pytest.raises(Rejected) as caught:
        rig.channel.fetch(TAG, "")
    assert "permission" in caught.value.next_step
