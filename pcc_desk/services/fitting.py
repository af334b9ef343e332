"""How an announcement fits one account: pure, and fast enough to be asked at every key press."""

from collections.abc import Callable
from functools import partial
from typing import Generic, TypeVar

from pcc_desk.channels import text as texts
from pcc_desk.model.account import Account
from pcc_desk.model.announcement import Announcement, Fit, PlacedPicture, Span
from pcc_desk.model.channel import Ability, Counting, Platform

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
        self._lengths: dict[Counting, _Memory[str, int]] = {}

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
                *_find_text_problems(announcement, platform, text, length),
                *_find_picture_problems(announcement.pictures, platform),
            ),
        )

    def _count(self, platform: Platform, text: str) -> int:
        if len(text) > VERY_LONG:
            return len(text)
        counting = platform.limits.counting
        if counting not in self._lengths:
            self._lengths[counting] = _Memory(partial(texts.length, platform))
        return self._lengths[counting].give(text)

    def _find_spans(self, text: str) -> tuple[Span, ...]:
        return () if len(text) > VERY_LONG else self._spans.give(text)


def find_alt_problems(pictures: tuple[PlacedPicture, ...]) -> tuple[str, ...]:
    """Name each picture without a description, or decorative without a reason."""
    return tuple(
        f"Picture {number} needs a description for people who cannot see it, or a reason why it needs none."
        for number, placed in enumerate(pictures, start=1)
        if not placed.alt.strip() and not placed.decorative_because.strip()
    )


def _find_text_problems(announcement: Announcement, platform: Platform, text: str, length: int) -> tuple[str, ...]:
    problems = []
    limits, title = platform.limits, platform.title
    if not text.strip() and not announcement.pictures:
        problems.append(f"There is no text for {title} yet.")
    if Ability.TITLE in platform.abilities and not announcement.title.strip():
        problems.append(f"{title} shows a title. Give this one a title.")
    if limits.length is not None and length > limits.length:
        over = length - limits.length
        problems.append(f"{title} takes {limits.length:,} characters. This is {over:,} too many.")
    elif limits.utf8_bytes is not None and texts.utf8_bytes(text) > limits.utf8_bytes:
        problems.append(f"{title} cannot take this many accents and emoji. Use fewer, or shorten the text.")
    return tuple(problems)


def _find_picture_problems(pictures: tuple[PlacedPicture, ...], platform: Platform) -> tuple[str, ...]:
    problems = []
    limits, title = platform.limits, platform.title
    if pictures and Ability.PICTURES not in platform.abilities:
        problems.append(f"{title} takes no pictures. Take them away, or leave {title} out.")
    elif len(pictures) > limits.pictures > 0:
        problems.append(f"{title} takes {limits.pictures} pictures. Take {len(pictures) - limits.pictures} away.")
    if limits.alt_length:
        problems += [
            f"The description of picture {number} is too long for {title}: {limits.alt_length:,} characters at most."
            for number, placed in enumerate(pictures, start=1)
            if len(placed.alt) > limits.alt_length
        ]
    return tuple(problems)
