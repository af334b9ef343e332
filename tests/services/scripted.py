"""A platform that does what a test says, and a whole desk that sends to it."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path

from pcc_desk.channels.opening import Entering, Opening
from pcc_desk.channels.platforms import Adapter
from pcc_desk.channels.wire import Wire
from pcc_desk.errors import Gone, Rejected, Unauthorized, Unconfirmed, Unreachable
from pcc_desk.model.account import Account, Identity, SignIn
from pcc_desk.model.announcement import Announcement, AnnouncementId
from pcc_desk.model.channel import (
    Ability,
    Batch,
    Channel,
    Counting,
    Guarantee,
    Limits,
    Piece,
    Platform,
    Standing,
)
from pcc_desk.model.delivery import Delivery, DeliveryState, Frozen, Order, Receipt
from pcc_desk.model.schedule import LONDON, Schedule, on_wall
from pcc_desk.services.accounts import Accounts
from pcc_desk.services.compose import Compose
from pcc_desk.services.corrections import Corrections
from pcc_desk.services.office import Office
from pcc_desk.services.outbox import Outbox
from pcc_desk.store import announcements, deliveries
from pcc_desk.store.engine import Store
from tests.desk import KEY, NOW, Clock, open_store

SETTLE = 90.0
PLATFORM = Platform(
    name="scripted",
    title="Scripted",
    letter="S",
    colour="#444444",
    limits=Limits(300, Counting.GRAPHEMES, pictures=2, picture_bytes=200_000, picture_side=1_000, alt_length=200),
    abilities=Ability.PICTURES | Ability.ALT_TEXT | Ability.WITHDRAW | Ability.THREAD | Ability.EDIT,
    guarantee=Guarantee.C,
    streams=(),
    settle_seconds=SETTLE,
)
UNREACHABLE = Unreachable("There is no network.")
REFUSED = Rejected("The text is too rude for this platform.")
SIGNED_OUT = Unauthorized("The sign-in is not accepted.")
LOST = Unconfirmed("No clear answer came.")


@dataclass
class World:
    """What stands on the platform, and what it does at the next calls; a list that is used up means all is well.

    An error in `answers` stops the piece; `after` holds errors that come after the piece was posted. Nothing here keeps
    a second copy away: a desk that sends twice posts twice.
    """

    answers: list[BaseException | None] = field(default_factory=list)
    after: list[BaseException | None] = field(default_factory=list)
    looks: list[BaseException | None] = field(default_factory=list)
    posted: list[tuple[str, Piece]] = field(default_factory=list)  # the account and what it posted
    late: list[tuple[float, str, Piece]] = field(default_factory=list)  # accepted, but found only from then on
    lag: float = 0.0  # seconds until what was accepted can be found
    elapsed: float = 0.0  # seconds that really went by, whatever a clock says
    looked: int = 0
    withdrawals: list[BaseException | None] = field(default_factory=list)  # how taking down is answered
    edits: list[BaseException | None] = field(default_factory=list)  # how a correction is answered
    after_edit: list[BaseException | None] = field(default_factory=list)  # and what comes once it is made
    edited: list[tuple[str, str]] = field(default_factory=list)  # the remote id and the words put there, in order
    limits: Limits | None = None  # what it tells at a check, where that is not the usual
    checks: list[BaseException | None] = field(default_factory=list)
    checked: int = 0
    taken_down: list[str] = field(default_factory=list)  # the remote ids, in order
    note: str = ""  # what is wrong with what stands there
    blind: bool = False  # looking finds nothing
    by_words: bool = False  # it knows no key of ours: what is looked for is told by its words and its time
    before_answer: Callable[[Piece], object] = lambda piece: None
    busy: set[str] = field(default_factory=set)
    side_by_side: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def copies(self, key: str) -> int:
        """Count how often a piece was accepted."""
        accepted = [piece for _, piece in self.posted] + [piece for _, _, piece in self.late]
        return sum(piece.key == key for piece in accepted)

    def accept(self, name: str, piece: Piece) -> None:
        """Take a piece; it shows when the lag is over."""
        if self.lag:
            self.late.append((self.elapsed + self.lag, name, piece))
        else:
            self.posted.append((name, piece))

    def catch_up(self) -> None:
        """Show what was accepted long enough ago."""
        self.posted += [(name, piece) for at, name, piece in self.late if at <= self.elapsed]
        self.late = [entry for entry in self.late if entry[0] > self.elapsed]


class ScriptedChannel:
    """One account on the scripted platform."""

    def __init__(self, world: World, account: Account, clock: Clock) -> None:
        self._world, self._account, self._clock = world, account, clock

    def publish(self, piece: Piece) -> Receipt:
        """Post, or do what the script says."""
        world, name = self._world, self._account.handle
        with world.lock:
            assert name not in world.busy, "two deliveries of one account at once"
            world.busy.add(name)
            world.side_by_side = max(world.side_by_side, len(world.busy))
        try:
            world.before_answer(piece)
            stop(world.answers, world.lock)
            with world.lock:
                world.accept(name, piece)
            stop(world.after, world.lock)
            return self._receipt(piece)
        finally:
            with world.lock:
                world.busy.discard(name)

    def find(self, piece: Piece) -> Receipt | None:
        """Look among what is visible."""
        with self._world.lock:
            self._world.looked += 1
            self._world.catch_up()
        stop(self._world.looks, self._world.lock)
        there = not self._world.blind and any(self._is(piece, each) for _, each in self._world.posted)
        return self._receipt(piece) if there else None

    def fetch(self, stream: str, cursor: str) -> Batch:
        """Nothing ever comes in."""
        return Batch((), cursor)

    def withdraw(self, receipt: Receipt) -> None:
        """Take every copy down."""
        stop(self._world.withdrawals, self._world.lock)
        self._world.taken_down.append(receipt.remote_id)
        self._world.posted = [(name, piece) for name, piece in self._world.posted if piece.key not in receipt.url]

    def edit(self, receipt: Receipt, piece: Piece) -> Receipt:
        """Put other words in the place of a post's."""
        world = self._world
        stop(world.edits, world.lock)
        with world.lock:
            if not any(receipt.remote_id == f"remote:{each.key}" for _, each in world.posted):
                raise Gone("That post is not there any more.")
            world.edited.append((receipt.remote_id, piece.text))
            world.posted = [(name, piece if each.key == piece.key else each) for name, each in world.posted]
        stop(world.after_edit, world.lock)
        return replace(receipt, note=world.note)

    def check(self) -> Standing:
        """Accept the sign-in."""
        account = self._account
        stop(self._world.checks, self._world.lock)
        self._world.checked += 1
        limits = self._world.limits or PLATFORM.limits
        return Standing(Identity(account.remote_id, account.handle, account.name, account.address), limits)

    def _is(self, piece: Piece, posted: Piece) -> bool:
        if self._world.by_words:
            return piece.text == posted.text and piece.made_at <= posted.made_at
        return piece.key == posted.key

    def _receipt(self, piece: Piece) -> Receipt:
        url = f"https://scripted.example/{piece.key}"
        return Receipt(f"remote:{piece.key}", url, self._clock(), f"token:{piece.key}", self._world.note)


def stop(script: list[BaseException | None], lock: threading.Lock) -> None:
    """Raise the script's next error, if it has one."""
    with lock:
        step = script.pop(0) if script else None
    if step is not None:
        raise step.with_traceback(None)  # else it keeps the frames of every raise, and all a test had in them


@dataclass
class Desk:
    """The services a test of the road out needs, and the platform at its end."""

    store: Store
    clock: Clock
    world: World
    accounts: Accounts
    compose: Compose
    outbox: Outbox
    office: Office

    @cached_property
    def corrections(self) -> Corrections:
        """What puts right what was posted."""
        return Corrections(self.store, self.accounts)

    def connect(self, *names: str) -> list[Account]:
        """Connect accounts of the scripted platform."""
        signs = [SignIn("scripted", f"https://{name}.example", name, "secret") for name in names]
        return [self.accounts.connect(sign_in, self.clock()) for sign_in in signs]

    def write(self, text: str = "The meeting is on Tuesday.", at: datetime | None = None) -> Announcement:
        """Write a draft for every account, for now or for a moment."""
        draft = replace(self.compose.begin(self.clock()), title="A title", text=text)
        return self.compose.save(replace(draft, schedule=None if at is None else schedule(at)), self.clock())

    def send(self, text: str = "The meeting is on Tuesday.", at: datetime | None = None) -> AnnouncementId:
        """Write and approve."""
        draft = self.write(text, at)
        self.compose.approve(draft.id, self.clock())
        return draft.id

    def send_thread(self, *texts: str, at: datetime | None = None) -> AnnouncementId:
        """Approve a thread of these parts, for every account."""
        draft, (first, *more) = self.write(texts[0], at), map(Frozen, texts)
        with self.store.write() as conn:
            for account_id in draft.accounts:
                order = Order(account_id, first, at or self.clock(), draft.id, more=tuple(more))
                deliveries.enqueue(conn, order, self.clock())
            announcements.mark_approved(conn, draft.id, self.clock())
        return draft.id

    def run(self, **later: float) -> None:
        """Move the clock on and let the outbox run once."""
        self.clock.advance(**later)
        self.outbox.run_due(self.clock)

    def deliveries(self) -> Sequence[Delivery]:
        """Every delivery, oldest first."""
        lines = reversed(self.outbox.page(limit=10_000))
        return [delivery for line in lines for delivery in line.parts or (line.delivery,)]

    def only(self) -> Delivery:
        """The one delivery there is."""
        (delivery,) = self.deliveries()
        return delivery

    def states(self) -> list[DeliveryState]:
        """The state of every delivery, oldest first."""
        return [delivery.state for delivery in self.deliveries()]


def adapters(world: World, clock: Clock, platform: Platform = PLATFORM) -> dict[str, Adapter]:
    """Give the one adapter of a scripted platform."""

    def sign_in(entering: Entering) -> Standing:
        given = entering.given
        return Standing(Identity(given.handle, given.handle, given.handle.title(), given.address), platform.limits)

    def open_channel(opening: Opening) -> Channel:
        return ScriptedChannel(world, opening.account, clock)

    return {"scripted": Adapter(platform, sign_in, open_channel)}


def assemble(store: Store, world: World, clock: Clock, platform: Platform = PLATFORM) -> Desk:
    """Build a desk on an open store."""
    accounts = Accounts(store, adapters(world, clock, platform), lambda address: Wire(address, now=clock))
    return Desk(
        store,
        clock,
        world,
        accounts,
        Compose(store, accounts),
        Outbox(store, accounts, patience=600),  # a run of a test ends before the next begins, however slow the PC
        Office(store, KEY),
    )


@contextmanager
def desk(folder: Path, guarantee: Guarantee = Guarantee.C) -> Iterator[Desk]:
    """Lend a desk with one connected account, "office"."""
    store = open_store(folder)
    made = assemble(store, World(), Clock(), replace(PLATFORM, guarantee=guarantee))
    made.connect("office")
    try:
        yield made
    finally:
        made.outbox.stop()
        store.close()


def schedule(at: datetime) -> Schedule:
    """Make a schedule of an aware moment."""
    return Schedule(on_wall(at), LONDON, at)


def tonight() -> datetime:
    """Give eight hours after the tests' present."""
    return NOW + timedelta(hours=8)
