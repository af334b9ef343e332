"""What every channel promises, however it is reached: over the web, by email, or through a person's own hands."""

import dataclasses
from collections.abc import Callable, Iterator

import pytest

from pcc_desk.channels.platforms import ADAPTERS
from pcc_desk.errors import ChannelError, Rejected, Unauthorized, Unconfirmed, Unreachable
from pcc_desk.model.channel import Guarantee
from pcc_desk.model.delivery import Receipt
from tests.channels.rigs import MADE_AT
from tests.channels.stands import STANDS, Stand, foreign_tokens
from tests.servers.mail import MailSystem


@pytest.fixture(params=sorted(ADAPTERS))
def stand(request: pytest.FixtureRequest, mail: MailSystem) -> Iterator[Stand]:
    """Every channel there is, in turn; one that nobody has stood up fails here."""
    with STANDS[request.param](mail) as made:
        yield made


def test_every_channel_is_held_to_these_promises() -> None:
    assert STANDS.keys() == ADAPTERS.keys()
    assert all(name == adapter.platform.name for name, adapter in ADAPTERS.items())


def test_it_tells_who_we_are(stand: Stand) -> None:
    standing = stand.open().check()
    assert standing.identity.remote_id == stand.account.remote_id
    assert standing.identity.address == stand.account.address
    assert standing.limits == stand.platform.limits


def test_what_is_published_is_seen_once_and_what_a_person_posts_is_never_called_published(stand: Stand) -> None:
    if stand.platform.by_hand:
        with pytest.raises(Rejected, match="by hand") as told:
            stand.open().publish(stand.piece())
        assert told.value.next_step.endswith(".")
        return
    receipt = stand.open().publish(stand.piece())
    assert stand.sent() == 1 and stand.open().find(stand.piece()) == receipt


def has_lost_an_answer(stand: Stand) -> bool:
    """Lose the answer to a publishing that did happen; tell whether this channel publishes at all."""
    if stand.lose is None:
        assert stand.platform.by_hand
        return False
    stand.lose()
    with pytest.raises(Unconfirmed):
        stand.open().publish(stand.piece())
    stand.mend()
    return True


def test_an_answer_lost_on_its_way_is_unclear_and_never_alone_makes_a_second(stand: Stand) -> None:
    if not has_lost_an_answer(stand):
        return
    found = stand.open().find(stand.piece())
    # Where looking proves nothing, class D says so, and the outbox leaves it to a person.
    assert found is not None or stand.platform.guarantee is Guarantee.D
    if stand.platform.guarantee in (Guarantee.A, Guarantee.B):
        assert stand.open().publish(stand.piece()) == found
    assert stand.sent() == 1


def test_control_the_same_words_under_another_key_are_a_second(stand: Stand) -> None:
    if not has_lost_an_answer(stand):
        return
    stand.open().publish(stand.piece("3m6abcdefgh2b"))
    assert stand.sent() == 2


@pytest.mark.parametrize("token", foreign_tokens())
def test_an_answer_to_nobody_knows_whom_is_refused(stand: Stand, token: str) -> None:
    with pytest.raises(Rejected) as told:
        stand.open().publish(stand.piece(answers=token))
    assert told.value.next_step.endswith(".") and stand.sent() == 0


def test_reading_on_gives_only_what_is_new_and_reading_again_gives_the_same(stand: Stand) -> None:
    if stand.arrive is None:
        assert stand.platform.by_hand and stand.open().fetch("anything", "mark").messages == ()
        return
    stand.arrive("First")
    found, cursor = stand.read()
    assert found == ["First"] == stand.read()[0]
    assert stand.read(cursor)[0] == []
    stand.arrive("Second")
    assert stand.read(cursor)[0] == ["Second"]


@pytest.mark.parametrize("cursor", ["nonsense", "[]", "{}", "null", '{"after": 5}', '{"page": "\\ud800"}', "5 5"])
def test_a_place_in_a_stream_that_is_not_ours_starts_again(stand: Stand, cursor: str) -> None:
    if stand.arrive is None:
        assert stand.platform.by_hand and stand.open().fetch("anything", cursor).messages == ()
        return
    stand.arrive("Hello")
    assert stand.read(cursor)[0] == ["Hello"]


def test_a_sign_in_taken_back_is_told_as_such(stand: Stand) -> None:
    if stand.revoke is None:
        assert stand.platform.by_hand
        return
    stand.revoke()
    verbs: list[Callable[[], object]] = [stand.open().check, lambda: stand.open().publish(stand.piece())]
    verbs.append(lambda: stand.open().fetch(stand.stream, ""))
    for verb in verbs:
        with pytest.raises(Unauthorized) as told:
            verb()
        assert told.value.next_step.endswith(".")
    assert stand.sent() == 0


def test_without_a_connection_nothing_has_left(stand: Stand) -> None:
    if stand.away is None:
        assert stand.platform.by_hand
        return
    channel = stand.away()
    for verb in (lambda: channel.publish(stand.piece()), lambda: channel.fetch(stand.stream, "")):
        with pytest.raises(Unreachable) as told:
            verb()
        assert told.value.next_step.endswith(".")
    assert stand.sent() == 0


@pytest.mark.parametrize("named", ["https://example.org/news/plan", "seen by a person: 7", ""])
def test_what_only_a_person_saw_is_never_called_taken_back(stand: Stand, named: str) -> None:
    receipt = Receipt(named, named, MADE_AT)
    if not stand.platform.by_hand:
        receipt = dataclasses.replace(stand.open().publish(stand.piece()), remote_id=named)
    with pytest.raises(Rejected) as told:
        stand.open().withdraw(receipt)
    assert told.value.next_step.endswith(".")
    assert stand.sent() == (not stand.platform.by_hand)


def test_what_it_cannot_do_is_told_by_name_and_with_a_next_step(stand: Stand) -> None:
    verbs: list[Callable[[], object]] = [lambda: stand.open().publish(stand.piece(answers="nonsense"))]
    if stand.platform.by_hand:
        verbs += [lambda: stand.open().find(stand.piece()), lambda: stand.open().withdraw(Receipt("1", "", MADE_AT))]
    for verb in verbs:
        with pytest.raises(ChannelError) as told:
            verb()
        assert told.value.sentence.endswith((".", "”")) and told.value.next_step.endswith(".")
