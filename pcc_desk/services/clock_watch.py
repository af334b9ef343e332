"""Whether this PC's clock may be trusted with a schedule: it must not run backwards, nor against the servers' time."""

import threading
from collections.abc import Callable
from datetime import datetime

from pcc_desk.channels.server_time import TOLERANCE, ServerTime, Word
from pcc_desk.errors import DeskError, RateLimited, Unauthorized, Unreachable
from pcc_desk.model.changes import Changes
from pcc_desk.model.channel import Channel
from pcc_desk.services.words import say_moment

_THEY_WAIT = "Scheduled announcements wait."


class ClockWatch:
    """Says what is wrong with this PC's clock; while something is, nothing scheduled is claimed.

    `problem` is that in plain words, and `doubted` whether servers tell another time, both as of the last look.
    """

    def __init__(self, servers: ServerTime) -> None:
        """Compare with what `servers` has heard."""
        self._servers = servers
        self._seen_at: datetime | None = None
        self._turn = threading.Lock()
        self.problem = ""
        self.doubted = False

    def look(self, now: datetime) -> Changes:
        """Look at the clock, and tell whether anything about it is new."""
        with self._turn:
            before, self.problem = self.problem, self._find_problem(now)
            self.doubted = self._servers.opinion(now).word is Word.DIFFERS
            return Changes.NONE if self.problem == before else Changes.OFFICE

    def is_sound(self, now: datetime) -> bool:
        """Tell whether a schedule can be kept at this moment."""
        with self._turn:
            return not self._find_problem(now)

    def trust(self, now: datetime) -> Changes:
        """Take a person's word that the clock is right."""
        self._servers.overrule(now)
        return self.look(now)

    def prove(self, channel: Channel, now: Callable[[], datetime]) -> str:
        """Say why something scheduled must wait after all, or "", asking the platform when no server was heard yet.

        So nothing goes early after a start with a clock that is wrong. A platform that tells no time stops nothing.

        Raises:
            Unreachable: no platform answered; nothing was sent.
            RateLimited, Unauthorized: the platform said so when it was asked.
        """
        if self._servers.opinion(now()).word is Word.NOTHING:
            try:
                channel.check()
            except (Unauthorized, RateLimited):
                raise
            except DeskError as error:
                if self._servers.opinion(now()).word is Word.NOTHING:
                    raise Unreachable(error.sentence, error.next_step, error.detail) from error
        with self._turn:
            return self._find_problem(now())

    def _find_problem(self, now: datetime) -> str:
        opinion, seen = self._servers.opinion(now), self._seen_at
        if opinion.word is Word.DIFFERS and opinion.there is not None:
            return (
                f"This PC's clock says {say_moment(now)}, but at {opinion.host} it is {say_moment(opinion.there)}. "
                f"{_THEY_WAIT} Set this PC's clock right, and they go on by themselves."
            )
        if opinion.word is Word.AGREES or seen is None or now >= seen - TOLERANCE:
            self._seen_at = now if opinion.word is Word.AGREES else max(now, seen or now)
            return ""
        return (
            f"This PC's clock went back: it was {say_moment(seen)} before, now it is {say_moment(now)}. "
            f"{_THEY_WAIT} Set the clock right; they go on once a platform answers and tells the same time."
        )
