"""Kills a desk again and again between "Send" and "sent", and counts what stands on the platforms afterwards."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from pcc_desk.model.account import SignIn
from pcc_desk.model.delivery import DeliveryState
from pcc_desk.services.accounts import Accounts
from pcc_desk.services.compose import Compose
from pcc_desk.services.outbox import Outbox
from tests.desk import open_store
from tests.torture.desk_process import adapters, open_wire

SETTLE_SECONDS = 0.3
Published = Callable[[], Sequence[str]]  # every text that stands on one platform


@dataclass(frozen=True)
class Places:
    """Where the desk signs in, and what everyone can read there."""

    sign_ins: tuple[SignIn, ...]
    published: Published


@dataclass(frozen=True)
class Toll:
    """What the killings cost: texts lost and texts that stand twice, states that are not clear, kills in mid-send."""

    lost: int
    doubled: int
    unclear: int
    in_mid_send: int


class Victim:
    """The desk's process."""

    def __init__(self, folder: Path, forgetful: bool) -> None:
        words = [sys.executable, "-m", "tests.torture.desk_process", str(folder), str(SETTLE_SECONDS)]
        self._process = subprocess.Popen(
            [*words, *(["forgetful"] if forgetful else [])], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def live_and_die(self, seconds: float) -> None:
        """Begin a life, and end it so many seconds after the desk is open."""
        pid = int(self._ask("live").split()[1])
        time.sleep(seconds)
        os.kill(pid, signal.SIGKILL)
        assert self._hear() == "dead"

    def finish(self) -> float:
        """Live until nothing waits, and give the seconds that took once the desk was open."""
        self._ask("finish")
        began = time.monotonic()
        assert self._hear() == "dead"
        return time.monotonic() - began

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(60)
        self._process.stdout.close()

    def _ask(self, wish: str) -> str:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{wish}\n")
        self._process.stdin.flush()
        return self._hear()

    def _hear(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


@contextmanager
def victim(folder: Path, forgetful: bool) -> Iterator[Victim]:
    """Lend a desk's process."""
    made = Victim(folder, forgetful)
    try:
        yield made
    finally:
        made.close()


def write_one(number: int) -> str:
    """Give the words of a short announcement."""
    return f"Announcement {number} of this run."


def write_long(number: int) -> str:
    """Give words too long for one post of a network; each names the announcement."""
    return " ".join(f"word{place}of{number}." for place in range(60))


def kill_often(
    folder: Path, places: Places, kills: int, forgetful: bool = False, write: Callable[[int], str] = write_one
) -> Toll:
    """Approve one announcement a life, kill each life at a random moment of its sending, let the last one finish.

    The first life is left alone, to see how long sending takes on this machine just now.
    What is too long for one post goes out as a thread, and each of its parts counts.
    """
    store = open_store(folder)
    accounts = Accounts(store, adapters(SETTLE_SECONDS), open_wire)
    compose, outbox = Compose(store, accounts), Outbox(store, accounts)
    for sign_in in places.sign_ins:
        accounts.connect(sign_in, datetime.now(UTC))
    chance, texts = random.Random(kills), list[str]()
    with victim(folder, forgetful) as desk:
        longest = 0.0
        for number in range(kills + 1):
            draft = replace(compose.begin(datetime.now(UTC)), title=f"Title {number}", text=write(number))
            draft = compose.save(replace(draft, threads=draft.accounts), datetime.now(UTC))
            parts = compose.fit(draft, accounts.all()[0]).parts
            texts += [part.text for part in parts] or [draft.text]
            compose.approve(draft.id, datetime.now(UTC))
            if number:
                desk.live_and_die(chance.uniform(0, longest))
            else:
                longest = desk.finish()
        desk.finish()
    standing = Counter(places.published())
    lines = outbox.page(limit=10_000)
    sent = [delivery for line in lines for delivery in line.parts or (line.delivery,)]
    tried = [outbox.attempts(delivery.id) for delivery in sent]
    store.close()
    assert len(sent) == len(texts) * len(places.sign_ins)
    return Toll(
        lost=sum(max(0, len(places.sign_ins) - standing[text]) for text in texts),
        doubled=sum(max(0, standing[text] - len(places.sign_ins)) for text in texts),
        unclear=sum(delivery.state is not DeliveryState.SENT for delivery in sent),
        in_mid_send=sum(attempt.outcome == "no clear answer" for attempts in tried for attempt in attempts),
    )
