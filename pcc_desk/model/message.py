"""Anything that came in, and how the office has dealt with it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from pcc_desk.model.account import AccountId

MessageId = NewType("MessageId", int)  # created_at in ms since 1970 << 22 | sequence: the id is the date order


class MessageKind(StrEnum):
    """How a message came to us."""

    REPLY = "reply"
    MENTION = "mention"
    QUOTE = "quote"
    COMMENT = "comment"
    DIRECT = "direct"  # seen by nobody else
    EMAIL = "email"
    REVIEW = "review"
    HELD = "held"  # the platform shows it to nobody until we say so
    LIVE = "live"  # said during a live video
    MATCH = "match"  # found by a hashtag we watch


# The same message may come by several streams: the kind that says most about why it concerns the office holds.
_WEAKEST_FIRST = (MessageKind.MATCH, MessageKind.HELD, MessageKind.MENTION, MessageKind.QUOTE, MessageKind.COMMENT)


def strength_of(kind: MessageKind) -> int:
    """Rank a kind: of two kinds the same message came by, the one of the higher rank holds."""
    return _WEAKEST_FIRST.index(kind) if kind in _WEAKEST_FIRST else len(_WEAKEST_FIRST)


class MessageState(StrEnum):
    """How the office has dealt with a message."""

    OPEN = "open"
    WAITING = "waiting"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote a message, as the platform tells it; hostile text."""

    remote_id: str
    name: str
    handle: str


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message as an adapter read it, not yet stored.

    `answers` and `root` are remote ids of what it answers and of the start of its conversation ("" when none);
    `reply_token` is the adapter's own note of how to answer it.
    """

    remote_id: str
    kind: MessageKind
    author: Author
    text: str
    created_at: datetime
    url: str = ""
    answers: str = ""
    root: str = ""
    reply_token: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """A stored message; `delivery_id` names our delivery it answers, when it answers one."""

    id: MessageId
    account_id: AccountId
    remote_id: str
    kind: MessageKind
    state: MessageState
    author: Author
    text: str
    created_at: datetime
    received_at: datetime
    url: str = ""
    answers: str = ""
    root: str = ""
    reply_token: str = ""
    delivery_id: int | None = None
    about: str = ""  # first words of the announcement it answers


@dataclass(frozen=True, slots=True)
class MessageFilter:
    """Which messages a list shows; None means all. `words` is what was typed in the search box."""

    state: MessageState | None = MessageState.OPEN
    account_id: AccountId | None = None
    kind: MessageKind | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class MessagePage:
    """Messages newest first; `more` tells whether older ones exist."""

    messages: tuple[Message, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Gap:
    """A range of time the platform could not give us, shown in the list."""

    id: int
    account_id: AccountId
    stream: str
    from_at: datetime
    to_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class MessageCounts:
    """How many messages stand in each state, in all and by account."""

    by_state: dict[MessageState, int]
    by_account: dict[tuple[AccountId, MessageState], int]
    by_kind: dict[tuple[MessageKind, MessageState], int]
