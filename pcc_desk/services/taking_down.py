"""Taking down what was posted: one delivery, or a whole thread from its end."""

from contextlib import suppress
from datetime import datetime

from pcc_desk.errors import Gone, InputError
from pcc_desk.model.changes import Changes
from pcc_desk.model.delivery import Delivery, DeliveryId, DeliveryState
from pcc_desk.services.sending import Doors
from pcc_desk.services.words import say_moment
from pcc_desk.store import claims, threads
from pcc_desk.store.claims import Verdict
from pcc_desk.store.deliveries import STOPPABLE
from pcc_desk.store.engine import Store

_UNDER_WAY = (DeliveryState.SENDING, DeliveryState.UNCONFIRMED, DeliveryState.UNSURE)


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
        standing = [part for part in parts if part.receipt is not None and part.taken_back_at is None]
        if not standing:
            raise InputError("This was not posted, so there is nothing to take back.")
        for part in reversed(standing):
            self._take_back(part, now)
        return Changes.DELIVERIES | Changes.ANNOUNCEMENTS

    def _take_back(self, part: Delivery, now: datetime) -> None:
        assert part.receipt is not None
        with suppress(Gone):  # someone took it back there already
            self._doors.open(part.account_id).withdraw(part.receipt)
        with self._store.write() as conn:
            claims.take_back(conn, part.id, f"Posted, and taken back {say_moment(now)}.", now)
