"""The one bridge between Qt's thread and the threads that wait, read and write."""

from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar
from weakref import WeakMethod

from PySide6.QtCore import QObject, Qt, Signal
from shiboken6 import isValid

from pcc_desk.errors import DeskError
from pcc_desk.model.changes import Changes

T = TypeVar("T")
Landing = Callable[[Any], None]
Failing = Callable[[DeskError], None]

READERS = 4  # two of them wait for the office while it opens
ROADS = 6  # long network calls side by side: sending, fetching, and a few a person asked for
_NOWHERE = object()  # where answers went that have been given


class _Job:
    """One piece of work, where its answer or its failure goes, and how it `ended` once Qt's thread knows.

    Answers to one `place` are given in the order they were asked for; None leaves them in the order they come.
    """

    def __init__(self, work: Callable[[], Any], done: Landing | None, failed: Failing | None, touches: Changes) -> None:
        self.work, self.touches = work, touches
        self.done, self.failed = _hold(done), _hold(failed)
        self.place: object = None
        self.ended: Future[Any] | None = None

    def run(self) -> Any:
        """Do the work."""
        return self.work()

    def release(self) -> None:
        """Let go of the widgets caught in the callbacks: on Qt's thread, whoever else still holds this job."""
        self.done = self.failed = _nobody
        self.place = _NOWHERE if self.place is not None else None


class Background(QObject):
    """Runs blocking work off Qt's thread and brings answers back to it.

    A callback that is a bound method holds its owner weakly: an answer for a panel that is gone is dropped.
    An answer never comes before the call that asked for it has returned.

    Signals:
        changed(Changes): a write touched these; re-read what you show of them.
        failed(DeskError): something foreseen failed and nobody else is told.
    """

    changed = Signal(object)
    failed = Signal(object)
    _landed = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = ThreadPoolExecutor(1, "desk")
        self._readers = ThreadPoolExecutor(READERS, "reader")
        self._roads = ThreadPoolExecutor(ROADS, "road")
        # The questions on their way, in the order asked. Two readers may overtake each other, and an old answer that
        # came last would stay on the screen.
        self._asked: list[_Job] = []
        self._last: Future[None] | None = None  # done when every write asked for before the stop is
        # Work may end before its call does; queued, its answer waits for the next turn of Qt's loop all the same.
        self._landed.connect(self._on_landed, Qt.ConnectionType.QueuedConnection)

    def do(
        self,
        write: Callable[[], T],
        done: Callable[[T], None] | None = None,
        failed: Failing | None = None,
        touches: Changes = Changes.NONE,
    ) -> None:
        """Write on the one desk thread, in the order asked; a write that returns a value says what it `touches`."""
        self._send(self._desk, _Job(write, done, failed, touches))

    def reach(
        self,
        work: Callable[[], T],
        done: Callable[[T], None] | None = None,
        failed: Failing | None = None,
        touches: Changes = Changes.NONE,
    ) -> None:
        """Run work that waits on the network, beside everything else."""
        self._send(self._roads, _Job(work, done, failed, touches))

    def ask(self, query: Callable[[], T], answer: Callable[[T], None], failed: Failing | None = None) -> None:
        """Read off Qt's thread and give the answer to `answer` on it; answers to one place come in the order asked."""
        job = _Job(query, answer, failed, Changes.NONE)
        job.place = _place_of(answer)
        if self._send(self._readers, job):
            self._asked.append(job)

    def is_quiet(self) -> bool:
        """Tell whether no question is on its way."""
        return not self._asked

    def stop(self, seconds: float) -> bool:
        """Take no more work and let writes already asked for finish; tell whether they all did within `seconds`.

        Stopping again only waits again.
        """
        if self._last is None:
            for pool in (self._readers, self._roads):
                pool.shutdown(wait=False, cancel_futures=True)
            self._last = self._desk.submit(lambda: None)
            self._desk.shutdown(wait=False)
        return bool(wait([self._last], seconds).done)

    def _send(self, pool: ThreadPoolExecutor, job: _Job) -> bool:
        if self._last is not None:
            return False
        pool.submit(job.run).add_done_callback(partial(self._land, job))
        return True

    def _land(self, job: _Job, future: Future[Any]) -> None:
        # A road may come back after the window has gone, or while it goes.
        with suppress(RuntimeError):
            if isValid(self):
                self._landed.emit(job, future)

    def _on_landed(self, job: _Job, future: Future[Any]) -> None:
        if job.ended is None:
            job.ended = future
            del job.work  # widgets caught in it must be released on this thread
        if job.place is None:
            self._tell(job, future)
        elif (first := self._first_to(job.place)) is not None and first.ended is not None:
            self._asked.remove(first)
            if (following := self._first_to(job.place)) is not None and following.ended is not None:
                self._landed.emit(following, following.ended)  # on a turn of its own, whatever this answer leads to
            self._tell(first, first.ended)

    def _first_to(self, place: object) -> _Job | None:
        return next((job for job in self._asked if job.place == place), None)

    def _tell(self, job: _Job, future: Future[Any]) -> None:
        done, failed = job.done(), job.failed()
        job.release()
        if future.cancelled():
            return
        error = future.exception()
        if isinstance(error, CancelledError):  # it waited for an office that will not open
            return
        if error is None:
            answer = future.result()
            if touched := answer if isinstance(answer, Changes) else job.touches:
                self.changed.emit(touched)
            if done:
                done(answer)
        elif isinstance(error, DeskError):
            failed(error) if failed else self.failed.emit(error)
        else:
            raise error


def _nobody() -> None:
    return None


def _parts(callback: Callable[..., None] | None) -> tuple[Any, tuple[Any, ...]]:
    return (callback.func, callback.args) if isinstance(callback, partial) else (callback, ())


def _place_of(answer: Landing) -> object:
    """Name the place an answer goes to: what owns the method, the method, and what is given along with it."""
    inner, given = _parts(answer)
    return id(getattr(inner, "__self__", None)), getattr(inner, "__func__", inner), given


def _hold(callback: Callable[..., None] | None) -> Callable[[], Landing | None]:
    """Hold a callback, but the owner of a bound method (or of a partial of one) only weakly."""
    inner, given = _parts(callback)
    if not hasattr(inner, "__func__"):
        return lambda: callback
    method: WeakMethod[Any] = WeakMethod(inner)

    def alive() -> Landing | None:
        """Give the method while its owner lives, in Python and in Qt."""
        found = method()
        if found is None or (isinstance(found.__self__, QObject) and not isValid(found.__self__)):
            return None
        return partial(found, *given)

    return alive
