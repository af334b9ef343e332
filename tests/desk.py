"""A whole desk for a test: a real encrypted database, real services, time that the test moves."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from pcc_desk.store.engine import Store

if TYPE_CHECKING:
    from pcc_desk.services.accounts import Accounts
    from pcc_desk.services.desk import Services

KEY = bytes(range(32))
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)  # a Tuesday in winter


class Clock:
    """The time in a test: call it to read it, `advance` to move it."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """Give the moment it is."""
        return self.now

    def advance(self, seconds: float = 0, **spans: float) -> datetime:
        """Move on by seconds, or by minutes=, hours=, days=, and give the new moment."""
        self.now += timedelta(seconds=seconds, **spans)
        return self.now


def open_store(folder: Path) -> Store:
    """Open (or create) the test's encrypted database in `folder`."""
    return Store(folder / "desk.db", KEY)


def open_accounts(store: Store) -> "Accounts":
    """Give the accounts of an open store, on the real adapters."""
    from pcc_desk.channels.platforms import ADAPTERS
    from pcc_desk.channels.wire import Wire

    from pcc_desk.services.accounts import Accounts

    return Accounts(store, ADAPTERS, Wire)


def open_desk(folder: Path, clock: Clock | None = None) -> "Services":
    """Open every service on the database in `folder`; accounts are connected by the test, to rehearsal servers."""
    from pcc_desk.channels.platforms import ADAPTERS
    from pcc_desk.channels.wire import Wire

    from pcc_desk.services.desk import Outside, assemble
    from pcc_desk.services.ics import write_calendar

    return assemble(open_store(folder), KEY, Outside(ADAPTERS, Wire, write_calendar))
