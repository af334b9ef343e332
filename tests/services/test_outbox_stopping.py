"""A desk that stops begins nothing more, whatever was about to begin."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pcc_desk.model.delivery import DeliveryState
from pcc_desk.services.outbox import Outbox
from tests.services.scripted import UNREACHABLE, Desk, desk


@pytest.fixture
def one(tmp_path: Path) -> Iterator[Desk]:
    with desk(tmp_path) as made:
        yield made


def test_nothing_is_begun_after_the_desk_has_stopped(one: Desk) -> None:
    one.send()
    one.outbox.stop()
    one.run()
    assert one.states() == [DeliveryState.DUE]


def test_stopping_while_a_run_begins_is_no_fault(one: Desk) -> None:
    one.world.answers = [UNREACHABLE] * 20
    one.send()
    with ThreadPoolExecutor(1) as beside:
        for _ in range(20):
            one.clock.advance(hours=1)
            outbox = Outbox(one.store, one.accounts, patience=0)
            run = beside.submit(outbox.run_due, one.clock)
            outbox.stop()
            run.result(60)
