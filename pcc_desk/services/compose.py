"""Writing announcements: drafts that are never lost, how they fit each channel, and the approval that freezes them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pcc_desk.checks.films import find_film_gaps
from pcc_desk.checks.fit import find_alt_problems
from pcc_desk.errors import BadPicture, BadTime, InputError, NotReady
from pcc_desk.media import pictures as media
from pcc_desk.model.account import Account, AccountState
from pcc_desk.model.announcement import (
    Announcement,
    AnnouncementId,
    AnnouncementVersion,
    Fit,
    Picture,
    PictureId,
)
from pcc_desk.model.changes import Changes
from pcc_desk.model.channel import Ability
from pcc_desk.model.delivery import Delivery, DeliveryState, Order
from pcc_desk.model.schedule import Schedule
from pcc_desk.services.accounts import Accounts
from pcc_desk.services.freeze import Freezer, Target, clean_words, describe
from pcc_desk.services.hosting import Hosting
from pcc_desk.store import announcements, claims, deliveries, pictures, unreached
from pcc_desk.store.claims import Verdict
from pcc_desk.store.deliveries import STOPPABLE
from pcc_desk.store.engine import Store

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from pcc_desk.services.fitting import Fitter

KEPT_AFTER_DISCARD = timedelta(days=30)


Tell = Callable[[str], object]


def _unsaid(sentence: str) -> None:
    """Say it to nobody."""


class Compose:
    """Everything the desk does with announcements before they go out; safe to use from many threads."""

    def __init__(self, store: Store, accounts: Accounts) -> None:
        self._store = store
        self._accounts = accounts
        self._hosting = Hosting(store, accounts)

    def drafts(self) -> tuple[Announcement, ...]:
        """Give the drafts, the newest edit first. Raises: StoreError."""
        with self._store.read() as conn:
            return announcements.drafts(conn)

    def approved(self) -> tuple[Announcement, ...]:
        """Give what is approved and not yet all sent, the soonest first. Raises: StoreError."""
        with self._store.read() as conn:
            return announcements.approved(conn)

    def sent(self, limit: int = 100) -> tuple[Announcement, ...]:
        """Give up to `limit` announcements that are all sent, the last approved first. Raises: StoreError."""
        with self._store.read() as conn:
            return announcements.sent(conn, limit)

    def get(self, announcement_id: AnnouncementId) -> Announcement:
        """Give one announcement. Raises: InputError when it was discarded, StoreError."""
        with self._store.read() as conn:
            return _found(announcements.get(conn, announcement_id))

    def begin(self, now: datetime) -> Announcement:
        """Give an empty draft, the last one if it is still empty, for every connected account that takes words.

        One that takes films only is chosen by whoever adds a film. Raises: StoreError.
        """
        ours = (account for account in self._accounts.all() if account.state is AccountState.CONNECTED)
        connected = tuple(account.id for account in ours if not self._accounts.platform_of(account).needs_video)
        fresh = Announcement(AnnouncementId(0), accounts=connected)
        with self._store.write() as conn:
            for draft in announcements.drafts(conn):
                if _is_empty(draft):
                    again = replace(draft, accounts=connected)
                    return draft if again == draft else announcements.save(conn, again, now)
            return announcements.add(conn, fresh, now)

    def save(self, announcement: Announcement, now: datetime) -> Announcement:
        """Keep a draft as its next version when something changed, and give what is kept.

        Raises:
            InputError: it was approved or discarded meanwhile; nothing was changed.
            StoreError: it could not be kept.
        """
        cleaned = clean_words(announcement)
        with self._store.write() as conn:
            kept = _found(announcements.get(conn, announcement.id))
            if announcements.same_words(kept, cleaned):
                return kept
            if kept.approved_at is not None:
                raise InputError(
                    "This is approved, so it was not changed.", "Take it back to the drafts first, then change it."
                )
            return announcements.save(conn, cleaned, now)

    def versions(self, announcement_id: AnnouncementId) -> tuple[AnnouncementVersion, ...]:
        """Give the earlier states that are kept, the newest first. Raises: StoreError."""
        with self._store.read() as conn:
            return announcements.versions(conn, announcement_id)

    def restore(self, announcement_id: AnnouncementId, version: int, now: datetime) -> Announcement:
        """Make an earlier state the draft's next version. Raises: InputError when it is not kept, StoreError."""
        with self._store.read() as conn:
            earlier = announcements.earlier(conn, announcement_id, version)
        if earlier is None:
            raise InputError("That earlier state is not kept any more.", "Choose another one.")
        return self.save(earlier, now)

    def discard(self, announcement_id: AnnouncementId, now: datetime) -> Changes:
        """Take a draft away; `bring_back` undoes it for 30 days.

        Raises:
            InputError: it is approved.
            StoreError: it could not be kept.
        """
        with self._store.write() as conn:
            if not announcements.set_removed(conn, announcement_id, now):
                raise InputError("This is approved, so it was not discarded.", "Take it back to the drafts first.")
            announcements.purge(conn, now - KEPT_AFTER_DISCARD)
        return Changes.ANNOUNCEMENTS

    def bring_back(self, announcement_id: AnnouncementId) -> Changes:
        """Put a discarded draft back. Raises: StoreError."""
        with self._store.write() as conn:
            announcements.set_removed(conn, announcement_id, None)
        return Changes.ANNOUNCEMENTS

    def add_picture(self, source: Path | bytes, name: str, tell: Tell = _unsaid) -> Picture:
        """Make a picture safe in a child process and keep it; `tell` hears in one sentence what was lost of it.

        Raises:
            BadPicture: it cannot be used; the sentence says why.
            StoreError: it could not be kept.
        """
        try:
            content = source if isinstance(source, bytes) else source.read_bytes()
        except OSError as unreadable:
            raise BadPicture(f"“{name}” cannot be opened.", "Check that it is still there.") from unreadable
        made = media.clean(content, name)
        picture = describe(made, name)
        if made.moved:
            tell(f"“{name}” moves. Only its first picture is kept: add it as a film (MP4) to keep the movement.")
        with self._store.write() as conn:
            pictures.put(conn, picture, made.content)
        return picture

    def picture_bytes(self, picture_id: PictureId) -> bytes:
        """Give a kept picture's bytes. Raises: StoreError, BadPicture when it is not kept."""
        with self._store.read() as conn:
            kept = pictures.contents(conn, [picture_id])
        if picture_id not in kept:
            raise BadPicture("This picture is not kept any more.", "Add it again.")
        return kept[picture_id]

    @cached_property
    def _fitter(self) -> "Fitter":
        # The rules of counting take as long to load as a panel, and nobody writes before the office is open.
        from pcc_desk.services.fitting import Fitter

        return Fitter()

    def fit(self, announcement: Announcement, account: Account) -> Fit:
        """Count and examine an announcement for one account: pure, in microseconds, without the database."""
        return self._fitter.fit(announcement, account, self._accounts.platform_of(account))

    def length(self, account: Account, text: str) -> tuple[int, int | None]:
        """Count a text as the account's platform does, and give the most it takes. Raises: StoreError."""
        platform = self._accounts.platform_of(account)
        return self._fitter.count(platform, text), platform.limits.length

    def problems(self, announcement: Announcement, now: datetime) -> tuple[str, ...]:
        """Say what still stops an announcement, one plain sentence each; () when it is ready. Raises: StoreError."""
        targets = self._targets(announcement)
        found = []
        if not (announcement.text.strip() or announcement.pictures or announcement.wordings or announcement.film):
            found.append("There is nothing to send yet. Write the text.")
        if not announcement.accounts:
            found.append("Choose at least one account to send it to.")
        if len(targets) < len(announcement.accounts):
            found.append("One of the accounts is not connected any more. Choose the accounts again.")
        if announcement.schedule is not None and announcement.schedule.at <= now:
            found.append("The time you chose has passed. Choose a later one, or send it now.")
        found += (*find_alt_problems(announcement.pictures), *find_film_gaps(announcement.film))
        has = _media_of(announcement)
        found += [self._hosting.problem(target.account, target.platform, has) for target in targets]
        if announcement.text.strip() or announcement.wordings or announcement.pictures or announcement.film:
            for target in targets:
                found += self._fitter.fit(announcement, target.account, target.platform).problems
        return tuple(dict.fromkeys(filter(None, found)))

    def advice(self, announcement: Announcement) -> tuple[str, ...]:
        """Say what is worth knowing before sending and stops nothing, one plain sentence each. Raises: StoreError."""
        found = list[str]()
        for target in self._targets(announcement):
            found += self._fitter.advise(announcement, target.account, target.platform)
        return tuple(dict.fromkeys(found))

    def approve(self, announcement_id: AnnouncementId, now: datetime) -> Changes:
        """Freeze an announcement for each of its accounts and put it in the outbox, due now or at its time.

        Raises:
            NotReady: something still stops it; `problems` says what. Nothing was approved.
            BadPicture: a picture cannot be made to fit.
            StoreError: nothing was approved.
        """
        draft = self.get(announcement_id)
        if problems := self.problems(draft, now):
            raise NotReady("This cannot be sent yet.", problems, problems[0])
        freezer = Freezer(self.picture_bytes)
        frozen = [
            (target.account.id, freezer.freeze(draft, target, self.fit(draft, target.account)))
            for target in self._targets(draft)
        ]
        due_at = now if draft.schedule is None else draft.schedule.at
        with self._store.write() as conn:
            if announcements.get(conn, announcement_id) != draft or draft.approved_at is not None:
                raise NotReady("This was changed meanwhile, so nothing was sent.", (), "Read it again, then send it.")
            for picture, content in freezer.made.values():
                pictures.put(conn, picture, content)
            for account_id, (first, *more) in frozen:
                order = Order(account_id, first, due_at, announcement_id, more=tuple(more))
                deliveries.enqueue(conn, order, now)
            announcements.mark_approved(conn, announcement_id, now)
        return Changes.ANNOUNCEMENTS | Changes.DELIVERIES

    def unschedule(self, announcement_id: AnnouncementId, now: datetime) -> Changes:
        """Stop every delivery of an announcement and make it a draft again.

        Raises:
            InputError: some of it is going out or has gone out; nothing was changed.
            StoreError: nothing was changed.
        """
        stopped = Verdict(DeliveryState.CANCELLED, "stopped", "You took it back to the drafts. Nothing was posted.")
        with self._store.write() as conn:
            for delivery in _find_stoppable(conn, announcement_id):
                claims.change(conn, delivery.id, STOPPABLE, stopped, now)
            announcements.mark_approved(conn, announcement_id, None)
        return Changes.ANNOUNCEMENTS | Changes.DELIVERIES

    def reschedule(self, announcement_id: AnnouncementId, schedule: Schedule, now: datetime) -> Changes:
        """Give a draft or a waiting announcement another time; its frozen words stay as approved.

        Raises:
            BadTime: that time has passed.
            InputError: some of it is going out or has gone out; nothing was changed.
            StoreError: nothing was changed.
        """
        if schedule.at <= now:
            raise BadTime("That time has passed.", "Choose a later one.")
        with self._store.write() as conn:
            kept = _found(announcements.get(conn, announcement_id))
            if kept.approved_at is not None:
                _find_stoppable(conn, announcement_id)
                deliveries.move_due(conn, announcement_id, schedule.at)
            announcements.save(conn, replace(kept, schedule=schedule), now)
        return Changes.ANNOUNCEMENTS | Changes.DELIVERIES

    def _targets(self, announcement: Announcement) -> tuple[Target, ...]:
        return tuple(
            Target(account, self._accounts.platform_of(account))
            for account in self._accounts.all()
            if account.id in announcement.accounts
        )


def _found(announcement: Announcement | None) -> Announcement:
    if announcement is None:
        raise InputError("This announcement was discarded.", "Bring it back, or write a new one.")
    return announcement


def _media_of(announcement: Announcement) -> Ability:
    pictures = Ability.PICTURES if announcement.pictures else Ability.NONE
    return pictures if announcement.film is None else pictures | Ability.VIDEO


def _is_empty(draft: Announcement) -> bool:
    return not (draft.title or draft.text or draft.wordings or draft.pictures or draft.film or draft.schedule)


def _find_stoppable(conn: "Connection", announcement_id: AnnouncementId) -> tuple[Delivery, ...]:
    """Give the deliveries that still wait. Raises: InputError when any is going out or has gone out."""
    known = deliveries.of_announcement(conn, announcement_id)
    live = tuple(delivery for delivery in known if delivery.state is not DeliveryState.CANCELLED)
    if any(delivery.state not in STOPPABLE or unreached.has_reached_some(conn, delivery) for delivery in live):
        raise InputError(
            "Some of this is going out or has gone out already, so nothing was changed.",
            "Look in the outbox for what still waits; you can stop each one there.",
        )
    return live
