"""The inbox: lists, conversations, and answers that go out by the one road out."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pcc_desk.errors import InputError, NotReady
from pcc_desk.model.changes import Changes
from pcc_desk.model.channel import Ability
from pcc_desk.model.delivery import DeliveryState
from pcc_desk.model.message import Message, MessageFilter, MessageId, MessageKind, MessageState
from pcc_desk.store import deliveries, outbox_pages
from tests.desk import NOW
from tests.services.tap import ALL, TAPPED, Desk, open_tapped, page
from tests.store.mail import answering, incoming

NOBODY = MessageId(12345)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk with one account, at which three messages of a conversation and another one came in."""
    opened = open_tapped(tmp_path)
    came = (incoming(1), answering(2, "remote-1"), answering(3, "remote-2", "remote-1"), incoming(9, "elsewhere"))
    opened.connect("office", start=page(*came))
    opened.fetch()
    yield opened
    opened.inbox.stop()
    opened.store.close()


def message(desk: Desk, number: int) -> Message:
    """Give message `number`."""
    (found,) = [one for one in desk.inbox.page(ALL).messages if one.remote_id == f"remote-{number}"]
    return found


def test_a_page_its_newer_ones_and_messages_by_id_agree(desk: Desk) -> None:
    first = desk.inbox.page(MessageFilter(), limit=2)
    rest = desk.inbox.page(MessageFilter(), first.messages[-1].id, limit=2)
    assert (first.more, rest.more) == (True, False)
    assert desk.inbox.newer(MessageFilter(), rest.messages[-1].id) == (*first.messages, rest.messages[0])
    assert desk.inbox.by_ids([one.id for one in rest.messages]) == rest.messages


def test_counts_say_what_stands_where(desk: Desk) -> None:
    desk.inbox.set_state([message(desk, 1).id], MessageState.DONE, NOW)
    counts = desk.inbox.counts()
    assert counts.by_state == {MessageState.OPEN: 3, MessageState.WAITING: 0, MessageState.DONE: 1}
    assert counts.by_account[desk.id_of("office"), MessageState.OPEN] == 3
    assert counts.by_kind[MessageKind.REPLY, MessageState.DONE] == 1


def test_moving_a_message_to_where_it_stands_changes_nothing(desk: Desk) -> None:
    chosen = [message(desk, 1).id]
    assert desk.inbox.set_state(chosen, MessageState.WAITING, NOW) == Changes.MESSAGES
    assert desk.inbox.set_state(chosen, MessageState.WAITING, NOW) == Changes.NONE


def test_a_conversation_holds_everything_around_a_message(desk: Desk) -> None:
    for number in (1, 2, 3):
        conversation = desk.inbox.conversation(message(desk, number).id)
        assert [one.remote_id for one in conversation.messages] == ["remote-1", "remote-2", "remote-3"]
        assert conversation.message == message(desk, number)
        assert (conversation.ours, conversation.answers, conversation.earlier) == (None, (), ())


def test_our_answers_and_what_they_bring_are_part_of_the_conversation(desk: Desk) -> None:
    for number in (2, 3):
        desk.inbox.answer(message(desk, number).id, f"Our answer to {number}.", desk.clock.advance(seconds=1))
    conversation = desk.inbox.conversation(message(desk, 1).id)
    assert [one.frozen.text for one in conversation.answers] == ["Our answer to 2.", "Our answer to 3."]
    with desk.store.write() as conn:
        conn.exec_driver_sql("UPDATE delivery SET remote_id = 'ours' WHERE id = ?", (conversation.answers[0].id,))
    desk.taps["office"].steps["next"] = page(answering(20, "ours", "remote-1"))
    desk.fetch(minutes=2)
    brought = desk.inbox.conversation(message(desk, 20).id)
    assert brought.ours is not None
    assert brought.ours.id == conversation.answers[0].id
    assert message(desk, 20).about == "Our answer to 2."


def test_what_a_message_said_before_it_was_changed_is_shown(desk: Desk) -> None:
    desk.taps["office"].steps["next"] = page(incoming(9, "elsewhere, corrected"))
    desk.fetch(minutes=2)
    conversation = desk.inbox.conversation(message(desk, 9).id)
    assert conversation.message.text == "elsewhere, corrected"
    assert [one.text for one in conversation.earlier] == ["elsewhere"]


def test_an_answer_goes_to_the_outbox_as_it_was_written(desk: Desk) -> None:
    chosen = message(desk, 2)
    desk.inbox.keep_answer(chosen.id, "Thank")
    assert desk.inbox.answer(chosen.id, "Thank you, Siân. ", NOW) == Changes.DELIVERIES | Changes.MESSAGES
    with desk.store.read() as conn:
        (answer,) = deliveries.answers_of(conn, [chosen.id])[chosen.id]
    assert (answer.frozen.text, answer.frozen.answers) == ("Thank you, Siân. ", "token-2")
    assert (answer.state, answer.due_at, answer.account_id) == (DeliveryState.DUE, NOW, chosen.account_id)
    assert answer.frozen.key
    assert desk.inbox.kept_answer(chosen.id).text == ""
    assert message(desk, 2).state is MessageState.WAITING


def test_an_answer_in_the_outbox_names_whom_it_answers(desk: Desk) -> None:
    with desk.store.write() as conn:
        conn.exec_driver_sql(
            "UPDATE message SET author_handle = '', author_name = 'Mrs Jones' WHERE remote_id = 'remote-2'"
        )
        conn.exec_driver_sql("UPDATE message SET author_handle = 'sian.test' WHERE remote_id = 'remote-3'")
    for number in (2, 3):
        desk.inbox.answer(message(desk, number).id, "Thank you.", desk.clock.advance(seconds=1))
    with desk.store.read() as conn:
        assert [each.answered for each in outbox_pages.page(conn, None, 9)] == ["@sian.test", "Mrs Jones"]


def test_the_answer_being_written_outlives_the_desk(desk: Desk, tmp_path: Path) -> None:
    chosen = message(desk, 2).id
    assert desk.inbox.kept_answer(chosen).text == ""
    assert desk.inbox.keep_answer(chosen, "Thank y") == Changes.NONE
    desk.store.close()
    again = open_tapped(tmp_path)
    assert again.inbox.kept_answer(chosen).text == "Thank y"
    again.store.close()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "There are no words in the answer yet."),
        (" \n", "There are no words in the answer yet."),
        ("🏴󠁧󠁢󠁷󠁬󠁳󠁿" * 302, "The answer is 2 characters too long for Tapped."),
    ],
)
def test_an_answer_that_cannot_be_sent_is_refused_and_kept(desk: Desk, text: str, problem: str) -> None:
    chosen = message(desk, 2).id
    desk.inbox.keep_answer(chosen, text)
    with pytest.raises(NotReady) as refused:
        desk.inbox.answer(chosen, text, NOW)
    assert refused.value.problems == (problem,)
    assert desk.inbox.kept_answer(chosen).text == text
    assert message(desk, 2).state is MessageState.OPEN
    assert desk.inbox.conversation(chosen).answers == ()


def test_an_answer_of_few_signs_and_many_bytes_is_refused_before_the_platform_does(tmp_path: Path) -> None:
    desk = open_tapped(tmp_path, platform=replace(TAPPED, limits=replace(TAPPED.limits, utf8_bytes=3_000)))
    desk.connect("office", start=page(incoming(1)))
    desk.fetch()
    (chosen,) = desk.inbox.page(ALL).messages
    with pytest.raises(NotReady, match="emoji"):
        desk.inbox.answer(chosen.id, "🏴󠁧󠁢󠁷󠁬󠁳󠁿" * 120, NOW)
    desk.inbox.answer(chosen.id, "🏴󠁧󠁢󠁷󠁬󠁳󠁿" * 100, NOW)
    desk.store.close()


def test_half_characters_from_a_bad_paste_do_not_stop_an_answer(desk: Desk) -> None:
    chosen = message(desk, 2)
    desk.inbox.keep_answer(chosen.id, "Thank \ud800you\0")
    assert desk.inbox.kept_answer(chosen.id).text == "Thank ?you"
    desk.inbox.answer(chosen.id, "Thank \ud800you\0", NOW)
    (answer,) = desk.inbox.conversation(chosen.id).answers
    assert answer.frozen.text == "Thank ?you"


def test_a_disconnected_account_cannot_answer(desk: Desk) -> None:
    chosen = message(desk, 2).id
    desk.accounts.disconnect(desk.id_of("office"))
    with pytest.raises(NotReady, match="not connected"):
        desk.inbox.answer(chosen, "Thank you.", NOW)


def test_a_platform_without_answers_says_so(tmp_path: Path) -> None:
    desk = open_tapped(tmp_path, platform=replace(TAPPED, abilities=Ability.NONE))
    desk.connect("office", start=page(incoming(1)))
    desk.fetch()
    with pytest.raises(NotReady, match="Answer there by hand"):
        desk.inbox.answer(message(desk, 1).id, "Thank you.", NOW)
    desk.inbox.stop()
    desk.store.close()


def test_an_answer_is_counted_without_the_database_once_its_message_was_read(desk: Desk) -> None:
    read, unread = message(desk, 1).id, message(desk, 2).id
    desk.inbox.conversation(read)
    assert desk.inbox.answer_length(unread, "é" * 4) == (4, 300)
    desk.store.close()
    with desk.store.write():  # whoever would ask the database now waits for ever
        assert desk.inbox.answer_length(read, "🏴󠁧󠁢󠁷󠁬󠁳󠁿!") == (2, 300)


def test_a_message_that_is_not_there_is_told_plainly(desk: Desk) -> None:
    asked = (
        lambda: desk.inbox.conversation(NOBODY),
        lambda: desk.inbox.answer(NOBODY, "Thank you.", NOW),
        lambda: desk.inbox.answer_length(NOBODY, "Thank you."),
    )
    for ask in asked:
        with pytest.raises(InputError, match="not here any more"):
            ask()
    assert desk.inbox.kept_answer(NOBODY).text == ""


def test_a_thousand_messages_are_read_without_forgetting_how_to_count(desk: Desk) -> None:
    desk.taps["office"].steps["next"] = page(*(replace(incoming(n), created_at=NOW) for n in range(100, 350)))
    desk.fetch(minutes=2)
    for one in desk.inbox.page(ALL, limit=300).messages:
        assert desk.inbox.answer_length(one.id, "words") == (5, 300)


def test_several_unreadable_messages_are_told_in_one_sentence(desk: Desk) -> None:
    desk.taps["office"].steps["next"] = page(replace(incoming(50), remote_id=""), replace(incoming(51), remote_id=""))
    desk.fetch(minutes=2)
    assert desk.inbox.problems() == (
        "Tapped (office): 2 messages came in today that PCC Desk could not read. They are kept.",
    )
    desk.fetch(minutes=2)
    assert desk.inbox.gaps(NOW - timedelta(days=30)) == ()
