"""The keys that make a second copy findable: AT Protocol TIDs (atproto.com/specs/tid), which every platform takes."""

from datetime import UTC, datetime, timedelta

LETTERS = "234567abcdefghijklmnopqrstuvwxyz"  # in ASCII order, so that keys sort as their times do
LENGTH = 13
CLOCKS = 1024  # the last ten bits name the clock that made the key

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def make_key(microseconds: int, clock: int) -> str:
    """Write microseconds since 1970 (below 2**53) and a clock number (below 1024) as a key of 13 letters."""
    number = microseconds * CLOCKS + clock
    return "".join(LETTERS[(number >> 5 * place) & 31] for place in reversed(range(LENGTH)))


def moment_of(key: str) -> int:
    """Read the microseconds since 1970 out of a key."""
    number = 0
    for letter in key:
        number = number * 32 + LETTERS.index(letter)
    return number // CLOCKS


def microseconds_of(at: datetime) -> int:
    """Give an aware moment as whole microseconds since 1970."""
    return (at - _EPOCH) // timedelta(microseconds=1)
