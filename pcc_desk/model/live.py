"""Live videos: planned, shown to everybody, ended, by a channel that can."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from pcc_desk.model.account import AccountId
from pcc_desk.model.event import EventId

# No longer is a talk read that nobody ends here: YouTube keeps no replay of more, and Facebook ends a video sooner.
LONGEST = timedelta(hours=12)


class LiveState(StrEnum):
    """Where a live video stands; ASKED is being planned, and no answer is known yet."""

    ASKED = "asked"
    PLANNED = "planned"
    LIVE = "live"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class LiveVideo:
    """A live video of an event on one account; the stream key stands among the account's secrets, never here."""

    id: int
    event_id: EventId
    account_id: AccountId
    plan: "LivePlan"
    state: LiveState
    remote_id: str = ""
    url: str = ""
    server: str = ""


@dataclass(frozen=True, slots=True)
class LivePlan:
    """A live video to come; `key` is minted once, as a piece's is."""

    key: str
    title: str
    text: str
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class LiveReceipt:
    """A planned live video: where it will be seen, and what the camera program needs; the stream key is a secret."""

    remote_id: str
    url: str
    server: str
    stream_key: str = field(repr=False)


class GoesLive(Protocol):
    """A channel with Ability.LIVE."""

    def plan_live(self, plan: LivePlan) -> LiveReceipt:
        """Announce a live video; the same plan again gives the same one."""

    def go_live(self, remote_id: str) -> None:
        """Show it to everybody."""

    def end_live(self, remote_id: str) -> None:
        """End it; already ended is fine."""
