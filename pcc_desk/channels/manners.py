"""What all wires share of each host: a little space between requests, silence when asked to wait, and its clock."""

import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from pcc_desk.channels.server_time import ServerTime

SPACING = 0.05  # seconds between two requests to one host
_UNSAID = timedelta(seconds=60)  # when a platform says "too many" and not for how long
_SHORTEST = timedelta(seconds=1)
_LONGEST = timedelta(hours=24)
_RESETS = ("ratelimit-reset", "x-rate-limit-reset", "x-ratelimit-reset")
# What is left of a window of calls, and when the next begins, as X tells with each answer (docs.x.com, rate limits).
_WINDOWS = (
    ("x-rate-limit-remaining", "x-rate-limit-reset"),
    ("x-user-limit-24hour-remaining", "x-user-limit-24hour-reset"),
    ("x-app-limit-24hour-remaining", "x-app-limit-24hour-reset"),
)
_EPOCH_LIKE = 1_000_000_000  # larger reset figures are moments since 1970, smaller ones seconds from now


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
        self._lock = threading.Lock()

    def take_turn(self, host: str) -> None:
        """Wait for our turn at a host, at most a few spaces."""
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next.get(host, now))
            self._next[host] = turn + self._spacing
        if turn > now:
            time.sleep(turn - now)

    def close(self, host: str, until: datetime, window: str = "") -> None:
        """Note that a host wants to be left alone until then; with `window`, only by calls that count in that one."""
        with self._lock:  # an answer that was on its way opens nothing that a later one had closed for longer
            self._closed[host, window] = max(until, self._closed.get((host, window), until))

    def closed_until(self, host: str, now: datetime, window: str = "") -> datetime | None:
        """Tell until when a host wants to be left alone, as a whole or by calls of a window; None when it does not."""
        with self._lock:
            ends = [self._closed[key] for key in {(host, ""), (host, window)} if key in self._closed]
            for key in [key for key, until in self._closed.items() if until <= now]:
                del self._closed[key]
        return max((until for until in ends if until > now), default=None)


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
