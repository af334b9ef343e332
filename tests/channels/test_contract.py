"""What every channel over the web promises, kept by every such adapter: publishing, looking, reading, taking back.

What email and the channels by hand promise with them is in test_contract_every.py.
"""

import contextlib
import dataclasses
import json
from typing import Any

import pytest

from pcc_desk.channels.platforms import ADAPTERS
from pcc_desk.errors import ChannelError, Rejected, ServiceDown, Unauthorized, Unconfirmed, Unreachable
from pcc_desk.model.channel import Ability, Batch
from pcc_desk.model.message import Incoming
from tests.channels import faulty
from tests.channels.benches import RIGS
from tests.channels.rigs import Rig
from tests.channels.stands import STANDS

UNCLEAR = {
    "500": faulty.refused(500, "InternalServerError"),
    "502 web page": faulty.answered(502, faulty.HTML),
    "504": faulty.refused(504, "UpstreamTimeout"),
    "408": faulty.refused(408, "Too slow"),
    "200 web page": faulty.answered(200, faulty.HTML),
    "403 web page": faulty.answered(403, faulty.HTML),
    "empty": faulty.answered(200, b""),
    "not what was promised": faulty.answered(200, b'{"hello": "there"}'),
    "reset": faulty.reset,
    "truncated": faulty.truncated,
    "cut short": faulty.cut_short,
}


def only_with(can: bool) -> None:
    """Leave a promise out for a platform that cannot make it."""
    if not can:
        pytest.skip("this platform cannot")


def everything(rig: Rig, cursor: str = "") -> tuple[list[Incoming], str, list[Batch]]:
    """Read a stream to its end."""
    batches: list[Batch] = []
    while not batches or batches[-1].more:
        batches.append(rig.channel.fetch(rig.stream, cursor))
        cursor = batches[-1].cursor
        assert len(batches) <= 201
    return [message for batch in batches for message in batch.messages], cursor, batches


def test_every_platform_is_on_the_bench() -> None:
    on_the_web = {name for name, adapter in ADAPTERS.items() if not adapter.platform.by_hand and name != "email"}
    assert RIGS.keys() == on_the_web and STANDS.keys() == ADAPTERS.keys()


def test_what_was_published_is_found_and_seen_once(rig: Rig) -> None:
    assert rig.channel.find(rig.piece()) is None
    receipt = rig.channel.publish(rig.piece())
    assert rig.channel.find(rig.piece()) == receipt
    assert rig.public() == 1


def test_publishing_the_same_piece_again_changes_nothing(rig: Rig) -> None:
    only_with(rig.is_keyed and Ability.PICTURES in rig.abilities)
    wanted = rig.piece(pictures=(rig.picture(), rig.picture("A second map")))
    assert rig.channel.publish(wanted) == rig.channel.publish(wanted)
    assert rig.public() == 1


def test_other_words_under_the_same_key_never_take_the_place_of_what_stands_there(rig: Rig) -> None:
    only_with(rig.is_keyed)
    receipt = rig.channel.publish(rig.piece())
    with contextlib.suppress(Unconfirmed):  # it is looked for then, and what stands there is found
        assert rig.channel.publish(rig.piece(text="Other words")) == receipt
    assert rig.public() == 1 and rig.channel.find(rig.piece()) == receipt


def test_another_key_is_another_publication(rig: Rig) -> None:
    assert rig.channel.publish(rig.piece()) != rig.channel.publish(rig.piece("3m6abcdefgh2b", "Other words"))
    assert rig.public() == 2
    assert rig.channel.find(rig.piece("3m6abcdefgh2c", "Words nobody published")) is None


def test_withdrawing_twice_is_fine(rig: Rig) -> None:
    only_with(Ability.WITHDRAW in rig.abilities)
    receipt = rig.channel.publish(rig.piece())
    rig.channel.withdraw(receipt)
    rig.channel.withdraw(receipt)
    assert (rig.public(), rig.channel.find(rig.piece())) == (0, None)


def test_check_tells_who_we_are(rig: Rig) -> None:
    standing = rig.channel.check()
    assert standing.identity.remote_id == rig.account.remote_id
    assert standing.identity.address == rig.account.address
    assert standing.limits == rig.adapter.platform.limits


@pytest.mark.parametrize("named", ["https://example.org/news/plan", "seen by a person: 7", ""])
def test_what_only_a_person_saw_is_never_called_taken_back(rig: Rig, named: str) -> None:
    receipt = rig.channel.publish(rig.piece())
    with pytest.raises(Rejected):
        rig.channel.withdraw(dataclasses.replace(receipt, remote_id=named))
    assert rig.public() == 1


def test_a_sign_in_taken_back_is_told_as_such(rig: Rig) -> None:
    rig.revoke()
    for verb in (
        rig.channel.check,
        lambda: rig.channel.publish(rig.piece()),
        lambda: rig.channel.fetch(rig.stream, ""),
    ):
        with pytest.raises(Unauthorized):
            verb()
    assert rig.public() == 0


def test_an_answer_is_published_once_and_never_comes_back_as_a_message(rig: Rig) -> None:
    only_with(Ability.ANSWER in rig.abilities)
    about = rig.channel.publish(rig.piece())
    rig.arrive(about.remote_id, "When is it?")
    (message,), cursor, _ = everything(rig)
    answer = rig.piece("3m6abcdefgh2b", "On <Tuesday> & after", answers=message.reply_token)
    assert rig.channel.find(answer) is None
    receipt = rig.channel.publish(answer)
    assert rig.channel.find(answer) == receipt
    assert not rig.is_keyed or rig.channel.publish(answer) == receipt
    assert rig.public() == 2
    assert everything(rig, cursor)[0] == everything(rig)[0][1:] == []
    rig.arrive(receipt.remote_id, "Thank you")
    (thanks,), *_ = everything(rig, cursor)
    assert (thanks.answers, thanks.root) == (message.remote_id if rig.flat else receipt.remote_id, message.root)


@pytest.mark.parametrize("token", ["nonsense", "[]", "{}", '{"post": "x"}'])
def test_an_answer_to_nobody_knows_what_is_refused(rig: Rig, token: str) -> None:
    only_with(Ability.ANSWER in rig.abilities)
    with pytest.raises(Rejected):
        rig.channel.publish(rig.piece(answers=token))
    assert rig.public() == 0


def test_a_message_is_linked_to_what_it_answers(rig: Rig) -> None:
    about = rig.channel.publish(rig.piece())
    remote_id = rig.arrive(about.remote_id, "Ŷd? 5 < 6 & <b>bold</b>")
    (message,), *_ = everything(rig)
    assert (message.remote_id, message.answers, message.root) == (remote_id, about.remote_id, about.remote_id)
    assert message.text == "Ŷd? 5 < 6 & <b>bold</b>"
    assert message.author.name == rig.ann


def test_reading_on_gives_only_what_is_new_and_reading_again_gives_the_same(rig: Rig) -> None:
    about = rig.channel.publish(rig.piece())
    assert everything(rig)[0] == []
    first = rig.arrive(about.remote_id, "First")
    messages, cursor, _ = everything(rig)
    assert [message.remote_id for message in messages] == [first]
    assert everything(rig)[0] == messages
    assert everything(rig, cursor)[0] == []
    second = rig.arrive(about.remote_id, "Second")
    assert [message.remote_id for message in everything(rig, cursor)[0]] == [second]


def test_a_long_absence_is_filled_without_a_gap(rig: Rig) -> None:
    about = rig.channel.publish(rig.piece())
    rig.arrive(about.remote_id, "Before")
    _, cursor, _ = everything(rig)
    missed = [rig.arrive(about.remote_id, f"Missed {number}") for number in range(450)]
    messages, cursor, batches = everything(rig, cursor)
    assert sorted(message.remote_id for message in messages) == sorted(missed)
    assert len(batches) > 3
    assert not any(batch.missing for batch in batches)
    assert everything(rig, cursor)[0] == []


def test_what_arrives_while_a_long_absence_is_filled_is_not_lost(rig: Rig) -> None:
    about = rig.channel.publish(rig.piece())
    rig.arrive(about.remote_id, "Before")
    _, cursor, _ = everything(rig)
    expected = {rig.arrive(about.remote_id, f"Missed {number}") for number in range(150)}
    found: set[str] = set()
    for round_number in range(12):
        batch = rig.channel.fetch(rig.stream, cursor)
        cursor = batch.cursor
        found.update(message.remote_id for message in batch.messages)
        if round_number < 6:
            expected.add(rig.arrive(about.remote_id, f"Meanwhile {round_number}"))
    assert found == expected


@pytest.mark.parametrize("fault", UNCLEAR.values(), ids=UNCLEAR.keys())
@pytest.mark.parametrize("worked", [True, False], ids=["worked", "did not work"])
def test_no_clear_answer_is_unconfirmed_and_never_makes_a_second(rig: Rig, fault: faulty.Fault, worked: bool) -> None:
    rig.front.misbehave(faulty.afterwards(fault) if worked else fault, rig.publishes)
    with pytest.raises(Unconfirmed):
        rig.channel.publish(rig.piece())
    rig.front.behave()
    found = rig.channel.find(rig.piece())
    assert (found is not None) == worked
    if found is None or rig.is_keyed:
        assert rig.channel.publish(rig.piece()) == found or found is None
    assert rig.public() == 1


def test_control_a_channel_that_mints_its_key_anew_publishes_twice(rig: Rig) -> None:
    rig.front.misbehave(faulty.afterwards(faulty.reset), rig.publishes)
    with pytest.raises(Unconfirmed):
        rig.channel.publish(rig.piece())
    rig.front.behave()
    rig.channel.publish(rig.piece("3m6abcdefgh2b"))
    assert rig.public() == 2


@pytest.mark.parametrize("fault", UNCLEAR.values(), ids=UNCLEAR.keys())
def test_an_answer_without_a_clear_answer_is_never_said_twice(rig: Rig, fault: faulty.Fault) -> None:
    only_with(Ability.ANSWER in rig.abilities)
    about = rig.channel.publish(rig.piece())
    rig.arrive(about.remote_id, "When is it?")
    (message,), *_ = everything(rig)
    answer = rig.piece("3m6abcdefgh2b", "On Tuesday", answers=message.reply_token)
    rig.front.misbehave(faulty.afterwards(fault), rig.publishes)
    with pytest.raises(Unconfirmed):
        rig.channel.publish(answer)
    rig.front.behave()
    found = rig.channel.find(answer)
    assert found is not None
    assert not rig.is_keyed or rig.channel.publish(answer) == found
    assert rig.public() == 2


@pytest.mark.parametrize("fault", UNCLEAR.values(), ids=UNCLEAR.keys())
def test_a_step_before_publishing_that_fails_is_safe_to_repeat(rig: Rig, fault: faulty.Fault) -> None:
    only_with(Ability.PICTURES in rig.abilities)
    wanted = rig.piece(pictures=(rig.picture(),))
    rig.front.misbehave(faulty.afterwards(fault), rig.prepares)
    with pytest.raises(Unreachable):
        rig.channel.publish(wanted)
    assert rig.public() == 0
    rig.front.behave()
    rig.channel.publish(wanted)
    assert rig.public() == 1


@pytest.mark.parametrize("fault", UNCLEAR.values(), ids=UNCLEAR.keys())
def test_a_read_without_a_clear_answer_is_the_service_s_fault(rig: Rig, fault: faulty.Fault) -> None:
    rig.front.misbehave(fault, rig.reads)
    with pytest.raises(ServiceDown):
        rig.channel.fetch(rig.stream, "")


def test_without_a_connection_nothing_has_left(rig: Rig) -> None:
    gone = dataclasses.replace(rig.account, address="http://127.0.0.1:9")
    channel = rig.open(rig.wire("http://127.0.0.1:9"), gone)
    for verb in (lambda: channel.publish(rig.piece()), lambda: channel.fetch(rig.stream, ""), channel.check):
        with pytest.raises(Unreachable):
            verb()


def test_a_refusal_in_good_order_is_told_with_the_platform_s_own_words(rig: Rig) -> None:
    rig.front.misbehave(rig.refusal(403, "The  account \u202eis\nsuspended &#8217; now"), rig.publishes)
    with pytest.raises(Rejected) as caught:
        rig.channel.publish(rig.piece())
    assert "“The account is suspended ’ now”" in caught.value.sentence
    assert rig.public() == 0


def test_unknown_fields_are_left_alone(rig: Rig) -> None:
    def grow(value: Any) -> Any:
        if isinstance(value, list):
            return [grow(inner) for inner in value]
        if isinstance(value, dict):
            return {**{name: grow(inner) for name, inner in value.items()}, "brandNew": {"deep": [1, None, "x"]}}
        return value

    rig.front.misbehave(faulty.changed(grow))
    about = rig.channel.publish(rig.piece())
    rig.arrive(about.remote_id, "Hello")
    assert [message.text for message in everything(rig)[0]] == ["Hello"]


def test_a_spoiled_piece_is_kept_aside_and_the_others_arrive(rig: Rig) -> None:
    def spoil(body: Any) -> Any:
        pieces = rig.pieces(body)
        if len(pieces) > 1:
            del pieces[1][rig.needed]
        return body

    about = rig.channel.publish(rig.piece())
    for words in ("One", "Two", "Three"):
        rig.arrive(about.remote_id, words)
    rig.front.misbehave(faulty.changed(spoil), rig.reads)
    messages, _, batches = everything(rig)
    assert sorted(message.text for message in messages) == ["One", "Three"]
    (spoiled,) = [spoiled for batch in batches for spoiled in batch.spoiled]
    assert json.loads(spoiled.raw)[rig.named]
    assert spoiled.why


@pytest.mark.parametrize("trap", [b'"\\ud800 half \\u0000 nul"', b"NaN", b"1e999", b"1" * 5_000, b"null", b"[[[]]]"])
def test_one_trap_in_the_json_never_spoils_more_than_its_own_piece(rig: Rig, trap: bytes) -> None:
    about = rig.channel.publish(rig.piece())
    rig.arrive(about.remote_id, "the trap")
    rig.arrive(about.remote_id, "a good one")
    rig.front.misbehave(faulty.rewritten(b'"the trap"', trap), rig.reads)
    messages, _, batches = everything(rig)
    spoiled = [spoiled for batch in batches for spoiled in batch.spoiled]
    assert "a good one" in [message.text for message in messages]
    assert len(messages) + len(spoiled) == 2
    for message in messages:
        assert "\0" not in message.text.encode("utf-8").decode("utf-8")


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"a":' * 70 + b"1" + b"}" * 70], ids=["bottomless", "70 deep"])
def test_deep_nesting_is_no_answer(rig: Rig, body: bytes) -> None:
    rig.front.misbehave(faulty.answered(200, body), lambda seen: rig.reads(seen) or rig.publishes(seen))
    with pytest.raises(ServiceDown):
        rig.channel.fetch(rig.stream, "")
    with pytest.raises(Unconfirmed):
        rig.channel.publish(rig.piece())


@pytest.mark.parametrize("cursor", ["nonsense", "[]", "{}", "null", '{"after": 5}', '{"page": "\\ud800"}'])
def test_a_cursor_that_is_not_ours_starts_again(rig: Rig, cursor: str) -> None:
    about = rig.channel.publish(rig.piece())
    rig.arrive(about.remote_id, "Hello")
    assert [message.text for message in everything(rig, cursor)[0]] == ["Hello"]


def test_every_sentence_says_what_to_do_next(rig: Rig) -> None:
    errors: list[ChannelError] = []
    for fault in (*UNCLEAR.values(), rig.refusal(403, "No"), rig.refusal(401, "No"), faulty.answered(413, b"")):
        rig.front.misbehave(fault, rig.publishes)
        with pytest.raises(ChannelError) as caught:
            rig.channel.publish(rig.piece())
        errors.append(caught.value)
    for error in errors:
        assert error.sentence.endswith((".", "”"))
        assert error.next_step.endswith(".")
        assert rig.adapter.platform.title in error.sentence
