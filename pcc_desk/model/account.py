"""The office's signed-in presence on one platform."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

AccountId = NewType("AccountId", int)


class AccountState(StrEnum):
    """Whether the desk may use an account."""

    CONNECTED = "connected"
    SIGNED_OUT = "signed out"
    DISCONNECTED = "disconnected"


@dataclass(frozen=True, slots=True)
class SignIn:
    """What a person typed to connect an account, and the way chosen; no secret ever shows in a repr.

    `more` holds what the way asks besides address, handle and secret, by the names of its fields.
    """

    platform: str
    address: str = ""
    handle: str = ""
    secret: str = field(default="", repr=False)
    way: str = ""
    more: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Remembered:
    """What is offered again at the next sign-in to a platform: the way, what was typed, and which secrets are kept."""

    way: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    secrets: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the platform says we are; `remote_id` never changes, handle and name may."""

    remote_id: str
    handle: str
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Account:
    """One signed-in presence; `address` is the base URL of its server, without a trailing slash.

    `expires_at` is when the sign-in ends, where the platform says so.
    """

    id: AccountId
    platform: str
    address: str
    remote_id: str
    handle: str
    name: str
    state: AccountState
    connected_at: datetime
    expires_at: datetime | None = None
