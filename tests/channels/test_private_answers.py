"""Answering a comment where only its writer reads it, on Facebook and Instagram: once, in time, to the right one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

import pytest

from pcc_desk.channels.platforms import ADAPTERS
from pcc_desk.errors import Rejected, Unconfirmed
from pcc_desk.model.channel import Ability, AnswersPrivately, Channel, Piece
from pcc_desk.model.message import Incoming
from tests.channels import faulty
from tests.channels.bench_facebook import facebook_bench
from tests.channels.bench_instagram import instagram_bench
from tests.channels.graph_bench import refused
from tests.channels.rigs import MADE_AT, Rig, piece
from tests.channels.streams import came

ANSWER = "3m6abcdefgh2b"
IN_TIME, LATE = MADE_AT + timedelta(days=6), MADE_AT + timedelta(days=7, hours=1)


@dataclass
class Platform:
    """One of the two on the bench: what members of the public read privately, by whom, and how to comment."""

    rig: Rig
    read: Callable[[], list[tuple[str, str]]]  # who reads it, and what
    arrive: Callable[[str, str, str], str]  # answers, text, name
    write: Callable[[str], str]  # Ann, to the office alone

    def at(self, now: datetime) -> Channel:
        """Give the channel at a time."""
        return self.rig.open(self.rig.wire(now=lambda: now))

    def comments(self) -> dict[str, Incoming]:
        """Give what came in, by its words."""
        found, _ = came(self.rig, "comments")
        return {message.text.rpartition(": ")[2]: message for message in found}

    def answer(self, words: str, now: datetime = IN_TIME) -> Piece:
        """Give a private answer to a comment with these words."""
        token = cast(AnswersPrivately, self.at(now)).privately(self.comments()[words].reply_token)
        return piece(ANSWER, "Please write to us.", answers=token)


@pytest.fixture(params=["facebook", "instagram"])
def platform(request: pytest.FixtureRequest) -> Iterator[Platform]:
    if request.param == "facebook":
        with facebook_bench() as (rig, facebook):
            wall = facebook.wall
            yield Platform(
                rig,
                lambda: [(each.with_.name, said.text) for each in wall.conversations.values() for said in each.said],
                lambda answers, text, name: wall.arrive(answers, text, name),
                wall.write_message,
            )
        return
    with instagram_bench() as (rig, instagram):
        yield Platform(
            rig,
            lambda: [(each.with_, said.text) for each in instagram.conversations.values() for said in each.said],
            lambda answers, text, name: instagram.arrive(answers, text, name),
            lambda text: instagram.write_message(text, "Ann"),
        )


def commented(platform: Platform) -> None:
    """Let Ann comment on a post, and Bob answer her."""
    about = platform.rig.channel.publish(platform.rig.piece())
    first = platform.arrive(about.remote_id, "When is it?", "Ann")
    platform.arrive(first, "I wonder too", "Bob")


def test_both_say_that_they_can() -> None:
    for name in ("facebook", "instagram"):
        assert Ability.PRIVATE in ADAPTERS[name].platform.abilities


@pytest.mark.parametrize(("words", "reader"), [("When is it?", "Ann"), ("I wonder too", "Bob")])
def test_only_whoever_wrote_the_comment_reads_the_answer(platform: Platform, words: str, reader: str) -> None:
    commented(platform)
    answer, channel = platform.answer(words), platform.at(IN_TIME)
    assert channel.find(answer) is None
    assert channel.publish(answer) == channel.find(answer)
    assert platform.read() == [(reader, "Please write to us.")]


def test_after_seven_days_nothing_is_sent_and_the_sentence_says_why(platform: Platform) -> None:
    commented(platform)
    answer = platform.answer("When is it?")
    asked = len(platform.rig.front.seen)
    with pytest.raises(Rejected, match="privately for 7 days, and they are over") as late:
        platform.at(LATE).publish(answer)
    assert "in public" in late.value.next_step and len(platform.rig.front.seen) == asked
    with pytest.raises(Rejected, match="7 days"):
        platform.answer("When is it?", LATE)
    assert platform.read() == []


def test_a_second_private_answer_to_a_comment_is_told_in_plain_words(platform: Platform) -> None:
    commented(platform)
    answer, channel = platform.answer("When is it?"), platform.at(IN_TIME)
    channel.publish(answer)
    with pytest.raises(Rejected, match="privately once, and that was done") as second:
        channel.publish(Piece("3m6abcdefgh2c", "One more thing.", MADE_AT, answers=answer.answers))
    assert "in public" in second.value.next_step
    assert len(platform.read()) == 1


def answered_unseen(platform: Platform) -> tuple[Piece, Channel]:
    """Answer a comment privately and lose the platform's word for it."""
    commented(platform)
    answer, channel = platform.answer("When is it?"), platform.at(IN_TIME)
    platform.rig.front.misbehave(faulty.afterwards(faulty.reset), lambda seen: seen.path.endswith("/messages"))
    with pytest.raises(Unconfirmed):
        channel.publish(answer)
    platform.rig.front.behave()
    return answer, channel


def test_an_answer_that_arrived_unseen_is_not_called_refused_when_it_is_tried_again(platform: Platform) -> None:
    answer, channel = answered_unseen(platform)
    nothing = faulty.changed(lambda _: {"data": []})
    platform.rig.front.misbehave(nothing, lambda seen: seen.path.endswith("/conversations"))
    with pytest.raises(Unconfirmed):
        channel.publish(answer)
    platform.rig.front.behave()
    assert channel.find(answer) is not None and len(platform.read()) == 1


def test_an_answer_is_found_however_much_was_said_in_its_conversation_since(platform: Platform) -> None:
    answer, channel = answered_unseen(platform)
    for number in range(120):
        platform.write(f"And another thing, the {number}th")
    assert channel.find(answer) is not None and len(platform.read()) == 121


def test_meta_s_own_word_for_too_late_is_told_in_the_same_words(platform: Platform) -> None:
    commented(platform)
    answer = platform.answer("When is it?")
    told = {"code": 10, "error_subcode": 2_018_278, "message": "This message is sent outside of allowed window."}
    late = faulty.answered(400, faulty.as_json({"error": told}))
    platform.rig.front.misbehave(late, lambda seen: seen.path.endswith("/messages"))
    with pytest.raises(Rejected, match="7 days"):
        platform.at(IN_TIME).publish(answer)
    platform.rig.front.misbehave(refused(400, "No"), lambda seen: seen.path.endswith("/messages"))
    with pytest.raises(Rejected, match="No"):
        platform.at(IN_TIME).publish(piece("3m6abcdefgh2d", "Hello", answers=answer.answers))


def test_what_is_no_comment_is_not_answered_privately(platform: Platform) -> None:
    for token in ('{"post": "1_2"}', '{"media": "1", "mentioned": "yes"}', '{"comment": "1", "media": "2"}'):
        with pytest.raises(Rejected, match="Only a comment"):
            cast(AnswersPrivately, platform.at(IN_TIME)).privately(token)
