"""Hiding, showing and deleting: recorded first, asked for at once, and never called failed when it is unclear."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pcc_desk.errors import (
    ChannelError,
    Gone,
    InputError,
    RateLimited,
    Rejected,
    ServiceDown,
    Unauthorized,
    Unconfirmed,
    Unexpected,
    Unreachable,
)
from pcc_desk.model.account import AccountState
from pcc_desk.model.changes import Changes
from pcc_desk.model.channel import Ability
from pcc_desk.model.message import MessageId, MessageKind, MessageState
from pcc_desk.model.moderation import HOUSE_RULES, Decision, Measure, Outcome, Sight, sight_of
from pcc_desk.services.office import Office
from tests.desk import KEY, NOW
from tests.services.on_servers import desk_on_servers
from tests.services.tap import ALL, TAPPED, Desk, open_tapped, page
from tests.store.mail import incoming

RULE = HOUSE_RULES[0]
HIDE, SHOW, REMOVE = (Decision(each, RULE, "It names the victim.") for each in Measure)
LOST = Unconfirmed("No clear answer came.")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk at whose one account one reply and one private message came in."""
    abilities = Ability.ANSWER | Ability.HIDE | Ability.REMOVE
    opened = open_tapped(tmp_path, platform=replace(TAPPED, abilities=abilities))
    Office(opened.store, KEY).rename("The office", "Elin")
    opened.connect("office", start=page(incoming(1, "Rude words"), incoming(2, kind=MessageKind.DIRECT)))
    opened.fetch()
    yield opened
    opened.inbox.stop()
    opened.store.close()


def first(desk: Desk) -> MessageId:
    """Give the id of the reply."""
    return next(one.id for one in desk.inbox.page(ALL).messages if one.remote_id == "remote-1")


def test_a_measure_is_recorded_with_who_when_why_and_what_was_written(desk: Desk) -> None:
    record = desk.moderation.take(first(desk), HIDE, NOW)
    assert (record.decision, record.by, record.asked_at) == (HIDE, "Elin", NOW)
    assert (record.text, record.author) == ("Rude words", "Person 1 person1.example")
    assert (record.outcome, record.sentence) == (Outcome.DONE, "It is hidden on Tapped.")
    assert desk.taps["office"].measures == ["hide remote-1 token-1"]
    assert desk.inbox.conversation(first(desk)).moderated == (record,)


def test_the_office_changes_its_rules_and_a_record_keeps_the_words_it_was_made_by(desk: Desk) -> None:
    assert desk.moderation.rules() == HOUSE_RULES
    desk.moderation.take(first(desk), HIDE, NOW)
    assert desk.moderation.keep_rules(["  No  swearing. ", "", "Be kind.", "No swearing."]) is Changes.OFFICE
    assert desk.moderation.rules() == ("No swearing.", "Be kind.")
    desk.moderation.take(first(desk), replace(SHOW, rule="Be kind."), NOW)
    told = desk.inbox.conversation(first(desk))
    assert [record.decision.rule for record in told.moderated] == [RULE, "Be kind."]


@pytest.mark.parametrize("rules", [[], [" ", ""], ["x" * 121], [f"Rule {number}" for number in range(21)]])
def test_rules_nobody_could_choose_from_are_not_kept(desk: Desk, rules: list[str]) -> None:
    with pytest.raises(InputError):
        desk.moderation.keep_rules(rules)
    assert desk.moderation.rules() == HOUSE_RULES


def test_what_was_written_then_stays_in_the_record_when_its_writer_changes_it(desk: Desk) -> None:
    desk.moderation.take(first(desk), HIDE, NOW)
    desk.taps["office"].steps["next"] = page(replace(incoming(1, "Polite words")), cursor="later")
    desk.fetch(minutes=5)
    (record,) = desk.inbox.conversation(first(desk)).moderated
    assert desk.inbox.conversation(first(desk)).message.text == "Polite words"
    assert record.text == "Rude words"


def test_every_measure_is_kept_and_the_last_that_worked_says_what_the_public_sees(desk: Desk) -> None:
    seen = []
    for decision in (HIDE, SHOW, REMOVE):
        desk.moderation.take(first(desk), decision, NOW)
        told = desk.inbox.conversation(first(desk))
        seen.append(sight_of(told.message, told.moderated))
    assert seen == [Sight.HIDDEN, Sight.SHOWN, Sight.REMOVED]
    assert [one.decision.measure for one in told.moderated] == list(Measure)
    asked = ["hide remote-1 token-1", "show remote-1 token-1", "remove remote-1 token-1"]
    assert desk.taps["office"].measures == asked


@pytest.mark.parametrize(
    "unclear", [LOST, Unexpected("A bug."), ServiceDown("Not now.")], ids=lambda e: type(e).__name__
)
def test_an_unclear_answer_is_looked_into_by_asking_once_more(desk: Desk, unclear: ChannelError) -> None:
    tap = desk.taps["office"]
    tap.answers = [unclear]
    assert desk.moderation.take(first(desk), HIDE, NOW).outcome is Outcome.DONE
    assert len(tap.measures) == 2


@pytest.mark.parametrize("second", [LOST, Unreachable("No network."), Rejected("No."), RateLimited("Wait.", NOW)])
def test_what_stays_unclear_is_told_as_unclear_and_never_as_failed(desk: Desk, second: ChannelError) -> None:
    desk.taps["office"].answers = [LOST, second]
    record = desk.moderation.take(first(desk), HIDE, NOW)
    assert record.outcome is Outcome.UNCLEAR
    assert "It may have worked. Look on Tapped" in record.sentence
    told = desk.inbox.conversation(first(desk))
    assert sight_of(told.message, told.moderated) is Sight.SHOWN  # so that it can be asked for again
    assert desk.moderation.take(first(desk), HIDE, NOW).outcome is Outcome.DONE


def test_without_a_network_nothing_is_queued_and_it_is_said_plainly(desk: Desk) -> None:
    tap = desk.taps["office"]
    tap.answers = [Unreachable("Tapped cannot be reached.")]
    record = desk.moderation.take(first(desk), REMOVE, NOW)
    assert record.outcome is Outcome.NOT_DONE
    assert "nothing was changed. This needs the network" in record.sentence
    desk.fetch(minutes=60)
    assert tap.measures == ["remove remote-1 token-1"]


def test_a_refusal_is_told_in_the_platforms_words(desk: Desk) -> None:
    desk.taps["office"].answers = [Rejected("This is a review.", "Do it there.", "403 The answer: reviews stay")]
    record = desk.moderation.take(first(desk), HIDE, NOW)
    assert (record.outcome, record.sentence) == (
        Outcome.NOT_DONE,
        "This is a review. Nothing was changed. Do it there.",
    )
    assert record.detail == "403 The answer: reviews stay"
    assert desk.inbox.conversation(first(desk)).moderated[-1].detail == record.detail


def test_what_was_answered_to_an_unclear_measure_is_kept(desk: Desk) -> None:
    desk.taps["office"].answers = [ServiceDown("Not now.", detail="502 first"), ServiceDown("Not now.", detail="503")]
    assert desk.moderation.take(first(desk), HIDE, NOW).detail == "503"


def test_a_sign_in_that_is_refused_is_seen(desk: Desk) -> None:
    desk.taps["office"].answers = [Unauthorized("Signed out.")]
    assert desk.moderation.take(first(desk), HIDE, NOW).outcome is Outcome.NOT_DONE
    assert [each.state for each in desk.accounts.all()] == [AccountState.SIGNED_OUT]


def test_what_is_gone_is_deleted_but_not_hidden(desk: Desk) -> None:
    desk.taps["office"].answers = [Gone("Not there."), Gone("Not there.")]
    assert desk.moderation.take(first(desk), HIDE, NOW).outcome is Outcome.NOT_DONE
    assert desk.moderation.take(first(desk), REMOVE, NOW).outcome is Outcome.DONE


def test_a_desk_that_ends_before_the_answer_leaves_the_record_that_it_was_asked(desk: Desk) -> None:
    desk.taps["office"].answers = [KeyboardInterrupt()]
    with pytest.raises(KeyboardInterrupt):
        desk.moderation.take(first(desk), REMOVE, NOW)
    (record,) = desk.inbox.conversation(first(desk)).moderated
    assert (record.outcome, record.decision) == (Outcome.ASKED, REMOVE)


@pytest.mark.parametrize(
    ("decision", "sentence"),
    [
        (Decision(Measure.HIDE, "", "words"), "No reason is chosen yet."),
        (Decision(Measure.HIDE, RULE, " \n "), "There are no words about the reason yet."),
        (Decision(Measure.HIDE, RULE, "x" * 501), "The reason is longer than 500 characters."),
    ],
)
def test_a_measure_without_a_reason_is_not_taken(desk: Desk, decision: Decision, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        desk.moderation.take(first(desk), decision, NOW)
    assert desk.taps["office"].measures == []
    assert desk.inbox.conversation(first(desk)).moderated == ()


def test_what_nobody_else_sees_is_not_hidden(desk: Desk) -> None:
    private = next(one.id for one in desk.inbox.page(ALL).messages if one.kind is MessageKind.DIRECT)
    with pytest.raises(InputError, match="Only you can see this message"):
        desk.moderation.take(private, HIDE, NOW)


def test_a_platform_without_the_measure_is_not_asked(tmp_path: Path) -> None:
    desk = open_tapped(tmp_path)
    desk.connect("office", start=page(incoming(1)))
    desk.fetch()
    with pytest.raises(InputError, match="PCC Desk cannot hide or delete what others write on Tapped"):
        desk.moderation.take(first(desk), HIDE, NOW)
    desk.inbox.stop()
    desk.store.close()


def test_a_comment_on_the_website_is_held_approved_and_binned(tmp_path: Path) -> None:
    with desk_on_servers(tmp_path) as desk:
        server, _ = desk.wordpress()
        post, take = desk.publish("Come and ask."), desk.services.moderation.take
        server.arrive(post, "Ann", "Hello", at=desk.clock.advance(1))
        (message,) = desk.fetch(minutes=2)
        assert (message.kind, server.comments[0].state) == (MessageKind.HELD, "hold")
        for _ in range(2):  # a second time changes nothing, and WordPress would call that a failure
            assert take(message.id, SHOW, desk.clock()).outcome is Outcome.DONE
        assert server.comments[0].state == "approved"
        assert desk.services.inbox.by_ids([message.id])[0].kind is MessageKind.COMMENT
        counts = desk.services.inbox.counts().by_kind
        assert counts[MessageKind.COMMENT, MessageState.OPEN] == 1
        assert counts.get((MessageKind.HELD, MessageState.OPEN), 0) == 0
        assert take(message.id, HIDE, desk.clock()).outcome is Outcome.DONE
        assert server.comments[0].state == "hold"
        for _ in range(2):
            assert take(message.id, REMOVE, desk.clock()).outcome is Outcome.DONE
        assert server.comments == ()
        assert take(message.id, SHOW, desk.clock()).outcome is Outcome.NOT_DONE


def test_a_comment_on_facebook_is_hidden_shown_and_deleted(tmp_path: Path) -> None:
    with desk_on_servers(tmp_path) as desk:
        server, _ = desk.facebook()
        server.wall.arrive(desk.publish("Come and ask."), "Rude", at=desk.clock.advance(1))
        (message,) = desk.fetch(minutes=2)
        take = desk.services.moderation.take
        hidden = []
        for decision in (HIDE, SHOW):
            assert take(message.id, decision, desk.clock()).outcome is Outcome.DONE
            hidden.append(server.wall.comments[0].hidden)
        assert hidden == [True, False]
        assert take(message.id, REMOVE, desk.clock()).outcome is Outcome.DONE
        assert server.wall.comments == []


def test_an_answer_on_x_is_hidden_and_cannot_be_deleted(tmp_path: Path) -> None:
    with desk_on_servers(tmp_path) as desk:
        server, _ = desk.x()
        server.arrive("ann", "@office Rude", desk.publish("Come and ask."), desk.clock.advance(1))
        (message,) = desk.fetch(minutes=2)
        assert desk.services.moderation.take(message.id, HIDE, desk.clock()).outcome is Outcome.DONE
        assert [post.hidden for post in server.posts] == [False, True]
        with pytest.raises(InputError, match="PCC Desk cannot delete what others write on X"):
            desk.services.moderation.take(message.id, REMOVE, desk.clock())
