"""How an announcement fits one account: pure, and fast enough to be asked at every key press."""

from collections.abc import Callable
from functools import partial
from typing import Generic, TypeVar

from pcc_desk.channels import text as texts
from pcc_desk.checks.fit import Measured, find_picture_problems, find_text_problems
from pcc_desk.model.account import Account
from pcc_desk.model.announcement import Announcement, Fit, Span
from pcc_desk.model.channel import Counting, Platform

# A text this long fits nowhere that has a limit, so it is counted and searched cheaply: a paste must not stop typing.
VERY_LONG = 50_000
_REMEMBERED = 64

K = TypeVar("K")
V = TypeVar("V")


class _Memory(Generic[K, V]):
    """Keeps the last few answers of a pure function."""

    def __init__(self, work: Callable[[K], V]) -> None:
        self._work = work
        self._known: dict[K, V] = {}

    def give(self, question: K) -> V:
        """Give the answer, worked out at most once."""
        known = self._known.get(question)
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            known = self._known[question] = self._work(question)
        return known


class Fitter:
    """Fits announcements to platforms, counting each text once a unit however many accounts it goes to."""

    def __init__(self) -> None:
        self._spans = _Memory(texts.spans)
        self._lengths: dict[tuple[Counting, int | None], _Memory[str, int]] = {}

    def fit(self, announcement: Announcement, account: Account, platform: Platform) -> Fit:
        """Count and examine the announcement as it would go to one account of a platform."""
        own = announcement.wordings.get(account.id)
        text = announcement.wording_for(account.id)
        length = self._count(platform, text)
        return Fit(
            account_id=account.id,
            length=length,
            limit=platform.limits.length,
            own=own is not None,
            stale=own is not None and own.based_on != announcement.text,
            spans=self._find_spans(text),
            problems=(
                *find_text_problems(announcement, platform, Measured(text, length, texts.utf8_bytes(text))),
                *find_picture_problems(announcement.pictures, platform),
            ),
        )

    def _count(self, platform: Platform, text: str) -> int:
        if len(text) > VERY_LONG:
            return len(text)
        unit = (platform.limits.counting, platform.limits.link_length)
        if unit not in self._lengths:
            self._lengths[unit] = _Memory(partial(texts.length, platform))
        return self._lengths[unit].give(text)

    def _find_spans(self, text: str) -> tuple[Span, ...]:
        return () if len(text) > VERY_LONG else self._spans.give(text)
