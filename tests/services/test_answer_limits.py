"""An answer may be as long as its platform takes one there: in public, in private, and during a live video."""

from dataclasses import replace
from pathlib import Path

import pytest

from pcc_desk.channels.platforms import ADAPTERS
from pcc_desk.errors import NotReady
from pcc_desk.model.channel import Ability
from pcc_desk.model.correction import Correction
from pcc_desk.model.message import MessageId, MessageKind
from pcc_desk.model.private_rule import PrivateRule
from pcc_desk.services.answer_limits import Answering, measure
from pcc_desk.services.posting import Posting
from tests.desk import NOW, Clock, open_store
from tests.services.scripted import PLATFORM, World, assemble
from tests.services.tap import ALL, TAPPED, open_tapped, page
from tests.store.mail import incoming

LONG = "Thank you for asking. " * 20  # longer than a post on X


@pytest.mark.parametrize(
    ("platform", "answering", "most"),
    [
        ("x", Answering(MessageKind.REPLY), 280),
        ("x", Answering(MessageKind.DIRECT, private=True), 10_000),
        ("linkedin", Answering(MessageKind.COMMENT), 1_250),
        ("youtube", Answering(MessageKind.COMMENT), 5_000),
        ("youtube", Answering(MessageKind.LIVE), 200),
    ],
)
def test_each_platform_takes_its_own_length(platform: str, answering: Answering, most: int) -> None:
    assert measure(ADAPTERS[platform].platform, "Diolch", answering) == (6, most)


def test_a_private_answer_longer_than_a_post_goes_out_and_is_not_held(tmp_path: Path) -> None:
    rule = PrivateRule(frozenset(), length=10_000)
    short = replace(TAPPED, abilities=Ability.ANSWER, private_rule=rule, limits=replace(TAPPED.limits, length=280))
    desk = open_tapped(tmp_path, platform=short)
    desk.connect("office", start=page(incoming(1, kind=MessageKind.DIRECT), incoming(2)))
    desk.fetch()
    public, private = sorted(desk.inbox.page(ALL).messages, key=lambda one: one.kind is MessageKind.DIRECT)
    with pytest.raises(NotReady, match="characters too long"):
        desk.inbox.answer(public.id, LONG, NOW)
    desk.inbox.answer(private.id, LONG, NOW)
    (answer,) = desk.inbox.conversation(private.id).answers
    posting = Posting(desk.store, desk.accounts)
    assert posting.find_overrun(answer, short) == ""
    shorter = replace(short, private_rule=replace(rule, length=100))
    assert "takes 100 characters now" in posting.find_overrun(answer, shorter)
    assert "takes 280 characters now" in posting.find_overrun(replace(answer, in_reply_to=None), short)
    desk.inbox.stop()
    desk.store.close()


def test_an_answer_put_right_is_as_long_as_its_platform_takes_an_answer(tmp_path: Path) -> None:
    made = assemble(open_store(tmp_path), World(), Clock(), replace(PLATFORM, answer_length=30))
    made.connect("office")
    made.send("The meeting is on Tuesday.")
    made.run()
    (posted,) = made.corrections.beside(made.deliveries()[0].id, made.clock())
    answer = replace(posted, delivery=replace(posted.delivery, in_reply_to=MessageId(1)))
    wish = Correction(posted.delivery.id, "The meeting is on Thursday, at six in the hall.")
    assert made.corrections.problems(posted, wish) == ()
    assert made.corrections.problems(answer, wish) == ("Scripted takes 30 characters. This is 17 too many.",)
    made.outbox.stop()
    made.store.close()


def test_a_second_cashtag_is_told_before_a_public_answer_and_stops_no_private_one(tmp_path: Path) -> None:
    once = replace(ADAPTERS["x"].platform.limits, cashtags=1)
    rule = PrivateRule(frozenset(), length=10_000)
    x = replace(TAPPED, title="X", abilities=Ability.ANSWER, private_rule=rule, limits=once)
    desk = open_tapped(tmp_path, platform=x)
    desk.connect("office", start=page(incoming(1, kind=MessageKind.DIRECT), incoming(2)))
    desk.fetch()
    public, private = sorted(desk.inbox.page(ALL).messages, key=lambda one: one.kind is MessageKind.DIRECT)
    with pytest.raises(NotReady, match=r"such as \$BP, in one post\. Take 1 away"):
        desk.inbox.answer(public.id, "We hold no $BP and no $VOD.", NOW)
    desk.inbox.answer(public.id, "We hold no $BP and spent $200.", NOW)
    desk.inbox.answer(private.id, "We hold no $BP and no $VOD.", NOW)
    posting = Posting(desk.store, desk.accounts)
    (said,) = desk.inbox.conversation(private.id).answers
    assert posting.find_overrun(said, x) == ""
    assert "This has 2" in posting.find_overrun(replace(said, frozen=replace(said.frozen, private=False)), x)
    desk.inbox.stop()
    desk.store.close()
