"""Counting a text as each platform counts it, finding its links and hashtags, and splitting it: pure and fast.

The editor and the sender use the same functions. How each platform counts: docs/decisions/0020.
"""

from collections.abc import Sequence

from pcc_desk.channels.graphemes import graphemes, utf8_bytes
from pcc_desk.channels.marks import mentions, x_cashtags
from pcc_desk.channels.splitting import split
from pcc_desk.channels.weighing import Weighed
from pcc_desk.model.announcement import Span, SpanKind
from pcc_desk.model.channel import Platform

__all__ = [
    "Reading",
    "graphemes",
    "length",
    "lengths",
    "mentions",
    "spans",
    "split",
    "utf8_bytes",
    "utf8_range",
]


class Reading:
    """One text, read for many platforms: what they share is worked out once."""

    def __init__(self, text: str, before: "Reading | None" = None) -> None:
        """Read a text; of `before`, one read lately, what both begin with is not read again."""
        self._weighed: Weighed = Weighed(text, None if before is None else before._weighed)

    def length(self, platform: Platform) -> int:
        """Count the text in the unit of one platform."""
        return self._weighed.length(platform.limits)

    def spans(self, platform: Platform | None = None) -> tuple[Span, ...]:
        """Find the links and hashtags, in order, none overlapping; without a platform as a reader would."""
        return self._weighed.spans(platform.limits.counting if platform else None)

    @property
    def utf8_bytes(self) -> int:
        """The bytes of the text in UTF-8."""
        return self._weighed.utf8_bytes

    @property
    def tags(self) -> int:
        """How many hashtags the text has, counted on the safe side."""
        return self._weighed.tags

    @property
    def links(self) -> int:
        """How many different links the text has."""
        return len({span.target for span in self.spans() if span.kind is SpanKind.LINK})


def cashtags(text: str) -> int:
    """Count the cashtags ("$BP") of a text, as X finds them."""
    return len(x_cashtags(text))


def length(platform: Platform, text: str) -> int:
    """Count a text in the unit of one platform."""
    return Weighed(text).length(platform.limits)


def lengths(platforms: Sequence[Platform], text: str) -> tuple[int, ...]:
    """Count a text for many platforms in their order, reading it once."""
    weighed = Weighed(text)
    return tuple(weighed.length(platform.limits) for platform in platforms)


def spans(text: str, platform: Platform | None = None) -> tuple[Span, ...]:
    """Find the links and hashtags of a text, in order, none overlapping.

    X and Mastodon have rules of their own for what is a link; without a platform it is what a reader takes for one.
    """
    return Reading(text).spans(platform)


def utf8_range(text: str, start: int, end: int) -> tuple[int, int]:
    """Turn a range in characters into the same range in UTF-8 bytes."""
    first = utf8_bytes(text[:start])
    return first, first + utf8_bytes(text[start:end])
