"""Thousands of spoilt answers to each adapter: no crash, no hang, no good message lost, no lie, every bad one counted.

The full form (PCC_TORTURE=full) gives each adapter 10,000, shared by all its streams and by all it does. Each answer
follows from its number, so that one that hurts can be made again.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

import pytest

from pcc_desk.channels.platforms import ADAPTERS
from pcc_desk.errors import Rejected, Unconfirmed, Unexpected
from pcc_desk.model.channel import Ability, Batch, Piece
from pcc_desk.model.delivery import Receipt
from tests.channels.benches import RIGS
from tests.channels.mail_desk import connect
from tests.channels.rigs import Rig
from tests.servers.mail import MailSystem
from tests.torture import spoilt_reading
from tests.torture.spoilt_doing import ANSWERED, SpoiltDoing
from tests.torture.spoilt_letters import SpoiltMailbox
from tests.torture.spoilt_reading import SpoiltReading
from tests.torture.streams import FEW, STREAMS

FULL = os.environ.get("PCC_TORTURE") == "full"
# Of each ten answers six are read with spoilt pieces among good ones and three spoilt anywhere at all; the tenth comes
# to one of the other verbs.
PIECES, ANSWERS, DEEDS = (6_000, 3_000, 1_000) if FULL else (120, 60, 20)
A_RIG = 100  # answers one bench takes: a platform that counts calls would ask for rest after some hundreds
DEEDS_OF_A_RIG = 6  # each is several calls
LETTERS = 10_000 if FULL else 200
BY_HAND = sorted(name for name, adapter in ADAPTERS.items() if adapter.platform.by_hand)

pytestmark = [pytest.mark.torture, pytest.mark.timeout(5_400 if FULL else 300)]


class WithoutQuarantine:
    """A channel that sets nothing aside: one bad piece costs its whole page."""

    def __init__(self, channel: Any) -> None:
        self._channel = channel

    def fetch(self, stream: str, cursor: str) -> Batch:
        """Give a page without a bad piece, or fail. Raises: ChannelError."""
        batch: Batch = self._channel.fetch(stream, cursor)
        if batch.spoiled:
            raise Unexpected("One piece cannot be read.", "None of them is.")
        return batch


class Forgetful(WithoutQuarantine):
    """A channel that drops what it cannot read without a word."""

    def fetch(self, stream: str, cursor: str) -> Batch:
        """Give a page, and no bad piece of it."""
        batch: Batch = self._channel.fetch(stream, cursor)
        return replace(batch, spoiled=())


class Crashing(WithoutQuarantine):
    """A channel that lets out whatever it meets."""

    def fetch(self, stream: str, cursor: str) -> Batch:
        """Give a page, or crash on a bad piece. Raises: KeyError."""
        batch: Batch = self._channel.fetch(stream, cursor)
        if batch.spoiled:
            raise KeyError("created_time")
        return batch

    def publish(self, piece: Piece) -> Receipt:
        """Publish, or crash. Raises: KeyError."""
        try:
            receipt: Receipt = self._channel.publish(piece)
        except Exception:  # noqa: BLE001 - this one minds nothing
            raise KeyError("id") from None
        return receipt


class Hanging(WithoutQuarantine):
    """A channel that waits before each answer for longer than anybody should."""

    def fetch(self, stream: str, cursor: str) -> Batch:
        """Give a page, late."""
        time.sleep(_SHORT * 2)
        batch: Batch = self._channel.fetch(stream, cursor)
        return batch

    def publish(self, piece: Piece) -> Receipt:
        """Publish, late."""
        time.sleep(_SHORT * 2)
        receipt: Receipt = self._channel.publish(piece)
        return receipt


class Lying(WithoutQuarantine):
    """A channel that calls sent what it knows nothing of."""

    def publish(self, piece: Piece) -> Receipt:
        """Publish, and make an id up where none is told."""
        try:
            receipt: Receipt = self._channel.publish(piece)
        except Exception:  # noqa: BLE001 - whatever it is, this one says that all is well
            return Receipt("", "", piece.made_at, "")
        return receipt


class Despairing(WithoutQuarantine):
    """A channel that calls a failure what may have worked."""

    def publish(self, piece: Piece) -> Receipt:
        """Publish, or say that nothing was. Raises: Rejected."""
        try:
            receipt: Receipt = self._channel.publish(piece)
        except Unconfirmed as error:
            raise Rejected(error.sentence, error.next_step) from None
        return receipt


_SHORT = 0.3  # seconds that are too long for a control, so that it need not take five

EVERY_STREAM = [(name, stream) for name, streams in STREAMS.items() for stream in streams]
EVERY_PLACE = [(name, place) for name in RIGS for place in ("", *ANSWERED.get(name, ()))]


def shared(total: int, parts: int) -> int:
    """Give one part of a number of answers."""
    return -(-total // parts)


def benches(
    rig: Callable[[], AbstractContextManager[Rig]], count: int, a_rig: int = A_RIG
) -> Iterator[tuple[Rig, range]]:
    """Give a bench for each so many answers, and their numbers."""
    for first in range(0, count, a_rig):
        with rig() as made:
            yield made, range(first, min(first + a_rig, count))


def place_of(name: str, place: str) -> Callable[[], AbstractContextManager[Rig]]:
    """Give the bench of a platform where the public reads, or at one of the other places where the office answers."""
    return STREAMS[name][place] if place else RIGS[name]


def test_every_platform_is_tortured() -> None:
    assert {*RIGS, "email", *BY_HAND} == ADAPTERS.keys()
    assert STREAMS.keys() == RIGS.keys()


@pytest.mark.parametrize("name", sorted(RIGS))
def test_every_stream_of_a_platform_is_tortured(name: str) -> None:
    platform = ADAPTERS[name].platform
    watched = {"tag"} if Ability.SEARCH in platform.abilities else set[str]()
    watched |= {"live"} if Ability.LIVE in platform.abilities else set()
    assert {*platform.streams} | watched == STREAMS[name].keys()
    for stream, bench in STREAMS[name].items():
        with bench() as rig:
            assert rig.stream.partition(":")[0] == stream


@pytest.mark.parametrize(("name", "stream"), EVERY_STREAM)
def test_spoilt_pieces_cost_no_good_one_and_are_counted(name: str, stream: str) -> None:
    counted, count = 0, shared(PIECES, len(STREAMS[name]))
    for rig, numbers in benches(STREAMS[name][stream], count, FEW.get((name, stream), A_RIG)):
        reading = SpoiltReading(rig)
        assert not [finding for number in numbers for finding in reading.lose_no_piece(number)]
        counted += reading.counted
    assert counted >= count // 4


@pytest.mark.parametrize(("name", "stream"), EVERY_STREAM)
def test_a_spoilt_answer_ends_no_reading(name: str, stream: str) -> None:
    count = shared(ANSWERS, len(STREAMS[name]))
    for rig, numbers in benches(STREAMS[name][stream], count, FEW.get((name, stream), A_RIG)):
        reading = SpoiltReading(rig)
        assert not [finding for number in numbers for finding in reading.survive(number)]


@pytest.mark.parametrize(("name", "place"), EVERY_PLACE)
def test_a_spoilt_answer_to_what_the_office_does_crashes_nothing_and_makes_nobody_lie(name: str, place: str) -> None:
    lengths = dict[tuple[str, str, bool], int]()
    count = DEEDS // 2 if place else DEEDS if name not in ANSWERED else DEEDS - DEEDS // 2
    count = shared(count, len(ANSWERED[name])) if place else count
    for rig, numbers in benches(place_of(name, place), count, FEW.get((name, place), DEEDS_OF_A_RIG)):
        doing = SpoiltDoing(rig, lengths=lengths)
        assert not [finding for number in numbers for finding in doing.stay_honest(number)]


def test_spoilt_letters_cost_no_good_one_and_each_is_shown_or_counted(mail: MailSystem) -> None:
    mailbox = SpoiltMailbox(connect(mail))
    assert not mailbox.lose_no_letter(LETTERS)


@pytest.mark.parametrize("name", BY_HAND)
def test_what_a_person_posts_to_by_hand_brings_nothing_in(name: str) -> None:
    assert not ADAPTERS[name].platform.streams


def test_control_a_mailbox_without_quarantine_is_found_out(mail: MailSystem) -> None:
    assert SpoiltMailbox(connect(mail), Forgetful).lose_no_letter(100)


@pytest.mark.parametrize("careless", [WithoutQuarantine, Forgetful])
@pytest.mark.parametrize("name", sorted(RIGS))
def test_control_an_adapter_without_quarantine_is_found_out(name: str, careless: type[WithoutQuarantine]) -> None:
    with RIGS[name]() as rig:
        reading = SpoiltReading(rig, careless(rig.channel))
        assert [finding for number in range(20) for finding in reading.lose_no_piece(number)]


@pytest.mark.parametrize("name", sorted(RIGS))
def test_control_an_adapter_that_crashes_is_found_out(name: str) -> None:
    with RIGS[name]() as rig:
        reading = SpoiltReading(rig, Crashing(rig.channel))
        assert "let KeyError" in str([reading.lose_no_piece(number) for number in range(20)])
    with RIGS[name]() as rig:
        assert "let KeyError" in str(sent(SpoiltDoing(rig, Crashing(rig.channel))))


@pytest.mark.parametrize("name", ["bluesky", "threads", "x"])
def test_control_an_adapter_that_hangs_is_found_out(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spoilt_reading, "LONGEST", _SHORT)
    with RIGS[name]() as rig:
        assert any("hung" in each for each in SpoiltReading(rig, Hanging(rig.channel)).survive(1))
        doing = SpoiltDoing(rig, Hanging(rig.channel))
        assert any("hung" in each for each in doing.stay_honest(doing.deeds.index("publish")))


@pytest.mark.parametrize("name", sorted(RIGS))
def test_control_an_adapter_that_makes_ids_up_is_found_out(name: str) -> None:
    with RIGS[name]() as rig:
        assert "called sent" in str(found := sent(SpoiltDoing(rig, Lying(rig.channel)))) or "made-up id" in str(found)


@pytest.mark.parametrize("name", ["bluesky", "facebook", "x"])
def test_control_an_adapter_that_calls_a_failure_what_may_have_worked_is_found_out(name: str) -> None:
    with RIGS[name]() as rig:
        assert "is there, and called Rejected" in str(sent(SpoiltDoing(rig, Despairing(rig.channel))))


def sent(doing: SpoiltDoing) -> list[str]:
    """Publish a few times, with an answer spoilt each time, and say what was found."""
    return [finding for number in range(12) for finding in doing.stay_honest(number * len(doing.deeds))]
