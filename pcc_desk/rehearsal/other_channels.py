"""The sample office's other channels: they come in one after the other once the desk is open, so no start is slower."""

import secrets
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta

from pcc_desk.model.account import Account, Identity, SignIn
from pcc_desk.model.announcement import Announcement, AnnouncementId, PlacedPicture
from pcc_desk.model.changes import Changes
from pcc_desk.rehearsal.facebook import FacebookServer
from pcc_desk.rehearsal.instagram import InstagramServer
from pcc_desk.rehearsal.linkedin import LinkedInServer
from pcc_desk.rehearsal.mastodon import MastodonServer
from pcc_desk.rehearsal.script import ScriptedAnnouncement, read_picture
from pcc_desk.rehearsal.threads import ThreadsServer
from pcc_desk.rehearsal.x import XServer
from pcc_desk.rehearsal.youtube import YouTubeServer
from pcc_desk.services.desk import Services
from pcc_desk.services.keeping import origin_of
from pcc_desk.store import accounts, announcements
from pcc_desk.store import secrets as kept_secrets
from pcc_desk.store.engine import Store

HANDLE, NAME = "wexmoor_pcc", "Wexmoor PCC"  # Mastodon and X take no hyphen
BY_HAND = SignIn("nextdoor", "https://nextdoor.co.uk/agency/wexmoor-pcc", NAME)
ASKED = "Will there be a meeting near us too? We have no bus after six."
TOLD = "I would rather not say this in public: it is about my neighbour. Can somebody ring me?"
FURTHEST = timedelta(days=6)  # Facebook announces a live video a week ahead at most
Answer = Callable[[str], object]  # lets a member of the public answer what stands under a remote id


@dataclass(frozen=True, slots=True)
class Office:
    """What the other channels need of the sample office; `words` are what it posts there first."""

    services: Services
    store: Store
    open_things: ExitStack
    words: ScriptedAnnouncement


class OtherChannels:
    """Brings the other channels in, one step a call: the accounts, a post there, its answers, and a live video."""

    def __init__(self, office: Office) -> None:
        self._office, self._services = office, office.services
        self._token = secrets.token_hex(16)
        self._answers: dict[str, Answer] = {}
        self._messages: list[Callable[[], object]] = []
        self._sent = AnnouncementId(0)
        self._steps = [self._connect, self._post, self._plan_live, self._let_answer]

    def bring_in(self, now: datetime) -> Changes | None:
        """Do the next step, or give None when all are done. Raises: DeskError."""
        return self._steps.pop(0)(now) if self._steps else None

    def _connect(self, now: datetime) -> Changes:
        self._facebook(now)
        self._instagram(now)
        self._threads(now)
        self._mastodon(now)
        self._linkedin(now)
        self._x(now)
        self._youtube(now)
        self._services.accounts.connect(BY_HAND, now)
        return Changes.ACCOUNTS

    def _facebook(self, now: datetime) -> None:
        server = self._office.open_things.enter_context(FacebookServer(name=NAME))
        server.add_token(self._token)
        self._services.accounts.connect(SignIn("facebook", server.url, secret=self._token), now)
        self._answers["facebook"] = lambda post: server.wall.arrive(post, ASKED, "Nia Price")
        self._messages.append(lambda: server.wall.write_message(TOLD, "Owen Hart"))

    def _instagram(self, now: datetime) -> None:
        server = self._office.open_things.enter_context(InstagramServer(handle=HANDLE))
        server.add_token(self._token)
        self._services.accounts.connect(SignIn("instagram", server.url, secret=self._token), now)
        self._answers["instagram"] = lambda media: server.arrive(media, ASKED, "nia.price")

    def _threads(self, now: datetime) -> None:
        server = self._office.open_things.enter_context(ThreadsServer(handle=HANDLE))
        server.add_token(self._token)
        self._services.accounts.connect(SignIn("threads", server.url, secret=self._token), now)
        self._answers["threads"] = lambda post: server.arrive(post, ASKED, "nia.price")

    def _mastodon(self, now: datetime) -> None:
        server = self._office.open_things.enter_context(MastodonServer())
        server.add_account(HANDLE, NAME, self._token)
        self._services.accounts.connect(SignIn("mastodon", server.url, secret=self._token, way="token"), now)
        self._answers["mastodon"] = lambda post: server.arrive("nia", ASKED, post)
        self._messages.append(lambda: server.arrive("owen", f"@{HANDLE} {TOLD}", visibility="direct"))

    def _linkedin(self, now: datetime) -> None:
        server = self._office.open_things.enter_context(LinkedInServer())
        server.add_page("4711", HANDLE, NAME, self._token)
        self._services.accounts.connect(SignIn("linkedin", server.url, HANDLE, self._token, "token"), now)
        self._answers["linkedin"] = lambda post: server.arrive(post, ASKED)

    def _x(self, now: datetime) -> None:
        server = self._office.open_things.enter_context(XServer())
        member = server.add_account(HANDLE, NAME, self._token)
        self._adopt("x", Identity(member.id, member.handle, member.name, server.url), now)
        self._answers["x"] = lambda post: server.arrive("nia", ASKED, post)

    def _youtube(self, now: datetime) -> None:
        server = self._office.open_things.enter_context(YouTubeServer())
        server.add_channel("UCwexmoor", NAME, self._token)
        self._adopt("youtube", Identity("UCwexmoor", HANDLE, NAME, server.url), now)

    def _adopt(self, platform: str, identity: Identity, now: datetime) -> None:
        """Keep an account as after a sign-in in the web browser, which a rehearsal does not open."""
        signed_in: Mapping[str, str] = {"access": self._token, "app_id": "rehearsal", "app_secret": "rehearsal"}
        with self._office.store.write() as conn:
            known = accounts.add(conn, platform, identity, now)
            for name, value in signed_in.items():
                kept_secrets.put(conn, known, origin_of(identity.address), name, value)

    def _post(self, now: datetime) -> Changes:
        """Approve one announcement for every channel that came in and takes one; the desk sends it by itself."""
        told, compose = self._office.words, self._services.compose
        chosen = tuple(one.id for one in self._services.accounts.all() if self._takes_posts(one))
        pictures = PlacedPicture(compose.add_picture(read_picture(told.picture), told.picture), told.alt)
        with_all = Announcement(AnnouncementId(0), told.title, told.text, chosen, pictures=(pictures,))
        with self._office.store.write() as conn:  # not `begin`: the empty draft it gives may be open in the window
            draft = announcements.add(conn, with_all, now)
        self._sent = draft.id
        return compose.approve(draft.id, now) | Changes.ANNOUNCEMENTS | Changes.DELIVERIES

    def _takes_posts(self, account: Account) -> bool:
        return account.platform in self._answers or account.platform == BY_HAND.platform

    def _plan_live(self, now: datetime) -> Changes:
        """Announce a live video for the next event that names the platform as its place."""
        page = next(one for one in self._services.accounts.all() if one.platform == "facebook")
        soon = self._services.events.between(now, now + FURTHEST)
        event = next((each for each in soon if "Facebook" in each.place and each.starts.at > now), None)
        return Changes.NONE if event is None else self._services.live.plan(event, page.id, now)

    def _let_answer(self, now: datetime) -> Changes:
        platforms = {one.id: one.platform for one in self._services.accounts.all()}
        for delivery in self._services.outbox.of_announcement(self._sent):
            answer = self._answers.get(platforms[delivery.account_id])
            if answer is not None and delivery.receipt is not None:
                answer(delivery.receipt.remote_id)
        for write in self._messages:
            write()
        return Changes.NONE
