"""What calls cost, in money or in a platform's own quota."""

from dataclasses import dataclass

from pcc_desk.model.account import Account

MILLS = "mills"  # thousandths of a US dollar


@dataclass(frozen=True, slots=True)
class Prices:
    """What a post costs in thousandths of a US dollar: plain, with a link, as an answer, as a message to one reader.

    `description` is for each picture with a description, and for captions.
    """

    post: int
    link: int
    answer: int
    description: int = 0
    message: int = 0


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


def say_money(mills: int) -> str:
    """Say thousandths of a US dollar: "$0.20", or "$0.015" where that is exact."""
    return f"${mills / 1000:,.2f}" if mills % 10 == 0 else f"${mills / 1000:,.3f}"
