"""What the desk keeps for an account's channel: its secrets, its pieces' steps, and what its calls cost."""

from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import urlsplit

from pcc_desk.errors import OverLimit, RateLimited
from pcc_desk.model.account import Account
from pcc_desk.model.channel import Platform
from pcc_desk.model.cost import MILLS
from pcc_desk.services.windows import window_of
from pcc_desk.services.words import say_moment
from pcc_desk.store import secrets, spending, steps
from pcc_desk.store.engine import Store


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

    def spend(self, unit: str, amount: int) -> None:
        """Book a cost just before its call.

        Raises:
            OverLimit: the office's limit of this month would be passed.
            StoreError: it could not be booked.
        """
        with self._store.write() as connection:
            window = window_of(connection, self._account_id, self._platform, unit, self._now())
            rationed = self._platform.quota is not None and self._platform.quota.unit == unit
            if window.limit is not None and not rationed and window.spent + amount > window.limit:
                raise OverLimit(window.refusal, window.until)
            spending.add(connection, self._account_id, unit, window.today, amount)

    def owe(self, unit: str, amount: int) -> None:
        """Book what an answer has cost; it is owed whatever the limit. Raises: StoreError."""
        with self._store.write() as connection:
            window = window_of(connection, self._account_id, self._platform, unit, self._now())
            spending.add(connection, self._account_id, unit, window.today, amount)

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
            window = window_of(connection, self._account_id, self._platform, unit, self._now())
        most = window.limit if quota is None else quota.daily - quota.reserve
        if quota is not None and last:
            return
        if most is not None and window.spent >= most:
            title, ends = self._platform.title, say_moment(window.until)
            money = f"The office's limit for {title} is used up this month, so nothing is read there until {ends}."
            next_step = "Raise the limit in Settings to read on."
            raise RateLimited(window.refusal if quota else f"{money} {next_step}", window.until)


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
