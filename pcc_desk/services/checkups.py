"""Asking every platform once a day who we are and what it takes, so that nothing is approved under old limits."""

import logging
from datetime import datetime, timedelta

from pcc_desk.errors import ChannelError
from pcc_desk.model.changes import Changes
from pcc_desk.services.accounts import Accounts
from pcc_desk.store import accounts
from pcc_desk.store.engine import Store

EVERY = timedelta(days=1)
_log = logging.getLogger(__name__)


class Checkups:
    """Looks after the limits and the names of the accounts."""

    def __init__(self, store: Store, doors: Accounts) -> None:
        self._store = store
        self._accounts = doors

    def run(self, now: datetime) -> Changes:
        """Check each connected account that was not checked for a day; one that cannot be asked is asked again later.

        Raises:
            StoreError: an answer could not be kept.
        """
        changes = Changes.NONE
        with self._store.read() as connection:
            waiting = accounts.unchecked(connection, now - EVERY, now)
        for account_id in waiting:
            try:
                changes |= self._accounts.check(account_id, now)
            except ChannelError as error:
                _log.info("an account was not checked: %s", type(error).__name__)
        return changes
