"""The office and the people who work in it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Person:
    """A member of the office."""

    name: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class Office:
    """The office this desk belongs to; `paused_at` is set while everything is paused.

    `recovery_owed` until a person has kept the recovery key of a new office, or decided to go on without it.
    """

    name: str
    person: Person
    zone: str = "Europe/London"
    paused_at: datetime | None = None
    rehearsal: bool = False
    recovery_owed: bool = False
