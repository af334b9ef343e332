"""Everything the desk does, in one value that is given to every screen."""

from collections.abc import Mapping
from dataclasses import dataclass

from pcc_desk.channels.platforms import Adapter
from pcc_desk.channels.server_time import ServerTime
from pcc_desk.model.account import AccountState
from pcc_desk.model.message import MessageState
from pcc_desk.model.situation import Situation, Trouble
from pcc_desk.services.accounts import Accounts, OpenWire
from pcc_desk.services.cards import Cards
from pcc_desk.services.checkups import Checkups
from pcc_desk.services.compose import Compose
from pcc_desk.services.corrections import Corrections
from pcc_desk.services.costs import Costs
from pcc_desk.services.endings import Endings
from pcc_desk.services.events import Events, WriteCalendar
from pcc_desk.services.films import Films
from pcc_desk.services.hosting import Hosting
from pcc_desk.services.inbox import Inbox
from pcc_desk.services.live import Live
from pcc_desk.services.moderation import Moderation
from pcc_desk.services.office import Office
from pcc_desk.services.outbox import Outbox
from pcc_desk.services.purging import Purging
from pcc_desk.services.reports import Reports
from pcc_desk.services.signing_in import VisitPage, no_browser
from pcc_desk.services.watching import Watching
from pcc_desk.store.engine import Store


@dataclass(frozen=True)
class Services:
    """The services of one open office; each blocks, is safe to use from many threads, and speaks in values."""

    accounts: Accounts
    endings: Endings
    checkups: Checkups
    compose: Compose
    cards: Cards
    films: Films
    outbox: Outbox
    corrections: Corrections
    costs: Costs
    hosting: Hosting
    inbox: Inbox
    moderation: Moderation
    watching: Watching
    live: Live
    events: Events
    reports: Reports
    office: Office
    purging: Purging

    def situation(self) -> Situation:
        """Read how the whole desk stands. Raises: StoreError."""
        accounts, outbox = self.accounts.all(), self.outbox.counts()
        return Situation(
            office=self.office.profile(),
            accounts=len(accounts),
            connected=sum(each.state is AccountState.CONNECTED for each in accounts),
            outbox=outbox,
            open_messages=self.inbox.counts().by_state.get(MessageState.OPEN, 0),
            problems=(*filter(None, [outbox.problem]), *self.inbox.problems()),
            silent=self.inbox.silent(),
            ends=self.endings.all(),
        )

    def troubles(self) -> tuple[Trouble, ...]:
        """Give everything that is not right just now, with what servers said. Raises: StoreError."""
        return (*map(Trouble, filter(None, [self.outbox.counts().problem])), *self.inbox.troubles())

    def stop(self) -> None:
        """Send and fetch nothing more; what is under way ends in its own time."""
        self.accounts.stop()
        self.outbox.stop()
        self.inbox.stop()
        self.films.stop()


@dataclass(frozen=True)
class Outside:
    """What reaches beyond the desk: adapters by platform name, the wire under them, calendar files, a web browser.

    `patience` is how many seconds one run of either road waits for slow platforms; None leaves each road its own.
    `servers` hears from that wire what time it is elsewhere.
    """

    adapters: Mapping[str, Adapter]
    open_wire: OpenWire
    write_calendar: WriteCalendar
    servers: ServerTime
    visit_page: VisitPage = no_browser
    patience: float | None = None


def assemble(store: Store, key: bytes, outside: Outside) -> Services:
    """Build every service on an open store and the 32-byte key that opened it."""
    accounts = Accounts(store, outside.adapters, outside.open_wire, outside.visit_page)
    platforms = accounts.platforms()
    patience = {} if outside.patience is None else {"patience": outside.patience}
    compose, inbox = Compose(store, accounts), Inbox(store, accounts, **patience)
    return Services(
        accounts=accounts,
        endings=Endings(store, accounts),
        checkups=Checkups(store, accounts),
        compose=compose,
        cards=Cards(outside.open_wire, compose),
        films=Films(store),
        outbox=Outbox(store, accounts, servers=outside.servers, **patience),
        corrections=Corrections(store, accounts),
        costs=Costs(store, accounts),
        hosting=Hosting(store, accounts),
        inbox=inbox,
        moderation=Moderation(store, accounts),
        watching=Watching(store, accounts),
        live=Live(store, accounts, inbox.fetch_due),
        events=Events(store, platforms, outside.write_calendar),
        reports=Reports(store, platforms),
        office=Office(store, key),
        purging=Purging(store),
    )
