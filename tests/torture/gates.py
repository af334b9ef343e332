"""Gates before ten platforms: each call of an adapter meets the next trouble that waits there."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from itertools import cycle
from typing import Any, Protocol

from pcc_desk.errors import Unconfirmed, Unreachable
from pcc_desk.model.channel import Batch, Channel, Piece, Standing
from pcc_desk.model.delivery import Receipt
from tests.channels import faulty
from tests.channels.faulty import Exchange, Fault, Front, Seen
from tests.servers.fault_proxy import DROP_ANSWER, NO_FAULT, REFUSE, FaultProxy
from tests.servers.mail import MailSystem
from tests.torture.troubles import Trouble

RETRY_AFTER = 40  # seconds
Which = Callable[[Seen], bool]


@dataclass(frozen=True)
class Steps:
    """Tells a platform's requests apart: the one that publishes, and which of the others are the channel's own."""

    publishes: Which
    own: Which = lambda seen: True

    def of(self, trouble: Trouble, looks: bool) -> Which:
        """Give the requests of which the first meets a trouble, in a look or in a try."""
        if looks:
            return lambda seen: seen.method == "GET" and self.own(seen)
        if trouble is Trouble.UNREADY:
            return lambda seen: seen.method != "GET" and self.own(seen) and not self.publishes(seen)
        return self.publishes


class Gate(Protocol):
    """What stands before a platform."""

    troubles: list[Trouble]  # still to come, one for each call
    met: list[Trouble | None]  # by the calls so far; None where a try had no step before the public one left to spoil

    def call(self, looks: bool) -> AbstractContextManager[None]:
        """Let one call through, a try or a look, with the trouble that waits for it."""


class WebGate(Front):
    """A gate before a server: a try meets its trouble at the one public step or before it, a look at its first request.

    With a trouble at an earlier step the line breaks, or the server does it and the answer is lost, in turn.
    """

    def __init__(self, behind: str, steps: Steps, refusal: Callable[[int, str], Fault] = faulty.refused) -> None:
        """`steps` tells the requests apart; `refusal` words an error."""
        super().__init__(behind)
        self.troubles: list[Trouble] = []
        self.met: list[Trouble | None] = []
        self._steps, self._refusal = steps, refusal
        self._armed: tuple[Trouble, Which] | None = None
        unclear = (faulty.reset, faulty.afterwards(faulty.truncated), faulty.afterwards(refusal(503, "Try again")))
        self._unready = cycle(unclear)

    @contextmanager
    def call(self, looks: bool) -> Iterator[None]:
        """Let one call through."""
        self.seen.clear()
        trouble = self.troubles.pop(0) if self.troubles else None
        if trouble is Trouble.UNREACHABLE:
            self.shut()
        elif trouble is not None:
            self._armed = (trouble, self._steps.of(trouble, looks))
        try:
            yield
        finally:
            if trouble is Trouble.UNREACHABLE:
                self.reopen()
            self.met.append(trouble if self._armed is None else None)
            self._armed = None

    def serve(self, exchange: Exchange) -> None:
        """Answer one request."""
        if self._armed is None or not self._armed[1](exchange.seen):
            return exchange.pass_on()
        trouble, self._armed = self._armed[0], None
        return self._fault(trouble)(exchange)

    def _fault(self, trouble: Trouble) -> Fault:
        match trouble:
            case Trouble.LIMITED:
                return faulty.refused(429, "Too many", {"Retry-After": str(RETRY_AFTER)})
            case Trouble.UNREADY:
                return next(self._unready)
            case Trouble.LOST_AFTER:
                return faulty.afterwards(faulty.truncated)
            case Trouble.DONE_BUT_FAILED:
                return faulty.afterwards(self._refusal(503, "Please try again"))
            case Trouble.REFUSED:
                return self._refusal(403, "Not like this")
        return faulty.reset


class PostGate:
    """A gate before a mail system: a try goes out by SMTP, a look reads the mailbox by IMAP."""

    def __init__(self, system: MailSystem) -> None:
        """Stand before its two servers; a context manager."""
        self.troubles: list[Trouble] = []
        self.met: list[Trouble | None] = []
        self._system = system
        self.smtp, self.imap = FaultProxy(_port(system.smtp)), FaultProxy(_port(system.imap))

    def __enter__(self) -> "PostGate":
        self.smtp.__enter__()
        self.imap.__enter__()
        return self

    def __exit__(self, *why: Any) -> None:
        self.imap.__exit__(*why)
        self.smtp.__exit__(*why)

    @contextmanager
    def call(self, looks: bool) -> Iterator[None]:
        """Let one call through."""
        trouble = self.troubles.pop(0) if self.troubles else None
        self.met.append(trouble)
        if trouble is not None:
            if looks:
                self.imap.fault = REFUSE if trouble is Trouble.UNREACHABLE else DROP_ANSWER
            else:
                self._arm(trouble)
        try:
            yield
        finally:
            self.smtp.fault = self.imap.fault = NO_FAULT
            self._system.reply, self._system.said = "", "250 OK: queued"
            self._system.lose_letters = self._system.lose_answers = False

    def _arm(self, trouble: Trouble) -> None:
        match trouble:
            case Trouble.UNREACHABLE:
                self.smtp.fault = REFUSE
            case Trouble.UNREADY:
                self.smtp.fault = DROP_ANSWER
            case Trouble.LIMITED:
                self._system.reply = "451 4.7.1 Please try again later"
            case Trouble.LOST_BEFORE:
                self._system.lose_letters = True
            case Trouble.LOST_AFTER:
                self._system.lose_answers = True
            case Trouble.DONE_BUT_FAILED:
                self._system.said = "What was that?"  # no code of a mail server
            case Trouble.REFUSED:
                self._system.reply = "554 5.7.1 Not like this"


class Gated:
    """A real channel behind its gate. `blind` looks see nothing; a `hasty` one takes doubt for a plain failure."""

    def __init__(self, channel: Channel, gate: Gate, blind: bool = False, hasty: bool = False) -> None:
        self._channel, self._gate, self._blind, self._hasty = channel, gate, blind, hasty

    def publish(self, piece: Piece) -> Receipt:
        """Publish a piece."""
        try:
            with self._gate.call(looks=False):
                return self._channel.publish(piece)
        except Unconfirmed as doubt:
            if self._hasty:
                raise Unreachable(doubt.sentence) from doubt
            raise

    def find(self, piece: Piece) -> Receipt | None:
        """Look for a piece."""
        with self._gate.call(looks=True):
            found = self._channel.find(piece)
        return None if self._blind else found

    def fetch(self, stream: str, cursor: str) -> Batch:
        """Give what came in."""
        return self._channel.fetch(stream, cursor)

    def withdraw(self, receipt: Receipt) -> None:
        """Take a publication back."""
        self._channel.withdraw(receipt)

    def check(self) -> Standing:
        """Prove the sign-in."""
        return self._channel.check()

    def __getattr__(self, name: str) -> Any:
        """Give what only some channels can, as lending a picture a place on the web."""
        return getattr(self._channel, name)


def _port(place: str) -> int:
    return int(place.rpartition(":")[2])
