"""How an announcement fits one account: pure, and fast enough to be asked at every key press."""

from collections.abc import Callable
from functools import partial
from typing import Generic, TypeVar

from pcc_desk.channels import text as texts
from pcc_desk.checks.cards import find_card, find_card_problems
from pcc_desk.checks.films import find_film_advice, find_film_problems
from pcc_desk.checks.fit import Measured, find_advice, find_picture_problems, find_text_problems
from pcc_desk.model.account import Account
from pcc_desk.model.announcement import Announcement, Fit, FitPart
from pcc_desk.model.channel import Ability, Limits, Platform

# A text this long fits nowhere that has a limit, so it is counted and searched cheaply: a paste must not stop typing.
VERY_LONG = 65_000
_REMEMBERED = 64
MOST_PARTS = 25  # of a thread: a reader who is asked for more is better served by a page and a link

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
        self._threads: dict[Limits, _Memory[str, tuple[FitPart, ...]]] = {}

    def fit(self, announcement: Announcement, account: Account, platform: Platform) -> Fit:
        """Count and examine the announcement as it would go to one account of a platform."""
        own = announcement.wordings.get(account.id)
        text = announcement.wording_for(account.id)
        very_long = len(text) > VERY_LONG
        reading = self._readings.give("" if very_long else text)
        length = self.count(platform, text)
        could = _could_be_a_thread(platform, length)
        return Fit(
            account_id=account.id,
            length=length,
            limit=platform.limits.length,
            own=own is not None,
            stale=own is not None and own.based_on != announcement.text,
            threaded=could and account.id in announcement.threads,
            find_spans=partial(reading.spans, platform),
            find_problems=partial(self._find_problems, announcement, account, platform, length),
            find_parts=partial(self._find_parts, platform, text) if could else tuple,
            find_card=partial(find_card, announcement, platform, partial(reading.spans, platform)),
        )

    def count(self, platform: Platform, text: str) -> int:
        """Count a text in the unit of a platform; a very long one roughly."""
        return len(text) if len(text) > VERY_LONG else self._readings.give(text).length(platform)

    def advise(self, announcement: Announcement, account: Account, platform: Platform) -> tuple[str, ...]:
        """Say what one account takes and may do little with, one plain sentence each."""
        text = announcement.wording_for(account.id)
        counted = platform.limits.tags_advised is not None and len(text) <= VERY_LONG
        tags = find_advice(platform, self._readings.give(text).tags) if counted else ()
        return (*tags, *find_film_advice(announcement.film, platform))

    def _find_parts(self, platform: Platform, text: str) -> tuple[FitPart, ...]:
        """Give the parts of a thread; () where it would have too many, or one of them does not fit."""
        if platform.limits not in self._threads:
            self._threads[platform.limits] = _Memory(partial(_split, platform))
        return self._threads[platform.limits].give(text)

    def _find_problems(
        self, announcement: Announcement, account: Account, platform: Platform, length: int
    ) -> tuple[str, ...]:
        text, limits = announcement.wording_for(account.id), platform.limits
        parts = self._find_parts(platform, text) if _could_be_a_thread(platform, length) else ()
        threaded = account.id in announcement.threads
        posts = [part.text for part in parts] if threaded and parts else [text]
        measured = Measured(
            text,
            length,
            texts.utf8_bytes(text),
            texts.Reading(text).tags if limits.tags is not None else 0,
            max(texts.Reading(post).links for post in posts) if limits.links is not None else 0,
            len(parts),
            threaded,
        )
        return (
            *find_text_problems(announcement, platform, measured),
            *find_picture_problems(announcement.pictures, platform, announcement.film is not None),
            *find_film_problems(announcement.film, bool(announcement.pictures), platform),
            *find_card_problems(announcement, platform),
        )


def _could_be_a_thread(platform: Platform, length: int) -> bool:
    limit = platform.limits.length
    return Ability.THREAD in platform.abilities and limit is not None and limit < length <= limit * MOST_PARTS


def _split(platform: Platform, text: str) -> tuple[FitPart, ...]:
    limit, parts = platform.limits.length or 0, list[FitPart]()
    for part in texts.split(platform, text):
        reading = texts.Reading(part)
        parts.append(FitPart(part, reading.length(platform), reading.spans(platform)))
    fits = all(part.length <= limit for part in parts)
    return tuple(parts) if fits and 1 < len(parts) <= MOST_PARTS else ()
