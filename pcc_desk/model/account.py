"""The office's signed-in presence on one platform."""

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
    """What a person typed to connect an account; the secret never shows in a repr."""

    platform: str
    address: str
    handle: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the platform says we are; `remote_id` never changes, handle and name may."""

    remote_id: str
    handle: str
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Account:
    """One signed-in presence; `address` is the base URL of its server, without a trailing slash."""

    id: AccountId
    platform: str
    address: str
    remote_id: str
    handle: str
    name: str
    state: AccountState
    connected_at: datetime
