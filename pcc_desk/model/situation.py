"""How the whole desk stands at one moment, as the frame of the window tells it."""

from dataclasses import dataclass
from datetime import datetime

from pcc_desk.model.account import AccountId
from pcc_desk.model.delivery import OutboxCounts
from pcc_desk.model.person import Office


@dataclass(frozen=True, slots=True)
class SignInEnd:
    """When the sign-in to an account ends; `title` is its platform's, and somebody was told `told` days ahead of it."""

    account_id: AccountId
    title: str
    handle: str
    ends_at: datetime
    told: int | None = None


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that is not right: one plain sentence, and what a server said, or ""."""

    sentence: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Situation:
    """The office, how many of its accounts work, what waits to go out, what is open, and what is wrong.

    `problems` are whole sentences; `silent` names the accounts among them from which nothing comes in. `ends` are the
    sign-ins that end one day.
    """

    office: Office
    accounts: int
    connected: int
    outbox: OutboxCounts
    open_messages: int
    problems: tuple[str, ...]
    silent: tuple[str, ...] = ()
    ends: tuple[SignInEnd, ...] = ()
