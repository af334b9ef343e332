"""Starts the servers that a test run needs side by side, while the first tests already run."""

from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack


class ServerPool:
    """The servers of one test run: each started once, and all stopped at the end."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(max_workers=4)
        self._running = ExitStack()
        self._starting: dict[str, Future[object]] = {}

    def start(self, name: str, server: AbstractContextManager[object]) -> None:
        """Begin to start `server` under `name`, unless it was begun before."""
        if name not in self._starting:
            self._starting[name] = self._threads.submit(self._running.enter_context, server)

    def wait_for(self, name: str) -> object:
        """Return what the server named `name` lends, once it is ready. Raises: ServerFailed."""
        return self._starting[name].result()

    def stop(self) -> None:
        """Stop every server, also those that are still starting."""
        self._threads.shutdown(wait=True)
        self._running.close()
