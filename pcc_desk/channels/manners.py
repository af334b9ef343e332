"""What all wires share of each host: a little space between requests, silence when asked to wait, and its clock.

After a silence a host is not met with everything that waited: in the first minute only a part of its limit is used.
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from pcc_desk.channels.server_time import ServerTime

SPACING = 0.05  # seconds between two requests to one host
_IMPOSSIBLE = timedelta(hours=26)  # nothing closes a door for so long; the PC's clock has been put back since
_FIRST = timedelta(minutes=1)
_MOST_DOUBLINGS = 6  # of a second: a host that refuses again and again is left alone for a minute at least


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


class Doors(Protocol):
    """Keeps which doors are closed until when, by host and window, from one start of the program to the next."""

    def read(self) -> Mapping[tuple[str, str], datetime]:
        """Give what was kept last. Raises: StoreError."""

    def keep(self, doors: Mapping[tuple[str, str], datetime]) -> None:
        """Keep these in place of the last."""


class Manners:
    """What is known of each host's patience and clock, and of the way to it; wires to the same hosts share it."""

    def __init__(
        self,
        spacing: float = SPACING,
        find_proxy: Callable[[str], str] = lambda url: "",
        servers: ServerTime | None = None,
        doors: Doors | None = None,
    ) -> None:
        """Keep `spacing` seconds between requests; `find_proxy` names the proxy on the way to an address, or "".

        `servers` hears what time each answer tells, and `doors` keeps what platforms asked for. Raises: StoreError.
        """
        self.servers = servers or ServerTime()
        self._spacing = spacing
        self.find_proxy = find_proxy
        self._next: dict[str, float] = {}
        self._doors = doors
        self._closed: dict[tuple[str, str], datetime] = {**doors.read()} if doors is not None else {}
        self._openings: dict[tuple[str, str], _Opening] = {}
        self._refusals: dict[str, int] = {}  # of each host, in a row
        self._lock, self._keeping = threading.Lock(), threading.Lock()

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
            before = self._closed.get((host, window))
            if before is not None and until <= before:
                return
            self._closed[host, window] = until
            opening = self._openings.get((host, window))
            is_past = opening is not None and opening.since is not None and until <= opening.since
            if most is not None and not is_past:
                self._openings[host, window] = _Opening(most)
        if self._doors is not None and most is not None:  # a usual pace is not worth a write
            with self._keeping:  # else an older word could be kept after a newer one
                with self._lock:
                    closed = dict(self._closed)
                self._doors.keep(closed)

    def refused(self, host: str, until: datetime, now: datetime) -> datetime:
        """Count a refusal, and give until when to leave the host alone: for longer with each one in a row."""
        with self._lock:
            before = self._refusals.get(host, 0)
            self._refusals[host] = before + 1
        return max(until, now + timedelta(seconds=2 ** min(before, _MOST_DOUBLINGS)))

    def welcomed(self, host: str) -> None:
        """Note that a host did what it was asked."""
        with self._lock:
            self._refusals.pop(host, None)

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
