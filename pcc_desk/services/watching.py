"""Watched hashtags: streams with a window of time, on the accounts whose platform can search."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Protocol

from pcc_desk.errors import BadTime, InputError
from pcc_desk.model.account import Account, AccountId
from pcc_desk.model.changes import Changes
from pcc_desk.model.channel import Ability, Platform
from pcc_desk.model.event import Event
from pcc_desk.model.schedule import shift
from pcc_desk.model.watch import Watch, Window, stream_of, word_of
from pcc_desk.store import accounts, announcements, spending, streams
from pcc_desk.store.engine import Store

MILLS = "mills"  # thousandths of a US dollar, as the adapters book them
AFTER_EVENT = timedelta(days=7)


class Doors(Protocol):
    """What watching needs of the accounts."""

    def platform_of(self, account: Account) -> Platform:
        """Give the platform of an account."""


class Watching:
    """Everything the desk does about watched hashtags; safe to use from many threads."""

    def __init__(self, store: Store, doors: Doors) -> None:
        self._store = store
        self._doors = doors

    def all(self, now: datetime) -> tuple[Watch, ...]:
        """Give the watches that go on or are still to come, by hashtag. Raises: StoreError."""
        with self._store.read() as conn:
            return streams.watches(conn, now)

    def watch(self, typed: str, account_ids: Iterable[AccountId], window: Window, now: datetime) -> Changes:
        """Watch a hashtag on these accounts; where it is watched already, the wider window holds.

        Raises:
            InputError: it is no hashtag, or an account cannot search.
            BadTime: the watch would end before it begins, or is over.
            StoreError: it could not be kept.
        """
        word, chosen = word_of(typed), tuple(account_ids)
        if not word:
            raise InputError("A hashtag is one word of letters and numbers.", "Write it like #OurPlan.")
        if not chosen:
            raise InputError("No account is chosen yet.", "Choose where to look for the hashtag.")
        until = window.until_at
        if until is not None and until <= max(window.from_at or now, now):
            raise BadTime("The watch would be over before it begins.", "Choose a later last day.")
        with self._store.write() as conn:
            for account_id in chosen:
                account = accounts.get(conn, account_id)
                if account is None or Ability.SEARCH not in self._doors.platform_of(account).abilities:
                    raise InputError("This account cannot look for a hashtag.", "Choose another one.")
                streams.watch(conn, Watch(account_id, f"#{word}", window.from_at, until), now)
        return Changes.MESSAGES

    def stop(self, typed: str) -> Changes:
        """Stop watching a hashtag everywhere; what was found stays. Raises: StoreError."""
        with self._store.write() as conn:
            return Changes.MESSAGES if streams.stop(conn, stream_of(typed)) else Changes.NONE

    def cost(self, account_id: AccountId, now: datetime) -> int:
        """Give what an account has cost this month (UTC), in thousandths of a US dollar. Raises: StoreError."""
        with self._store.read() as conn:
            return spending.total(conn, account_id, MILLS, now.date().replace(day=1), now.date())

    def usual_window(self, event: Event, now: datetime) -> Window:
        """Give the days to watch an event's hashtag: from its first announcement until a week after it ends.

        Raises:
            StoreError: it could not be read.
        """
        with self._store.read() as conn:
            announced = announcements.first_with(conn, event.hashtag) if event.hashtag else None
        begins = min(filter(None, (announced, now, event.starts.at)))
        return Window(
            begins, shift(event.ends, (event.ends.wall + AFTER_EVENT).replace(hour=23, minute=59, second=0)).at
        )
