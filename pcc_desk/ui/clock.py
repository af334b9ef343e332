"""What makes the desk send and fetch by itself while the window is open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from pcc_desk.errors import DeskError
from pcc_desk.model.changes import Changes
from pcc_desk.model.delivery import OutboxCounts
from pcc_desk.ui.background import Background
from pcc_desk.ui.reading.moments import present

if TYPE_CHECKING:
    from pcc_desk.services.desk import Services

TICK_MS = 1_000
LOOK_EVERY = timedelta(seconds=10)  # also when nothing is known to be due: another desk may have added something
SLEPT = timedelta(seconds=60)  # between two ticks: the PC was asleep, or its clock was put forward
WAKING_TICKS = 5  # a network needs some seconds after a sleep, and a try before that only makes the desk rest longer
FETCH_EVERY = timedelta(seconds=5)  # each stream has its own, longer, rhythm; this only asks whose turn it is


class Clock(QObject):
    """Asks every second whether something is due; never two sendings or two fetchings at once."""

    def __init__(self, services: Services, background: Background, now: Callable[[], datetime] = present) -> None:
        super().__init__(background)
        self._services, self._background, self._now = services, background, now
        self._sending, self._fetching = Lock(), Lock()
        self._next_due_at: datetime | None = None
        self._stopped = False
        self._look_at = self._fetch_at = self._ticked_at = now()
        self._waking = 0
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._on_tick)
        background.changed.connect(self._on_changed)

    def start(self) -> None:
        """Settle what a desk that ended in the middle of sending has left, then begin."""
        recover = self._services.outbox.recover
        self._background.do(lambda: recover(self._now()), self._on_recovered, self._on_not_recovered)

    def stop(self) -> None:
        """Begin nothing more."""
        self._stopped = True
        self._timer.stop()

    def _on_recovered(self, changes: Changes) -> None:
        if not self._stopped:
            self._timer.start()
            self._on_tick()

    def _on_not_recovered(self, error: DeskError) -> None:
        self._background.failed.emit(error)
        if not self._stopped:
            QTimer.singleShot(TICK_MS, self, self.start)

    def _on_tick(self) -> None:
        now = self._now()
        if now - self._ticked_at > SLEPT:
            self._waking = WAKING_TICKS
        self._ticked_at = now
        if self._waking:
            self._waking -= 1
            return
        if (_is_over(self._look_at, LOOK_EVERY, now) or self._is_due(now)) and self._sending.acquire(blocking=False):
            self._look_at, self._next_due_at = now + LOOK_EVERY, None
            self._background.reach(lambda: self._run(self._services.outbox.run_due, self._sending), self._on_sent)
        if _is_over(self._fetch_at, FETCH_EVERY, now) and self._fetching.acquire(blocking=False):
            self._fetch_at = now + FETCH_EVERY
            self._background.reach(lambda: self._run(self._services.inbox.fetch_due, self._fetching))

    def _is_due(self, now: datetime) -> bool:
        return self._next_due_at is not None and self._next_due_at <= now

    def _run(self, work: Callable[[Callable[[], datetime]], Changes], turn: Lock) -> Changes:
        try:
            return work(self._now)
        finally:
            turn.release()  # also after a bug, or the desk would send nothing more

    def _on_sent(self, changes: Changes) -> None:
        self._read_next()

    def _on_changed(self, changes: Changes) -> None:
        if changes & (Changes.DELIVERIES | Changes.OFFICE):
            self._read_next()

    def _read_next(self) -> None:
        self._background.ask(lambda: self._services.outbox.counts(), self._on_counts)

    def _on_counts(self, counts: OutboxCounts) -> None:
        self._next_due_at = counts.next_due_at


def _is_over(wait_until: datetime, longest: timedelta, now: datetime) -> bool:
    """Tell whether a wait is over, or longer than it can be because the clock of this PC was put back."""
    return not wait_until - longest <= now < wait_until
