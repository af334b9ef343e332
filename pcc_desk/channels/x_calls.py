"""X's interface as one account: each kind of call in a window of its own, and what it costs in the ledger."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace

from pcc_desk.channels import reading
from pcc_desk.channels.failures import Ask
from pcc_desk.channels.oauth_tokens import SignedWire
from pcc_desk.channels.wire import Answer, Wire
from pcc_desk.channels.x_money import Money, Rate
from pcc_desk.model.account import Account
from pcc_desk.model.cost import Ledger

_ID = re.compile(r"\d{5,}")


class Calls:
    """The signed wire of one account on X."""

    def __init__(self, signed: SignedWire, account: Account, ledger: Ledger) -> None:
        self.account = account
        self.money = Money(ledger)
        self._signed = signed

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

    def listed(
        self, ask: Ask, rate: Rate, free: Callable[[list[object]], int] = lambda listed: 0
    ) -> tuple[list[object], object]:
        """Read a page of a list that is paid for, and the whole answer it came in; an empty page comes without a list.

        No more is asked for than the office's limit leaves room for. `free` tells how many of a page cost nothing.

        Raises:
            OverLimit: there is no money for the smallest page; nothing was asked.
            ChannelError: it could not be read.
        """
        with self.money.reading(_asked(ask), rate, self.wire.now()) as page:
            body = self.get(replace(ask, query={**ask.query, "max_results": page.most})).body
            with self.promised("GET", ask):
                nothing = reading.dig(body, "meta", "result_count") == 0 and reading.dig(body, "data") is None
                listed = [] if nothing else reading.pieces(body, "data")
            page.came(rate.each * (len(listed) - free(listed)))
        return listed, body

    def promised(self, method: str, ask: Ask) -> AbstractContextManager[None]:
        """Hold the reading of an answer: a field that is not as promised becomes a ChannelError."""
        return self.wire.sent(method, ask).as_promised()

    def _placed(self, method: str, ask: Ask) -> Ask:
        # X counts each kind of call for itself, for each account (docs.x.com, rate limits).
        return replace(ask, window=f"{self.account.remote_id} {method} {_ID.sub('*', ask.path)}")


def _asked(ask: Ask) -> str:
    """Name what a page is of, whenever and however large it is asked for."""
    named = (
        f"{name}={value}" for name, value in sorted(ask.query.items()) if name not in ("start_time", "max_results")
    )
    return "&".join([ask.path, *named])
