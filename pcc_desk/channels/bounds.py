"""Where a page begins and ends, as told by its pieces: by so many of them that one forged place moves nothing."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

_Place = TypeVar("_Place", datetime, int, str, tuple[int, str])


def newest(places: Iterable[_Place], default: _Place) -> _Place:
    """Give the newest place but one: no single forged one lies in the future of the others. The only one is believed.

    What lies between it and the newest is read again the next time, which repeats a message and loses none.
    """
    return _but_one(sorted(places, reverse=True), default)


def oldest(places: Iterable[_Place], default: _Place) -> _Place:
    """Give the oldest place but one: no single forged one ends a walk back too early. The only one is believed."""
    return _but_one(sorted(places), default)


def _but_one(ordered: list[_Place], default: _Place) -> _Place:
    return ordered[min(1, len(ordered) - 1)] if ordered else default
