"""Accounts are served all at once, so that ten far servers cost the time of the slowest."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from pcc_desk.model.channel import Piece
from pcc_desk.model.delivery import DeliveryState
from pcc_desk.services import sending
from tests.services.scripted import UNREACHABLE, desk

SENT = DeliveryState.SENT


def meeting(accounts: int, seconds: float) -> Callable[[Piece], None]:
    """Give what holds each post back until so many are on their way at once, and fails one that waited in vain."""
    together = threading.Barrier(accounts)

    def meet(piece: Piece) -> None:
        try:
            together.wait(seconds)
        except threading.BrokenBarrierError:
            raise UNREACHABLE from None

    return meet


def test_accounts_are_served_side_by_side_and_each_one_thing_at_a_time(tmp_path: Path) -> None:
    with desk(tmp_path) as one:
        one.connect("second", "third")
        one.send("First."), one.send("Second.")
        one.world.before_answer = meeting(3, 60)
        one.run()
        assert one.states() == [SENT] * 6
        assert one.world.side_by_side == 3


@pytest.mark.parametrize("lines", [sending.SIDE_BY_SIDE, 9])
def test_ten_accounts_are_served_at_once_and_as_a_control_nine_lines_could_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: int
) -> None:
    monkeypatch.setattr(sending, "SIDE_BY_SIDE", lines)
    with desk(tmp_path) as one:
        one.connect(*(f"account{number}" for number in range(9)))
        one.send()
        one.world.before_answer = meeting(10, 60 if lines >= 10 else 1)
        one.run()
        assert (one.states() == [SENT] * 10) is (lines >= 10)
