"""The road in at work: leases streams, fetches them side by side, and writes what came on the caller's thread alone."""

import random
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from pcc_desk.errors import ChannelError, RateLimited, Unauthorized
from pcc_desk.model.account import Account, AccountId, AccountState
from pcc_desk.model.changes import Changes
from pcc_desk.model.channel import Ability, Batch, Channel, Platform
from pcc_desk.services import intake
from pcc_desk.services.listening import Listening, Place
from pcc_desk.store import accounts, arrivals, live_videos, streams, unreached
from pcc_desk.store.engine import Store
from pcc_desk.store.streams import Lease

SIDE_BY_SIDE = 10
LEASE = timedelta(minutes=5)  # longer than the total deadline of any read
LONGEST_REST = timedelta(minutes=15)
LONGEST_LIMIT = timedelta(days=1)  # a platform that asks for more is asked again after a day
LONGEST_QUIET = timedelta(hours=1)  # an account that is not read for longer is told of
MOST_PAGES = 200  # in one walk; the next one goes on where it ended
# Seconds that one run waits for streams that answer slowly; they go on, and the next run takes what they bring.
PATIENCE = 5.0
_LIMIT_JITTER = timedelta(seconds=5)
_SAME_AGAIN = "It gave the same page again and again, so some messages may be missing."

Now = Callable[[], datetime]


class Readable(Channel, Protocol):
    """A channel whose streams can come to an end."""

    def fetch(self, stream: str, cursor: str, last: bool = False) -> Batch:
        """Give what is newer than `cursor`; `last` when the stream then ends. Raises: ChannelError."""


class Doors(Protocol):
    """What fetching needs of the accounts."""

    def open(self, account_id: AccountId) -> Readable:
        """Give the one channel of an account. Raises: DeskError."""

    def platform_of(self, account: Account) -> Platform:
        """Give the platform of an account."""

    def sign_out_seen(self, account_id: AccountId) -> Changes:
        """Note that the platform does not accept the account's sign-in any more."""


@dataclass(frozen=True, slots=True)
class _Walk:
    """One stream being read page after page: `me` is our own id there, `seen` the cursors it was read from."""

    lease: Lease
    me: str
    poll: timedelta
    seen: frozenset[str]


class Fetching:
    """Reads every stream of every connected account; safe to call from many threads and beside another desk."""

    def __init__(self, store: Store, doors: Doors, patience: float = PATIENCE) -> None:
        self._store = store
        self._doors = doors
        self._patience = patience
        self._chance = random.random
        self._listening = Listening(doors)
        self._pool = ThreadPoolExecutor(SIDE_BY_SIDE, "in")
        self._running: dict[Future[Batch], _Walk] = {}
        self._turn = threading.Lock()
        self._starting = threading.Lock()
        self._stopped = threading.Event()
        self._begun = False

    def run_due(self, now: Now) -> Changes:
        """Fetch every stream that is due and write what came, one transaction a page; tell what changed.

        Raises:
            StoreError: a page could not be written; it comes again after its lease is over.
        """
        changes = Changes.NONE
        ends = time.monotonic() + self._patience
        with self._turn:
            for walk in self._begin(now()):
                self._submit(walk)
            while self._running:
                done, _ = wait(self._running, max(0.0, ends - time.monotonic()), FIRST_COMPLETED)
                if not done:
                    break
                for future in done:
                    walk = self._running.pop(future)
                    if not future.cancelled():  # as `stop` does with what has not begun
                        changes |= self._take(walk, future, now())
        return changes

    def stop(self) -> None:
        """Begin no more pages; what is being fetched ends in its own time."""
        with self._starting:  # a run that has just seen the desk open could find its pool closed
            self._stopped.set()
            self._pool.shutdown(wait=False, cancel_futures=True)
        self._listening.stop()

    def _begin(self, now: datetime) -> list[_Walk]:
        """Lease what is due, streams of newly connected accounts among it."""
        with self._store.write() as conn:
            if not self._begun:
                live_videos.go_on(conn)
                self._begun = True
            ours = {account.id: account for account in accounts.all_in_use(conn)}
            platforms = {account.id: self._doors.platform_of(account) for account in ours.values()}
            for account_id, platform in platforms.items():
                streams.ensure(conn, account_id, platform.streams)
            streams.hurry(conn, self._listening.rung(), now)
            leases = () if self._stopped.is_set() else streams.lease(conn, now, now + LEASE)
        self._listening.answered((lease.account_id, lease.stream) for lease in leases)
        self._listening.keep(_telling(ours.values(), platforms))
        return [
            _Walk(
                lease,
                ours[lease.account_id].remote_id,
                timedelta(seconds=_rhythm(platforms[lease.account_id], lease.stream)),
                frozenset({lease.cursor}),
            )
            for lease in leases
        ]

    def _submit(self, walk: _Walk) -> None:
        with self._starting:
            if not self._stopped.is_set():
                self._running[self._pool.submit(self._fetch, walk.lease)] = walk

    def _fetch(self, lease: Lease) -> Batch:
        return self._doors.open(lease.account_id).fetch(lease.stream, lease.cursor, lease.last)

    def _take(self, walk: _Walk, future: Future[Batch], now: datetime) -> Changes:
        try:
            batch = intake.clean(future.result(), now)
        except ChannelError as error:
            return self._fail(walk, error, now)
        return self._keep(walk, batch, now)

    def _keep(self, walk: _Walk, batch: Batch, now: datetime) -> Changes:
        """Write one page: its messages and its cursor together, or neither."""
        lease, seen = walk.lease, walk.seen | {batch.cursor}
        again = batch.more and len(seen) == len(walk.seen)
        onward = batch.more and not again and len(seen) <= MOST_PAGES
        with self._store.write() as conn:
            held = streams.advance(conn, lease, batch.cursor, now, now + LEASE)
            if held is None:
                return Changes.NONE  # another desk has it by now, and writes this page too
            ours, loose = unreached.keep(conn, lease.account_id, batch.returned)
            from_others = [one for one in (*batch.messages, *loose) if one.author.remote_id != walk.me]
            arrived = arrivals.add(conn, lease.account_id, from_others, now)
            gaps = streams.keep_missing(conn, lease, batch.missing)
            spoiled = streams.keep_spoiled(conn, lease, batch.spoiled, now)
            problem = _SAME_AGAIN if again else ""
            if not onward:
                streams.rest(conn, held, now + walk.poll * (0.9 + 0.2 * self._chance()), problem)
        if onward:
            self._submit(replace(walk, lease=held, seen=seen))
        touched = arrived.new or arrived.changed or gaps or spoiled or problem != lease.problem
        return ours | (Changes.MESSAGES if touched else Changes.NONE)

    def _fail(self, walk: _Walk, error: ChannelError, now: datetime) -> Changes:
        lease, changes, problem = walk.lease, Changes.NONE, error.sentence
        if isinstance(error, RateLimited):
            next_at = min(error.until, now + LONGEST_LIMIT) + _LIMIT_JITTER * self._chance()
            if error.until - now <= LONGEST_QUIET:
                problem = ""  # being asked to wait is everyday, and nothing is lost by it
        elif isinstance(error, Unauthorized):
            changes = self._doors.sign_out_seen(lease.account_id)
            next_at = now + walk.poll
        else:
            next_at = now + _back_off(walk, now) * (0.5 + self._chance() / 2)
        with self._store.write() as conn:
            streams.rest(conn, lease, next_at, problem, error.detail)
        return changes if problem == lease.problem else changes | Changes.MESSAGES


def _telling(ours: Iterable[Account], platforms: Mapping[AccountId, Platform]) -> Iterator[Place]:
    """Give the streams of which the platform tells by itself when something came."""
    for account in ours:
        platform = platforms[account.id]
        if account.state is AccountState.CONNECTED and Ability.TELLS in platform.abilities:
            yield from ((account.id, stream) for stream in platform.streams)


def _rhythm(platform: Platform, stream: str) -> float:
    return platform.live_seconds if stream.startswith("live:") else platform.poll_seconds


def _back_off(walk: _Walk, now: datetime) -> timedelta:
    """Wait as long as the stream has been failing, so that the wait doubles with every try."""
    fetched_at = walk.lease.fetched_at
    failing = walk.poll if fetched_at is None else now - fetched_at
    return min(max(failing, walk.poll), LONGEST_REST)
