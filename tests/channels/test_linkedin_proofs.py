"""What LinkedIn names is believed once it is seen; what it cut short is told, and never sent a second time."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest

from pcc_desk.channels.linkedin import LinkedInChannel
from pcc_desk.errors import Rejected, Unconfirmed
from pcc_desk.model.channel import Piece
from pcc_desk.rehearsal.linkedin import LinkedInServer
from tests.channels import faulty
from tests.channels.bench_linkedin import linkedin_bench
from tests.channels.rigs import MADE_AT, PICTURE, Rig, piece

Bench = tuple[Rig, LinkedInServer]
ARROW = "Before → after"
GHOST = "urn:li:share:7431329065766260736"


@pytest.fixture
def bench() -> Iterator[Bench]:
    """LinkedIn with one page, where the same words are posted once only."""
    with linkedin_bench() as (rig, server):
        server.remembers = True
        yield rig, server


def lose_the_answer(rig: Rig, said: Piece) -> None:
    """Publish and hear nothing of it."""
    rig.front.misbehave(faulty.afterwards(faulty.reset), rig.publishes)
    with pytest.raises(Unconfirmed):
        rig.channel.publish(said)
    rig.front.behave()


def refuse(rig: Rig, urn: str) -> None:
    """Let LinkedIn call a post the same as the next one, in the shape in which people report it."""
    said = {"message": f"…BadRequestResponseException: Content is a duplicate of {urn}", "status": 422}
    error = {"description": "Duplicate post is detected", "input": {}, "code": "DUPLICATE_POST"}
    body = {**said, "errorDetailType": "com.linkedin.common.error.BadRequest", "errorDetails": {"inputErrors": [error]}}
    rig.front.misbehave(faulty.answered(422, faulty.as_json(body)), rig.publishes)
    with pytest.raises(Unconfirmed):
        rig.channel.publish(piece())
    rig.front.behave()


def test_the_post_a_refusal_names_is_the_first_try_however_many_came_after_it(bench: Bench) -> None:
    rig, server = bench
    lose_the_answer(rig, piece())
    (first,) = server.posts
    for number in range(100):
        rig.channel.publish(piece(f"3m6abcdefg{number:03}", f"Number {number}"))
    with pytest.raises(Unconfirmed):
        rig.channel.publish(piece())
    found = rig.channel.find(piece())
    assert found is not None and found.remote_id == first.urn and rig.public() == 101


@pytest.mark.parametrize("wrong", ["author", "older", "words", "pictures"])
def test_a_post_that_is_named_and_is_not_this_one_is_left_to_a_person(bench: Bench, wrong: str) -> None:
    rig, server = bench
    rig.channel.publish(piece("3m6abcdefgh2b"))
    (first,) = server.posts
    if wrong == "author":
        first.author = "urn:li:organization:4712"
    elif wrong == "older":
        first.at = MADE_AT - timedelta(days=1)
    elif wrong == "words":
        first.commentary = "Other words"
    refuse(rig, first.urn)
    with pytest.raises(Rejected, match="another post") as caught:
        rig.channel.find(piece(pictures=(PICTURE,)) if wrong == "pictures" else piece())
    assert "Look there" in caught.value.next_step and not caught.value.detail


def test_a_post_that_is_named_and_is_not_there_is_trusted_by_nobody(bench: Bench) -> None:
    rig, _ = bench
    refuse(rig, GHOST)
    with pytest.raises(Rejected, match="does not show it"):
        rig.channel.find(piece())
    receipt = rig.channel.publish(piece())
    assert rig.channel.find(piece()) == receipt


def test_what_was_refused_is_looked_for_in_the_list_when_no_post_is_named(bench: Bench) -> None:
    rig, server = bench
    lose_the_answer(rig, piece())
    refuse(rig, "urn:li:person:782bbtaQ")
    found = rig.channel.find(piece())
    assert found is not None and found.remote_id == server.posts[0].urn


@pytest.mark.parametrize("code", ["DUPLICATE_POST", "DUPLICATE_COMMENT"])
@pytest.mark.parametrize("answers", [False, True])
def test_what_linkedin_has_already_and_shows_nowhere_is_left_to_a_person(
    bench: Bench, code: str, answers: bool
) -> None:
    rig, _ = bench
    about = rig.channel.publish(piece("3m6abcdefgh2b", "Another thing"))
    said = piece(answers=about.reply_token if answers else "")
    rig.front.misbehave(faulty.answered(422, faulty.as_json({"code": code, "message": "No.", "status": 422})))
    with pytest.raises(Unconfirmed):
        rig.channel.publish(said)
    rig.front.behave()
    with pytest.raises(Rejected, match="does not show it"):
        rig.channel.find(said)
    receipt = rig.channel.publish(said)
    assert rig.channel.find(said) == receipt


def test_the_old_words_that_show_a_little_longer_after_a_correction_are_no_cut_ones(bench: Bench) -> None:
    rig, _ = bench
    channel, old_words = cast(LinkedInChannel, rig.channel), "The meeting is at six"
    receipt = channel.publish(piece(text=old_words))
    old = faulty.as_json({"id": receipt.remote_id, "commentary": old_words, "createdAt": 1_790_000_000_000})
    once = iter([True])
    rig.front.misbehave(faulty.answered(200, old), lambda seen: seen.method == "GET" and next(once, False))
    assert channel.edit(receipt, piece(text=f"{old_words}, in the hall")).note == ""


def test_a_duplicate_of_something_else_is_refused_in_its_own_words(bench: Bench) -> None:
    rig, _ = bench
    rig.front.misbehave(rig.refusal(422, "This name is a duplicate"), rig.publishes)
    with pytest.raises(Rejected, match="This name is a duplicate"):
        rig.channel.publish(piece())


def test_words_cut_short_are_told_with_the_post_and_the_post_stays_posted(bench: Bench) -> None:
    rig, server = bench
    server.trips_over = "→"
    receipt = rig.channel.publish(piece(text=ARROW))
    assert receipt.note.startswith("LinkedIn shows only the first 6 of 14 characters of this.")
    assert rig.channel.find(piece(text=ARROW)) == receipt
    assert rig.channel.publish(piece("3m6abcdefgh2b", "Whole (words) #Tag_one")).note == ""


def test_a_correction_tells_as_well_whether_its_words_stand_there(bench: Bench) -> None:
    rig, server = bench
    channel = cast(LinkedInChannel, rig.channel)
    server.trips_over = "→"
    cut_short = channel.publish(piece(text=ARROW))
    assert channel.edit(cut_short, piece(text="Before and after")).note == ""
    assert "first 6 of 14" in channel.edit(cut_short, piece(text=ARROW)).note


def test_words_cut_short_are_never_sent_again_because_nothing_like_them_was_found(bench: Bench) -> None:
    rig, server = bench
    server.trips_over = "→"
    lose_the_answer(rig, piece(text=ARROW))
    with pytest.raises(Rejected, match="begins as this one does"):
        rig.channel.find(piece(text=ARROW))
    server.posts[0].at = MADE_AT - timedelta(days=1)
    assert rig.channel.find(piece(text=ARROW)) is None


@pytest.mark.parametrize("fault", [faulty.reset, faulty.refused(403, "ACCESS_DENIED"), faulty.refused(404, "Not yet")])
def test_a_post_that_was_taken_is_posted_although_nobody_may_read_it_back(bench: Bench, fault: faulty.Fault) -> None:
    rig, _ = bench
    rig.front.misbehave(fault, lambda seen: seen.method == "GET")
    assert rig.channel.publish(piece()).note == "" and rig.public() == 1


def test_the_urn_that_was_given_is_enough_when_linkedin_writes_the_words_its_own_way(bench: Bench) -> None:
    rig, server = bench
    receipt = rig.channel.publish(piece(text="Read https://example.org/plan"))
    server.posts[0].commentary = "Read https://lnkd.in/abc"
    assert rig.channel.find(piece(text="Read https://example.org/plan")) == receipt


def test_an_answer_with_a_shrug_is_found_as_it_was_written(bench: Bench) -> None:
    rig, _ = bench
    about = rig.channel.publish(piece())
    answer = piece("3m6abcdefgh2b", "¯\\_(ツ)_/¯ on Tuesday", answers=about.reply_token)
    receipt = rig.channel.publish(answer)
    assert rig.channel.find(answer) == receipt and receipt.note == ""
    assert rig.channel.find(replace(answer, text="On Friday")) is None
