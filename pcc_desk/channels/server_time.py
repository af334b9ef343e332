"""What the platforms' clocks say about this PC's: each answer's Date, set beside a clock nobody can set."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum

TOLERANCE = timedelta(seconds=120)  # slow answers and whole seconds stay far below it
_SECOND = timedelta(seconds=1)  # a Date has no fraction, so the server's clock showed up to a second more
_LONGEST_AGE = timedelta(days=366)


def steady_seconds() -> float:
    """Give seconds of a clock that nobody can set and that counts while the PC sleeps."""
    # Linux stops its monotonic clock in sleep, Windows does not; macOS has neither and only asks the servers again.
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


class Word(Enum):
    """What the servers say, taken together."""

    NOTHING = "nothing"  # no server has answered since the program began
    NO_TIME = "no time"  # servers answered, and none said what time it is
    AGREES = "agrees"
    DIFFERS = "differs"


@dataclass(frozen=True, slots=True)
class Opinion:
    """The servers' word about this PC's clock; where it differs, whose word it is and what time it is there."""

    word: Word
    host: str = ""
    there: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Reading:
    """A server's clock showed `at`, in the second from then, somewhere between two moments of the steady clock."""

    at: datetime
    earliest: float
    latest: float

    def off(self, now: datetime, steady: float) -> timedelta:
        """Tell how far this PC's clock is off at least: above zero when it is ahead, zero when it may be right."""
        slowest = self.at + timedelta(seconds=steady - self.latest)
        fastest = self.at + _SECOND + timedelta(seconds=steady - self.earliest)
        if now > fastest:
            return now - fastest
        return min(now - slowest, timedelta(0))

    def there(self, steady: float) -> datetime:
        """Tell what time it is at the server by now."""
        return self.at + timedelta(seconds=steady - self.latest)


class ServerTime:
    """The last word of each host about the time; told by every wire, safe to use from many threads.

    A word is kept beside the steady clock, so a PC clock that is set wrong later is noticed without a new answer.
    """

    def __init__(self, steady: Callable[[], float] = steady_seconds) -> None:
        """Hear nothing yet; `steady` gives seconds of a clock that nobody sets."""
        self.steady = steady
        self._lock = threading.Lock()
        self._readings: dict[str, _Reading] = {}
        self._overruled: dict[str, timedelta] = {}
        self._answered = False

    def hear(self, host: str, headers: Mapping[str, str], began: float) -> None:
        """Note what an answer's headers (lower-case names) say; its request began at the steady second `began`."""
        at = read_date(headers)
        with self._lock:
            self._answered = True
            if at is not None:
                self._readings[host] = _Reading(at, began, self.steady())

    def opinion(self, now: datetime) -> Opinion:
        """Say what the servers think of `now`; one that agrees is enough.

        Two clocks that are wrong in the same way by chance are far rarer than one server that is wrong, so a server
        that differs is outvoted by any other that agrees.
        """
        with self._lock:
            steady = self.steady()
            off = {host: reading.off(now, steady) for host, reading in self._readings.items()}
            differing = [host for host in off if not self._is_near(off[host], self._overruled.get(host))]
            if not off:
                return Opinion(Word.NO_TIME if self._answered else Word.NOTHING)
            if len(differing) < len(off):
                return Opinion(Word.AGREES)
            newest = max(differing, key=lambda host: self._readings[host].latest)
            return Opinion(Word.DIFFERS, newest, self._readings[newest].there(steady))

    def overrule(self, now: datetime) -> None:
        """Take a person's word that this PC's clock is right as it is, whatever the servers said so far."""
        with self._lock:
            steady = self.steady()
            self._overruled = {host: reading.off(now, steady) for host, reading in self._readings.items()}

    def _is_near(self, off: timedelta, overruled: timedelta | None) -> bool:
        return abs(off) <= TOLERANCE or (overruled is not None and abs(off - overruled) <= TOLERANCE)


def read_date(headers: Mapping[str, str]) -> datetime | None:
    """Read when an answer was made (RFC 9110, Date), which a cache on the way tells by its age (RFC 9111, Age).

    None where it does not tell. `headers` have lower-case names.
    """
    # Loaded with the first answer, which needs it anyway, and not while the office opens.
    from email.utils import parsedate_to_datetime

    try:
        at = parsedate_to_datetime(headers.get("date", ""))
        age = timedelta(seconds=int(headers.get("age", "0")))
        made = (at if at.tzinfo else at.replace(tzinfo=UTC)) + min(max(age, timedelta(0)), _LONGEST_AGE)
        return made.astimezone(UTC)
    except (ValueError, OverflowError, TypeError):
        return None
