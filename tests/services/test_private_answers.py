"""Answers that only one person reads, and private messages that are never answered in public."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pcc_desk.errors import NotReady, Rejected
from pcc_desk.model.answering import KeptAnswer
from pcc_desk.model.channel import Ability
from pcc_desk.model.delivery import Delivery, DeliveryState, Frozen
from pcc_desk.model.message import MessageId, MessageKind
from pcc_desk.model.private_rule import PrivateRule
from pcc_desk.services.outbox import Outbox
from pcc_desk.store import deliveries
from tests.desk import NOW
from tests.services.tap import ALL, TAPPED, Desk, open_tapped, page
from tests.store.mail import incoming

RULE = PrivateRule(frozenset({MessageKind.COMMENT}), days=7, once=True, length=10, in_bytes=True)
ABLE = replace(TAPPED, abilities=Ability.ANSWER | Ability.PRIVATE, private_rule=RULE)
PRIVATE_KINDS = (MessageKind.DIRECT, MessageKind.EMAIL)


def open_desk(folder: Path, able: bool = True) -> Desk:
    """Open a desk at which a comment, a mention, a private message and an email came in."""
    desk = open_tapped(folder, platform=ABLE if able else TAPPED)
    kinds = (MessageKind.COMMENT, MessageKind.MENTION, *PRIVATE_KINDS)
    desk.connect("office", start=page(*(incoming(n, kind=kind) for n, kind in enumerate(kinds))))
    desk.fetch()
    return desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk whose platform takes private answers to comments."""
    opened = open_desk(tmp_path)
    yield opened
    opened.inbox.stop()
    opened.store.close()


def named(desk: Desk, kind: MessageKind) -> MessageId:
    """Give the message of a kind."""
    (found,) = [one.id for one in desk.inbox.page(ALL).messages if one.kind is kind]
    return found


def answers(desk: Desk, message_id: MessageId) -> list[Delivery]:
    """Give the office's answers to a message."""
    return list(desk.inbox.conversation(message_id).answers)


def test_a_comment_is_answered_in_public_unless_a_person_says_otherwise(desk: Desk) -> None:
    comment = named(desk, MessageKind.COMMENT)
    desk.inbox.answer(comment, "Thank you.", NOW)
    (answer,) = answers(desk, comment)
    assert not answer.frozen.private and answer.frozen.answers == "token-0"
    assert desk.taps["office"].measures == []


def test_a_private_answer_goes_to_the_place_the_channel_names_and_the_outbox_says_so(desk: Desk) -> None:
    comment = named(desk, MessageKind.COMMENT)
    desk.inbox.answer(comment, "Write us.", NOW, private=True)
    (answer,) = answers(desk, comment)
    assert answer.frozen.private and answer.frozen.answers == "only for token-0"
    outbox = Outbox(desk.store, desk.accounts)
    assert outbox.page()[0].title == "Private answer to @person0.example"
    outbox.stop()


@pytest.mark.parametrize("kind", PRIVATE_KINDS)
def test_a_private_message_is_answered_in_private_by_itself_and_never_in_public(desk: Desk, kind: MessageKind) -> None:
    asked = named(desk, kind)
    with pytest.raises(NotReady, match="This message is private, so your reply is private too"):
        desk.inbox.answer(asked, "Hello.", NOW, private=False)
    assert answers(desk, asked) == []
    desk.inbox.answer(asked, "Hello.", NOW)
    (answer,) = answers(desk, asked)
    assert answer.frozen.private and answer.frozen.answers.startswith("token-"), "its own place is private already"


def test_a_platform_without_private_answers_says_what_to_do(tmp_path: Path) -> None:
    desk = open_desk(tmp_path, able=False)
    comment = named(desk, MessageKind.COMMENT)
    with pytest.raises(NotReady, match=r"cannot reply in private on Tapped\. Reply in public, and ask them"):
        desk.inbox.answer(comment, "Hello.", NOW, private=True)
    desk.inbox.answer(named(desk, MessageKind.DIRECT), "Hello.", NOW)
    assert answers(desk, comment) == []
    desk.inbox.stop()
    desk.store.close()


def test_what_the_platform_asks_of_private_answers_is_told_before_anything_is_sent(desk: Desk) -> None:
    comment, mention = named(desk, MessageKind.COMMENT), named(desk, MessageKind.MENTION)
    with pytest.raises(NotReady, match="no private reply to this kind"):
        desk.inbox.answer(mention, "Hello.", NOW, private=True)
    with pytest.raises(NotReady, match="for 7 days only, and they are over"):
        desk.inbox.answer(comment, "Hello.", NOW.replace(day=30, month=12), private=True)
    with pytest.raises(NotReady, match="2 characters too long"):
        desk.inbox.answer(comment, "Siân, ïoo!", NOW, private=True)
    desk.inbox.answer(comment, "Hello.", NOW, private=True)
    with pytest.raises(NotReady, match="one private reply to a comment, and you have written it"):
        desk.inbox.answer(comment, "Again.", NOW, private=True)
    desk.inbox.answer(comment, "In public, as often as you like.", NOW)
    assert [answer.frozen.private for answer in answers(desk, comment)] == [True, False]


def test_a_private_answer_that_was_stopped_leaves_room_for_another(desk: Desk) -> None:
    comment = named(desk, MessageKind.COMMENT)
    desk.inbox.answer(comment, "Wrong.", NOW, private=True)
    outbox = Outbox(desk.store, desk.accounts)
    outbox.cancel(answers(desk, comment)[0].id, NOW)
    desk.inbox.answer(comment, "Right.", NOW, private=True)
    assert [answer.state for answer in answers(desk, comment)] == [DeliveryState.CANCELLED, DeliveryState.DUE]
    outbox.stop()


def test_what_the_channel_refuses_is_told_and_nothing_goes_out_instead(desk: Desk) -> None:
    desk.taps["office"].answers = [Rejected("Only a comment can be answered privately.")]
    comment = named(desk, MessageKind.COMMENT)
    with pytest.raises(Rejected, match="Only a comment"):
        desk.inbox.answer(comment, "Hello.", NOW, private=True)
    assert answers(desk, comment) == []


def test_the_length_of_a_private_answer_is_that_of_a_message(desk: Desk) -> None:
    comment = named(desk, MessageKind.COMMENT)
    assert desk.inbox.answer_length(comment, "Siân") == (4, 300)
    assert desk.inbox.answer_length(comment, "Siân", private=True) == (5, 10)


def test_who_is_meant_to_read_a_draft_is_kept_with_its_words(desk: Desk) -> None:
    comment = named(desk, MessageKind.COMMENT)
    assert desk.inbox.kept_answer(comment) == KeptAnswer("", None)
    for private in (True, False, None):
        desk.inbox.keep_answer(comment, "Half", private)
        assert desk.inbox.kept_answer(comment) == KeptAnswer("Half", private)
    desk.inbox.keep_answer(comment, "Half", private=True)
    desk.inbox.answer(comment, "Whole.", NOW, private=True)
    assert desk.inbox.kept_answer(comment) == KeptAnswer("", None), "the next one is as public as the comment"


def test_what_was_frozen_before_answers_could_be_private_is_public() -> None:
    older = deliveries.write_frozen(Frozen("Words.", "key")).replace('"private":false,', "")
    assert "private" not in older and not deliveries.read_frozen(older).private
