"""Opening an office on a thread of its own, while the window is already there."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, Signal

from pcc_desk.errors import DeskError

if TYPE_CHECKING:
    from pcc_desk.model.message import MessageCounts, MessagePage
    from pcc_desk.services.desk import Services

_log = logging.getLogger(__name__)
SHOWING_SECONDS = 2.0  # the longest that loading the rest waits for the first page to be on the screen


@dataclass(frozen=True, slots=True)
class Opened:
    """An open office, and how to let go of it; `let_somebody_answer` is there in a rehearsal only.

    `notices` are told once the office is open.
    """

    services: Services
    close: Callable[[], None]
    let_somebody_answer: Callable[[], object] | None = None
    notices: tuple[DeskError, ...] = ()


class Source(Protocol):
    """An office that can be opened."""

    def read_first_page(self) -> tuple[MessagePage, MessageCounts] | None:
        """Read the newest messages before anything heavy is loaded; None when there is nothing to show yet."""

    def open(self) -> Opened:
        """Open the whole office; the same one when asked again. Raises: DeskError."""


class ComingServices:
    """The services before they are there: a worker thread that asks for one waits until the office is open."""

    def __init__(self, coming: Future[Opened]) -> None:
        self._coming = coming

    def __getattr__(self, name: str) -> Any:
        return getattr(self._coming.result().services, name)


class Opening(QObject):
    """Opens an office without stopping the window; it may be begun again after a failure.

    Signals:
        first_page_read(MessagePage, MessageCounts): the newest messages, before anything else is loaded.
        opened(): the services are there.
        failed(DeskError): the office could not be opened.
    """

    first_page_read = Signal(object, object)
    opened = Signal()
    failed = Signal(object)

    def __init__(self, source: Source, coming: Future[Opened]) -> None:
        super().__init__()
        self._source, self._coming = source, coming
        self._shown = threading.Event()

    def begin(self) -> None:
        """Open in the background."""
        threading.Thread(target=self._open, name="opening", daemon=True).start()

    def go_on(self) -> None:
        """Load the rest: the first page is on the screen, and nothing takes turns with drawing it any more."""
        self._shown.set()

    def _open(self) -> None:
        try:
            page = self._source.read_first_page()
            if page is not None:
                self.first_page_read.emit(*page)
                self._shown.wait(SHOWING_SECONDS)
            opened = self._source.open()
        except DeskError as error:
            _log.info("the office could not be opened: %s", type(error).__name__)
            self.failed.emit(error)
            return
        if self._coming.set_running_or_notify_cancel():
            self._coming.set_result(opened)
            self.opened.emit()
        else:  # the window was closed meanwhile
            opened.close()
