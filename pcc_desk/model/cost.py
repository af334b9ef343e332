"""What calls cost, in money or in a platform's own quota."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from pcc_desk.model.account import Account

MILLS = "mills"  # thousandths of a US dollar


@dataclass(frozen=True, slots=True)
class Prices:
    """What a post costs in thousandths of a US dollar: plain, with a link, as an answer, as a message to one reader.

    `description` is for each picture with a description, and for captions; `change` comes on top where a post is put
    right.
    """

    post: int
    link: int
    answer: int
    description: int = 0
    message: int = 0
    change: int = 0


@dataclass(frozen=True, slots=True)
class Spent:
    """What an account has used: money this month, or a quota today; `limit` is the office's or the platform's."""

    account: Account
    title: str
    unit: str
    amount: int
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Forecast:
    """What an announcement will cost on one account, in thousandths of a US dollar, beside what is spent already.

    Where a link makes it dearer, `unlinked` are the words without it, which cost `saved` less.
    """

    mills: int
    spent: Spent
    unlinked: str = ""
    saved: int = 0

    def passes_limit(self) -> bool:
        """Tell whether the office's limit of this month would be passed."""
        return self.spent.limit is not None and self.spent.amount + self.mills > self.spent.limit


class Ledger(Protocol):
    """What calls cost that are paid for or rationed."""

    def spend(self, unit: str, amount: int) -> date:
        """Book a cost just before its call, and give the day it is on.

        Raises: OverLimit when the office's limit would be passed.
        """

    def owe(self, unit: str, amount: int, day: date | None = None) -> date:
        """Book what only an answer could tell, whatever the limit; less than nothing is given back on its own `day`."""

    def keep_free(self, unit: str, least: int, most: int) -> AbstractContextManager[int]:
        """Keep up to `most` free for what is read inside; give how much there is. Raises: OverLimit below `least`."""


def say_money(mills: int) -> str:
    """Say thousandths of a US dollar: "$0.20", or "$0.015" where that is exact."""
    return f"${mills / 1000:,.2f}" if mills % 10 == 0 else f"${mills / 1000:,.3f}"
