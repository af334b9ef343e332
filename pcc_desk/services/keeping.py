"""What the desk keeps for an account's channel: its secrets, its pieces' steps, and what its calls cost."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pcc_desk.errors import OverLimit, RateLimited
from pcc_desk.model.account import Account
from pcc_desk.model.channel import Platform
from pcc_desk.model.cost import MILLS
from pcc_desk.model.quota import SEARCHES
from pcc_desk.services.windows import Window, window_of
from pcc_desk.services.words import say_moment
from pcc_desk.store import secrets, spending, steps
from pcc_desk.store.engine import Store

if TYPE_CHECKING:
    from sqlalchemy import Connection

LONGEST_PAGE = 90.0  # seconds; a page that is being read, with a sign-in that is renewed for it, ends before


class AccountSecrets:
    """The secrets of one account in the encrypted database, bound to the origin of its address."""

    def __init__(self, store: Store, account: Account) -> None:
        self._store = store
        self._account_id = account.id
        self._origin = origin_of(account.address)

    def get(self, name: str) -> str | None:
        """Give a secret, or None. Raises: StoreError."""
        with self._store.read() as connection:
            return secrets.get(connection, self._account_id, self._origin, name)

    def put(self, name: str, value: str) -> None:
        """Keep a secret; it is on disk when this returns. Raises: StoreError."""
        with self._store.write() as connection:
            secrets.put(connection, self._account_id, self._origin, name, value)


class AccountSteps:
    """The remote ids of one account's pieces on their way, in the database."""

    def __init__(self, store: Store, account: Account) -> None:
        self._store = store
        self._account_id = account.id

    def get(self, key: str, name: str) -> str | None:
        """Give what was noted of a piece, or None. Raises: StoreError."""
        with self._store.read() as connection:
            return steps.get(connection, self._account_id, key, name)

    def put(self, key: str, name: str, value: str) -> None:
        """Note a remote id of a piece; it is on disk when this returns. Raises: StoreError."""
        with self._store.write() as connection:
            steps.put(connection, self._account_id, key, name, value)


class AccountLedger:
    """What one account's paid and rationed calls cost: money within the office's limit, reading within the quota."""

    def __init__(
        self,
        store: Store,
        account: Account,
        platform: Platform,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = store
        self._account_id = account.id
        self._platform = platform
        self._now = now
        self._turn = threading.Condition()
        self._kept_free = 0  # for the pages that are being read just now

    def spend(self, unit: str, amount: int) -> date:
        """Book a cost just before its call, and give the day it is on.

        Where what is being read just now may still need the room, its answer is waited for.

        Raises:
            OverLimit: the office's limit of this month would be passed.
            RateLimited: the platform allows no more searches today.
            StoreError: it could not be booked.
        """
        with self._turn:
            while (day := self._book_within(unit, amount)) is None:
                self._wait_for_readings()
            return day

    def owe(self, unit: str, amount: int, day: date | None = None) -> date:
        """Book what only an answer could tell, whatever the limit, and give the day it is on; `day` is another one.

        Less than nothing is given back, on the day on which it was booked: so a month never pays for another one.

        Raises:
            StoreError: it could not be booked.
        """
        with self._store.write() as connection:
            day = day or self._window(connection, unit).today
            spending.add(connection, self._account_id, unit, day, amount)
        return day

    @contextmanager
    def keep_free(self, unit: str, least: int, most: int) -> Iterator[int]:
        """Keep up to `most` free for what is read inside, and give how much there is; it is booked by `owe`.

        Raises:
            OverLimit: there is less than `least`; nothing may be read.
            StoreError: what was used could not be read.
        """
        with self._turn:
            while (room := self._find_room(unit, least, most)) is None:
                self._wait_for_readings()
            self._kept_free += room
        try:
            yield room
        finally:
            with self._turn:
                self._kept_free -= room
                self._turn.notify_all()

    def _book_within(self, unit: str, amount: int) -> date | None:
        """Book a cost, or give None when that depends on what is being read. Raises: OverLimit."""
        with self._store.write() as connection:
            window = self._window(connection, unit)
            if window.limit is not None and not self._is_rationed(unit):
                if window.spent + amount > window.limit:
                    # A platform's own limit ends with the day; money needs a person's word.
                    raise (RateLimited if unit == SEARCHES else OverLimit)(window.refusal, window.until)
                if window.spent + amount + self._kept_free > window.limit:
                    return None
            spending.add(connection, self._account_id, unit, window.today, amount)
        return window.today

    def _find_room(self, unit: str, least: int, most: int) -> int | None:
        """Give how much of `most` there is, or None when that depends on what is being read. Raises: OverLimit."""
        with self._store.read() as connection:
            window = self._window(connection, unit)
        if window.limit is None or self._is_rationed(unit):
            return most
        room = window.limit - window.spent
        if room < least:
            raise OverLimit(self._nothing_is_read(window), window.until)
        return None if room - self._kept_free < least else min(most, room - self._kept_free)

    def _wait_for_readings(self) -> None:
        """Wait until a page that is being read has come. Raises: RateLimited when it takes too long."""
        if not self._turn.wait(LONGEST_PAGE):
            until = self._now() + timedelta(seconds=LONGEST_PAGE)
            raise RateLimited(f"{self._platform.title} is being read slowly just now.", until, "It goes on by itself.")

    def _window(self, connection: "Connection", unit: str) -> Window:
        return window_of(connection, self._account_id, self._platform, unit, self._now())

    def _is_rationed(self, unit: str) -> bool:
        return self._platform.quota is not None and self._platform.quota.unit == unit

    def _nothing_is_read(self, window: Window) -> str:
        title, ends = self._platform.title, say_moment(window.until)
        money = f"The office's limit for {title} is used up this month, so nothing is read there until {ends}."
        return f"{money} Raise the limit in Settings to read on."

    def refuse_reading(self, last: bool = False) -> None:
        """Stop what the desk reads by itself before a day's quota is used up, and once the office's money is.

        What is left of a quota is for what a person asks: a live video must be ended, and a post taken down. There the
        platform itself decides. It is also for the `last` reading of a stream that comes to its end.

        Raises:
            RateLimited: only what is kept back is left of this day, or nothing of this month's money.
            StoreError: what was used could not be read.
        """
        quota = self._platform.quota
        if quota is None and self._platform.prices is None:
            return
        unit = MILLS if quota is None else quota.unit
        with self._store.read() as connection:
            window = self._window(connection, unit)
        most = window.limit if quota is None else quota.daily - quota.reserve
        if quota is not None and last:
            return
        if most is not None and window.spent >= most:
            raise RateLimited(window.refusal if quota else self._nothing_is_read(window), window.until)


class ObtainedSecrets:
    """The secrets an adapter obtains while signing in, held in memory until that worked."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def get(self, name: str) -> str | None:
        """Give a secret, or None."""
        return self.kept.get(name)

    def put(self, name: str, value: str) -> None:
        """Hold a secret."""
        self.kept[name] = value


def origin_of(address: str) -> str:
    """Give the origin of an address, which a secret is bound to."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}".lower()
