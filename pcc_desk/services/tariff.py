"""What one post of an account costs, told while it is typed: pure, without the database."""

from dataclasses import dataclass

from pcc_desk.model.announcement import SpanKind
from pcc_desk.model.channel import Platform
from pcc_desk.model.cost import Forecast, Prices, Spent


@dataclass(frozen=True, slots=True)
class Tariff:
    """The prices of one account's platform, beside what was spent when it was asked for."""

    platform: Platform
    prices: Prices
    spent: Spent

    def for_answer(self, words: str, private: bool) -> Forecast:
        """Give what an answer costs: in public, or as a message that only its reader sees."""
        mills = self.prices.message if private else price_of(self.platform, self.prices, words, answers=True)
        return Forecast(mills, self.spent)

    def for_correction(self, words: str, answers: bool, described: int = 0) -> Forecast:
        """Give what other words in the place of a post, or of an answer, cost.

        `described` counts its pictures with a description, which are brought up and described once more.
        """
        post = price_of(self.platform, self.prices, words, answers)
        return Forecast(post + self.prices.change + described * self.prices.description, self.spent)


def price_of(platform: Platform, prices: Prices, words: str, answers: bool) -> int:
    """Give what one post of these words costs, in thousandths of a US dollar."""
    # The rules of counting take as long to load as a panel.
    from pcc_desk.channels import text as texts

    if any(span.kind is SpanKind.LINK for span in texts.spans(words, platform)):
        return prices.link
    return prices.answer if answers else prices.post
