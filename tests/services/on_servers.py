"""Accounts of a desk's real services on rehearsal servers of platforms that one test needs."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from pcc_desk.model.account import Account, Identity, SignIn
from pcc_desk.model.message import Message, MessageFilter
from pcc_desk.rehearsal.facebook import FacebookServer
from pcc_desk.rehearsal.instagram import InstagramServer
from pcc_desk.rehearsal.mastodon import MastodonServer
from pcc_desk.rehearsal.wordpress import WordPressServer
from pcc_desk.rehearsal.x import XServer
from pcc_desk.rehearsal.youtube import YouTubeServer
from pcc_desk.services.desk import Services, assemble
from pcc_desk.services.keeping import origin_of
from pcc_desk.store import accounts, secrets
from pcc_desk.store.engine import Store
from tests.desk import KEY, PASSWORD, Clock, open_outside, open_store


@dataclass(frozen=True)
class OnServers:
    """A desk, and rehearsal servers that come up when an account on them is asked for."""

    store: Store
    services: Services
    clock: Clock
    stack: ExitStack

    def facebook(self) -> tuple[FacebookServer, Account]:
        """Connect a Page."""
        server = self.stack.enter_context(FacebookServer(self.clock))
        server.add_token(PASSWORD)
        return server, self.services.accounts.connect(SignIn("facebook", server.url, secret=PASSWORD), self.clock())

    def instagram(self) -> tuple[InstagramServer, Account]:
        """Connect an account on Instagram."""
        server = self.stack.enter_context(InstagramServer(self.clock))
        server.add_token(PASSWORD)
        return server, self.services.accounts.connect(SignIn("instagram", server.url, secret=PASSWORD), self.clock())

    def mastodon(self) -> tuple[MastodonServer, Account]:
        """Connect an account on Mastodon."""
        server = self.stack.enter_context(MastodonServer(self.clock))
        server.add_account("office", "The office", PASSWORD)
        given = SignIn("mastodon", server.url, secret=PASSWORD, way="token")
        return server, self.services.accounts.connect(given, self.clock())

    def wordpress(self) -> tuple[WordPressServer, Account]:
        """Connect a website with one post."""
        server = self.stack.enter_context(WordPressServer(self.clock))
        server.add_user("officer", PASSWORD)
        return server, self.services.accounts.connect(
            SignIn("wordpress", server.url, "officer", PASSWORD), self.clock()
        )

    def x(self) -> tuple[XServer, Account]:
        """Connect an account on X, as after a sign-in in the web browser."""
        server = self.stack.enter_context(XServer(self.clock))
        member = server.add_account("office", "The office", PASSWORD)
        return server, self._signed_in("x", Identity(member.id, member.handle, member.name, server.url))

    def youtube(self) -> tuple[YouTubeServer, Account]:
        """Connect a channel on YouTube, as after a sign-in in the web browser."""
        server = self.stack.enter_context(YouTubeServer(self.clock))
        server.add_channel("UCoffice", "The office", PASSWORD)
        return server, self._signed_in("youtube", Identity("UCoffice", "the-office", "The office", server.url))

    def _signed_in(self, platform: str, identity: Identity) -> Account:
        with self.store.write() as conn:
            known = accounts.add(conn, platform, identity, self.clock())
            for name, value in {"access": PASSWORD, "app_id": "client", "app_secret": "secret"}.items():
                secrets.put(conn, known, origin_of(identity.address), name, value)
            account = accounts.get(conn, known)
        assert account is not None
        return account

    def publish(self, text: str) -> str:
        """Send an announcement to every account, and give its remote id at the last."""
        compose, now = self.services.compose, self.clock()
        draft = compose.begin(now)
        compose.approve(compose.save(type(draft)(draft.id, "A title", text, draft.accounts), now).id, now)
        self.services.outbox.run_due(self.clock)
        receipt = self.services.outbox.of_announcement(draft.id)[-1].receipt
        assert receipt is not None
        return receipt.remote_id

    def fetch(self, **later: float) -> tuple[Message, ...]:
        """Move the clock on, fetch once, and give every message, newest first."""
        self.clock.advance(**later)
        self.services.inbox.fetch_due(self.clock)
        return self.services.inbox.page(MessageFilter(state=None)).messages


@contextmanager
def desk_on_servers(folder: Path, clock: Clock | None = None) -> Iterator[OnServers]:
    """Open a desk without accounts."""
    clock = clock or Clock()
    with ExitStack() as stack:
        store = open_store(folder)
        services = assemble(store, KEY, open_outside(clock))
        yield OnServers(store, services, clock, stack)
        services.stop()
        store.close()
