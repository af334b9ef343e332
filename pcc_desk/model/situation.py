"""How the whole desk stands at one moment, as the frame of the window tells it."""

from dataclasses import dataclass

from pcc_desk.model.delivery import OutboxCounts
from pcc_desk.model.person import Office


@dataclass(frozen=True, slots=True)
class Situation:
    """The office, how many of its accounts work, what waits to go out, what is open, and what is wrong.

    `problems` are whole sentences; `silent` names the accounts among them from which nothing comes in.
    """

    office: Office
    accounts: int
    connected: int
    outbox: OutboxCounts
    open_messages: int
    problems: tuple[str, ...]
    silent: tuple[str, ...] = ()
