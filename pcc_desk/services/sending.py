"""The road out at work: claims what is due, sends to all accounts side by side, settles, and looks where it must."""

import random
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pcc_desk.errors import DeskError, OverLimit, RateLimited, Unauthorized, Unreachable
from pcc_desk.model.account import AccountId, AccountState
from pcc_desk.model.changes import Changes
from pcc_desk.model.channel import Platform
from pcc_desk.model.delivery import Delivery, DeliveryId, DeliveryState
from pcc_desk.services import settle
from pcc_desk.services.clock_watch import ClockWatch
from pcc_desk.services.hosting import Doors
from pcc_desk.services.posting import Posting
from pcc_desk.services.words import say_moment
from pcc_desk.store import accounts, claims, deliveries, doubts, due, messages, threads, unreached, waits
from pcc_desk.store.claims import Verdict
from pcc_desk.store.engine import Store

if TYPE_CHECKING:
    from sqlalchemy import Connection

SIDE_BY_SIDE = 10
LEASE = timedelta(seconds=300)  # longer than the total deadline of any write
PATIENCE = 2.0  # seconds that one run waits for accounts that answer slowly; they go on, and the next run tells
_PUT_BACK = timedelta(minutes=1)  # a clock that is set right by less harms nobody

Now = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Moments:
    """When something was begun and when it ended."""

    started_at: datetime
    ended_at: datetime


class Renewal:
    """Keeps a delivery for this desk while its film is on the way; each call tells that it goes on."""

    def __init__(self, store: Store, delivery: Delivery, now: Now) -> None:
        self._store, self._delivery, self._now = store, delivery, now
        self._renewed_at = now()

    def __call__(self) -> None:
        """Renew the lease, when a fifth of it is over. Raises: StoreError."""
        moment = self._now()
        if moment - self._renewed_at >= LEASE / 5:
            self._renewed_at = moment
            with self._store.write() as conn:
                claims.renew(conn, self._delivery, moment + LEASE)


class Sending:
    """Sends and looks, each account on one thread; safe to call from many threads and beside another desk."""

    def __init__(self, store: Store, doors: Doors, clock: ClockWatch, patience: float = PATIENCE) -> None:
        self._store = store
        self._doors = doors
        self._clock = clock
        self._posting = Posting(store, doors)
        self._patience = patience
        self._pool = ThreadPoolExecutor(SIDE_BY_SIDE, "out")
        self._running: dict[AccountId, Future[Changes]] = {}
        self._ran_at: datetime | None = None
        self._starting = threading.Lock()
        self._stopped = threading.Event()

    def run_due(self, now: Now) -> Changes:
        """Send and look for everything that is due, and tell what changed since the last call.

        Raises:
            StoreError: the database could not be used; what was sent meanwhile is looked for later.
        """
        started_at = now()
        self._end_impossible_waits(started_at)
        changes = self._clock.look(started_at) | self._hold_late(started_at) | self._keep_threads(started_at)
        changes |= self.settle_abandoned(started_at, started_at)
        with self._store.read() as conn:
            waiting = due.with_work(conn, started_at)
        with self._starting:
            if not self._stopped.is_set():
                for account_id in waiting:
                    if account_id not in self._running:
                        self._running[account_id] = self._pool.submit(self._serve, account_id, now)
            running = dict(self._running)
        wait(running.values(), self._patience)
        return changes | self._collect(running)

    def settle_abandoned(self, over_at: datetime | None, now: datetime) -> Changes:
        """Make unconfirmed what is being sent by a desk whose lease was over at `over_at`, or by any when None."""
        with self._store.read() as conn:
            left = due.abandoned(conn, over_at)
        for delivery in left:
            with self._store.write() as conn:
                platform = self._platform(delivery.account_id)
                started_at = delivery.started_at or now
                claims.settle(conn, delivery, settle.abandoned(platform, now), started_at, now)
        return Changes.DELIVERIES if left else Changes.NONE

    def stop(self) -> None:
        """Begin nothing more; what is being sent ends in its own time."""
        with self._starting:  # a run that has just seen the desk open could find its pool closed
            self._stopped.set()
            self._pool.shutdown(wait=False, cancel_futures=True)

    def _end_impossible_waits(self, now: datetime) -> None:
        """End what was to wait by a clock that was ahead: looked for at the start, and when the clock was put back."""
        before, self._ran_at = self._ran_at, now
        if before is not None and now >= before - _PUT_BACK:
            return
        with self._store.read() as conn:
            found = waits.are_impossible(conn, now)
        if found:
            with self._store.write() as conn:
                waits.end_impossible(conn, now)

    def _collect(self, running: Mapping[AccountId, Future[Changes]]) -> Changes:
        changes = Changes.NONE
        failures = []
        for account_id, future in running.items():
            if not future.done():
                continue
            with self._starting:
                if self._running.get(account_id) is not future:
                    continue  # another thread tells of it
                del self._running[account_id]
            if future.cancelled():  # as `stop` does with what has not begun
                continue
            if (failure := future.exception()) is None:
                changes |= future.result()
            else:
                failures.append(failure)
        if failures:
            raise failures[0]
        return changes

    def _serve(self, account_id: AccountId, now: Now) -> Changes:
        platform = self._platform(account_id)
        if platform.by_hand:
            return self._hand_over(account_id, platform, now)
        changes = self._look(account_id, platform, now)
        reachable = True
        while reachable and (delivery := self._claim(account_id, now())) is not None:
            sent, reachable = self._send(delivery, platform, now)
            changes |= sent
        return changes

    def _hand_over(self, account_id: AccountId, platform: Platform, now: Now) -> Changes:
        """Give what is due to a person; claimed and settled in one go, so that nothing is ever in between."""
        changes = self._ask_about(account_id, platform, now)
        while not self._stopped.is_set():
            with self._store.write() as conn:
                moment = now()
                delivery = claims.claim(
                    conn, account_id, moment, moment + LEASE, scheduled=self._clock.is_sound(moment)
                )
                if delivery is None:
                    return changes
                verdict = settle.by_hand(platform) if self._posting.is_as_approved(delivery) else settle.altered()
                claims.settle(conn, delivery, verdict, moment, moment)
            changes |= Changes.DELIVERIES
        return changes

    def _ask_about(self, account_id: AccountId, platform: Platform, now: Now) -> Changes:
        """Give what a restored backup left in doubt back to a person, where no program can look."""
        changes, moment = Changes.NONE, now()
        with self._store.read() as conn:
            doubtful = due.to_look_for(conn, account_id, moment)
            early = {one.id for one in doubtful if due.is_early(conn, one.id, moment)}
        for delivery in doubtful:
            verdict = settle.came_back(DeliveryState.BY_HAND, delivery, platform, moment)
            if delivery.id in early:  # it waits for its time, as every verdict of DUE does
                verdict = Verdict(DeliveryState.DUE, "waits", "It waits for its time.", moment)
            changes |= self._settle(delivery, verdict, moment, moment)
        return changes

    def _claim(self, account_id: AccountId, now: datetime) -> Delivery | None:
        if self._stopped.is_set():
            return None
        with self._store.write() as conn:
            return claims.claim(conn, account_id, now, now + LEASE, scheduled=self._clock.is_sound(now))

    def _send(self, delivery: Delivery, platform: Platform, now: Now) -> tuple[Changes, bool]:
        """Send one delivery; tell what changed, and whether the platform can be reached for the next."""
        started_at = delivery.started_at or now()
        with self._store.read() as conn:
            scheduled = due.is_scheduled(conn, delivery.id)
        alive = Renewal(self._store, delivery, now)
        if not self._posting.is_as_approved(delivery, alive):
            return self._settle(delivery, settle.altered(), started_at, now()), True
        if overrun := self._posting.find_overrun(delivery, platform):
            return self._settle(delivery, settle.overrun(overrun), started_at, now()), True
        try:
            if scheduled and (doubt := self._clock.prove(self._posting.open(delivery), now)):
                return self._settle(delivery, settle.doubted(delivery, doubt), started_at, now()), False
            receipt = self._posting.put_up(delivery, platform, alive)
        except DeskError as error:
            moment = self._moment(now)
            verdict = settle.not_sent(error, delivery, platform, moment)
            changes = self._settle(delivery, verdict, started_at, moment.now) | self._mark(delivery, error, moment)
            return changes, not isinstance(error, Unreachable)
        return self._settle(delivery, settle.sent(receipt), started_at, now()), True

    def _look(self, account_id: AccountId, platform: Platform, now: Now) -> Changes:
        changes = Changes.NONE
        with self._store.read() as conn:
            waiting = due.to_look_for(conn, account_id, now())
        for delivery in waiting:
            if self._stopped.is_set():
                break
            changes |= self._look_for(delivery, platform, now)
        return changes

    def _look_for(self, delivery: Delivery, platform: Platform, now: Now) -> Changes:
        started_at = now()
        try:
            receipt = self._posting.look_for(delivery)
        except DeskError as error:
            moment = self._moment(now)
            verdict = settle.not_looked(error, delivery, platform, moment)
            return self._settle(delivery, verdict, started_at, moment.now) | self._mark(delivery, error, moment)
        with self._store.read() as conn:
            was = doubts.stood_as(conn, delivery.id)
        verdict = settle.not_found(delivery, platform, now(), was) if receipt is None else settle.found(receipt)
        return self._settle(delivery, verdict, started_at, now())

    def _settle(self, tried: Delivery, verdict: Verdict, started_at: datetime, now: datetime) -> Changes:
        changes = Changes.DELIVERIES
        if tried.corrects is not None:
            return self._settle_correction(tried, tried.corrects, verdict, Moments(started_at, now))
        with self._store.write() as conn:
            if verdict.receipt is not None:
                known = deliveries.by_remote_id(conn, tried.account_id, verdict.receipt.remote_id)
                if known not in (None, tried.id):
                    verdict = settle.shared(self._platform(tried.account_id))
            settled = claims.settle(conn, tried, verdict, started_at, now)
            if settled and verdict.receipt is not None:
                changes |= Changes.ANNOUNCEMENTS
                unreached.tell(conn, tried)
                if messages.link(conn, tried.account_id, verdict.receipt.remote_id, tried.id):
                    changes |= Changes.MESSAGES
        return changes

    def _settle_correction(self, tried: Delivery, corrects: DeliveryId, verdict: Verdict, at: Moments) -> Changes:
        with self._store.write() as conn:
            if verdict.receipt is None:
                claims.settle(conn, tried, verdict, at.started_at, at.ended_at)
                return Changes.DELIVERIES
            if claims.settle(conn, tried, settle.corrected(at.ended_at), at.started_at, at.ended_at):
                deliveries.renew_receipt(conn, corrects, verdict.receipt)
                posted = deliveries.get(conn, corrects)
                if posted is not None and posted.taken_back_at is None:
                    deliveries.explain(conn, corrects, verdict.receipt.note)
                claims.record(conn, corrects, settle.corrected(at.ended_at), at.started_at, at.ended_at)
        return Changes.DELIVERIES | Changes.ANNOUNCEMENTS

    def _mark(self, delivery: Delivery, error: DeskError, moment: settle.Moment) -> Changes:
        if isinstance(error, RateLimited) and not isinstance(error, OverLimit):  # what costs less may still go
            with self._store.write() as conn:
                claims.rest(conn, delivery.account_id, settle.rested_at(error, moment))
        if not isinstance(error, Unauthorized):
            return Changes.NONE
        with self._store.write() as conn:
            account = accounts.get(conn, delivery.account_id)
            if account is None or account.state is not AccountState.CONNECTED:
                return Changes.NONE
            accounts.set_state(conn, delivery.account_id, AccountState.SIGNED_OUT)
        return Changes.ACCOUNTS

    def _platform(self, account_id: AccountId) -> Platform:
        with self._store.read() as conn:
            account = accounts.get(conn, account_id)
        assert account is not None  # a delivery's account is never removed
        return self._doors.platform_of(account)

    def _moment(self, now: Now) -> settle.Moment:
        return settle.Moment(now(), random.random())

    def _hold_late(self, now: datetime) -> Changes:
        if self._clock.doubted:
            return Changes.NONE  # by a clock that is wrong nothing is late either
        with self._store.read() as conn:
            late = due.too_late(conn, now)
        for delivery_id, scheduled_at in late:
            with self._store.write() as conn:
                verdict = settle.late(say_moment(scheduled_at))
                claims.change(conn, delivery_id, [DeliveryState.DUE], verdict, now)
        return Changes.DELIVERIES if late else Changes.NONE

    def _keep_threads(self, now: datetime) -> Changes:
        with self._store.read() as conn:
            waiting = bool(threads.stranded(conn) or threads.lost(conn))
        if not waiting:
            return Changes.NONE
        with self._store.write() as conn:
            stop_followers(conn, now)
            for delivery in threads.lost(conn):
                claims.change(conn, delivery.id, [DeliveryState.DUE], settle.lost_thread(_before(delivery)), now)
        return Changes.DELIVERIES | Changes.ANNOUNCEMENTS


def stop_followers(conn: "Connection", now: datetime) -> bool:
    """Stop every part of a thread that waits for one that will never stand there; tell whether there was any."""
    any_stopped = False
    while waiting := threads.stranded(conn):  # each one stopped may leave the next one alone
        for delivery in waiting:
            any_stopped = True
            claims.change(conn, delivery.id, [delivery.state], settle.left_alone(_before(delivery)), now)
    return any_stopped


def _before(delivery: Delivery) -> int:
    return 0 if delivery.part is None else delivery.part.number - 1
