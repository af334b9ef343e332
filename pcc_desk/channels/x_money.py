"""What X's calls cost, in the office's ledger: booked before a call, and given back when X surely did nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime

from pcc_desk.errors import ChannelError, Gone, RateLimited, Rejected, Unauthorized, Unreachable
from pcc_desk.model.cost import MILLS, Ledger

# Thousandths of a US dollar (docs.x.com, pricing); what is read is paid for by the piece.
POST_MILLS, LINK_MILLS, ANSWER_MILLS, DESCRIPTION_MILLS = 15, 200, 10, 5
LOOK_MILLS, PRIVATE_MILLS, USER_MILLS = 5, 10, 10
DELETE_MILLS, MANAGE_MILLS = 10, 5  # owed and never refused: what stands wrong must come down
_DID_NOTHING = (Unreachable, RateLimited, Unauthorized, Rejected, Gone)  # X asks no money for these


@dataclass(frozen=True, slots=True)
class Rate:
    """What each piece of a list costs, in thousandths of a US dollar; how few X gives at once, and how many."""

    each: int
    least: int
    most: int


# The smallest and the largest page of each list: docs.x.com, in the reference of each endpoint.
OWN_RATE = MENTIONS_RATE = Rate(LOOK_MILLS, 5, 100)
SEARCH_RATE = QUOTES_RATE = Rate(LOOK_MILLS, 10, 100)
PRIVATE_RATE, WRITTEN_RATE = Rate(PRIVATE_MILLS, 1, 100), Rate(PRIVATE_MILLS, 1, 20)


class Bill:
    """One piece of work that is paid for as a whole before its first call, so that the limit never stops it midway."""

    def __init__(self, ledger: Ledger, mills: int) -> None:
        """Book the whole. Raises: OverLimit."""
        self._ledger, self._left = ledger, mills
        self._day = ledger.spend(MILLS, mills)

    @contextmanager
    def paid(self, mills: int) -> Iterator[None]:
        """Pay for the call inside out of the bill; nothing when X surely did nothing. Raises: as the call inside."""
        self._left -= mills
        try:
            yield
        except _DID_NOTHING:
            self._left += mills
            raise

    def close(self) -> None:
        """Give back what was not used, on the day on which it was booked."""
        if self._left:
            self._ledger.owe(MILLS, -self._left, self._day)


class Reading:
    """One page on its way: `most` is how many pieces there is money for."""

    def __init__(self, rate: Rate, most: int) -> None:
        self.most = most
        self.cost = rate.each * most  # until the answer tells better

    def came(self, mills: int) -> None:
        """Note what the answer costs."""
        self.cost = mills


class Money:
    """The ledger of one account on X."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        # What answers that got lost may have cost, by what was asked: X asks for the same post once a day only.
        self._lost: dict[str, tuple[date, int]] = {}

    @contextmanager
    def bill(self, mills: int) -> Iterator[Bill]:
        """Book the whole of what is done inside, and give back what is not used.

        Raises:
            OverLimit: the office's limit would be passed; nothing was called.
        """
        bill = Bill(self._ledger, mills)
        try:
            yield bill
        finally:
            bill.close()

    @contextmanager
    def paid(self, mills: int) -> Iterator[None]:
        """Book the call inside. Raises: OverLimit when the limit would be passed, and as the call inside."""
        with self.bill(mills) as bill, bill.paid(mills):
            yield

    @contextmanager
    def owed(self, mills: int) -> Iterator[None]:
        """Book the call inside whatever the limit. Raises: as the call inside."""
        day = self._ledger.owe(MILLS, mills)
        try:
            yield
        except _DID_NOTHING:
            self._ledger.owe(MILLS, -mills, day)
            raise

    @contextmanager
    def reading(self, asked: str, rate: Rate, now: datetime) -> Iterator[Reading]:
        """Keep money free for one page, and book what it costs; all of it when its answer got lost.

        Raises:
            OverLimit: there is not enough for the smallest page; nothing was called.
            ChannelError: as the call inside.
        """
        day, before = self._lost.get(asked, (date.min, 0))
        if day != now.astimezone(UTC).date():
            day, before = now.astimezone(UTC).date(), 0
        least, most = (max(0, rate.each * count - before) for count in (rate.least, rate.most))
        with self._ledger.keep_free(MILLS, least, most) as room:
            reading = Reading(rate, min(rate.most, (before + room) // rate.each))
            try:
                yield reading
            except _DID_NOTHING:
                raise
            except ChannelError:
                self._lost[asked] = (self._book(reading.cost - before, day), reading.cost)
                raise
            self._lost.pop(asked, None)
            self._book(reading.cost - before, day)

    def _book(self, mills: int, day: date) -> date:
        return self._ledger.owe(MILLS, mills, day if mills < 0 else None) if mills else day
