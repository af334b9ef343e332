"""A mailbox that tells by itself when something came (IMAP IDLE): it only rings; the road in does the reading."""

import time

from pcc_desk.channels.mail_line import Imap
from pcc_desk.channels.mailbox import examine
from pcc_desk.model.listening import Bell

# A server may hang up after 30 minutes (RFC 2177), and a router on the way forgets a silent line long before that.
AGAIN_SECONDS = 540.0
LINE_SECONDS = 3_600.0  # then a new line, signed in anew
_LOOK_SECONDS = 1.0
_SLEPT_SECONDS = 30.0  # between two looks: the PC was asleep, and the other end may have gone without a word


def is_offered(line: Imap) -> bool:
    """Tell whether the server offers it, now that we are signed in."""
    _, told = line.capability()
    return b"IDLE" in b" ".join(part for part in told if isinstance(part, bytes)).upper().split()


def listen(line: Imap, bell: Bell) -> None:
    """Ring at once, then whenever the inbox grows, until the bell is over or an hour is. Raises: abort, OSError."""
    examine(line)
    bell.ring()  # something may have come while no line was open
    ends = time.monotonic() + LINE_SECONDS
    while not bell.is_over() and time.monotonic() < ends:
        if line.idle(lambda held: _wait(held, bell)):
            bell.ring()


def _wait(line: Imap, bell: Bell) -> None:
    ends, seen_at = time.monotonic() + AGAIN_SECONDS, time.time()
    while not bell.is_over() and time.monotonic() < ends:
        if line.has_more(_LOOK_SECONDS):
            return
        now = time.time()
        if now - seen_at > _SLEPT_SECONDS:
            raise line.abort("slept")
        seen_at = now
