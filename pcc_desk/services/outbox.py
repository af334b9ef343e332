"""The outbox: what goes out, where each delivery stands, and what a person decides about it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from pcc_desk.channels.server_time import ServerTime
from pcc_desk.errors import InputError
from pcc_desk.model.account import Account, AccountState
from pcc_desk.model.announcement import AnnouncementId
from pcc_desk.model.changes import Changes
from pcc_desk.model.channel import Platform
from pcc_desk.model.correction import TakenDown
from pcc_desk.model.delivery import (
    SEEN,
    Attempt,
    Delivery,
    DeliveryId,
    DeliveryLine,
    DeliveryState,
    OutboxCounts,
    OutboxFilter,
    Receipt,
)
from pcc_desk.model.unreached import STOPPED_PARTLY, Unreached
from pcc_desk.services import settle, tables
from pcc_desk.services.clock_watch import ClockWatch
from pcc_desk.services.hosting import Doors
from pcc_desk.services.sending import PATIENCE, Now, Sending, stop_followers
from pcc_desk.services.taking_down import TakingDown
from pcc_desk.services.words import needs_person, say_first_words, say_standing, say_thread
from pcc_desk.store import accounts, claims, deliveries, doubts, due, office, outbox_pages, threads, unreached
from pcc_desk.store.claims import Verdict
from pcc_desk.store.deliveries import STOPPABLE, Tally
from pcc_desk.store.engine import Store
from pcc_desk.store.outbox_pages import Listed

if TYPE_CHECKING:
    from sqlalchemy import Connection

_UNCLEAR = (DeliveryState.UNSURE, DeliveryState.UNCONFIRMED)
_WEB = ("https://", "http://")
_TAKE_DOWN = "Once it says that it is posted, you can take it down there."
_LOOK = "Look at it again: it says how it stands."
_WAITING = (DeliveryState.DUE, DeliveryState.SENDING, DeliveryState.UNCONFIRMED)


class Outbox:
    """Everything the desk does about what goes out; safe to use from many threads."""

    def __init__(
        self, store: Store, doors: Doors, patience: float = PATIENCE, servers: ServerTime | None = None
    ) -> None:
        """Send through the channels `doors` opens; one `run_due` waits `patience` seconds for slow platforms.

        Nothing scheduled goes while `servers`, which the wires tell what time it is elsewhere, differs from this PC.
        """
        self._store = store
        self._doors = doors
        self._clock = ClockWatch(servers or ServerTime())
        self._sending = Sending(store, doors, self._clock, patience)
        self._taking_down = TakingDown(store, doors)

    def page(
        self,
        before: tuple[datetime, int] | None = None,
        limit: int = 100,
        which: OutboxFilter = OutboxFilter.ALL,
    ) -> tuple[DeliveryLine, ...]:
        """Give up to `limit` lines a filter lets through, approved before (created_at, id), newest first.

        Raises:
            StoreError: they could not be read.
        """
        with self._store.read() as conn:
            listed = outbox_pages.page(conn, before, limit, which)
            return self._make_lines(conn, listed)

    def line(self, delivery_id: DeliveryId) -> DeliveryLine | None:
        """Give the line a delivery stands in, or None. Raises: StoreError."""
        with self._store.read() as conn:
            found = outbox_pages.line_of(conn, delivery_id)
            return self._make_lines(conn, [found])[0] if found is not None else None

    def of_announcement(self, announcement_id: AnnouncementId) -> tuple[Delivery, ...]:
        """Give every delivery of an announcement, in the order they were approved. Raises: StoreError."""
        with self._store.read() as conn:
            return deliveries.of_announcement(conn, announcement_id)

    def attempts(self, delivery_id: DeliveryId) -> tuple[Attempt, ...]:
        """Give every try of a delivery, every look for it and every decision, oldest first. Raises: StoreError."""
        with self._store.read() as conn:
            return deliveries.attempts(conn, delivery_id)

    def unreached(self, delivery_id: DeliveryId) -> tuple[Unreached, ...]:
        """Give the people an email did not reach, by address. Raises: StoreError."""
        with self._store.read() as conn:
            delivery = deliveries.get(conn, delivery_id)
            return () if delivery is None else unreached.of(conn, delivery)

    def write_unreached(self, delivery_id: DeliveryId) -> bytes:
        """Write that list as CSV, as `tables.written` does. Raises: StoreError."""
        people = [(one.address, one.why) for one in self.unreached(delivery_id)]
        return tables.written([("Email", "Why it did not arrive"), *people])

    def counts(self) -> OutboxCounts:
        """Count what waits and what needs a person, and give the next moment to run. Raises: StoreError."""
        with self._store.read() as conn:
            tallies = deliveries.tallies(conn)
            paused = office.paused_at(conn) is not None
        return OutboxCounts(
            waiting=sum(tally.count for tally in tallies if tally.state in _WAITING and not _is_stuck(tally)),
            attention=sum(tally.count for tally in tallies if tally.state not in _WAITING or _is_stuck(tally)),
            next_due_at=min(_next_moments(tallies, paused), default=None),
            problem=self._clock.problem,
            clock_doubted=self._clock.doubted,
            by_hand=sum(tally.count for tally in tallies if tally.state is DeliveryState.BY_HAND),
        )

    def run_due(self, now: Now) -> Changes:
        """Send and look for everything that is due, side by side; tell what changed. Raises: StoreError."""
        return self._sending.run_due(now)

    def recover(self, now: datetime) -> Changes:
        """Make unconfirmed what a desk that is gone was sending; for the only open desk. Raises: StoreError."""
        return self._sending.settle_abandoned(None, now)

    def trust_clock(self, now: datetime) -> Changes:
        """Take a person's word that this PC's clock is right, until it or a server's clock changes again."""
        return self._clock.trust(now)

    def stop(self) -> None:
        """Begin nothing more; what is being sent ends in its own time."""
        self._sending.stop()

    def retry(self, delivery_id: DeliveryId, now: datetime) -> Changes:
        """Send a held delivery now, or try a failed one at once; of a thread every part that waits for such a word.

        An unconfirmed one is looked for anyway and stays. One given to a person goes back to the desk.

        Raises:
            StoreError: it could not be kept.
        """
        again = Verdict(DeliveryState.DUE, due.ASKED, "A person asked to send it now.", now)
        changes = Changes.NONE
        with self._store.write() as conn:
            for delivery in threads.whole(conn, delivery_id):
                asked = delivery.id == delivery_id and delivery.state is DeliveryState.BY_HAND
                failed = delivery.state is DeliveryState.DUE and delivery.attempts
                if delivery.state is DeliveryState.HELD or failed or asked:
                    claims.change(conn, delivery.id, [delivery.state], again, now)
                    changes = Changes.DELIVERIES
        return changes

    def cancel(self, delivery_id: DeliveryId, now: datetime) -> Changes:
        """Stop a delivery that is not being sent and cannot have been, and the parts of its thread that follow.

        Raises:
            InputError: it has gone out, or may have.
            StoreError: it could not be kept.
        """
        stopped = Verdict(DeliveryState.CANCELLED, "stopped", "You stopped it. Nothing was posted.")
        with self._store.write() as conn:
            delivery = deliveries.get(conn, delivery_id)
            if delivery is not None and unreached.has_reached_some(conn, delivery):
                stopped = replace(stopped, sentence=STOPPED_PARTLY)
            if not claims.change(conn, delivery_id, STOPPABLE, stopped, now):
                raise InputError("This is going out or has gone out already, so it was not stopped.", _TAKE_DOWN)
            stop_followers(conn, now)
        return Changes.DELIVERIES | Changes.ANNOUNCEMENTS

    def post_by_hand(self, delivery_id: DeliveryId, now: datetime) -> Changes:
        """Give a held delivery to a person, who posts it there without PCC Desk.

        Raises:
            InputError: it is not held any more.
            StoreError: it could not be kept.
        """
        told = Verdict(DeliveryState.BY_HAND, "by hand", "Post this yourself, then say where it is.")
        with self._store.write() as conn:
            if not claims.change(conn, delivery_id, [DeliveryState.HELD], told, now):
                raise InputError("This is not held any more, so nothing was changed.", _LOOK)
        return Changes.DELIVERIES

    def confirm_posted(self, delivery_id: DeliveryId, url: str, now: datetime) -> Changes:
        """Keep a person's word that an unclear delivery was posted, or that they posted it by hand, and where.

        Raises:
            InputError: that is no web address, it belongs to another delivery, or nothing was unclear any more.
            StoreError: it could not be kept.
        """
        if url.strip() and not url.strip().lower().startswith(_WEB):
            raise InputError(
                "That is not a web address.", "Copy the whole address of the post, with https:// before it."
            )
        with self._store.write() as conn:
            delivery = deliveries.get(conn, delivery_id)
            proof = Receipt(url.strip() or f"{SEEN}{delivery_id}", url.strip(), now)
            if delivery and deliveries.by_remote_id(conn, delivery.account_id, proof.remote_id) is not None:
                raise InputError("That address belongs to another announcement.", "Copy the address of this one.")
            by_hand = delivery is not None and delivery.state is DeliveryState.BY_HAND
            sentence = "A person posted it by hand." if by_hand else "A person looked and found it."
            told = Verdict(DeliveryState.SENT, "by hand" if by_hand else "seen", sentence, receipt=proof)
            if delivery is not None and delivery.corrects is not None:
                told = settle.corrected(now)
            unclear = delivery is not None and delivery.state in _UNCLEAR and doubts.stood_as(conn, delivery.id) is None
            if delivery is not None and unclear and unreached.goes_on(conn, delivery):
                said = "A person found it with the group in doubt, so it goes out to the others."
                told = Verdict(DeliveryState.DUE, due.ASKED, said, now)
            _decide(claims.change(conn, delivery_id, (*_UNCLEAR, DeliveryState.BY_HAND), told, now))
        return Changes.DELIVERIES | Changes.ANNOUNCEMENTS

    def confirm_absent(self, delivery_id: DeliveryId, now: datetime) -> Changes:
        """Keep a person's word that an unclear delivery was not posted, and send it again.

        Raises:
            InputError: nothing was unclear any more.
            StoreError: it could not be kept.
        """
        told = Verdict(
            DeliveryState.DUE, due.NOT_THERE, "A person looked and it is not there, so it goes out again.", now
        )
        with self._store.write() as conn:
            _decide(claims.change(conn, delivery_id, _UNCLEAR, told, now))
        return Changes.DELIVERIES

    def withdraw_everywhere(self, announcement_id: AnnouncementId, now: datetime) -> TakenDown:
        """Take an announcement down wherever that can be done; tell where it still stands. Raises: StoreError."""
        return self._taking_down.withdraw_everywhere(announcement_id, now)

    def withdraw(self, delivery_id: DeliveryId, now: datetime) -> Changes:
        """Take a posted delivery back from its platform, a thread as a whole; its record stays.

        Raises:
            ChannelError: the platform did not take it back.
            InputError: it was not posted, or a part of the thread is still going out.
            StoreError: it could not be kept.
        """
        return self._taking_down.withdraw(delivery_id, now)

    def _make_lines(self, conn: "Connection", listed: Iterable[Listed]) -> tuple[DeliveryLine, ...]:
        lines = list(listed)
        used = {line.delivery.account_id for line in lines}
        known = {account_id: accounts.get(conn, account_id) for account_id in used}
        owned = [(line, account) for line in lines if (account := known[line.delivery.account_id])]
        return tuple(_make_line(line, account, self._doors.platform_of(account)) for line, account in owned)


def _make_line(listed: Listed, account: Account, platform: Platform) -> DeliveryLine:
    delivery = listed.delivery
    kind = "Private answer" if delivery.frozen.private else "Answer"
    title = f"{kind} to {listed.answered}" if delivery.in_reply_to is not None else listed.title
    if delivery.corrects is not None:
        title = f"Correction: {title or say_first_words(delivery.frozen.text)}"
    line = DeliveryLine(
        delivery,
        account,
        title or say_first_words(delivery.frozen.text),
        say_standing(delivery, account),
        needs_person(delivery, account),
        listed.parts,
        before=listed.before,
    )
    line = replace(line, page=listed.answered_url or _find_page(line, platform))
    if not listed.parts:
        return line
    return replace(line, words=say_thread(line), needs_you=needs_person(line.next_part(), account))


def _find_page(line: DeliveryLine, platform: Platform) -> str:
    """Find where a person would post it: under the part before, or on the page of an account that is done by hand."""
    part = line.next_part()
    if part.part is not None and part.part.number > 1:
        before = line.parts[part.part.number - 2]
        return "" if before.receipt is None else before.receipt.url
    return line.account.address if platform.by_hand else ""


def _is_stuck(tally: Tally) -> bool:
    return tally.state is DeliveryState.DUE and tally.account_state is not AccountState.CONNECTED


def _next_moments(tallies: Iterable[Tally], paused: bool) -> Iterable[datetime]:
    for tally in tallies:
        sends = tally.state is DeliveryState.DUE and not paused
        if tally.account_state is AccountState.CONNECTED and (sends or tally.state is DeliveryState.UNCONFIRMED):
            yield tally.first_at


def _decide(was_unclear: bool) -> None:
    if not was_unclear:
        raise InputError("PCC Desk knows by now where this stands, so nothing was changed.", _LOOK)
