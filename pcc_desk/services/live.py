"""Live videos of events: planned under a key, shown to everybody and ended by a person, their talk read meanwhile."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from secrets import randbelow
from threading import Thread
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

from pcc_desk.errors import (
    ChannelError,
    DeskError,
    InputError,
    RateLimited,
    Rejected,
    Unauthorized,
    Unconfirmed,
    Unreachable,
)
from pcc_desk.model.account import Account, AccountId
from pcc_desk.model.changes import Changes
from pcc_desk.model.channel import Ability, Platform
from pcc_desk.model.event import Event, EventId
from pcc_desk.model.key import CLOCKS, make_key, microseconds_of
from pcc_desk.model.live import LONGEST, GoesLive, LivePlan, LiveState, LiveVideo
from pcc_desk.model.message import Message
from pcc_desk.model.schedule import on_wall
from pcc_desk.model.watch import Window
from pcc_desk.services.keeping import AccountSecrets
from pcc_desk.services.words import say_moment
from pcc_desk.store import accounts, live_videos, messages, spending, streams
from pcc_desk.store.engine import Store

T = TypeVar("T")
Read = Callable[[Callable[[], datetime]], Changes]
LATELY = timedelta(seconds=5)  # a talk read since then is read again only after its end
AFTER = timedelta(minutes=6)  # what the platform tells of a video somewhat later than its end is read still
HURRY = 2.0  # seconds that an end waits for the last reading
EARLY = timedelta(minutes=15)  # before it starts, its talk begins to be read
_CLEAR = (Unreachable, RateLimited, Rejected, Unauthorized)


class Doors(Protocol):
    """What live videos need of the accounts."""

    def open(self, account_id: AccountId) -> GoesLive:
        """Give the one channel of an account. Raises: DeskError."""

    def platform_of(self, account: Account) -> Platform:
        """Give the platform of an account."""

    def sign_out_seen(self, account_id: AccountId) -> Changes:
        """Note that the platform does not accept the account's sign-in any more."""


class Live:
    """Everything the desk does about live videos; safe to use from many threads."""

    def __init__(self, store: Store, doors: Doors, read: Read = lambda now: Changes.NONE) -> None:
        """Use the accounts behind `doors`; `read` reads every stream that is due."""
        self._store = store
        self._doors = doors
        self._read = read

    def of_events(self, ids: Sequence[EventId]) -> tuple[LiveVideo, ...]:
        """Give the live videos of these events, oldest first. Raises: StoreError."""
        with self._store.read() as conn:
            return live_videos.of_events(conn, ids)

    def on_air(self) -> tuple[EventId, ...]:
        """Give the events with a live video that has begun and not ended. Raises: StoreError."""
        with self._store.read() as conn:
            return live_videos.on_air(conn)

    def plan(self, event: Event, account_id: AccountId, now: datetime) -> Changes:
        """Announce a live video of an event; asked again after an unclear answer it is the same one.

        Raises:
            ChannelError: it was not announced, or it is unclear whether it was.
            InputError: the account has no live videos, or one is planned already.
            StoreError: it could not be kept.
        """
        with self._store.write() as conn:
            self._platform(accounts.get(conn, account_id))
            known = [each for each in live_videos.of_events(conn, [event.id]) if each.account_id == account_id]
            going = next((each for each in known if each.state is not LiveState.ENDED), None)
            if going is not None and going.state is not LiveState.ASKED:
                raise InputError("A live video is planned there already.", "End it before you plan another one.")
            plan = LivePlan(_new_key(now), event.title, event.notes, event.starts.at) if going is None else going.plan
            number = live_videos.begin(conn, event.id, account_id, plan, now) if going is None else going.id
        try:
            receipt = self._ask(account_id, lambda channel: channel.plan_live(plan))
        except _CLEAR:
            if going is None:  # one asked for earlier may be there all the same
                with self._store.write() as conn:
                    live_videos.forget(conn, number)
            raise
        with self._store.write() as conn:
            live_videos.keep_receipt(conn, number, receipt)
            window = Window(plan.starts_at - EARLY)
            streams.keep_window(conn, account_id, f"live:{receipt.remote_id}", window)
            account = accounts.get(conn, account_id)
        assert account is not None  # accounts are never removed
        AccountSecrets(self._store, account).put(_secret(plan), receipt.stream_key)
        return Changes.EVENTS

    def stream_key(self, number: int) -> str:
        """Give the key that a camera program needs, "" when there is none; it goes nowhere but the screen.

        Raises:
            StoreError: it could not be read.
        """
        video, account = self._find(number)
        return AccountSecrets(self._store, account).get(_secret(video.plan)) or ""

    def begin(self, number: int, now: datetime) -> Changes:
        """Show a live video to everybody, and read its talk from now on. Raises: DeskError."""
        video, account = self._find(number)
        self._ask(account.id, lambda channel: channel.go_live(video.remote_id))
        with self._store.write() as conn:
            live_videos.turn(conn, number, LiveState.LIVE, now)
            streams.keep_window(conn, account.id, f"live:{video.remote_id}", Window(None, now + LONGEST))
        return Changes.EVENTS

    def end(self, number: int, now: datetime) -> Changes:
        """End a live video, or call it off; its talk is read once more and its stream key forgotten.

        Raises:
            DeskError: it was not ended, or it is unclear whether it was.
        """
        video, account = self._find(number)
        name = f"live:{video.remote_id}"
        self._read_to_the_end(account.id, name, now)
        self._ask(account.id, lambda channel: channel.end_live(video.remote_id))
        AccountSecrets(self._store, account).put(_secret(video.plan), "")
        with self._store.write() as conn:
            live_videos.turn(conn, number, LiveState.ENDED, now)
            streams.keep_window(conn, account.id, name, Window(None, now + AFTER))
        return Changes.EVENTS

    def _read_to_the_end(self, account_id: AccountId, name: str, now: datetime) -> None:
        """Read a talk just before it ends, where it was not read lately: YouTube shows nothing of it afterwards.

        Whatever hinders that, as a full disk or another account's slow server, hinders no end for longer than `HURRY`
        seconds: what is on the air may have to go at once.
        """
        with suppress(DeskError):
            with self._store.write() as conn:
                last = streams.read_at(conn, account_id, name)
                if last is not None and now - last <= LATELY:
                    return
                streams.keep_window(conn, account_id, name, Window(None, now))
            reading = Thread(target=self._read_quietly, args=(now,), daemon=True)
            reading.start()
            reading.join(HURRY)
            with self._store.write() as conn:  # until it has ended, its talk goes on
                streams.keep_window(conn, account_id, name, Window(None, now + LONGEST))

    def _read_quietly(self, now: datetime) -> None:
        with suppress(DeskError):
            self._read(lambda: now)

    def talk(self, video: LiveVideo, limit: int) -> tuple[Message, ...]:
        """Give the newest of what is said there, newest first. Raises: StoreError."""
        with self._store.read() as conn:
            return messages.of_root(conn, video.account_id, video.remote_id, limit) if video.remote_id else ()

    def forecast(self, video: LiveVideo, now: datetime) -> str:
        """Say how long the platform's daily quota lasts at the pace of a live video on air or to come, "" without one.

        Raises:
            StoreError: what was used could not be read.
        """
        _, account = self._find(video.id)
        platform = self._doors.platform_of(account)
        quota = platform.quota
        if quota is None or video.state not in (LiveState.LIVE, LiveState.PLANNED):
            return ""
        begins = now if video.state is LiveState.LIVE else max(now, video.plan.starts_at)
        anew = _midnight_before(begins, quota.zone)
        with self._store.read() as conn:
            # Rationed costs are booked by the day of the zone in which they begin anew.
            used = spending.total(conn, account.id, quota.unit, anew.date(), anew.date())
            together = live_videos.count_on_air(conn, account.id) + (video.state is LiveState.PLANNED)
        # The reserve is kept for what we post.
        reads = max(quota.daily - quota.reserve - used, 0) // (quota.live_read * max(together, 1))
        lasts = begins + timedelta(seconds=reads * platform.live_seconds)
        again = _midnight_before(anew + timedelta(hours=30), quota.zone)
        pace = "At this pace" if begins == now else f"If it begins at {_clock(begins)},"
        if lasts >= again:
            return f"{pace} {platform.title}'s daily quota is enough until it begins anew at {_clock(again)}."
        if reads < 1:
            later = f"What is said comes in again from {_clock(again)} on, and once when you end the video here."
            return f"{platform.title}'s daily quota is used up. {later}"
        return f"{pace} {platform.title}'s daily quota lasts until {_clock(lasts)}."

    def _ask(self, account_id: AccountId, work: Callable[[GoesLive], T]) -> T:
        """Ask a platform, and once more after an unclear answer: its verbs do no harm when they are repeated."""
        channel = self._doors.open(account_id)
        try:
            return work(channel)
        except Unauthorized:
            self._doors.sign_out_seen(account_id)
            raise
        except RateLimited as error:  # a button that was pressed does not go on by itself
            error.next_step = f"Press the same button again after {say_moment(error.until)}, or do it there yourself."
            raise
        except _CLEAR:
            raise
        except ChannelError:
            pass
        try:
            return work(channel)
        except ChannelError as error:
            raise Unconfirmed(
                "There was no clear answer, not even when asked again. It may have worked.",
                "Look there, then press the same button again: that does no harm.",
                error.detail,
            ) from error

    def _platform(self, account: Account | None) -> Platform:
        platform = None if account is None else self._doors.platform_of(account)
        if platform is None or Ability.LIVE not in platform.abilities:
            raise InputError("This account has no live videos.", "Choose another one.")
        return platform

    def _find(self, number: int) -> tuple[LiveVideo, Account]:
        with self._store.read() as conn:
            video = live_videos.get(conn, number)
            account = None if video is None else accounts.get(conn, video.account_id)
        if video is None or account is None:
            raise InputError("This live video is not here any more.", "Plan another one if you need it.")
        return video, account


def _new_key(now: datetime) -> str:
    return make_key(microseconds_of(now), randbelow(CLOCKS))


def _secret(plan: LivePlan) -> str:
    return f"live {plan.key}"


def _midnight_before(now: datetime, zone: str) -> datetime:
    there = ZoneInfo(zone)
    day: date = now.astimezone(there).date()
    return datetime.combine(day, time(), there).astimezone(now.tzinfo)


def _clock(at: datetime) -> str:
    return on_wall(at).strftime("%H:%M")
