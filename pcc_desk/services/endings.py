"""Sign-ins that end one day: looked at in time, and told to a person once for each of the days ahead."""

import logging
from datetime import datetime, timedelta

from pcc_desk.errors import ChannelError
from pcc_desk.model.account import AccountId, AccountState
from pcc_desk.model.changes import Changes
from pcc_desk.model.situation import SignInEnd
from pcc_desk.services.accounts import Accounts
from pcc_desk.store import office
from pcc_desk.store.engine import Store

LOOK_AHEAD = timedelta(days=31)  # an end that a platform has moved is known long before anybody is told of it
_TOLD = "ends_told"
_log = logging.getLogger(__name__)


class Endings:
    """What the desk knows of the ends of its sign-ins."""

    def __init__(self, store: Store, accounts: Accounts) -> None:
        self._store = store
        self._accounts = accounts

    def all(self) -> tuple[SignInEnd, ...]:
        """Give every connected account whose sign-in ends, the soonest first. Raises: StoreError."""
        with self._store.read() as connection:
            told = office.get(connection, _TOLD) or {}
        ends = [
            SignInEnd(
                account_id=account.id,
                title=self._accounts.platform_of(account).title,
                handle=account.handle,
                ends_at=account.expires_at,
                told=_days(told.get(str(account.id)), account.expires_at),
            )
            for account in self._accounts.all()
            if account.expires_at is not None and account.state is AccountState.CONNECTED
        ]
        return tuple(sorted(ends, key=lambda end: end.ends_at))

    def note_told(self, account_id: AccountId, ends_at: datetime, days: int) -> Changes:
        """Note that somebody was told of an end, so many days ahead; another end is told anew. Raises: StoreError."""
        with self._store.write() as connection:
            told = office.get(connection, _TOLD) or {}
            office.put(connection, _TOLD, {**told, str(account_id): [ends_at.isoformat(), days]})
        return Changes.NONE

    def look(self, now: datetime) -> Changes:
        """Ask the platforms of the sign-ins that end in the next month whether that is still so. Raises: StoreError."""
        changes = Changes.NONE
        for end in self.all():
            if end.ends_at - now <= LOOK_AHEAD:
                try:
                    changes |= self._accounts.check(end.account_id, now)
                except ChannelError as error:  # it is asked again in some hours, and nothing hangs on it now
                    _log.info("the end of a sign-in was not looked at: %s", type(error).__name__)
        return changes


def _days(kept: object, ends_at: datetime) -> int | None:
    if isinstance(kept, list) and len(kept) == 2 and kept[0] == ends_at.isoformat():
        return int(kept[1])
    return None
