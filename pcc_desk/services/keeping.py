"""What the desk keeps for an account's channel: its secrets, its pieces' steps, and what its calls cost."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

from pcc_desk.model.account import Account
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
    """What one account's paid and rationed calls cost, by day."""

    def __init__(
        self, store: Store, account: Account, today: Callable[[], date] = lambda: datetime.now(UTC).date()
    ) -> None:
        self._store = store
        self._account_id = account.id
        self._today = today

    def spend(self, unit: str, amount: int) -> None:
        """Book a cost just before its call. Raises: StoreError."""
        with self._store.write() as connection:
            spending.add(connection, self._account_id, unit, self._today(), amount)


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
