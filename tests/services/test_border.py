"""A broken adapter hurts nobody else, and its words reach no log."""

import logging
from datetime import UTC, datetime

import pytest

from pcc_desk.errors import ChannelError, DeskError, Rejected, StoreFull, Unexpected
from pcc_desk.model.channel import Batch, Piece, Standing
from pcc_desk.model.delivery import Receipt
from pcc_desk.services.border import GuardedChannel, contained

PIECE = Piece("key", "text", datetime(2026, 11, 24, tzinfo=UTC))
RECEIPT = Receipt("1", "https://a", PIECE.made_at)


class Broken:
    """A channel whose every verb raises what it was given."""

    def __init__(self, fault: Exception) -> None:
        self.fault = fault

    def publish(self, piece: Piece) -> Receipt:
        """Fail."""
        raise self.fault

    def find(self, piece: Piece) -> Receipt | None:
        """Fail."""
        raise self.fault

    def fetch(self, stream: str, cursor: str) -> Batch:
        """Fail."""
        raise self.fault

    def withdraw(self, receipt: Receipt) -> None:
        """Fail."""
        raise self.fault

    def check(self) -> Standing:
        """Fail."""
        raise self.fault


def raised(fault: Exception) -> list[DeskError]:
    """Call every verb of a broken channel and give what came out."""
    channel = GuardedChannel(Broken(fault), "Bluesky")
    seen = []
    for verb in (
        lambda: channel.publish(PIECE),
        lambda: channel.find(PIECE),
        lambda: channel.fetch("mentions", ""),
        lambda: channel.withdraw(RECEIPT),
        channel.check,
    ):
        with pytest.raises(DeskError) as caught:
            verb()
        seen.append(caught.value)
    return seen


def test_whatever_an_adapter_raises_becomes_a_channel_error(caplog: pytest.LogCaptureFixture) -> None:
    for fault in raised(KeyError("token-9000")):
        assert isinstance(fault, Unexpected) and fault.sentence.startswith("Bluesky ")
        assert fault.detail.startswith("KeyError at test_border.py:")
        assert "token-9000" not in fault.sentence + fault.next_step + fault.detail
    assert len(caplog.records) == 5 and "token-9000" not in caplog.text
    assert all(record.levelno == logging.ERROR for record in caplog.records)


def test_what_the_adapter_foresaw_passes_as_it_is() -> None:
    refusal = Rejected("Too long.")
    assert all(fault is refusal for fault in raised(refusal))


def test_a_full_disk_under_an_adapter_is_not_blamed_on_the_platform() -> None:
    with pytest.raises(StoreFull), contained("Bluesky"):
        raise StoreFull("No room.")
    assert not issubclass(StoreFull, ChannelError)
