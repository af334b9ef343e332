"""A platform whose streams give what a test says, and a whole desk that reads them."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from pcc_desk.channels.opening import Entering, Opening
from pcc_desk.channels.platforms import Adapter
from pcc_desk.channels.wire import Wire
from pcc_desk.model.account import Account, AccountId, Identity, SignIn
from pcc_desk.model.channel import Ability, Batch, Channel, Piece, Platform, Standing
from pcc_desk.model.delivery import Receipt
from pcc_desk.model.live import LivePlan, LiveReceipt
from pcc_desk.model.message import Incoming, MessageFilter
from pcc_desk.services.accounts import Accounts
from pcc_desk.services.inbox import Inbox
from pcc_desk.services.moderation import Moderation
from pcc_desk.store.engine import Store
from tests.desk import Clock, open_store
from tests.services.scripted import PLATFORM, stop

ALL = MessageFilter(state=None)
TAPPED = replace(PLATFORM, name="tapped", title="Tapped", streams=("replies",), abilities=Ability.ANSWER)
Step = Batch | BaseException | Callable[[], Batch]


@dataclass
class Tap:
    """What the streams of one account give: for each cursor one step, or a list of steps to take in turn."""

    steps: dict[str, Step | list[Step]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)  # the cursors, in the order they were asked for
    measures: list[str] = field(default_factory=list)  # what was asked about messages, in order
    answers: list[BaseException | None] = field(default_factory=list)  # to those; used up means all is well
    lock: threading.Lock = field(default_factory=threading.Lock)

    def give(self, cursor: str) -> Batch:
        """Give the page at a cursor; nothing new when no step is left."""
        with self.lock:
            self.asked.append(cursor)
            step = self.steps.get(cursor, Batch((), cursor))
            if isinstance(step, list):
                step = step.pop(0) if step else Batch((), cursor)
        if isinstance(step, BaseException):
            raise step.with_traceback(None)  # else it keeps the frames of every raise, and all a test had in them
        return step if isinstance(step, Batch) else step()


class TapChannel:
    """One account on the platform of taps."""

    def __init__(self, tap: Tap, account: Account) -> None:
        self._tap, self._account = tap, account

    def publish(self, piece: Piece) -> Receipt:
        """Nothing is sent by these tests."""
        raise AssertionError("nothing is sent here")

    def find(self, piece: Piece) -> Receipt | None:
        """Nothing was ever sent."""
        return None

    def fetch(self, stream: str, cursor: str) -> Batch:
        """Give the page at a cursor."""
        return self._tap.give(cursor)

    def withdraw(self, receipt: Receipt) -> None:
        """Nothing is ever there."""

    def hide(self, remote_id: str, token: str, hidden: bool) -> None:
        """Hide or show, or do what the script says."""
        self._measure(f"{'hide' if hidden else 'show'} {remote_id} {token}")

    def remove(self, remote_id: str, token: str) -> None:
        """Delete, or do what the script says."""
        self._measure(f"remove {remote_id} {token}")

    def privately(self, token: str) -> str:
        """Name the private place, or do what the script says."""
        self._measure(f"privately {token}")
        return f"only for {token}"

    def plan_live(self, plan: LivePlan) -> LiveReceipt:
        """Plan a live video, or do what the script says."""
        self._measure(f"plan {plan.key}")
        return LiveReceipt(f"of {plan.key}", "https://tapped.example/live", "rtmps://tapped.example/", "hidden-key")

    def go_live(self, remote_id: str) -> None:
        """Begin, or do what the script says."""
        self._measure("begin")

    def end_live(self, remote_id: str) -> None:
        """End, or do what the script says."""
        self._measure("end")

    def _measure(self, words: str) -> None:
        self._tap.measures.append(words)
        stop(self._tap.answers, self._tap.lock)

    def check(self) -> Standing:
        """Accept the sign-in."""
        account = self._account
        return Standing(Identity(account.remote_id, account.handle, account.name, account.address), PLATFORM.limits)


@dataclass
class Desk:
    """The services a test of the road in needs, and the tap of each account by its handle."""

    store: Store
    clock: Clock
    accounts: Accounts
    inbox: Inbox
    moderation: Moderation
    taps: dict[str, Tap]

    def connect(self, name: str, **steps: Step | list[Step]) -> Tap:
        """Connect an account; the step called `start` is what the empty cursor gives."""
        self.taps[name] = Tap({"" if cursor == "start" else cursor: step for cursor, step in steps.items()})
        self.accounts.connect(SignIn("tapped", f"https://{name}.example", name, "secret"), self.clock())
        return self.taps[name]

    def id_of(self, name: str) -> AccountId:
        """Give the id of a connected account."""
        return next(account.id for account in self.accounts.all() if account.handle == name)

    def fetch(self, **later: float) -> None:
        """Move the clock on and let the inbox fetch once."""
        self.clock.advance(**later)
        self.inbox.fetch_due(self.clock)

    def stored(self) -> list[str]:
        """Give the remote ids of every message, newest first."""
        return [message.remote_id for message in self.inbox.page(ALL, limit=10_000).messages]


def open_tapped(folder: Path, patience: float = 60, platform: Platform = TAPPED) -> Desk:
    """Open a desk whose one platform is tapped; one fetching waits `patience` seconds for slow streams."""
    taps: dict[str, Tap] = {}

    def sign_in(entering: Entering) -> Standing:
        typed = entering.given
        return Standing(Identity(f"id-{typed.handle}", typed.handle, typed.handle, typed.address), platform.limits)

    def open_channel(opening: Opening) -> Channel:
        return TapChannel(taps[opening.account.handle], opening.account)

    store, clock = open_store(folder), Clock()
    accounts = Accounts(store, {"tapped": Adapter(platform, sign_in, open_channel)}, Wire)
    return Desk(store, clock, accounts, Inbox(store, accounts, patience), Moderation(store, accounts), taps)


def page(*messages: Incoming, cursor: str = "next", more: bool = False) -> Batch:
    """Give a page of a stream."""
    return Batch(messages, cursor, more)
