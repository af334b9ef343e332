"""What sending costs: told before it is sent, counted since the month began, and limited as the office decides."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from pcc_desk.errors import InputError
from pcc_desk.model.account import Account, AccountId
from pcc_desk.model.announcement import Announcement, SpanKind, Wording
from pcc_desk.model.changes import Changes
from pcc_desk.model.channel import Platform
from pcc_desk.model.correction import Correctable, Correction
from pcc_desk.model.cost import MILLS, Forecast, Prices, Spent
from pcc_desk.model.delivery import DeliveryState
from pcc_desk.services import settle
from pcc_desk.services.accounts import Accounts
from pcc_desk.services.freeze import clean_text
from pcc_desk.services.tariff import Tariff, price_of
from pcc_desk.services.windows import window_of
from pcc_desk.store import claims, due, spending, streams
from pcc_desk.store.engine import Store

if TYPE_CHECKING:
    from pcc_desk.services.fitting import Fitter


class Costs:
    """Forecasts, counts and limits; safe to use from many threads."""

    def __init__(self, store: Store, accounts: Accounts) -> None:
        self._store = store
        self._accounts = accounts

    @cached_property
    def _fitter(self) -> "Fitter":
        # It counts with heavy libraries, which nobody waits for before something is written.
        from pcc_desk.services.fitting import Fitter

        return Fitter()

    def spent(self, now: datetime) -> tuple[Spent, ...]:
        """Give what each account with prices or a quota has used, in the office's order. Raises: StoreError."""
        found = ((account, self._accounts.platform_of(account)) for account in self._accounts.all())
        return tuple(self._spent(*pair, now) for pair in found if pair[1].prices or pair[1].quota)

    def forecast(self, announcement: Announcement, now: datetime) -> tuple[Forecast, ...]:
        """Give what a draft would cost on each of its accounts that has prices. Raises: StoreError."""
        found = []
        for account in self._accounts.all():
            platform = self._accounts.platform_of(account)
            if platform.prices is not None and account.id in announcement.accounts:
                mills = self._cost(announcement, account, platform, platform.prices)
                spent, unlinked, saved = (
                    self._spent(account, platform, now),
                    without_links(announcement, account, platform),
                    0,
                )
                if unlinked:
                    own = Wording(unlinked, announcement.text)
                    plain = replace(announcement, wordings={**announcement.wordings, account.id: own})
                    saved = mills - self._cost(plain, account, platform, platform.prices)
                found.append(Forecast(mills, spent, unlinked, saved) if saved > 0 else Forecast(mills, spent))
        return tuple(found)

    def tariff(self, account_id: AccountId, now: datetime) -> Tariff | None:
        """Give the prices of an account, for what is typed there; None where nothing costs. Raises: StoreError."""
        account = next((each for each in self._accounts.all() if each.id == account_id), None)
        platform = None if account is None else self._accounts.platform_of(account)
        if account is None or platform is None or platform.prices is None:
            return None
        return Tariff(platform, platform.prices, self._spent(account, platform, now))

    def of_corrections(self, wishes: Iterable[tuple[Correctable, Correction]], now: datetime) -> tuple[Forecast, ...]:
        """Give what corrections would cost together, one forecast for each account with prices. Raises: StoreError.

        What is as it stands there is not sent, and costs nothing.
        """
        found: dict[AccountId, Forecast] = {}
        for there, wish in wishes:
            account_id, part = there.account.id, there.delivery.part
            words = clean_text(wish.text)
            if words == there.stands.text:
                continue
            tariff = self.tariff(account_id, now)
            if tariff is not None:
                answers = there.delivery.in_reply_to is not None or (part is not None and part.number > 1)
                before = found[account_id].mills if account_id in found else 0
                described = sum(bool(picture.alt.strip()) for picture in there.delivery.frozen.pictures)
                cost = tariff.for_correction(words, answers, described)
                found[account_id] = replace(cost, mills=before + cost.mills)
        return tuple(found.values())

    def set_cap(self, account_id: AccountId, mills: int | None, now: datetime) -> Changes:
        """Keep the most to be spent on an account in a month, in thousandths of a US dollar; None is no limit.

        What was held only by the limit before is tried again.

        Raises:
            InputError: it is less than nothing.
            StoreError: it could not be kept.
        """
        if mills is not None and mills < 0:
            raise InputError("A limit is nothing or more.", "Type an amount such as 20.")
        with self._store.write() as conn:
            spending.set_cap(conn, account_id, MILLS, mills)
            streams.wake(conn, account_id)
            for held in due.held_by(conn, account_id, settle.OVER_LIMIT):
                claims.change(conn, held, [DeliveryState.HELD], settle.limit_raised(now), now)
        return Changes.ACCOUNTS | Changes.DELIVERIES

    def _cost(self, announcement: Announcement, account: Account, platform: Platform, prices: Prices) -> int:
        fit = self._fitter.fit(announcement, account, platform)
        words = [part.text for part in fit.parts] or [announcement.wording_for(account.id)]
        told = (placed.alt for placed in announcement.pictures if not placed.decorative_because.strip())
        described = sum(bool(alt.strip()) for alt in told)
        described += announcement.film is not None and bool(announcement.film.captions.strip())
        return cost_of(platform, prices, words, described)

    def _spent(self, account: Account, platform: Platform, now: datetime) -> Spent:
        unit = platform.quota.unit if platform.prices is None and platform.quota is not None else MILLS
        with self._store.read() as conn:
            window = window_of(conn, account.id, platform, unit, now)
        return Spent(account, platform.title, unit, window.spent, window.limit)


def cost_of(platform: Platform, prices: Prices, words: Sequence[str], described: int = 0) -> int:
    """Give what posts of these words cost, in thousandths of a US dollar.

    `described` counts the pictures with a description and the films with captions.
    """
    # The later parts of a thread are answers.
    posts = sum(price_of(platform, prices, each, answers=place > 0) for place, each in enumerate(words))
    return posts + described * prices.description


def without_links(announcement: Announcement, account: Account, platform: Platform) -> str:
    """Give an announcement's words for an account without their links; "" where there is none, or nothing else."""
    # The rules of counting take as long to load as a panel.
    from pcc_desk.channels import text as texts

    words, left, end = announcement.wording_for(account.id), list[str](), 0
    links = [span for span in texts.spans(words, platform) if span.kind is SpanKind.LINK]
    for span in links:
        left.append(words[end : span.start])
        end = span.end
    plain = "".join([*left, words[end:]])
    lines = [" ".join(line.split()) for line in plain.splitlines()]
    return "\n".join(lines).strip() if links else ""
