"""What it takes until ten accounts have an announcement whose servers each answer after 300 ms, against one of them.

The servers are a program of their own, as they would be elsewhere in the world; only this PC's processor is shared.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from benchmarks.figure import Figure
from pcc_desk.channels import reading
from pcc_desk.channels.failures import Ask
from pcc_desk.channels.opening import Entering, Opening
from pcc_desk.channels.platforms import Adapter
from pcc_desk.channels.wire import Wire
from pcc_desk.model.account import Account, Identity, SignIn
from pcc_desk.model.channel import Ability, Batch, Channel, Counting, Guarantee, Limits, Piece, Platform, Standing
from pcc_desk.model.delivery import DeliveryState, Receipt
from pcc_desk.rehearsal.loopback import Loopback, Reply, Request
from pcc_desk.services.accounts import Accounts
from pcc_desk.services.compose import Compose
from pcc_desk.services.outbox import Outbox
from pcc_desk.store.engine import Store

METRICS = ("fan_out",)
ROUNDS = 5
AWAY = 0.3  # seconds
SERVERS = 10
PLATFORM = Platform("far", "Far", "F", "#444444", Limits(500, Counting.GRAPHEMES), Ability.NONE, Guarantee.C, ())


class FarChannel:
    """An account on a server that answers late."""

    def __init__(self, wire: Wire, account: Account, spent: list[float]) -> None:
        self._wire, self._account, self._spent = wire, account, spent

    def publish(self, piece: Piece) -> Receipt:
        """Post with one request, and note how long the server says it took."""
        told = self._wire.post(Ask("/post", body={"key": piece.key, "text": piece.text})).body
        self._spent.append(reading.number(told, "microseconds") / 1e6)
        return Receipt(f"{self._account.handle}:{piece.key}", "", piece.made_at)

    def find(self, piece: Piece) -> Receipt | None:
        """Find nothing: every answer here is clear."""

    def fetch(self, stream: str, cursor: str) -> Batch:
        """Give nothing."""
        return Batch((), cursor)

    def withdraw(self, receipt: Receipt) -> None:
        """Leave it there."""

    def check(self) -> Standing:
        """Accept the sign-in."""
        account = self._account
        return Standing(Identity(account.remote_id, account.handle, account.name, account.address), PLATFORM.limits)


def measure() -> Iterator[Figure]:
    """Send one announcement to ten servers, a few times, and compare with what the slowest server took."""
    with ExitStack() as stack:
        spent: list[float] = []
        urls = stack.enter_context(_servers())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        ratios, values = list[float](), list[float]()
        compose, outbox = _desk(folder, urls, spent, stack)
        for number in range(ROUNDS + 1):
            spent.clear()
            took = _send(compose, outbox, f"Announcement {number}")
            if number:  # the first opens the connections
                values.append(took * 1_000)
                ratios.append(took / max(spent))
        yield Figure("fan_out", median(values), "ms", median(ratios), "the slowest of the ten servers", ROUNDS)


@contextmanager
def _servers() -> Iterator[list[str]]:
    """Run the servers in their own process, and lend their addresses."""
    command = [sys.executable, "-m", "benchmarks.fan_out"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None and running.stdin is not None
        yield [running.stdout.readline().strip() for _ in range(SERVERS)]
        running.stdin.close()  # by which it ends


def _serve() -> None:
    """Be the servers, until nobody listens any more."""

    def answer(request: Request) -> Reply:
        started = time.perf_counter()
        time.sleep(AWAY)
        return Reply({"microseconds": round((time.perf_counter() - started) * 1e6)})

    with ExitStack() as stack:
        for _ in range(SERVERS):
            print(stack.enter_context(Loopback(answer)).url, flush=True)
        sys.stdin.read()


def _desk(folder: Path, urls: list[str], spent: list[float], stack: ExitStack) -> tuple[Compose, Outbox]:
    store = Store(folder / "desk.db", bytes(range(32)))
    stack.callback(store.close)

    def sign_in(entering: Entering) -> Standing:
        given = entering.given
        return Standing(Identity(given.handle, given.handle, given.handle, given.address), PLATFORM.limits)

    def open_channel(opening: Opening) -> Channel:
        return FarChannel(opening.wire, opening.account, spent)

    accounts = Accounts(store, {"far": Adapter(PLATFORM, sign_in, open_channel)}, Wire)
    for number, url in enumerate(urls):
        accounts.connect(SignIn("far", url, f"account{number}", "secret"), datetime.now(UTC))
    outbox = Outbox(store, accounts, patience=30)
    stack.callback(outbox.stop)
    return Compose(store, accounts), outbox


def _send(compose: Compose, outbox: Outbox, words: str) -> float:
    now = datetime.now(UTC)
    draft = compose.save(replace(compose.begin(now), text=words), now)
    compose.approve(draft.id, now)
    started = time.perf_counter()
    outbox.run_due(lambda: datetime.now(UTC))
    took = time.perf_counter() - started
    assert all(each.state is DeliveryState.SENT for each in outbox.of_announcement(draft.id))
    return took


if __name__ == "__main__":
    _serve()
