"""How this PC reaches the outside: the proxy that its system names for an address, asked of Qt."""

import threading
import time
from urllib.parse import urlsplit

KEPT_SECONDS = 300.0  # a laptop moves between the office and a village hall


class WayOut:
    """Finds the system's proxy for each host, and remembers it for five minutes; safe to use from several threads.

    On Windows this asks WinHTTP, which also runs the automatic configuration (PAC) that urllib and requests do not
    know; that may take seconds, so it is asked on the threads that wait on the network, never on Qt's.
    """

    def __init__(self) -> None:
        self._known: dict[str, tuple[float, str]] = {}
        self._lock = threading.Lock()

    def find_proxy(self, url: str) -> str:
        """Give the address of the HTTP proxy on the way to `url`, such as "http://proxy:3128", or "" for none."""
        host = urlsplit(url).netloc
        with self._lock:
            until, proxy = self._known.get(host, (0.0, ""))
            if until < time.monotonic():
                proxy = _ask_system(url)
                self._known[host] = (time.monotonic() + KEPT_SECONDS, proxy)
            return proxy


def _ask_system(url: str) -> str:
    from PySide6.QtCore import QUrl
    from PySide6.QtNetwork import QNetworkProxy, QNetworkProxyFactory, QNetworkProxyQuery

    for proxy in QNetworkProxyFactory.systemProxyForQuery(QNetworkProxyQuery(QUrl(url))):
        if proxy.type() is QNetworkProxy.ProxyType.HttpProxy and proxy.hostName():
            return f"http://{proxy.hostName()}:{proxy.port()}"
        if proxy.type() is QNetworkProxy.ProxyType.NoProxy:
            return ""
    return ""
