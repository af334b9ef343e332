"""How an announcement fits one account: pure, and fast enough to be asked at every key press."""

from collections.abc import Callable
from functools import partial
from typing import Generic, TypeVar

from pcc_desk.channels import text as texts
from pcc_desk.checks.fit import Measured, find_picture_problems, find_text_problems
from pcc_desk.model.account import Account
from pcc_desk.model.announcement import Announcement, Fit
from pcc_desk.model.channel import Platform

# A text this long fits nowhere that has a limit, so it is counted and searched cheaply: a paste must not stop typing.
VERY_LONG = 65_000
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
    """Fits announcements to platforms, reading each text once however many accounts it goes to."""

    def __init__(self) -> None:
        self._readings = _Memory(texts.Reading)

    def fit(self, announcement: Announcement, account: Account, platform: Platform) -> Fit:
        """Count and examine the announcement as it would go to one account of a platform."""
        own = announcement.wordings.get(account.id)
        text = announcement.wording_for(account.id)
        very_long = len(text) > VERY_LONG
        reading = self._readings.give("" if very_long else text)
        length = len(text) if very_long else reading.length(platform)
        return Fit(
            account_id=account.id,
            length=length,
            limit=platform.limits.length,
            own=own is not None,
            stale=own is not None and own.based_on != announcement.text,
            find_spans=partial(reading.spans, platform),
            find_problems=partial(_find_problems, announcement, platform, text, length),
        )


def _find_problems(announcement: Announcement, platform: Platform, text: str, length: int) -> tuple[str, ...]:
    tags = texts.Reading(text).tags if platform.limits.tags is not None else 0
    measured = Measured(text, length, texts.utf8_bytes(text), tags)
    return (
        *find_text_problems(announcement, platform, measured),
        *find_picture_problems(announcement.pictures, platform),
    )
