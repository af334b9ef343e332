"""One announcement to ten accounts, each with three troubles on its way: the table at the end is right, every time."""

import os
import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from pcc_desk.channels.opening import Entering, Opening
from pcc_desk.channels.platforms import Adapter
from pcc_desk.channels.wire import Wire
from pcc_desk.errors import RateLimited
from pcc_desk.model.account import Account, Identity
from pcc_desk.model.channel import Channel, Piece, Standing
from pcc_desk.model.delivery import DeliveryState, Receipt
from pcc_desk.services.accounts import Accounts
from pcc_desk.services.compose import Compose
from pcc_desk.services.office import Office
from pcc_desk.services.outbox import Outbox
from tests.desk import KEY, Clock, open_store
from tests.services.scripted import LOST, PLATFORM, REFUSED, UNREACHABLE, Desk, ScriptedChannel, World

ACCOUNTS = [f"account{number}" for number in range(10)]
TROUBLES = ("unreachable", "limited", "lost before", "lost after", "refused")
WEIGHTS = (4, 2, 3, 3, 1)
FINAL = (DeliveryState.SENT, DeliveryState.HELD)

pytestmark = [pytest.mark.torture, pytest.mark.timeout(7_200 if os.environ.get("PCC_TORTURE") == "full" else 300)]


class Troubled(ScriptedChannel):
    """A channel that meets its account's next trouble at each try."""

    def __init__(self, world: World, account: Account, clock: Clock, troubles: list[str]) -> None:
        super().__init__(world, account, clock)
        self._troubles, self._now = troubles, clock

    def publish(self, piece: Piece) -> Receipt:
        """Post, or meet a trouble."""
        trouble = self._troubles.pop(0) if self._troubles else ""
        match trouble:
            case "unreachable":
                raise UNREACHABLE.with_traceback(None)
            case "limited":
                raise RateLimited("Too many.", self._now() + timedelta(seconds=40))
            case "lost before":
                raise LOST.with_traceback(None)
            case "refused":
                raise REFUSED.with_traceback(None)
        receipt = super().publish(piece)
        if trouble == "lost after":
            raise LOST.with_traceback(None)
        return receipt


class TenAccounts:
    """A desk with ten accounts, and the troubles that wait for each."""

    def __init__(self, folder: Path) -> None:
        self.troubles: dict[str, list[str]] = {name: [] for name in ACCOUNTS}
        store, clock, world = open_store(folder), Clock(), World()

        def sign_in(entering: Entering) -> Standing:
            given = entering.given
            return Standing(Identity(given.handle, given.handle, given.handle, given.address), PLATFORM.limits)

        def open_channel(opening: Opening) -> Channel:
            return Troubled(world, opening.account, clock, self.troubles[opening.account.handle])

        accounts = Accounts(store, {"scripted": Adapter(PLATFORM, sign_in, open_channel)}, Wire)
        compose, outbox = Compose(store, accounts), Outbox(store, accounts, patience=30)
        self.desk = Desk(store, clock, world, accounts, compose, outbox, Office(store, KEY))
        self.names = {account.id: account.handle for account in self.desk.connect(*ACCOUNTS)}

    def post(self, number: int, chance: random.Random) -> list[str]:
        """Send one announcement through its troubles, and say what is wrong with the table at the end."""
        met = {name: chance.choices(TROUBLES, WEIGHTS, k=3) for name in ACCOUNTS}
        for name, troubles in met.items():
            self.troubles[name][:] = troubles
        sent = self.desk.send(f"Announcement {number}")
        for _ in range(60):
            self.desk.run(seconds=120)
            if all(each.state in FINAL for each in self.desk.outbox.of_announcement(sent)):
                break
        return [
            f"{number} {met[name]}: {each.state}, {copies} copies"
            for each in self.desk.outbox.of_announcement(sent)
            for name in [self.names[each.account_id]]
            for copies in [self.desk.world.copies(each.frozen.key)]
            if (each.state, copies) != expected(met[name])
        ]


def expected(troubles: list[str]) -> tuple[DeliveryState, int]:
    """Say where a delivery must end that meets these troubles, and in how many copies."""
    for trouble in troubles:
        if trouble == "refused":
            return DeliveryState.HELD, 0
        if trouble == "lost after":
            break
    return DeliveryState.SENT, 1


@pytest.fixture
def ten(tmp_path: Path) -> Iterator[TenAccounts]:
    """A desk with ten accounts."""
    made = TenAccounts(tmp_path)
    yield made
    made.desk.outbox.stop()
    made.desk.store.close()


def test_the_table_at_the_end_is_right_every_time(ten: TenAccounts) -> None:
    rounds = 1_000 if os.environ.get("PCC_TORTURE") == "full" else 40
    chance = random.Random(20261125)
    wrong = [finding for number in range(rounds) for finding in ten.post(number, chance)]
    assert not wrong


def test_control_a_look_that_sees_nothing_makes_the_table_wrong(ten: TenAccounts) -> None:
    ten.desk.world.blind = True
    chance = random.Random(7)
    assert [finding for number in range(4) for finding in ten.post(number, chance)]
