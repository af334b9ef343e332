"""A desk in a process of its own, to be killed.

`python -m tests.torture.desk_process FOLDER SETTLE_SECONDS [forgetful]`: each line "live" on its input gives it one
more life, told by "open PID"; "finish" gives it a life that ends when nothing waits any more. "dead" follows every
life. A forgetful desk makes a new key for each try and finds nothing when it looks.
"""

import os
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from pcc_desk.channels.manners import Manners
from pcc_desk.channels.opening import Opening
from pcc_desk.channels.platforms import ADAPTERS, Adapter
from pcc_desk.channels.wire import Wire
from pcc_desk.model.channel import Channel, Piece
from pcc_desk.model.delivery import Receipt
from pcc_desk.model.key import make_key, microseconds_of
from pcc_desk.services.accounts import Accounts
from pcc_desk.services.outbox import Outbox
from pcc_desk.store import migrations
from tests.desk import open_store

PAUSE = 0.005  # seconds between two runs of the outbox


class Forgetful:
    """A channel that undoes every care: each try has a new key, and looking finds nothing."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self.fetch, self.withdraw, self.check = channel.fetch, channel.withdraw, channel.check

    def publish(self, piece: Piece) -> Receipt:
        """Publish under a key nobody knows."""
        return self._channel.publish(replace(piece, key=make_key(microseconds_of(datetime.now(UTC)), 0)))

    def find(self, piece: Piece) -> Receipt | None:
        """Find nothing."""
        return None


def adapters(settle_seconds: float, forgetful: bool = False) -> dict[str, Adapter]:
    """Give the real adapters, settling sooner."""
    return {name: _hurried(adapter, settle_seconds, forgetful) for name, adapter in ADAPTERS.items()}


def open_wire(address: str) -> Wire:
    """Give a wire that leaves no space between requests."""
    return Wire(address, manners=Manners(0))


def live(folder: Path, chosen: dict[str, Adapter], until_done: bool) -> None:
    """Run the outbox as a desk does, for ever or until nothing waits."""
    store = open_store(folder)
    outbox = Outbox(store, Accounts(store, chosen, open_wire), patience=0.2)
    outbox.recover(_now())
    print("open", os.getpid(), flush=True)
    while not until_done or outbox.counts().waiting:
        outbox.run_due(_now)
        time.sleep(PAUSE)


def main(folder: Path, settle_seconds: float, forgetful: bool) -> None:
    """Live once for each line on the input; a life begins as a copy of this process, so that it begins fast."""
    assert migrations  # loaded before the first life, not in each
    chosen = adapters(settle_seconds, forgetful)
    for line in sys.stdin:
        if (child := os.fork()) == 0:
            live(folder, chosen, until_done=line.strip() == "finish")
            os._exit(0)
        os.waitpid(child, 0)
        print("dead", flush=True)


def _hurried(adapter: Adapter, settle_seconds: float, forgetful: bool) -> Adapter:
    def open_channel(opening: Opening) -> Channel:
        channel = adapter.open(opening)
        return Forgetful(channel) if forgetful else channel

    return replace(adapter, platform=replace(adapter.platform, settle_seconds=settle_seconds), open=open_channel)


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]), "forgetful" in sys.argv)
