"""The web browser of this PC, for a sign-in on a worker thread: pages are opened on Qt's thread."""

from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLate
from ipaddress import ip_address
from urllib.parse import urlsplit

from PySide6.QtCore import QObject, Qt, Signal

from pcc_desk.errors import Rejected

SECONDS = 20.0  # a browser that has to be started first; the page may open all the same
_NEXT_STEP = "Set a default web browser in Windows, or ask your IT team to. Then try again."


class SystemBrowser(QObject):
    """Opens secure pages, and pages of this PC itself; make it on Qt's thread, and visit from any other."""

    _asked = Signal(str, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asked.connect(self._on_asked, Qt.ConnectionType.QueuedConnection)

    def visit(self, url: str) -> None:
        """Open a page. Raises: Rejected when it is not a secure one, or this PC opens none."""
        if not _is_safe(url):
            raise Rejected("This sign-in page is not secure, so it was not opened.", "Choose another way to sign in.")
        opened: Future[bool] = Future()
        self._asked.emit(url, opened)
        try:
            if opened.result(SECONDS):
                return
        except TooLate:
            pass
        raise Rejected("This PC did not open its web browser.", _NEXT_STEP)

    def _on_asked(self, url: str, opened: "Future[bool]") -> None:
        from PySide6.QtCore import QUrl
        from PySide6.QtGui import QDesktopServices

        strict = QUrl.fromEncoded(url.encode("ascii"), QUrl.ParsingMode.StrictMode)
        opened.set_result(strict.isValid() and QDesktopServices.openUrl(strict))


def _is_safe(url: str) -> bool:
    if not (url.isascii() and url.isprintable()) or " " in url:
        return False
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and ip_address(host).is_loopback))
    except ValueError:  # no address, or a name where only the number of this PC would do
        return False
