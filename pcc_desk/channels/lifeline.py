"""Connections that end with their call's deadline and know whether a byte of the request has left."""

import contextlib
import socket
import ssl
import threading
import time
from contextvars import ContextVar
from types import TracebackType
from typing import Any

import truststore
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.poolmanager import PoolManager


class Call:
    """One request and its answer: `left` once a byte of it was handed to the network, `cut` by us at its deadline.

    Socket timeouts start again with every byte, so one byte a second could hold a call for hours; this cuts the line.
    """

    def __init__(self, seconds: float) -> None:
        self.left = False
        self.cut = False
        self._ends = time.monotonic() + seconds
        self._lines: list[socket.socket] = []
        self._over = False
        self._lock = threading.RLock()  # collecting garbage may close a line in the middle of anything
        self._timer = threading.Timer(seconds, self._expire)
        self._timer.daemon = True

    def __enter__(self) -> "Call":
        self._timer.start()
        self._token = _CALL.set(self)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._timer.cancel()
        _CALL.reset(self._token)
        with self._lock:
            self._over = True

    @property
    def expired(self) -> bool:
        """Whether the time is used up: a socket whose own timeout ran out first has waited for the same deadline."""
        return self.cut or time.monotonic() >= self._ends

    def hold(self, line: socket.socket) -> None:
        """Cut this line at the deadline, or now when that is past."""
        with self._lock:
            self._lines.append(line)
            if self.cut:
                _cut(line)

    def let_go(self, line: socket.socket) -> None:
        """Close a line that was held."""
        with self._lock:  # the number of a closed line may belong to another one by the time it would be cut
            line.close()

    def _expire(self) -> None:
        with self._lock:
            if self._over:
                return
            self.cut = True
            for line in self._lines:
                _cut(line)


_CALL: ContextVar[Call] = ContextVar("call")  # the call this thread is making; a pooled connection serves many


def _cut(line: socket.socket) -> None:
    with contextlib.suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)


class _Watched(HTTPConnection):
    """A connection that gives the running call a second grip on its socket."""

    _line: socket.socket | None = None
    _held_by: Call | None = None
    _opening = False

    def _new_conn(self) -> socket.socket:
        sock = super()._new_conn()
        # A duplicate stays valid while TLS wraps the first one, and cutting it cuts the connection itself.
        self._line = sock.dup()
        self._hold(self._line)
        return sock

    def _hold(self, line: socket.socket) -> None:
        self._held_by = _CALL.get()
        self._held_by.hold(line)

    def connect(self) -> None:
        self._opening = True
        try:
            super().connect()
        finally:
            self._opening = False

    def putrequest(self, method: str, url: str, skip_host: bool = False, skip_accept_encoding: bool = False) -> None:
        if self._line is not None:
            self._hold(self._line)
        super().putrequest(method, url, skip_host, skip_accept_encoding)

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        if not self._opening:  # what goes to a proxy to open a tunnel is not the request
            _CALL.get().left = True
        super().send(data)

    def close(self) -> None:
        super().close()
        if self._line is not None and self._held_by is not None:
            self._held_by.let_go(self._line)
            self._line = self._held_by = None


class _WatchedTls(_Watched, HTTPSConnection):
    """The same over TLS."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Watched


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _WatchedTls


class WatchedAdapter(HTTPAdapter):
    """The transport of a wire: no retries, watched connections, and the operating system's own certificate store."""

    def __init__(self) -> None:
        self._trust = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        super().__init__(pool_connections=4, pool_maxsize=10, max_retries=0)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **pool_kwargs: Any) -> None:
        """Make the pools of connections that trust what this computer trusts."""
        super().init_poolmanager(connections, maxsize, block, ssl_context=self._trust, **pool_kwargs)
        _watch(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **proxy_kwargs: Any) -> Any:
        """Make the same pools where the office goes out by a proxy."""
        return _watch(super().proxy_manager_for(proxy, ssl_context=self._trust, **proxy_kwargs))

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Ask for a certificate on every connection."""
        # The library would load its own list of authorities; an office's list is the one of its operating system.
        conn.cert_reqs = "CERT_REQUIRED"


def _watch(pools: PoolManager) -> PoolManager:
    pools.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}
    return pools
