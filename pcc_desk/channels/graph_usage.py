"""How much of Meta's limits an account has used, read from every answer, so that reading slows down in time."""

import threading
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from pcc_desk.channels import reading

# https://developers.facebook.com/docs/graph-api/overview/rate-limiting: figures are percent of the limit.
_ROOMS = ("x-app-usage", "x-page-usage", "x-business-use-case-usage")
_FIGURES = ("call_count", "total_time", "total_cputime")
_HIGH, _VERY_HIGH = 75, 90
_REST, _LONG_REST = timedelta(minutes=5), timedelta(minutes=30)
_UNSAID = timedelta(minutes=15)  # limits run over one hour and over 24, and open little by little
_LONGEST = timedelta(hours=24)


class Usage:
    """The usage of one account as its last answer told it; safe to use from several threads."""

    def __init__(self) -> None:
        self._rests_until: datetime | None = None
        self._lock = threading.Lock()

    def note(self, headers: Mapping[str, str], now: datetime) -> None:
        """Take in what an answer told."""
        told = [figure for room in _rooms(headers) for figure in _figures(room)]
        if not told:
            return
        highest = max(told)
        rest = _LONG_REST if highest >= _VERY_HIGH else _REST if highest >= _HIGH else None
        with self._lock:
            self._rests_until = now + rest if rest else None

    def rests_until(self, now: datetime) -> datetime | None:
        """Tell until when reading should wait, so that publishing still finds the door open; None when it need not."""
        with self._lock:
            until = self._rests_until
        # What is farther ahead was noted before the clock of this PC was put back.
        return until if until is not None and now < until <= now + _LONGEST else None

    @staticmethod
    def opens_at(headers: Mapping[str, str], now: datetime) -> datetime:
        """Read from a refusal when the door opens again; at most a day ahead."""
        told = [reading.dig(room, "estimated_time_to_regain_access") for room in _rooms(headers)]
        minutes = [each for each in told if isinstance(each, int | float) and each > 0]
        return now + (min(timedelta(minutes=min(max(minutes), 1e6)), _LONGEST) if minutes else _UNSAID)


def _rooms(headers: Mapping[str, str]) -> Iterator[object]:
    """Give each record of usage in the headers: plain, or in a list under the name of a business."""
    for name in _ROOMS:
        try:
            told = reading.parse(headers.get(name, "").encode())
        except reading.Malformed:
            continue
        yield told
        for inner in told.values() if isinstance(told, dict) else ():
            yield from inner if isinstance(inner, list) else ()


def _figures(room: object) -> Iterator[float]:
    for name in _FIGURES:
        figure = reading.dig(room, name)
        if isinstance(figure, int | float):
            yield figure
