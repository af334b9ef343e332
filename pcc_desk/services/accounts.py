"""The office's accounts: connect, check, disconnect, and the open channel of each."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from pcc_desk.channels.opening import Entering, Opening
from pcc_desk.errors import TRIES_AGAIN, ChannelError, RateLimited, Rejected, Unauthorized
from pcc_desk.model.account import Account, AccountId, AccountState, SignIn
from pcc_desk.model.changes import Changes
from pcc_desk.model.channel import Browser, Limits, Platform
from pcc_desk.services.border import GuardedChannel, contained
from pcc_desk.services.keeping import AccountLedger, AccountSecrets, AccountSteps, ObtainedSecrets, origin_of
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

    def __init__(
        self, store: Store, adapters: "Mapping[str, Adapter]", open_wire: OpenWire, browser: Browser | None = None
    ) -> None:
        """Use `adapters` by platform name, each over a wire of its own, and the system's web browser to sign in."""
        self._store = store
        self._adapters = adapters
        self._open_wire = open_wire
        self._browser = browser or _NoBrowser()
        self._limits: dict[AccountId, Limits] | None = None
        self._channels: dict[AccountId, GuardedChannel] = {}
        self._opening = threading.Lock()
        self._reading_limits = threading.Lock()

    def platforms(self) -> tuple[Platform, ...]:
        """Give every platform an account can be connected on."""
        return tuple(adapter.platform for adapter in self._adapters.values())

    def platform_of(self, account: Account) -> Platform:
        """Give the platform of an account, with the limits it told this account last. Raises: StoreError."""
        platform = self._adapters[account.platform].platform
        with self._reading_limits:  # else what was read before a change could be kept after it
            if self._limits is None:
                with self._store.read() as connection:
                    self._limits = accounts.limits(connection)
            limits = self._limits.get(account.id)
        return platform if limits in (None, platform.limits) else replace(platform, limits=limits)

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
        obtained = ObtainedSecrets()
        with _told_to_a_person(), contained(adapter.platform.title):
            wire = self._open_wire(sign_in.address)
            standing = adapter.sign_in(Entering(wire, sign_in, obtained, self._browser))
        identity = standing.identity
        with self._store.write() as connection:
            account_id = accounts.add(connection, sign_in.platform, identity, now)
            accounts.keep_terms(connection, account_id, standing.limits, standing.expires_at)
            secrets.wipe(connection, account_id)
            for name, value in obtained.kept.items():
                secrets.put(connection, account_id, origin_of(identity.address), name, value)
            account = accounts.get(connection, account_id)
        self._forget(account_id)
        self._forget_limits()
        assert account is not None
        return account

    def check(self, account_id: AccountId, now: datetime) -> Changes:
        """Prove the sign-in with a real call, and follow a changed name or limit; a refusal means it is signed out.

        Raises:
            ChannelError: the platform could not be asked.
            StoreError: the answer could not be kept.
        """
        try:
            standing = self.open(account_id).check()
        except Unauthorized:
            return self.sign_out_seen(account_id)
        with self._store.write() as connection:
            renamed = accounts.rename(connection, account_id, standing.identity)
            signed_in = accounts.set_state(connection, account_id, AccountState.CONNECTED)
            other_terms = accounts.keep_terms(connection, account_id, standing.limits, standing.expires_at)
        self._forget_limits()
        return Changes.ACCOUNTS if renamed or signed_in or other_terms else Changes.NONE

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

    def open(self, account_id: AccountId) -> GuardedChannel:
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

    def _open(self, account_id: AccountId) -> GuardedChannel:
        with self._store.read() as connection:
            account = accounts.get(connection, account_id)
        if account is None or account.state is AccountState.DISCONNECTED:
            raise Unauthorized("This account is not connected to PCC Desk any more.", "Connect it again in Settings.")
        adapter = self._adapters[account.platform]
        kept = AccountSecrets(self._store, account), AccountSteps(self._store, account)
        with contained(adapter.platform.title):
            wire = self._open_wire(account.address)
            channel = adapter.open(Opening(wire, account, *kept, AccountLedger(self._store, account)))
        return GuardedChannel(channel, adapter.platform.title)

    def _forget(self, account_id: AccountId) -> None:
        with self._opening:
            self._channels.pop(account_id, None)

    def _forget_limits(self) -> None:
        with self._reading_limits:
            self._limits = None


class _NoBrowser:
    """A desk without a web browser, as in a rehearsal."""

    def visit(self, url: str) -> None:
        """Say that there is none. Raises: Rejected."""
        raise Rejected("PCC Desk cannot open a web browser here.", "Choose another way to sign in.")

    def is_cancelled(self) -> bool:
        """Wait on: nothing waits."""
        return False


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
