"""The office's accounts: connect, check, disconnect, and the open channel of each."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pcc_desk.errors import TRIES_AGAIN, ChannelError, RateLimited, Unauthorized
from pcc_desk.model.account import Account, AccountId, AccountState, SignIn
from pcc_desk.model.changes import Changes
from pcc_desk.model.channel import Channel, Platform
from pcc_desk.services.border import GuardedChannel, contained
from pcc_desk.store import accounts, deliveries, secrets
from pcc_desk.store.engine import Store

if TYPE_CHECKING:
    from pcc_desk.channels.platforms import Adapter
    from pcc_desk.channels.wire import Wire

CONNECT_AGAIN = "Check the address and this PC's network, then press Connect again."
_WAS_DISCONNECTED = "The account was disconnected before this went out. Connect it again, then send this."
OpenWire = Callable[[str], "Wire"]  # given the base URL of a server


class Accounts:
    """Everything the desk does with the office's accounts; safe to use from many threads."""

    def __init__(self, store: Store, adapters: "Mapping[str, Adapter]", open_wire: OpenWire) -> None:
        """Use `adapters` by platform name, each over a wire of its own."""
        self._store = store
        self._adapters = adapters
        self._open_wire = open_wire
        self._channels: dict[AccountId, Channel] = {}
        self._opening = threading.Lock()

    def platforms(self) -> tuple[Platform, ...]:
        """Give every platform an account can be connected on."""
        return tuple(adapter.platform for adapter in self._adapters.values())

    def platform_of(self, account: Account) -> Platform:
        """Give the platform of an account."""
        return self._adapters[account.platform].platform

    def all(self) -> tuple[Account, ...]:
        """Give the accounts that are connected or signed out, oldest first. Raises: StoreError."""
        with self._store.read() as connection:
            return accounts.all_in_use(connection)

    def connect(self, sign_in: SignIn, now: datetime) -> Account:
        """Sign in with a real call and keep the account; secrets are kept only after it worked.

        Raises:
            ChannelError: the platform did not let us in; nothing was kept.
            StoreError: the account could not be kept.
        """
        adapter = self._adapters[sign_in.platform]
        obtained = _ObtainedSecrets()
        with _told_to_a_person(), contained(adapter.platform.title):
            identity = adapter.sign_in(self._open_wire(sign_in.address), sign_in, obtained)
        with self._store.write() as connection:
            account_id = accounts.add(connection, sign_in.platform, identity, now)
            secrets.wipe(connection, account_id)
            for name, value in obtained.kept.items():
                secrets.put(connection, account_id, _origin(identity.address), name, value)
            account = accounts.get(connection, account_id)
        self._forget(account_id)
        assert account is not None
        return account

    def check(self, account_id: AccountId, now: datetime) -> Changes:
        """Prove the sign-in with a real call, and follow a changed name; a refusal marks the account signed out.

        Raises:
            ChannelError: the platform could not be asked.
            StoreError: the answer could not be kept.
        """
        try:
            identity = self.open(account_id).check().identity
        except Unauthorized:
            return self.sign_out_seen(account_id)
        with self._store.write() as connection:
            renamed = accounts.rename(connection, account_id, identity)
            signed_in = accounts.set_state(connection, account_id, AccountState.CONNECTED)
        return Changes.ACCOUNTS if renamed or signed_in else Changes.NONE

    def sign_out_seen(self, account_id: AccountId) -> Changes:
        """Note that the platform does not accept the account's sign-in any more. Raises: StoreError."""
        with self._store.write() as connection:
            account = accounts.get(connection, account_id)
            if account is None or account.state is not AccountState.CONNECTED:
                return Changes.NONE
            accounts.set_state(connection, account_id, AccountState.SIGNED_OUT)
        return Changes.ACCOUNTS

    def disconnect(self, account_id: AccountId) -> Changes:
        """Forget an account's secrets and stop using it; its history stays. Raises: StoreError."""
        with self._store.write() as connection:
            secrets.wipe(connection, account_id)
            changed = accounts.set_state(connection, account_id, AccountState.DISCONNECTED)
            # Otherwise it would all go out by itself on the day the account is connected again.
            held = deliveries.hold_at_once(connection, account_id, _WAS_DISCONNECTED)
        self._forget(account_id)
        return (Changes.ACCOUNTS if changed else Changes.NONE) | (Changes.DELIVERIES if held else Changes.NONE)

    def open(self, account_id: AccountId) -> Channel:
        """Give the one channel of an account, guarded so that it raises ChannelError only.

        Raises:
            Unauthorized: the account is disconnected.
            StoreError: the account could not be read.
        """
        with self._opening:
            channel = self._channels.get(account_id)
            if channel is None:
                channel = self._channels[account_id] = self._open(account_id)
            return channel

    def _open(self, account_id: AccountId) -> Channel:
        with self._store.read() as connection:
            account = accounts.get(connection, account_id)
        if account is None or account.state is AccountState.DISCONNECTED:
            raise Unauthorized("This account is not connected to PCC Desk any more.", "Connect it again in Settings.")
        adapter = self._adapters[account.platform]
        with contained(adapter.platform.title):
            channel = adapter.open(self._open_wire(account.address), account, AccountSecrets(self._store, account))
        return GuardedChannel(channel, adapter.platform.title)

    def _forget(self, account_id: AccountId) -> None:
        with self._opening:
            self._channels.pop(account_id, None)


class AccountSecrets:
    """The secrets of one account in the encrypted database, bound to the origin of its address."""

    def __init__(self, store: Store, account: Account) -> None:
        self._store = store
        self._account_id = account.id
        self._origin = _origin(account.address)

    def get(self, name: str) -> str | None:
        """Give a secret, or None. Raises: StoreError."""
        with self._store.read() as connection:
            return secrets.get(connection, self._account_id, self._origin, name)

    def put(self, name: str, value: str) -> None:
        """Keep a secret; it is on disk when this returns. Raises: StoreError."""
        with self._store.write() as connection:
            secrets.put(connection, self._account_id, self._origin, name, value)


class _ObtainedSecrets:
    """The secrets an adapter obtains while signing in, held in memory until that worked."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def get(self, name: str) -> str | None:
        """Give a secret, or None."""
        return self.kept.get(name)

    def put(self, name: str, value: str) -> None:
        """Hold a secret."""
        self.kept[name] = value


@contextmanager
def _told_to_a_person() -> Iterator[None]:
    """Hold a sign-in a person waits for: nothing is tried again by itself. Raises: ChannelError with its next step."""
    try:
        yield
    except Unauthorized as error:
        error.next_step = "Check the name and the app password, then press Connect again."
        raise
    except RateLimited as error:
        error.next_step = "Wait a few minutes, then press Connect again."
        raise
    except ChannelError as error:
        error.next_step = error.next_step.replace(TRIES_AGAIN, CONNECT_AGAIN)
        raise


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}".lower()
