"""What all wires share of each host: a little space between requests, silence when asked to wait, and its clock.

After a silence a host is not met with everything that waited: in the first minute only a part of its limit is used.
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from pcc_desk.channels.server_time import ServerTime

SPACING = 0.05  # seconds between two requests to one host
_UNSAID = timedelta(seconds=60)  # when a platform says "too many" and not for how long
_SHORTEST = timedelta(seconds=1)
_LONGEST = timedelta(hours=24)
_IMPOSSIBLE = timedelta(hours=26)  # nothing closes a door for so long; the PC's clock has been put back since
_RESETS = ("ratelimit-reset", "x-rate-limit-reset", "x-ratelimit-reset")
# What is left of a window of calls, and when the next begins, as X tells with each answer (docs.x.com, rate limits).
_WINDOWS = (
    ("x-rate-limit-remaining", "x-rate-limit-reset"),
    ("x-user-limit-24hour-remaining", "x-user-limit-24hour-reset"),
    ("x-app-limit-24hour-remaining", "x-app-limit-24hour-reset"),
)
# How many calls a window allows in all, as several platforms tell it.
_LIMITS = ("x-rate-limit-limit", "x-ratelimit-limit", "ratelimit-limit", "x-app-limit-24hour-limit")
_PART, _UNTOLD = 0.2, 10  # of the limit, in the first minute after a silence; calls where no limit is told
_FIRST = timedelta(minutes=1)
_EPOCH_LIKE = 1_000_000_000  # larger reset figures are moments since 1970, smaller ones seconds from now


@dataclass
class _Opening:
    """The first minute after a silence: at most so many calls, since the first of them."""

    most: int
    since: datetime | None = None
    calls: int = 0

    def full_until(self, now: datetime) -> datetime | None:
        """Tell until when no more calls may be made; None while some may."""
        if self.since is None or self.since > now:  # the PC's clock may have been put back
            self.since = now
        return self.since + _FIRST if self.calls >= self.most else None

    def is_over(self, now: datetime) -> bool:
        """Tell whether the first minute is over."""
        return self.since is not None and now - self.since >= _FIRST


class Manners:
    """What is known of each host's patience and clock, and of the way to it; wires to the same hosts share it."""

    def __init__(
        self,
        spacing: float = SPACING,
        find_proxy: Callable[[str], str] = lambda url: "",
        servers: ServerTime | None = None,
    ) -> None:
        """Keep `spacing` seconds between requests; `find_proxy` names the proxy on the way to an address, or "".

        `servers` hears what time each answer tells.
        """
        self.servers = servers or ServerTime()
        self._spacing = spacing
        self.find_proxy = find_proxy
        self._next: dict[str, float] = {}
        self._closed: dict[tuple[str, str], datetime] = {}
        self._openings: dict[tuple[str, str], _Opening] = {}
        self._lock = threading.Lock()

    def take_turn(self, host: str) -> None:
        """Wait for our turn at a host, at most a few spaces."""
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next.get(host, now))
            self._next[host] = turn + self._spacing
        if turn > now:
            time.sleep(turn - now)

    def close(self, host: str, until: datetime, window: str = "", most: int | None = None) -> None:
        """Note that a host wants to be left alone until then; with `window`, only by calls that count in that one.

        In the first minute afterwards at most `most` calls are made; None is for a platform's usual pace.
        """
        with self._lock:  # an answer that was on its way opens nothing that a later one had closed for longer
            self._closed[host, window] = max(until, self._closed.get((host, window), until))
            if most is not None:
                self._openings[host, window] = _Opening(most)

    def admit(self, host: str, now: datetime, window: str = "") -> datetime | None:
        """Let one call through and count it, or tell when to ask again."""
        closed = self.closed_until(host, now, window)
        if closed is not None:
            return closed
        with self._lock:
            for key in [key for key, opening in self._openings.items() if opening.is_over(now)]:
                del self._openings[key]
            openings = [self._openings[key] for key in {(host, ""), (host, window)} if key in self._openings]
            full = [until for opening in openings if (until := opening.full_until(now)) is not None]
            for opening in () if full else openings:
                opening.calls += 1
        return max(full, default=None)

    def closed_until(self, host: str, now: datetime, window: str = "") -> datetime | None:
        """Tell until when a host wants to be left alone, as a whole or by calls of a window; None when it does not."""
        with self._lock:
            ends = [self._closed[key] for key in {(host, ""), (host, window)} if key in self._closed]
            for key in [key for key, until in self._closed.items() if not now < until < now + _IMPOSSIBLE]:
                del self._closed[key]
        return max((until for until in ends if now < until < now + _IMPOSSIBLE), default=None)


def first_calls(headers: Mapping[str, str]) -> int:
    """Read from a refusal how many calls to make in the first minute after it: a part of the limit that it tells."""
    told = [figure for name in _LIMITS if (figure := _seconds(headers.get(name, ""))) is not None and figure > 0]
    return max(1, int(min(told) * _PART)) if told else _UNTOLD


def used_up_until(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """Read from any answer when the next call may be made, where this was the last one allowed; None where not."""
    over = [reset for left, reset in _WINDOWS if headers.get(left, "").strip() == "0"]
    waits = [wait for name in over if (wait := _reset(headers.get(name, ""), now)) is not None]
    return now + min(max(*waits, _SHORTEST), _LONGEST) if waits else None


def wait_until(headers: Mapping[str, str], now: datetime) -> datetime:
    """Read from a refusal when to come back: Retry-After, or a reset header; between one second and one day."""
    wait = _retry_after(headers.get("retry-after", ""), now)
    if wait is None and (until := used_up_until(headers, now)) is not None:
        return until
    if wait is None:
        wait = _reset(next(filter(None, (headers.get(name) for name in _RESETS)), ""), now)
    wait = _UNSAID if wait is None else wait
    return now + min(max(wait, _SHORTEST), _LONGEST)


def _retry_after(written: str, now: datetime) -> timedelta | None:
    seconds = _seconds(written)
    if seconds is not None:
        return timedelta(seconds=seconds)
    try:
        at = parsedate_to_datetime(written)
    except (ValueError, OverflowError):
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)) - now


def _reset(written: str, now: datetime) -> timedelta | None:
    figure = _seconds(written)
    if figure is None:
        return _until(written, now)
    return timedelta(seconds=figure - now.timestamp() if figure > _EPOCH_LIKE else figure)


def _until(written: str, now: datetime) -> timedelta | None:
    try:
        at = datetime.fromisoformat(written)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)) - now
    except (ValueError, OverflowError):
        return None


def _seconds(written: str) -> float | None:
    try:
        figure = float(written)
    except ValueError:
        return None
    # Beyond a century is not a moment; NaN compares false.
    return max(-1.0, min(figure, 4e9)) if figure == figure else None
