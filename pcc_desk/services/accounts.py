"""The office's accounts: connect, check, disconnect, and the open channel of each."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from pcc_desk.channels.opening import Entering, Opening
from pcc_desk.errors import Unauthorized
from pcc_desk.model.account import Account, AccountId, AccountState, Remembered, SignIn
from pcc_desk.model.changes import Changes
from pcc_desk.model.channel import Limits, Platform
from pcc_desk.model.hosting import Sighting, Wanted
from pcc_desk.services import signing_in
from pcc_desk.services.border import GuardedChannel, contained
from pcc_desk.services.keeping import AccountLedger, AccountSecrets, AccountSteps, ObtainedSecrets, origin_of
from pcc_desk.services.signing_in import VisitPage
from pcc_desk.store import accounts, deliveries, secrets
from pcc_desk.store.engine import Store

if TYPE_CHECKING:
    from pcc_desk.channels.platforms import Adapter
    from pcc_desk.channels.wire import Wire

_WAS_DISCONNECTED = "The account was disconnected before this went out. Connect it again, then send this."
OpenWire = Callable[[str], "Wire"]  # given the base URL of a server


class Accounts:
    """Everything the desk does with the office's accounts; safe to use from many threads."""

    def __init__(
        self,
        store: Store,
        adapters: "Mapping[str, Adapter]",
        open_wire: OpenWire,
        visit_page: VisitPage = signing_in.no_browser,
    ) -> None:
        """Use `adapters` by platform name, each over a wire of its own, and the system's web browser to sign in."""
        self._store = store
        self._adapters = adapters
        self._open_wire = open_wire
        self._visit_page = visit_page
        self._limits: dict[AccountId, Limits] | None = None
        self._channels: dict[AccountId, GuardedChannel] = {}
        self._opening = threading.Lock()
        self._reading_limits = threading.Lock()
        self._stopped = threading.Event()

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

    def see(self, address: str, wanted: Wanted, alive: Callable[[], None]) -> Sighting:
        """Look at a picture or film as anybody would, without a sign-in. Raises: ChannelError."""
        # The network's libraries are not loaded before something is sent.
        from pcc_desk.channels.sight import see

        with contained("Your website"):
            return see(self._open_wire(address), address, wanted, alive)

    def remembered(self, platform: str) -> Remembered:
        """Give what is offered again at the next sign-in to a platform. Raises: StoreError."""
        return signing_in.remembered(self._store, self._adapters[platform].platform)

    def connect(
        self,
        sign_in: SignIn,
        now: datetime,
        stopped: Callable[[], bool] = signing_in.never_stopped,
        typed: Callable[[], str] = signing_in.no_code,
    ) -> Account:
        """Sign in with a real call and keep the account; secrets are kept only after it worked.

        Asked while somebody is waited for: `stopped` gives the sign-in up, `typed` gives the code copied from a page.

        Raises:
            ChannelError: the platform did not let us in, or it was given up; nothing was kept.
            StoreError: the account could not be kept.
        """
        adapter = self._adapters[sign_in.platform]
        way = signing_in.way_of(adapter.platform, sign_in.way)
        obtained = ObtainedSecrets()
        browser = signing_in.Visiting(self._visit_page, lambda: stopped() or self._stopped.is_set(), typed)
        with signing_in.told_to_a_person(way), contained(adapter.platform.title):
            sign_in = signing_in.complete(self._store, sign_in, way)
            standing = adapter.sign_in(Entering(self._open_wire(sign_in.address), sign_in, obtained, browser))
            signing_in.note(sign_in, way, obtained)
            browser.go_on()
        with self._store.read() as connection:
            known = accounts.known_as(connection, sign_in.platform, identity := standing.identity)
        if known is not None:
            signing_in.refuse_weaker(known, obtained, AccountSecrets(self._store, known))
        with self._store.write() as connection:
            account_id = accounts.add(connection, sign_in.platform, identity, now)
            accounts.keep_terms(connection, account_id, standing.limits, standing.expires_at)
            accounts.note_checked(connection, account_id, now)
            secrets.wipe(connection, account_id)
            for name, value in obtained.kept.items():
                secrets.put(connection, account_id, origin_of(identity.address), name, value)
            account = accounts.get(connection, account_id)
        self._forget(account_id)
        self._forget_limits()
        assert account is not None
        return account

    def stop(self) -> None:
        """Give up every sign-in on its way: the desk closes, and nobody waits for an answer any more."""
        self._stopped.set()

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
            accounts.note_checked(connection, account_id, now)
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
            ledger = AccountLedger(self._store, account, adapter.platform, wire.now)
            channel = adapter.open(Opening(wire, account, *kept, ledger))
        return GuardedChannel(channel, adapter.platform.title, ledger.refuse_reading)

    def _forget(self, account_id: AccountId) -> None:
        with self._opening:
            self._channels.pop(account_id, None)

    def _forget_limits(self) -> None:
        with self._reading_limits:
            self._limits = None
