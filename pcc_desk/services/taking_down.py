"""Taking down what was posted: one delivery, a whole thread from its end, or an announcement everywhere."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from pcc_desk.errors import DeskError, Gone, InputError
from pcc_desk.model.announcement import AnnouncementId
from pcc_desk.model.changes import Changes
from pcc_desk.model.channel import Ability
from pcc_desk.model.correction import TakenDown
from pcc_desk.model.delivery import Delivery, DeliveryId, DeliveryState
from pcc_desk.model.unreached import STOPPED_PARTLY
from pcc_desk.services.hosting import Doors
from pcc_desk.services.words import say_moment
from pcc_desk.store import accounts, claims, deliveries, threads, unreached
from pcc_desk.store.claims import Verdict
from pcc_desk.store.deliveries import STOPPABLE
from pcc_desk.store.engine import Store

_UNDER_WAY = (DeliveryState.SENDING, DeliveryState.UNCONFIRMED, DeliveryState.UNSURE)
_UNCORRECTED = Verdict(DeliveryState.CANCELLED, "stopped", "It was taken down before it was corrected.")


class TakingDown:
    """Takes back what stands on the platforms; the record of it stays. Safe to use from many threads."""

    def __init__(self, store: Store, doors: Doors) -> None:
        self._store = store
        self._doors = doors

    def withdraw(self, delivery_id: DeliveryId, now: datetime) -> Changes:
        """Take a posted delivery back; of a thread every part, the last one first, and none of it goes out any more.

        Raises:
            ChannelError: the platform did not take it back; the parts that it did take back stay recorded.
            InputError: it was not posted, or a part of the thread is still going out.
            StoreError: it could not be kept.
        """
        with self._store.write() as conn:
            parts = threads.whole(conn, delivery_id)
            if any(part.state in _UNDER_WAY for part in parts):
                raise InputError(
                    "A part of this thread is going out, or it is not clear yet whether it did.",
                    "Wait until it is clear, then take the thread down.",
                )
            stopped = Verdict(
                DeliveryState.CANCELLED, "stopped", "The thread was taken down before this part went out."
            )
            for part in parts:
                claims.change(conn, part.id, STOPPABLE, stopped, now)
            for correction in (one for part in parts for one in deliveries.corrections_of(conn, part.id)):
                claims.change(conn, correction.id, STOPPABLE, _UNCORRECTED, now)
        standing = [part for part in parts if part.receipt is not None and part.taken_back_at is None]
        if not standing:
            raise InputError("This was not posted, so there is nothing to take back.", "The outbox says how it stands.")
        for part in reversed(standing):
            self._take_back(part, now)
        return Changes.DELIVERIES | Changes.ANNOUNCEMENTS

    def withdraw_everywhere(self, announcement_id: AnnouncementId, now: datetime) -> TakenDown:
        """Take an announcement down wherever that can be done, and stop what has not gone out; tell what still stands.

        Raises:
            StoreError: it could not be kept.
        """
        with self._store.write() as conn:
            known = deliveries.of_announcement(conn, announcement_id)
            stopped = Verdict(
                DeliveryState.CANCELLED, "stopped", "You took the announcement down before this went out."
            )
            partly = {delivery.id for delivery in known if unreached.has_reached_some(conn, delivery)}
            for delivery in known:
                told = replace(stopped, sentence=STOPPED_PARTLY) if delivery.id in partly else stopped
                claims.change(conn, delivery.id, STOPPABLE, told, now)
        places, left = 0, list[str]()
        for first in (each for each in known if each.part is None or each.part.number == 1):
            never = first.state in STOPPABLE or first.state is DeliveryState.CANCELLED
            if (never and first.id not in partly) or first.taken_back_at is not None:
                continue
            title, reason = self._withdraw_there(first, now)
            places += not reason
            left += [f"{title}: {reason}"] if reason else []
        return TakenDown(places, tuple(left))

    def _withdraw_there(self, first: Delivery, now: datetime) -> tuple[str, str]:
        """Give the platform's title, and why it still stands there or ""."""
        with self._store.read() as conn:
            account = accounts.get(conn, first.account_id)
        assert account is not None  # a delivery's account is never removed
        platform = self._doors.platform_of(account)
        if Ability.WITHDRAW not in platform.abilities:
            return platform.title, f"PCC Desk cannot take it down. Do it on {platform.title} itself."
        try:
            self.withdraw(first.id, now)
        except DeskError as error:
            return platform.title, f"{error.sentence} {error.next_step}".strip()
        return platform.title, ""

    def _take_back(self, part: Delivery, now: datetime) -> None:
        assert part.receipt is not None
        with suppress(Gone):  # someone took it back there already
            self._doors.open(part.account_id).withdraw(part.receipt)
        with self._store.write() as conn:
            claims.take_back(conn, part.id, f"Posted, and taken back {say_moment(now)}.", now)
