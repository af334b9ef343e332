"""Reading from an answer's headers for how long its platform wants to be left alone."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from pcc_desk.channels.server_time import read_date

_UNSAID = timedelta(seconds=60)  # when a platform says "too many" and not for how long
_SHORTEST = timedelta(seconds=1)
_LONGEST = timedelta(hours=24)
_NOTHING = timedelta(0)
_RESETS = ("ratelimit-reset", "x-rate-limit-reset", "x-ratelimit-reset")
# What is left of a window of calls, and when the next begins: X's (docs.x.com, rate limits), then the usual two.
_WINDOWS = (
    ("x-rate-limit-remaining", "x-rate-limit-reset"),
    ("x-user-limit-24hour-remaining", "x-user-limit-24hour-reset"),
    ("x-app-limit-24hour-remaining", "x-app-limit-24hour-reset"),
    ("x-ratelimit-remaining", "x-ratelimit-reset"),
    ("ratelimit-remaining", "ratelimit-reset"),
)
# How many calls a window allows in all, as several platforms tell it.
_LIMITS = ("x-rate-limit-limit", "x-ratelimit-limit", "ratelimit-limit", "x-app-limit-24hour-limit")
_PART, _UNTOLD = 0.2, 10  # of the limit, in the first minute after a silence; calls where no limit is told
_MOST = 1_000_000  # calls; no platform allows more, so a larger limit is none
_EPOCH_LIKE = 1_000_000_000  # larger reset figures are moments since 1970, smaller ones seconds from now
_MILLISECONDS = 100_000_000_000  # larger still are moments in thousandths


def first_calls(headers: Mapping[str, str]) -> int:
    """Read from a refusal how many calls to make in the first minute after it: a part of the limit that it tells."""
    told = [figure for name in _LIMITS for figure in _figures(headers.get(name, "")) if 0 < figure <= _MOST]
    return max(1, int(min(told) * _PART)) if told else _UNTOLD


def used_up_until(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """Read from any answer when the next call may be made, where this was the last one allowed; None where not."""
    waits = _used_up(headers, _there(headers, now))
    return _bounded(max(waits), now) if waits else None


def wait_until(headers: Mapping[str, str], now: datetime) -> datetime:
    """Read from a refusal when to come back; between one second and one day from now.

    The later of what it asks for (Retry-After, RFC 9110) and the reset of a window that is used up; where neither lies
    ahead, any other reset it tells. Moments are measured from the answer's own Date: this PC's clock may be wrong.
    """
    there = _there(headers, now)
    asked = _longest(headers.get("retry-after", ""), there, epoch=False)
    waits = [wait for wait in (asked, *_used_up(headers, there)) if wait is not None and wait > _NOTHING]
    if waits:
        return _bounded(max(waits), now)
    told = _longest(next(filter(None, (headers.get(name) for name in _RESETS)), ""), there)
    wait = told if told is not None else asked
    return _bounded(_UNSAID if wait is None else wait, now)


def _there(headers: Mapping[str, str], now: datetime) -> datetime:
    return read_date(headers) or now


def _bounded(wait: timedelta, now: datetime) -> datetime:
    return now + min(max(wait, _SHORTEST), _LONGEST)


def _used_up(headers: Mapping[str, str], there: datetime) -> list[timedelta]:
    over = [reset for left, reset in _WINDOWS if any(figure <= 0 for figure in _figures(headers.get(left, "")))]
    return [wait for name in over if (wait := _longest(headers.get(name, ""), there)) is not None]


def _longest(written: str, there: datetime, epoch: bool = True) -> timedelta | None:
    """Read a wait told in seconds or as a moment; a header that came twice is told by its longest wait."""
    waits = [_wait(figure, there, epoch) for figure in _figures(written)]
    return max(waits) if waits else _until(written, there)


def _wait(figure: float, there: datetime, epoch: bool) -> timedelta:
    if epoch and figure > _EPOCH_LIKE:
        moment = figure / 1000 if figure > _MILLISECONDS else figure
        return timedelta(seconds=min(moment - there.timestamp(), _LONGEST.total_seconds()))
    return timedelta(seconds=max(-1.0, min(figure, _LONGEST.total_seconds())))


def _until(written: str, there: datetime) -> timedelta | None:
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            at = read(written)
            return (at if at.tzinfo else at.replace(tzinfo=UTC)) - there
        except (ValueError, OverflowError):
            continue
    return None


def _figures(written: str) -> list[float]:
    """Give the figures of a header: one, or several where it came twice; what follows a semicolon explains it."""
    figures = []
    for part in written.split(","):
        try:
            figure = float(part.partition(";")[0])
        except ValueError:
            continue
        if figure == figure:  # NaN is none
            figures.append(figure)
    return figures
