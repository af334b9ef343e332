"""Opening an office on a thread of its own, while the window is already there."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, InvalidStateError
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, Signal

from pcc_desk.errors import DeskError

if TYPE_CHECKING:
    from pcc_desk.model.message import MessageCounts, MessageFilter, MessageId, MessagePage
    from pcc_desk.services.desk import Services

_log = logging.getLogger(__name__)
FIRST_ROWS = 50
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


class EarlyReading(Protocol):
    """Reads lists and counts before the office is open; None where that must wait."""

    def page(self, which: MessageFilter, before: MessageId | None, limit: int) -> MessagePage | None:
        """Give at most `limit` messages older than `before`, newest first."""

    def counts(self) -> MessageCounts | None:
        """Give how many messages stand where."""

    def close(self) -> None:
        """Let go of the file."""


class Source(Protocol):
    """An office that can be opened."""

    def read_early(self) -> EarlyReading | None:
        """Give what reads lists before anything heavy is loaded; None when there is nothing to show yet.

        Raises:
            VaultError: there is no key to read with.
        """

    def open(self) -> Opened:
        """Open the whole office; the same one when asked again. Raises: DeskError."""


class Coming:
    """An office on its way: first it can be read a little, then it is open."""

    def __init__(self) -> None:
        self.early: Future[EarlyReading | None] = Future()
        self.opened: Future[Opened] = Future()

    def cancel(self) -> bool:
        """Let whoever waits give up; tell whether the office was not open yet."""
        self.early.cancel()
        return self.opened.cancel()


class ComingServices:
    """The services before they are there: a worker thread that asks for one waits until the office is open."""

    def __init__(self, coming: Coming) -> None:
        self._coming = coming

    @property
    def inbox(self) -> Any:
        """Give the inbox, which is there for its lists before it is there for anything else."""
        opened = self._coming.opened
        return opened.result().services.inbox if opened.done() else ComingInbox(self._coming)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._coming.opened.result().services, name)


class ComingInbox:
    """The inbox before it is there: its lists are read early, so that a choice of filters is answered at once."""

    def __init__(self, coming: Coming) -> None:
        self._coming = coming

    def page(self, which: MessageFilter, before: MessageId | None = None, limit: int = 50) -> MessagePage:
        """Give a page of a list, as the inbox does. Raises: StoreError."""
        early = self._coming.early.result()
        page = None if early is None else early.page(which, before, limit)
        if page is None:
            page = self._coming.opened.result().services.inbox.page(which, before, limit)
        return page

    def __getattr__(self, name: str) -> Any:
        return getattr(self._coming.opened.result().services.inbox, name)


class Opening(QObject):
    """Opens an office without stopping the window; it may be begun again after a failure.

    Signals:
        first_page_read(MessagePage, MessageCounts): the newest open messages, before anything else is loaded.
        opened(): the services are there.
        failed(DeskError): the office could not be opened.
    """

    first_page_read = Signal(object, object)
    opened = Signal()
    failed = Signal(object)

    def __init__(self, source: Source, coming: Coming) -> None:
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
            with self._reading_early():
                opened = self._source.open()
        except DeskError as error:
            _log.info("the office could not be opened: %s", type(error).__name__)
            self.failed.emit(error)
            return
        if self._coming.opened.set_running_or_notify_cancel():
            self._coming.opened.set_result(opened)
            self.opened.emit()
        else:  # the window was closed meanwhile
            opened.close()

    @contextmanager
    def _reading_early(self) -> Iterator[None]:
        """Have the first page shown, and lists read, until the whole office is open or cannot be opened."""
        from pcc_desk.model.message import MessageFilter

        early = self._source.read_early()
        page, counts = (
            (None, None) if early is None else (early.page(MessageFilter(), None, FIRST_ROWS), early.counts())
        )
        if page is not None and counts is not None:
            self.first_page_read.emit(page, counts)
            self._shown.wait(SHOWING_SECONDS)
        try:
            with suppress(InvalidStateError):  # the window was closed, or this is another try
                self._coming.early.set_result(early)
            yield
        finally:
            if early is not None:
                early.close()  # a damaged file could not be put aside while it is open
