"""Correcting what was posted: other words in its place, approved and recorded like an announcement."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from pcc_desk.errors import NotReady
from pcc_desk.model.account import Account, AccountState
from pcc_desk.model.announcement import Announcement, AnnouncementId
from pcc_desk.model.changes import Changes
from pcc_desk.model.channel import Ability, Platform
from pcc_desk.model.correction import Correctable, Correction
from pcc_desk.model.delivery import Delivery, DeliveryId, DeliveryState, Frozen, Order
from pcc_desk.services.freeze import clean_text
from pcc_desk.services.hosting import Doors
from pcc_desk.store import accounts, deliveries
from pcc_desk.store.deliveries import OPEN
from pcc_desk.store.engine import Store

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from pcc_desk.services.fitting import Fitter


class Corrections:
    """What can be put right, what stops it, and the approval that sends it; safe to use from many threads."""

    def __init__(self, store: Store, doors: Doors) -> None:
        self._store = store
        self._doors = doors

    @cached_property
    def _fitter(self) -> "Fitter":
        # It counts with heavy libraries, which nobody waits for before something is corrected.
        from pcc_desk.services.fitting import Fitter

        return Fitter()

    def of_announcement(self, announcement_id: AnnouncementId, now: datetime) -> tuple[Correctable, ...]:
        """Give everything that was posted of an announcement, each with what stands there now. Raises: StoreError."""
        with self._store.read() as conn:
            known = deliveries.of_announcement(conn, announcement_id)
            return tuple(self._describe(conn, one, now) for one in known if one.state is DeliveryState.SENT)

    def beside(self, delivery_id: DeliveryId, now: datetime) -> tuple[Correctable, ...]:
        """Give what was posted with a delivery: its whole announcement, or one answer alone. Raises: StoreError."""
        with self._store.read() as conn:
            delivery = deliveries.get(conn, delivery_id)
            if delivery is not None and delivery.announcement_id is None:
                return (self._describe(conn, delivery, now),)
        return (
            ()
            if delivery is None or delivery.announcement_id is None
            else self.of_announcement(delivery.announcement_id, now)
        )

    def made(self, announcement_id: AnnouncementId) -> tuple[Delivery, ...]:
        """Give every correction of an announcement, oldest first. Raises: StoreError."""
        with self._store.read() as conn:
            known = deliveries.of_announcement(conn, announcement_id)
            found = [one for posted in known for one in deliveries.corrections_of(conn, posted.id)]
        return tuple(sorted(found, key=lambda one: one.id))

    def problems(self, correctable: Correctable, correction: Correction) -> tuple[str, ...]:
        """Say what stops a correction, one plain sentence each; () when it can go: pure, without the database."""
        if correctable.why_not:
            return (correctable.why_not,)
        platform = self._doors.platform_of(correctable.account)
        most = (correctable.delivery.in_reply_to and platform.answer_length) or platform.limits.length
        # What stands there already never becomes a thread.
        platform = replace(
            platform,
            abilities=platform.abilities & ~Ability.THREAD,
            limits=replace(platform.limits, length=most),
        )
        words = Announcement(AnnouncementId(0), title=correction.title, text=correction.text)
        if not correction.text.strip() and correctable.stands.pictures:
            return ()
        return self._fitter.fit(words, correctable.account, platform).problems

    def approve(self, corrections: Sequence[Correction], now: datetime) -> Changes:
        """Freeze corrections, all or none, and put them in the outbox, due now.

        Raises:
            NotReady: something stops one of them; `problems` says what. Nothing was approved.
            StoreError: nothing was approved.
        """
        with self._store.write() as conn:
            chosen = [(one, self._of(conn, one.delivery_id, now), _cleaned(one)) for one in corrections]
            problems = [problem for _, there, wish in chosen for problem in self.problems(there, wish)]
            changed = [(there, wish) for _, there, wish in chosen if _words(there.stands) != (wish.title, wish.text)]
            if not changed and not problems:
                problems = ["Nothing is changed yet. Change the words first."]
            if problems:
                raise NotReady("This cannot be corrected yet.", tuple(dict.fromkeys(problems)), problems[0])
            for there, wish in changed:
                deliveries.enqueue(conn, _order(there, wish, now), now)
        return Changes.DELIVERIES | Changes.ANNOUNCEMENTS

    def _of(self, conn: "Connection", delivery_id: DeliveryId, now: datetime) -> Correctable:
        delivery = deliveries.get(conn, delivery_id)
        if delivery is None:
            raise NotReady("This is not kept any more.", ())
        return self._describe(conn, delivery, now)

    def _describe(self, conn: "Connection", delivery: Delivery, now: datetime) -> Correctable:
        account = accounts.get(conn, delivery.account_id)
        assert account is not None  # a delivery's account is never removed
        made = deliveries.corrections_of(conn, delivery.id)
        platform = self._doors.platform_of(account)
        why_not = _why_not(delivery, account, platform, made)
        why_not = why_not or why_no_more(delivery, platform, made, _posted_at(conn, delivery), now)
        return Correctable(delivery, account, deliveries.stands(conn, delivery), why_not)


def _why_not(delivery: Delivery, account: Account, platform: Platform, made: Iterable[Delivery]) -> str:
    title = platform.title
    if delivery.state is not DeliveryState.SENT or delivery.receipt is None or delivery.corrects is not None:
        return f"This is not posted on {title}, so there is nothing to correct."
    if delivery.taken_back_at is not None:
        return f"This was taken down from {title}."
    if Ability.EDIT not in platform.abilities:
        return (
            f"{title} does not let PCC Desk change a post. Take it down and post it again, or correct it in an answer."
        )
    if delivery.receipt.is_word():
        return f"A person posted this on {title}, so correct it there."
    if account.state is AccountState.DISCONNECTED:
        return f"This account on {title} is not connected any more."
    if any(one.state in OPEN for one in made):
        return f"A correction for {title} is on its way. Wait until it is made, or stop it in the outbox."
    return ""


def why_no_more(
    delivery: Delivery, platform: Platform, made: Iterable[Delivery], posted_at: datetime, now: datetime
) -> str:
    """Say why a platform would not change this post although it changes others, or ""."""
    title, most, seconds = platform.title, platform.limits.edits, platform.limits.edit_seconds
    instead = "Take it down and post it again, or put it right in an answer."
    if platform.answers_stay and delivery.in_reply_to is not None:
        return f"{title} does not let an answer be changed. Take it down and answer again."
    if most == 0:
        return f"{title} lets this account change no post, because only paying members there may. {instead}"
    if most is not None and sum(one.state is DeliveryState.SENT for one in made) >= most:
        times = "once" if most == 1 else f"{most} times"
        return f"{title} lets a post be changed {times}, and this one was. {instead}"
    if seconds and now - posted_at > timedelta(seconds=seconds):
        return f"{title} lets a post be changed within {seconds / 60:.0f} minutes, and this one is older. {instead}"
    return ""


def _posted_at(conn: "Connection", delivery: Delivery) -> datetime:
    """Give when a delivery was posted, which can be long after it was first tried."""
    ends = [one.ended_at for one in deliveries.attempts(conn, delivery.id) if one.outcome in ("sent", "found")]
    tried_at = delivery.receipt.at if delivery.receipt is not None else delivery.due_at
    return max((end for end in ends if end is not None), default=tried_at)


def _order(there: Correctable, wish: Correction, now: datetime) -> Order:
    posted = there.delivery
    frozen = replace(posted.frozen, key="", text=wish.text, title=wish.title)
    return Order(
        posted.account_id,
        frozen,
        now,
        announcement_id=posted.announcement_id,
        in_reply_to=posted.in_reply_to,
        corrects=posted.id,
    )


def _cleaned(correction: Correction) -> Correction:
    title = " ".join(clean_text(correction.title).splitlines())
    return replace(correction, text=clean_text(correction.text), title=title)


def _words(frozen: Frozen) -> tuple[str, str]:
    return frozen.title, frozen.text
