"""The sample office, made anew: its platforms, its past weeks and what is still to come."""

import secrets
from collections import deque
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pcc_desk.channels.manners import Manners
from pcc_desk.channels.platforms import ADAPTERS, Adapter
from pcc_desk.channels.server_time import ServerTime
from pcc_desk.channels.wire import Wire
from pcc_desk.model.account import AccountId, SignIn
from pcc_desk.model.announcement import Announcement, PlacedPicture, Wording
from pcc_desk.model.changes import Changes
from pcc_desk.model.message import MessageFilter, MessageState
from pcc_desk.model.schedule import on_wall, shift
from pcc_desk.paths import DATABASE
from pcc_desk.rehearsal.bluesky import BlueskyServer
from pcc_desk.rehearsal.script import Script, ScriptedAnnouncement, ScriptedReply, read_picture, read_script
from pcc_desk.rehearsal.wordpress import WordPressServer
from pcc_desk.services.desk import Outside, Services, assemble
from pcc_desk.services.ics import write_calendar
from pcc_desk.store.engine import Store

if TYPE_CHECKING:
    from pcc_desk.rehearsal.other_channels import OtherChannels

PATIENCE = 60.0  # what is still to come builds on what was sent, also on a PC that does much else meanwhile
POLL_SECONDS = 5.0  # loopback servers mind no questions, and nobody likes to wait in a rehearsal
OTHERS_SECONDS = 20.0  # but ten channels would keep a small PC busy
FIRST = ("bluesky", "wordpress")
HELD_BACK = 8  # so many of the newest replies arrive while somebody looks
SETTLED_AFTER = timedelta(days=6)  # what is older has been dealt with


@dataclass(frozen=True, slots=True)
class _Accounts:
    bluesky: AccountId
    website: AccountId


class RehearsalOffice:
    """The sample office in one folder, which is thrown away with it; its key is never kept."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open_things = ExitStack()
        self._moment: datetime | None = None  # while the past is played, the platforms' time is the script's
        self._bluesky = BlueskyServer(self._now)
        self._website = WordPressServer(self._now)
        self._coming: deque[ScriptedReply] = deque()
        self._sent: dict[str, Announcement] = {}
        self._others: OtherChannels | None = None

    def open(self, now: datetime) -> Services:
        """Start the platforms, play what happened until `now`, and give the services. Raises: DeskError."""
        key = secrets.token_bytes(32)
        store = self._store = Store(self._folder / DATABASE, key)
        self._open_things.callback(store.close)
        self._open_things.enter_context(self._bluesky)
        self._open_things.enter_context(self._website)
        servers = ServerTime(lambda: self._now().timestamp())  # while the past is played, their clock is the script's
        open_wire = partial(Wire, manners=Manners(servers=servers))
        self._services = assemble(
            store, key, Outside(_quick(ADAPTERS), open_wire, write_calendar, servers, patience=PATIENCE)
        )
        script = read_script(on_wall(now).date())
        self._words = next(each for each in script.announcements if each.state == "sent" and each.picture)
        self._services.office.rename(script.office, script.person)
        self._services.office.mark_rehearsal()
        self._play(script, self._sign_in(script, now), now)
        self._moment = None
        return self._services

    def let_somebody_answer(self, now: datetime) -> Changes:
        """Let the next member of the public write, who go round when all have; and bring more channels in."""
        if self._coming:
            reply = self._coming.popleft()
            self._coming.append(reply)
            self._arrive(reply, now)
        return self.bring_in_more(now)

    def bring_in_more(self, now: datetime) -> Changes:
        """Do the next step of bringing the other channels in, if one is left. Raises: DeskError."""
        # The servers of ten platforms are loaded once the desk is open, so that no rehearsal begins later for them.
        from pcc_desk.rehearsal.other_channels import Office, OtherChannels

        if self._others is None:
            self._others = OtherChannels(Office(self._services, self._store, self._open_things, self._words))
        return self._others.bring_in(now) or Changes.NONE

    def let_answer(self, announcement: Announcement, text: str, now: datetime) -> None:
        """Let one sample member of the public answer an announcement on every platform it was sent to."""
        about = self._receipts(announcement)
        handle = self._bluesky.accounts[-1].handle
        self._website.arrive(about["wordpress"], "A visitor", text, at=now)
        self._bluesky.arrive(handle, text, answers=about["bluesky"], at=now)

    def close(self) -> None:
        """Stop the platforms and let go of the database."""
        self._open_things.close()

    def _now(self) -> datetime:
        return self._moment if self._moment is not None else datetime.now(UTC)

    def _sign_in(self, script: Script, now: datetime) -> _Accounts:
        password = secrets.token_hex(8)
        self._bluesky.add_account(script.handle, password, script.account_name)
        self._website.add_user(script.website_user, password, script.website_name)
        connect = self._services.accounts.connect
        self._moment = now - timedelta(days=60)
        bluesky = connect(SignIn("bluesky", self._bluesky.url, script.handle, password), self._moment)
        website = connect(SignIn("wordpress", self._website.url, script.website_user, password), self._moment)
        return _Accounts(bluesky.id, website.id)

    def _play(self, script: Script, accounts: _Accounts, now: datetime) -> None:
        """Let everything that happened until `now` happen, in its order and at its time."""
        past = [reply for reply in script.replies if reply.at < now]
        held_back = past[-HELD_BACK:] + [reply for reply in script.replies if reply.at >= now]
        self._coming.extend(held_back)
        happened: list[tuple[datetime, ScriptedAnnouncement | ScriptedReply]] = []
        happened += [(each.when.at, each) for each in script.announcements if each.state == "sent"]
        happened += [(each.at, each) for each in past[:-HELD_BACK]]
        for at, each in sorted(happened, key=lambda pair: pair[0]):
            self._moment = min(at, now)
            if isinstance(each, ScriptedReply):
                self._arrive(each, self._moment)
            else:
                self._send(each, accounts, self._moment)
        self._moment = now
        self._services.inbox.fetch_due(lambda: now)
        self._finish_old(now)
        for one in script.announcements:
            if one.state != "sent":
                self._plan(one, accounts, now)
        for event in script.events:
            self._services.events.save(event, now)

    def _send(self, told: ScriptedAnnouncement, accounts: _Accounts, at: datetime) -> None:
        draft = self._write(told, accounts, at)
        self._services.compose.approve(draft.id, at)
        self._services.outbox.run_due(lambda: at)
        self._sent[told.id] = draft

    def _plan(self, told: ScriptedAnnouncement, accounts: _Accounts, now: datetime) -> None:
        """Keep a draft, or approve what is scheduled; a time that has passed today comes tomorrow."""
        draft = self._write(told, accounts, now - timedelta(minutes=len(told.text)))
        if told.state == "scheduled":
            when = told.when
            while when.at <= now:
                when = shift(when, when.wall + timedelta(days=1))
            self._services.compose.save(replace(draft, schedule=when), now)
            self._services.compose.approve(draft.id, now)

    def _write(self, told: ScriptedAnnouncement, accounts: _Accounts, at: datetime) -> Announcement:
        draft = self._services.compose.begin(at)
        pictures: tuple[PlacedPicture, ...] = ()
        if told.picture:
            kept = self._services.compose.add_picture(read_picture(told.picture), told.picture)
            pictures = (PlacedPicture(kept, told.alt),)
        own = {accounts.website: Wording(told.website, told.text)} if told.website else {}
        filled = replace(draft, title=told.title, text=told.text, wordings=own, pictures=pictures)
        return self._services.compose.save(filled, at)

    def _arrive(self, reply: ScriptedReply, at: datetime) -> None:
        """Let a member of the public write about an announcement that was sent."""
        told = self._sent.get(reply.about)
        about = self._receipts(told) if told else {}
        if reply.handle and reply.handle not in {member.handle for member in self._bluesky.accounts}:
            self._bluesky.add_account(reply.handle, name=reply.name)
        if reply.on == "website":
            self._website.arrive(about["wordpress"], reply.name, reply.text, at=at)
        else:
            self._bluesky.arrive(reply.handle, reply.text, answers=about.get("bluesky", ""), at=at)

    def _receipts(self, announcement: Announcement) -> dict[str, str]:
        """Give the remote ids of an announcement by platform."""
        platforms = {each.id: each.platform for each in self._services.accounts.all()}
        deliveries = self._services.outbox.of_announcement(announcement.id)
        return {platforms[one.account_id]: one.receipt.remote_id for one in deliveries if one.receipt}

    def _finish_old(self, now: datetime) -> None:
        page = self._services.inbox.page(MessageFilter(), limit=100)
        old = [each.id for each in page.messages if now - each.created_at > SETTLED_AFTER]
        self._services.inbox.set_state(old, MessageState.DONE, now)


def _quick(adapters: Mapping[str, Adapter]) -> Mapping[str, Adapter]:
    """Give the same adapters for platforms on this PC, asked more often."""
    return {
        name: replace(
            adapter,
            platform=replace(adapter.platform, poll_seconds=POLL_SECONDS if name in FIRST else OTHERS_SECONDS),
        )
        for name, adapter in adapters.items()
    }
