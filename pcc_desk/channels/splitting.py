"""Splitting a text into a thread: between sentences where it can, else words, and never inside a link, tag or name."""

import re
import sys
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate, chain

import regex

from pcc_desk.channels.graphemes import clusters
from pcc_desk.channels.once import Once
from pcc_desk.channels.weighing import Weighed
from pcc_desk.model.channel import Limits, Platform

# Where a line may break: white space, but no space that holds two words together, and none that is part of a character.
_SPACE = regex.compile(
    r"(?<!\p{GCB=Prepend})[\s--\xa0\u2007\u202f]++(?![\p{M}\u200c\u200d\U0001f3fb-\U0001f3ff])", regex.V1
)
_MAY_CLOSE = frozenset(".!?…\"'”’)]")
_SENTENCE_OVER = re.compile(r"[.!?…][\"'”’)\]]*$")
_WIDE_SENTENCE_OVER = regex.compile(r"[。！？]++[」』）”’]*+(?!\s)(?![\p{M}\u200c\u200d])")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(“‘\"'])(?:[A-Z]|Mr|Mrs|Ms|Mx|Dr|St|Rev|Prof|Cllr|Insp|Sgt|Supt|Det|Ch|No|Rt|Hon|vs|cf|tel|ext|approx"
    r"|e\.g|i\.e|h\.y|e\.e|Parch)\.$"
)
_LOOK_BACK = 12  # characters: the longest abbreviation and what stands around it
_NAME = re.compile(r"[@＠][\w.\-]+(?:@[\w.\-]+)?")

Break = tuple[int, int]  # where a part may end, and where the next then begins


def split(platform: Platform, text: str) -> list[str]:
    """Split a text into parts that each fit the platform, numbered " 1/3"; a text that fits stays one, unnumbered.

    The number is part of what is counted. Only a link, tag or name that is itself too long makes a part too long.
    """
    limits = platform.limits
    if _fits(limits, text):
        return [text]
    cuts = _Cuts(text, limits)
    for digits in range(1, len(str(len(text))) + 1):
        parts = cuts.parts(f" {'9' * digits}/{'9' * digits}")
        if len(parts) < 10**digits:
            break
    if len(parts) < 2:
        return parts or [text]
    return [f"{part} {number}/{len(parts)}" for number, part in enumerate(parts, start=1)]


def _fits(limits: Limits, text: str) -> bool:
    weighed = Weighed(text)
    return (limits.length is None or weighed.length(limits) <= limits.length) and (
        limits.utf8_bytes is None or weighed.utf8_bytes <= limits.utf8_bytes
    )


class _Cuts:
    """The places where a text may be cut: between sentences, between words, and in need between characters."""

    def __init__(self, text: str, limits: Limits) -> None:
        self._text = text
        self._limits = limits
        self._first_step = max(1, (limits.length or 2) // 2)  # a part is seldom shorter
        self._reached: tuple[int, str, int | None] = (-1, "", None)
        self._words: list[Break] = [match.span() for match in _SPACE.finditer(text)]
        if not self._words or self._words[-1][1] < len(text):
            self._words.append((len(text), len(text)))
        wide = [match.end() for match in _WIDE_SENTENCE_OVER.finditer(text)]
        self._sentences = sorted(
            {
                *(each for each in self._words if self._ends_a_sentence(*each)),
                *((place, place) for place in wide if place not in self._within),
            }
        )

    def parts(self, number: str) -> list[str]:
        """Cut the text so that each part fits with `number` behind it."""
        parts = []
        start = self._words[0][1] if self._words[0][0] == 0 else 0
        while start < len(self._text):
            end, following = self._cut(start, number)
            parts.append(self._text[start:end].rstrip())  # as it was measured
            start = following
        return parts

    def _cut(self, start: int, number: str) -> Break:
        """Give the best place to end the part that begins at `start`."""
        reach = self._reach(start, number)
        if reach is None:  # not even the next link or character fits, so it goes alone
            end = self._characters[bisect_right(self._characters, start)]
            return _last(self._words, start, end) or (end, end)
        found = _last(self._sentences, start, reach)
        if found is not None:
            after = bisect_right(self._sentences, (found[1], sys.maxsize))
            if after == len(self._sentences) or self._sentences[after][0] <= (self._reach(found[1], number) or 0):
                return found
        # The next sentence fits no part whole, so it may as well begin in this one.
        return _last(self._words, start, reach) or (reach, reach)

    def _reach(self, start: int, number: str) -> int | None:
        """Give the furthest end of a part that begins at `start`, looked for in growing steps and then by halves."""
        if self._reached[:2] == (start, number):
            return self._reached[2]
        places = self._characters
        first = bisect_right(places, start)
        low, step = first - 1, self._first_step
        high = low + step
        while high < len(places) and self._fits(start, places[high], number):
            low, high, step = high, high + step, step * 2
        high = min(high, len(places))
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self._fits(start, places[middle], number) else (low, middle)
        reach = places[low] if low >= first else None
        self._reached = (start, number, reach)
        return reach

    def _fits(self, start: int, end: int, number: str) -> bool:
        return _fits(self._limits, self._text[start:end].rstrip() + number)

    def _ends_a_sentence(self, start: int, end: int) -> bool:
        text = self._text
        if start == len(text) or "\n" in text[start:end]:
            return True
        if text[start - 1 : start] not in _MAY_CLOSE or text[end : end + 1].islower():
            return False
        before = text[max(0, start - _LOOK_BACK) : start]
        return _SENTENCE_OVER.search(before) is not None and _ABBREVIATION.search(before) is None

    @Once
    def _characters(self) -> list[int]:
        return [end for end in accumulate(map(len, clusters(self._text))) if end not in self._within]

    @Once
    def _within(self) -> set[int]:
        # The places inside links, hashtags and names, which stay whole.
        wholes = [(span.start, span.end) for span in Weighed(self._text).spans(self._limits.counting)]
        wholes += [name.span() for name in _NAME.finditer(self._text)]
        return set(chain.from_iterable(range(start + 1, end) for start, end in wholes))


def _last(breaks: Sequence[Break], start: int, reach: int) -> Break | None:
    """Give the last break that ends after `start` and not after `reach`."""
    before = bisect_right(breaks, (reach, sys.maxsize)) - 1
    return breaks[before] if before >= 0 and breaks[before][0] > start else None
