"""How an announcement fits one account: pure, and fast enough to be asked at every key press."""

from collections.abc import Callable
from functools import partial
from typing import Generic, TypeVar

from pcc_desk.channels import text as texts
from pcc_desk.checks.cards import find_card, find_card_problems
from pcc_desk.checks.films import find_film_advice, find_film_problems
from pcc_desk.checks.fit import Measured, find_advice, find_picture_advice, find_picture_problems, find_text_problems
from pcc_desk.model.account import Account
from pcc_desk.model.announcement import Announcement, Examination, Fit, FitPart, LinkCard, Span
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
        self._readings: dict[int, tuple[str, texts.Reading]] = {}  # the newest of each length
        self._last: texts.Reading | None = None
        self._threads: dict[Limits, _Memory[str, tuple[FitPart, ...]]] = {}

    def fit(self, announcement: Announcement, account: Account, platform: Platform) -> Fit:
        """Count and examine the announcement as it would go to one account of a platform."""
        own = announcement.wordings.get(account.id)
        text = announcement.text if own is None else own.text
        long = len(text) > VERY_LONG
        reading = self._read("" if long else text)
        length = len(text) if long else reading.length(platform)
        limit = platform.limits.length
        over = limit is not None and length > limit
        return Fit(
            account.id,
            length,
            limit,
            own is not None,
            own is not None and own.based_on != announcement.text,
            over and account.id in announcement.threads and _could_be_a_thread(platform, length),
            _Asked(self, announcement, account, platform, reading),
        )

    def _read(self, text: str) -> texts.Reading:
        # Found by its length and compared: to hash a long text costs more than to count it.
        known = self._readings.get(len(text))
        if known is not None and known[0] == text:
            return known[1]
        if len(self._readings) >= _REMEMBERED:
            self._readings.clear()
        reading = self._last = texts.Reading(text, self._last)  # at a key press a text begins as it did before it
        self._readings[len(text)] = text, reading
        return reading

    def count(self, platform: Platform, text: str) -> int:
        """Count a text in the unit of a platform; a very long one roughly."""
        return len(text) if len(text) > VERY_LONG else self._read(text).length(platform)

    def advise(self, announcement: Announcement, account: Account, platform: Platform) -> tuple[str, ...]:
        """Say what one account takes and may do little with, one plain sentence each."""
        text = announcement.wording_for(account.id)
        counted = platform.limits.tags_advised is not None and len(text) <= VERY_LONG
        tags = find_advice(platform, self._read(text).tags) if counted else ()
        pictures = find_picture_advice(announcement.pictures, platform)
        return (*tags, *pictures, *find_film_advice(announcement.film, platform))

    def find_parts(self, platform: Platform, text: str, length: int) -> tuple[FitPart, ...]:
        """Give the parts of a thread; () where one post is enough, it has too many, or one of them does not fit."""
        if not _could_be_a_thread(platform, length):
            return ()
        if platform.limits not in self._threads:
            self._threads[platform.limits] = _Memory(partial(_split, platform))
        return self._threads[platform.limits].give(text)


class _Asked(Examination):
    """One announcement and one account, examined no further than is asked for."""

    __slots__ = ("_account", "_announcement", "_fitter", "_platform", "_reading")

    def __init__(
        self, fitter: Fitter, announcement: Announcement, account: Account, platform: Platform, reading: texts.Reading
    ) -> None:
        self._fitter, self._announcement, self._account = fitter, announcement, account
        self._platform, self._reading = platform, reading

    @property
    def _length(self) -> int:
        return self._fitter.count(self._platform, self._text)

    @property
    def _text(self) -> str:
        return self._announcement.wording_for(self._account.id)

    def spans(self) -> tuple[Span, ...]:
        """Find the links and hashtags, as the platform sees them."""
        return self._reading.spans(self._platform)

    def parts(self) -> tuple[FitPart, ...]:
        """Give the parts of a thread of it; () where one post is enough or a thread cannot be."""
        return self._fitter.find_parts(self._platform, self._text, self._length)

    def card(self) -> LinkCard | None:
        """Give the link card its readers will see, or None."""
        return find_card(self._announcement, self._platform, self.spans)

    def problems(self) -> tuple[str, ...]:
        """Say what keeps it from fitting, one plain sentence each."""
        announcement, platform, limits = self._announcement, self._platform, self._platform.limits
        parts, threaded = self.parts(), self._account.id in announcement.threads
        posts = [part.text for part in parts] if threaded and parts else [self._text]
        measured = Measured(
            self._text,
            self._length,
            texts.utf8_bytes(self._text),
            texts.Reading(self._text).tags if limits.tags is not None else 0,
            max(texts.Reading(post).links for post in posts) if limits.links is not None else 0,
            max(texts.cashtags(post) for post in posts) if limits.cashtags is not None else 0,
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
