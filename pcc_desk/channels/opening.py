"""What an adapter is given to sign in, and to open the channel of an account that is signed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pcc_desk.model.account import Account, SignIn
from pcc_desk.model.channel import Browser, Secrets, Steps
from pcc_desk.model.cost import Ledger

if TYPE_CHECKING:  # the services name these values before anything is sent, and requests is heavy
    from pcc_desk.channels.wire import Wire


@dataclass(frozen=True, slots=True)
class Entering:
    """A sign-in on its way: `wire` leads to the address typed, and `secrets` take what opening will need."""

    wire: Wire
    given: SignIn
    secrets: Secrets
    browser: Browser


@dataclass(frozen=True, slots=True)
class Opening:
    """An account to open: `wire` leads to its address, with its secrets, its pieces' steps and what its calls cost."""

    wire: Wire
    account: Account
    secrets: Secrets
    steps: Steps
    ledger: Ledger
