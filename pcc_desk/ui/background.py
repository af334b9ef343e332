"""The one bridge between Qt's thread and the threads that wait, read and write."""

from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor, wait
from functools import partial
from typing import Any, TypeVar
from weakref import WeakMethod

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from pcc_desk.errors import DeskError
from pcc_desk.model.changes import Changes

T = TypeVar("T")
Landing = Callable[[Any], None]
Failing = Callable[[DeskError], None]

READERS = 2
ROADS = 6  # long network calls side by side: sending, fetching, and a few a person asked for


class _Job:
    """One piece of work and where its answer or its failure goes."""

    def __init__(self, work: Callable[[], Any], done: Landing | None, failed: Failing | None, touches: Changes) -> None:
        self.work, self.touches = work, touches
        self.done, self.failed = _hold(done), _hold(failed)

    def run(self) -> Any:
        """Do the work."""
        return self.work()


class Background(QObject):
    """Runs blocking work off Qt's thread and brings answers back to it.

    A callback that is a bound method holds its owner weakly: an answer for a panel that is gone is dropped.

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
        self._stopped = False
        self._landed.connect(self._on_landed)

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
        """Read off Qt's thread and give the answer to `answer` on it."""
        self._send(self._readers, _Job(query, answer, failed, Changes.NONE))

    def stop(self, seconds: float) -> bool:
        """Take no more work and let writes already asked for finish; tell whether they all did within `seconds`."""
        self._stopped = True
        for pool in (self._readers, self._roads):
            pool.shutdown(wait=False, cancel_futures=True)
        last = self._desk.submit(lambda: None)
        self._desk.shutdown(wait=False)
        return bool(wait([last], seconds).done)

    def _send(self, pool: ThreadPoolExecutor, job: _Job) -> None:
        if not self._stopped:
            pool.submit(job.run).add_done_callback(partial(self._land, job))

    def _land(self, job: _Job, future: Future[Any]) -> None:
        if isValid(self):  # a road may come back after the window has gone
            self._landed.emit(job, future)

    def _on_landed(self, job: _Job, future: Future[Any]) -> None:
        del job.work  # widgets caught in it must be released on this thread
        if future.cancelled():
            return
        error, done, failed = future.exception(), job.done(), job.failed()
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


def _hold(callback: Callable[..., None] | None) -> Callable[[], Landing | None]:
    """Hold a callback, but the owner of a bound method (or of a partial of one) only weakly."""
    inner, given = (callback.func, callback.args) if isinstance(callback, partial) else (callback, ())
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
