"""Thousands of spoilt answers to each adapter: no crash, no hang, no good message lost, every bad one counted.

The full form (PCC_TORTURE=full) gives each adapter 10,000. Each answer follows from its number, so that one that hurts
can be made again.
"""

import os
from dataclasses import replace
from typing import Any

import pytest

from pcc_desk.channels.platforms import ADAPTERS
from pcc_desk.errors import Unexpected
from pcc_desk.model.channel import Batch
from tests.channels.benches import RIGS
from tests.channels.mail_desk import connect
from tests.servers.mail import MailSystem
from tests.torture.spoilt_letters import SpoiltMailbox
from tests.torture.spoilt_reading import SpoiltReading

FULL = os.environ.get("PCC_TORTURE") == "full"
# Of each ten answers seven have spoilt pieces among good ones, and three are spoilt anywhere at all.
PIECES, ANSWERS = (7_000, 3_000) if FULL else (140, 60)
A_RIG = 100  # answers one bench takes: a platform that counts calls would ask for rest after some hundreds
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


def test_every_platform_is_tortured() -> None:
    assert {*RIGS, "email", *BY_HAND} == ADAPTERS.keys()


@pytest.mark.parametrize("name", sorted(RIGS))
def test_spoilt_pieces_cost_no_good_one_and_are_counted(name: str) -> None:
    counted = 0
    for first in range(0, PIECES, A_RIG):
        with RIGS[name]() as rig:
            reading = SpoiltReading(rig)
            numbers = range(first, min(first + A_RIG, PIECES))
            assert not [finding for number in numbers for finding in reading.lose_no_piece(number)]
            counted += reading.counted
    assert counted >= PIECES // 4


@pytest.mark.parametrize("name", sorted(RIGS))
def test_a_spoilt_answer_ends_no_reading(name: str) -> None:
    for first in range(0, ANSWERS, A_RIG):
        with RIGS[name]() as rig:
            reading, numbers = SpoiltReading(rig), range(first, min(first + A_RIG, ANSWERS))
            assert not [finding for number in numbers for finding in reading.survive(number)]


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
