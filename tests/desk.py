"""A whole desk for a test: a real encrypted database, real services, time that the test moves."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pcc_desk.channels.manners import Manners
from pcc_desk.channels.platforms import ADAPTERS
from pcc_desk.channels.server_time import ServerTime
from pcc_desk.channels.wire import Wire
from pcc_desk.model.account import Account, SignIn
from pcc_desk.rehearsal.bluesky import BlueskyServer
from pcc_desk.rehearsal.wordpress import WordPressServer
from pcc_desk.services.accounts import Accounts
from pcc_desk.services.desk import Outside, Services, assemble
from pcc_desk.services.ics import write_calendar
from pcc_desk.store import accounts
from pcc_desk.store.engine import Store

HANDLE, EDITOR, PASSWORD = "gwent.test", "elin", "abcd-efgh-ijkl-mnop"
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


def open_outside(clock: Clock) -> Outside:
    """Give the real adapters on real wires that tell the test's time, the real calendar writer, and much patience."""
    servers = ServerTime(lambda: clock().timestamp())  # in a test, time stands still for every clock
    manners = Manners(servers=servers)
    return Outside(
        ADAPTERS, lambda address: Wire(address, now=clock, manners=manners), write_calendar, servers, patience=60
    )


def open_accounts(store: Store, clock: Clock | None = None) -> Accounts:
    """Give the accounts of an open store, on the real adapters."""
    outside = open_outside(clock or Clock())
    return Accounts(store, outside.adapters, outside.open_wire)


def open_desk(folder: Path, clock: Clock | None = None) -> Services:
    """Open every service on the database in `folder`; accounts are connected by the test, to rehearsal servers."""
    return assemble(open_store(folder), KEY, open_outside(clock or Clock()))


@contextmanager
def open_connected_desk(folder: Path, clock: Clock | None = None) -> Iterator["ConnectedDesk"]:
    """Open every service with two accounts connected to servers on this PC, a rehearsal Bluesky and a website."""
    clock = clock or Clock()
    with BlueskyServer(clock) as bluesky, WordPressServer(clock) as website:
        bluesky.add_account(HANDLE, PASSWORD, "Gwent OPCC")
        website.add_user(EDITOR, PASSWORD, "Gwent OPCC")
        store = open_store(folder)
        services = assemble(store, KEY, open_outside(clock))
        on_bluesky = services.accounts.connect(SignIn("bluesky", bluesky.url, HANDLE, PASSWORD), clock())
        on_website = services.accounts.connect(SignIn("wordpress", website.url, EDITOR, PASSWORD), clock())
        yield ConnectedDesk(services, clock, bluesky, website, (on_bluesky, on_website))
        store.close()


@dataclass(frozen=True)
class ConnectedDesk:
    """A desk whose accounts are connected: Bluesky first, the website second."""

    services: Services
    clock: Clock
    bluesky: BlueskyServer
    website: WordPressServer
    accounts: tuple[Account, Account]

    def end_sign_in(self, account: Account, at: datetime | None) -> None:
        """Let the sign-in to an account end at some time, as its platform would have told."""
        limits = self.services.accounts.platform_of(account).limits
        with self.services.accounts._store.write() as connection:
            accounts.keep_terms(connection, account.id, limits, at)
