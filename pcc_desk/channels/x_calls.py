"""X's interface as one account: each kind of call in a window of its own, and what it costs in the ledger."""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace

from pcc_desk.channels import reading
from pcc_desk.channels.failures import Ask
from pcc_desk.channels.oauth_tokens import SignedWire
from pcc_desk.channels.wire import Answer, Wire
from pcc_desk.errors import Gone, RateLimited, Rejected, Unauthorized, Unreachable
from pcc_desk.model.account import Account
from pcc_desk.model.channel import Ledger
from pcc_desk.model.cost import MILLS

# Thousandths of a US dollar (docs.x.com, pricing); what is read is paid for by the piece.
POST_MILLS, LINK_MILLS, ANSWER_MILLS, DESCRIPTION_MILLS = 15, 200, 10, 5
LOOK_MILLS, PRIVATE_MILLS = 5, 10
DELETE_MILLS, MANAGE_MILLS, USER_MILLS = 10, 5, 10  # owed and never refused: what stands wrong must come down
_ID = re.compile(r"\d{5,}")


class Calls:
    """The signed wire of one account on X."""

    def __init__(self, signed: SignedWire, account: Account, ledger: Ledger) -> None:
        self.account = account
        self._signed, self._ledger = signed, ledger

    @property
    def wire(self) -> Wire:
        """The wire underneath."""
        return self._signed.wire

    def get(self, ask: Ask) -> Answer:
        """Read. Raises: ChannelError."""
        return self._signed.get(self._placed("GET", ask))

    def post(self, ask: Ask) -> Answer:
        """Write. Raises: ChannelError."""
        return self._signed.post(self._placed("POST", ask))

    def put(self, ask: Ask) -> Answer:
        """Change. Raises: ChannelError."""
        return self._signed.put(self._placed("PUT", ask))

    def delete(self, ask: Ask) -> Answer:
        """Delete. Raises: ChannelError."""
        return self._signed.delete(self._placed("DELETE", ask))

    def listed(self, ask: Ask) -> tuple[list[object], object]:
        """Read a list, and the whole answer it came in; a page with nothing on it comes without one.

        Raises:
            ChannelError: it could not be read.
        """
        body = self.get(ask).body
        with self.promised("GET", ask):
            return [] if reading.dig(body, "meta", "result_count") == 0 else reading.pieces(body, "data"), body

    def promised(self, method: str, ask: Ask) -> AbstractContextManager[None]:
        """Hold the reading of an answer: a field that is not as promised becomes a ChannelError."""
        return self.wire.sent(method, ask).as_promised()

    def spend(self, mills: int) -> None:
        """Book what the next call costs. Raises: RateLimited when the office's limit would be passed."""
        self._ledger.spend(MILLS, mills)

    @contextmanager
    def paid(self, mills: int) -> Iterator[None]:
        """Book what the call inside costs, and take it back when X surely did nothing, for which it asks no money.

        Raises:
            RateLimited: the office's limit would be passed; nothing was called.
            ChannelError: as the call inside.
        """
        self.spend(mills)
        try:
            yield
        except (Unreachable, RateLimited, Unauthorized, Rejected, Gone):
            self.owe(-mills)
            raise

    def owe(self, mills: int) -> None:
        """Book what an answer has cost."""
        if mills:
            self._ledger.owe(MILLS, mills)

    def _placed(self, method: str, ask: Ask) -> Ask:
        # X counts each kind of call for itself, for each account (docs.x.com, rate limits).
        return replace(ask, window=f"{self.account.remote_id} {method} {_ID.sub('*', ask.path)}")
