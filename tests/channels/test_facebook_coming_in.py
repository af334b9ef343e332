"""What comes in on a Facebook Page: every stream, what nobody may know, and old posts that are answered late."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pcc_desk.errors import Rejected
from pcc_desk.model.message import MessageKind
from pcc_desk.rehearsal.facebook import FacebookServer
from tests.channels import faulty
from tests.channels.bench_facebook import facebook_bench
from tests.channels.rigs import Rig, piece
from tests.channels.streams import came

Bench = tuple[Rig, FacebookServer]


@pytest.fixture
def bench() -> Iterator[Bench]:
    with facebook_bench() as made:
        yield made


def test_a_post_that_names_the_page_comes_in_as_a_mention_and_can_be_answered(bench: Bench) -> None:
    rig, server = bench
    name = server.wall.write_post("Well done @The office", elsewhere=True)
    ((mention,), cursor) = came(rig, "mentions")
    assert (mention.kind, mention.remote_id, mention.text) == (MessageKind.MENTION, name, "Well done @The office")
    rig.channel.publish(piece(text="Thank you", answers=mention.reply_token))
    assert server.wall.posts[name].comments[0].text == "Thank you"
    assert came(rig, "mentions", cursor)[0] == []


def test_what_visitors_post_comes_in_and_what_the_page_posts_does_not(bench: Bench) -> None:
    rig, server = bench
    rig.channel.publish(piece())
    name = server.wall.write_post("Is the hall open?")
    ((post,), cursor) = came(rig, "visitors")
    assert (post.remote_id, post.author.name, post.root) == (name, "Ann", name)
    server.wall.arrive(name, "I wonder too", name="Bob")
    (comments, _) = came(rig, "comments")
    assert [(each.text, each.root) for each in comments] == [("I wonder too", name)]
    assert came(rig, "visitors", cursor)[0] == []


@pytest.mark.parametrize(
    ("stars", "recommends", "words"),
    [
        (0, "positive", "Recommends the Page.\nVery kind"),
        (0, "negative", "Does not recommend the Page.\nVery kind"),
        (4, "", "4 of 5 stars.\nVery kind"),
    ],
)
def test_a_review_says_whether_the_page_is_recommended(bench: Bench, stars: int, recommends: str, words: str) -> None:
    rig, server = bench
    story = server.wall.review("Very kind", stars=stars, recommends=recommends)
    ((review,), cursor) = came(rig, "reviews")
    assert (review.kind, review.text, review.remote_id) == (MessageKind.REVIEW, words, story)
    answer = piece(text="Thank you", answers=review.reply_token)
    assert rig.channel.publish(answer) == rig.channel.find(answer)
    assert came(rig, "reviews", cursor)[0] == []


def test_a_message_belongs_to_its_conversation(bench: Bench) -> None:
    rig, server = bench
    server.wall.write_message("Are you open?")
    server.wall.write_message("Where are you?", name="Bob")
    (messages, cursor) = came(rig, "messages")
    assert {(each.kind, each.author.name, each.text) for each in messages} == {
        (MessageKind.DIRECT, "Ann", "Are you open?"),
        (MessageKind.DIRECT, "Bob", "Where are you?"),
    }
    assert len({each.root for each in messages}) == 2
    rig.channel.publish(piece(text="Until five", answers=messages[0].reply_token))
    server.wall.write_message("Thank you", name=messages[0].author.name)
    assert [(each.text, each.root) for each in came(rig, "messages", cursor)[0]] == [("Thank you", messages[0].root)]


def test_a_long_conversation_is_read_without_a_gap(bench: Bench) -> None:
    rig, server = bench
    server.wall.write_message("First")
    _, cursor = came(rig, "messages")
    missed = [server.wall.write_message(f"Missed {number}") for number in range(180)]
    found, cursor = came(rig, "messages", cursor)
    assert sorted(each.remote_id for each in found) == sorted(missed)
    assert came(rig, "messages", cursor)[0] == []


def test_a_token_that_may_not_read_messages_reads_none_and_breaks_nothing(bench: Bench) -> None:
    rig, server = bench
    server.wall.write_message("Hello")
    rig.secrets["scopes"] = "pages_manage_posts"
    asked = len(rig.front.seen)
    assert rig.channel.fetch("messages", "kept").cursor == "kept"
    assert len(rig.front.seen) == asked
    rig.secrets["scopes"] = ""  # nothing known: it is tried
    assert [each.text for each in came(rig, "messages")[0]] == ["Hello"]


def test_a_comment_whose_writer_facebook_keeps_back_comes_in_all_the_same(bench: Bench) -> None:
    rig, server = bench
    about = rig.channel.publish(piece())
    server.wall.arrive(about.remote_id, "Hello")

    def withhold(body: Any) -> Any:
        for each in rig.pieces(body):
            del each["from"]
        return body

    rig.front.misbehave(faulty.changed(withhold), rig.reads)
    ((comment,), _) = came(rig, "comments")
    assert (comment.text, comment.author.name, comment.author.remote_id) == ("Hello", "Somebody on Facebook", "")


def test_a_sticker_without_words_is_told_in_words(bench: Bench) -> None:
    rig, server = bench
    about = rig.channel.publish(piece())
    server.wall.arrive(about.remote_id, "")
    server.wall.comments[0].picture = "5"
    ((comment,), _) = came(rig, "comments")
    assert comment.text == "(a picture or a sticker, without words)"


def test_an_old_post_answered_late_is_found_by_a_deep_round(bench: Bench) -> None:
    rig, server = bench
    old = rig.channel.publish(piece())
    for number in range(40):
        rig.channel.publish(piece(f"key{number}", f"Words {number}"))
    _, cursor = came(rig, "comments")
    server.wall.arrive(old.remote_id, "I am late")
    assert came(rig, "comments", cursor)[0] == []
    rig.channel = rig.open(rig.wire(now=lambda: datetime.now(UTC) + timedelta(hours=7)))
    found, cursor = came(rig, "comments", cursor)
    assert [each.text for each in found] == ["I am late"]
    assert came(rig, "comments", cursor)[0] == []


def test_a_comment_under_a_post_of_last_year_comes_in_within_a_week(bench: Bench) -> None:
    rig, server = bench
    old = rig.channel.publish(piece())
    server.wall.posts[old.remote_id].at -= timedelta(days=400)
    for number in range(60):
        newer = rig.channel.publish(piece(f"key{number}", f"Words {number}"))
        server.wall.posts[newer.remote_id].at -= timedelta(days=390 - number)
    _, cursor = came(rig, "comments")
    server.wall.arrive(old.remote_id, "I found this by searching", at=datetime.now(UTC) - timedelta(days=1))
    assert came(rig, "comments", cursor)[0] == []
    rig.channel = rig.open(rig.wire(now=lambda: datetime.now(UTC) + timedelta(days=8)))
    found, cursor = came(rig, "comments", cursor)
    assert {each.text for each in found} == {"I found this by searching"}
    assert came(rig, "comments", cursor)[0] == []


def test_an_ordinary_round_costs_one_request(bench: Bench) -> None:
    rig, _ = bench
    for number in range(40):
        rig.channel.publish(piece(f"key{number}", f"Words {number}"))
    _, cursor = came(rig, "comments")
    asked = len(rig.front.seen)
    came(rig, "comments", cursor)
    assert len(rig.front.seen) == asked + 1


def test_a_post_that_is_gone_while_its_comments_are_read_stops_nothing(bench: Bench) -> None:
    rig, server = bench
    about = rig.channel.publish(piece())
    for number in range(40):
        server.wall.arrive(about.remote_id, f"Comment {number}")
    batch = rig.channel.fetch("comments", "")
    assert batch.more
    server.wall.take_down(about.remote_id)
    while batch.more:
        batch = rig.channel.fetch("comments", batch.cursor)
    assert rig.channel.fetch("comments", batch.cursor).messages == ()


def test_an_id_that_is_no_id_is_never_asked_for(bench: Bench) -> None:
    rig, server = bench
    about = rig.channel.publish(piece())
    server.wall.arrive(about.remote_id, "Hello")
    rig.front.misbehave(faulty.rewritten(about.remote_id.encode(), b"../me/accounts"), rig.reads)
    batch = rig.channel.fetch("comments", "")
    assert (batch.messages, len(batch.spoiled)) == ((), 1)


@pytest.mark.parametrize("stream", ["live:", "live:../me", "live:x", "tag:ourplan", "unknown"])
def test_a_stream_facebook_does_not_have_is_refused(bench: Bench, stream: str) -> None:
    rig, _ = bench
    with pytest.raises(Rejected):
        rig.channel.fetch(stream, "")
