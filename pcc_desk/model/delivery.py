"""One announcement or answer going to one account."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from pcc_desk.model.account import Account, AccountId
from pcc_desk.model.announcement import AnnouncementId, PictureId
from pcc_desk.model.film import FrozenFilm
from pcc_desk.model.message import MessageId

DeliveryId = NewType("DeliveryId", int)
SEEN = "seen by a person: "  # begins the remote id of what a person saw where there is no link


class DeliveryState(StrEnum):
    """Where a delivery stands; SENT and CANCELLED are final.

    DUE waits for its time, for the network or for a sign-in. SENDING is claimed by one desk. UNCONFIRMED left without a
    clear answer and is looked for before anything else. HELD was refused or stopped and waits for a person. UNSURE
    could not be settled by looking and asks a person. BY_HAND waits for a person to post it and say where it is.
    """

    DUE = "due"
    SENDING = "sending"
    SENT = "sent"
    UNCONFIRMED = "unconfirmed"
    HELD = "held"
    UNSURE = "unsure"
    BY_HAND = "by hand"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class FrozenPicture:
    """A picture as it will be sent to one platform: the exact bytes' id, and its description."""

    id: PictureId
    name: str
    mime: str
    width: int
    height: int
    alt: str


@dataclass(frozen=True, slots=True)
class FrozenCard:
    """A link card as it will be sent to one platform, with its fitted picture."""

    address: str
    title: str
    description: str = ""
    picture: FrozenPicture | None = None


@dataclass(frozen=True, slots=True)
class Frozen:
    """What was approved for one account, byte for byte; `key` is "" until the outbox mints it, once, at approval."""

    text: str
    key: str = ""
    title: str = ""
    pictures: tuple[FrozenPicture, ...] = ()
    answers: str = ""  # the reply token of the message it answers
    language: str = "en"
    film: FrozenFilm | None = None
    private: bool = False  # an answer that only the person it goes to reads
    card: FrozenCard | None = None

    @property
    def kept(self) -> tuple[FrozenPicture, ...]:
        """Every picture whose bytes go with it: its own, and that of its card."""
        card = self.card.picture if self.card is not None else None
        return self.pictures if card is None else (*self.pictures, card)


@dataclass(frozen=True, slots=True)
class Receipt:
    """The platform's proof that something was published, or a person's word for it.

    `note` says at once what is wrong with what stands there; the delivery's reason keeps it.
    """

    remote_id: str
    url: str
    at: datetime
    reply_token: str = ""
    note: str = ""

    def is_word(self) -> bool:
        """Tell whether only a person says so: the platform's own id is not known then."""
        return self.remote_id == self.url or self.remote_id.startswith(SEEN)


@dataclass(frozen=True, slots=True)
class Part:
    """A delivery's place in a thread, from 1: it answers the part `after`, and goes only once that is posted."""

    number: int
    count: int
    first: DeliveryId
    after: DeliveryId | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery; `reason` is one plain sentence that explains its state.

    `answers` is the reply token of what it answers: the approved one, or that of the part before, as the platform gave
    it. `taken_back_at` is when the office took it down again. `corrects` is the posted delivery whose words
    these replace; such a one has no receipt of its own.
    """

    id: DeliveryId
    account_id: AccountId
    frozen: Frozen
    state: DeliveryState
    due_at: datetime
    created_at: datetime
    announcement_id: AnnouncementId | None = None
    in_reply_to: MessageId | None = None
    attempts: int = 0
    epoch: int = 0
    first_attempt_at: datetime | None = None
    started_at: datetime | None = None
    reason: str = ""
    receipt: Receipt | None = None
    looks: int = 0  # complete look-ups that did not find it, in a row
    part: Part | None = None
    answers: str = ""
    taken_back_at: datetime | None = None
    corrects: DeliveryId | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try of a delivery, or one look for it, with its outcome in plain words."""

    number: int
    started_at: datetime
    ended_at: datetime | None
    outcome: str
    sentence: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class OutboxCounts:
    """What the rail and the status line show: waiting, needing a person, and the next due moment.

    `clock_doubted` when the problem is that servers tell another time than this PC, so that a person may know better.
    `by_hand` of those that need a person wait to be posted by hand.
    """

    waiting: int
    attention: int
    next_due_at: datetime | None
    problem: str = ""  # why nothing scheduled is sent just now, in one plain sentence
    clock_doubted: bool = False
    by_hand: int = 0


@dataclass(frozen=True, slots=True)
class Order:
    """What an approval asks of the outbox: this, to this account, from `due_at` on.

    Exactly one of `announcement_id` and `in_reply_to` is set. With `more`, it is the first part of a thread, and those
    are the parts that follow. With `corrects`, it puts other words in place of those of a posted delivery.
    """

    account_id: AccountId
    frozen: Frozen
    due_at: datetime
    announcement_id: AnnouncementId | None = None
    in_reply_to: MessageId | None = None
    more: tuple[Frozen, ...] = ()
    corrects: DeliveryId | None = None


class OutboxFilter(StrEnum):
    """Which lines of the outbox are wanted; a thread counts as the part that decides how it stands."""

    ALL = "all"
    NEEDS_YOU = "needs you"  # what goes no further without a person
    WAITING = "waiting"
    POSTED = "posted"


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """One line of the outbox: `words` say in plain English where the delivery stands.

    A thread is one line: `delivery` is its first part, `parts` are all of them in order. `page` is where a person would
    go to post it by hand, or "". `before` is what stood there before a correction.
    """

    delivery: Delivery
    account: Account
    title: str  # the announcement's, or "Answer to @name"
    words: str
    needs_you: bool = False
    parts: tuple[Delivery, ...] = ()
    page: str = ""
    before: Frozen | None = None

    def next_part(self) -> Delivery:
        """Give the part that decides how the line stands: the first one that is not posted, else the first of all."""
        open_parts = (part for part in self.parts if part.state is not DeliveryState.SENT)
        return self.delivery if self.delivery.taken_back_at is not None else next(open_parts, self.delivery)
