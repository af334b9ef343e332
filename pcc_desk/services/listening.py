"""Lines to the platforms that tell by themselves when something came in, so that nobody waits for the next look."""

import threading
import time
from collections.abc import Iterable
from typing import Protocol, cast

from pcc_desk.errors import DeskError
from pcc_desk.model.account import AccountId
from pcc_desk.model.channel import Channel
from pcc_desk.model.listening import Tells

SHORTEST_REST, LONGEST_REST = 5.0, 900.0  # seconds between two lines: doubled as long as none holds
NOT_OFFERED_REST = 3_600.0  # then the server is asked once more
_HELD_SECONDS = 60.0  # a line that held so long was a good one

Place = tuple[AccountId, str]  # an account and the name of one of its streams


class Doors(Protocol):
    """What listening needs of the accounts."""

    def open(self, account_id: AccountId) -> Channel:
        """Give the one channel of an account. Raises: DeskError."""


class Listening:
    """Keeps one line for each stream that tells, on a thread that no closing desk waits for; safe from many threads."""

    def __init__(self, doors: Doors, shortest_rest: float = SHORTEST_REST) -> None:
        self._doors = doors
        self._shortest_rest = shortest_rest
        self._bells: dict[Place, _Bell] = {}
        self._rung: set[Place] = set()
        self._lock = threading.Lock()
        self._stopped = False

    def keep(self, wanted: Iterable[Place]) -> None:
        """Listen to these streams and to no others; a line that breaks is opened again."""
        with self._lock:
            places = set() if self._stopped else set(wanted)
            for place in self._bells.keys() - places:
                self._bells.pop(place).over.set()
                self._rung.discard(place)
            for place in places - self._bells.keys():
                bell = self._bells[place] = _Bell(self, place)
                threading.Thread(target=self._run, args=(bell,), name="listening", daemon=True).start()

    def rung(self) -> frozenset[Place]:
        """Give the streams in which something may be new."""
        with self._lock:
            return frozenset(self._rung)

    def answered(self, places: Iterable[Place]) -> None:
        """Note that these streams are being fetched from now on."""
        with self._lock:
            self._rung.difference_update(places)

    def stop(self) -> None:
        """Listen no more; every line ends within seconds."""
        with self._lock:
            self._stopped = True
        self.keep(())

    def ring(self, place: Place) -> None:
        """Note that something may be new in a stream, if anybody still listens to it."""
        with self._lock:
            if place in self._bells:
                self._rung.add(place)

    def _run(self, bell: "_Bell") -> None:
        rest = self._shortest_rest
        while not bell.is_over():
            began = time.monotonic()
            offered, failed = True, False
            try:
                account_id, stream = bell.place
                offered = cast(Tells, self._doors.open(account_id)).listen(stream, bell)
            except DeskError:  # whatever it is, fetching meets it too and tells a person
                failed = True
            held = time.monotonic() - began > _HELD_SECONDS
            rest = min(rest * 2, LONGEST_REST) if failed and not held else self._shortest_rest
            bell.over.wait(rest if offered else NOT_OFFERED_REST)


class _Bell:
    """The bell of one stream."""

    def __init__(self, listening: Listening, place: Place) -> None:
        self._listening = listening
        self.place = place
        self.over = threading.Event()

    def ring(self) -> None:
        """Say that something may be new."""
        self._listening.ring(self.place)

    def is_over(self) -> bool:
        """Tell whether nobody listens any more."""
        return self.over.is_set()
