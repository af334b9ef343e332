"""What an adapter is given to sign in, and to open the channel of an account that is signed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from pcc_desk.model.account import Account, SignIn
from pcc_desk.model.channel import Secrets, Steps
from pcc_desk.model.cost import Ledger

if TYPE_CHECKING:  # the services name these values before anything is sent, and requests is heavy
    from pcc_desk.channels.wire import Wire


class Browser(Protocol):
    """The web browser of this PC, and the person who waits in front of it."""

    def visit(self, url: str) -> None:
        """Open a page there. Raises: Rejected when this PC cannot."""

    def is_cancelled(self) -> bool:
        """Tell whether the person gave this sign-in up; asked often while the desk waits."""

    def typed_code(self) -> str:
        """Give the code that the person copied from the page, "" as long as there is none; asked often too."""


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
