"""The plumbing shared by the rehearsal servers: a small web server on this PC only, with one function behind it."""

import contextlib
import json
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

_MAX_CONTENT = 64_000_000  # bytes a rehearsal server takes in one request


@dataclass(frozen=True, slots=True)
class Request:
    """One request as a rehearsal server sees it; header names in lower case."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    content: bytes

    def first(self, name: str, default: str = "") -> str:
        """Give the first value of a query field."""
        return self.query.get(name, [default])[0]

    def fields(self) -> dict[str, Any]:
        """Read the content as a JSON object; {} when it is none."""
        try:
            value = json.loads(self.content)
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: a JSON body, or bytes of another kind."""

    body: object = field(default_factory=dict)
    code: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    kind: str = "application/json; charset=utf-8"

    def encoded(self) -> bytes:
        """Give the bytes that travel."""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


class Loopback:
    """A web server on 127.0.0.1 that gives every request to one function; a context manager."""

    def __init__(self, answer: Callable[[Request], Reply], now: Callable[[], datetime] | None = None) -> None:
        """Take a free port; requests are answered one at a time once started, and dated by `now`, usually this PC's."""
        self._server = _Server(("127.0.0.1", 0), answer, now or (lambda: datetime.now(UTC)))
        self._thread = threading.Thread(target=self._server.serve, daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> "Loopback":
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.stop()
        self._thread.join()
        self._server.server_close()
        self._server.hang_up()


class Hosted:
    """A platform that stands on its loopback server for as long as it is used in a `with`."""

    _server: Loopback

    def __enter__(self) -> Self:
        self._server.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.__exit__(kind, error, at)


class PromptServer(ThreadingHTTPServer):
    """A web server that stops at once; the library's own looks only now and then whether it should."""

    daemon_threads = True
    block_on_close = False
    _stopping = False

    def __init__(self, address: tuple[str, int], answering: type[BaseHTTPRequestHandler]) -> None:
        self._lines: set[socket.socket] = set()
        super().__init__(address, answering)

    def serve(self) -> None:
        """Answer each connection on a thread of its own until stopped."""
        while not self._stopping:
            self.handle_request()

    def stop(self) -> None:
        """Accept nothing more; the thread that serves ends."""
        self._stopping = True
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", self.server_port), timeout=5).close()  # wakes the thread that waits

    def verify_request(self, request: Any, client_address: Any) -> bool:
        """Turn away what comes while stopping."""
        return not self._stopping

    def process_request(self, request: Any, client_address: Any) -> None:
        """Answer on a thread of its own, and know the line until it is closed."""
        self._lines.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Close a line and forget it."""
        self._lines.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """Cut the connections clients keep open for later, as a server that stops does."""
        for line in tuple(self._lines):
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Stay silent when a client went away in the middle: rehearsals and tests do that on purpose."""


class _Server(PromptServer):
    request_queue_size = 64

    def __init__(
        self, address: tuple[str, int], answer: Callable[[Request], Reply], now: Callable[[], datetime]
    ) -> None:
        self._answer, self.now = answer, now
        self._one_at_a_time = threading.Lock()
        super().__init__(address, _Answering)

    def answer(self, request: Request) -> Reply:
        """Give the reply of the function behind this server."""
        with self._one_at_a_time:
            return self._answer(request)


class _Answering(BaseHTTPRequestHandler):
    """One connection of one client."""

    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # one packet an answer
    timeout = 60

    def _serve(self) -> None:
        length = min(int(self.headers.get("Content-Length") or 0), _MAX_CONTENT)
        content = self.rfile.read(length)
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = self.server.answer(Request(self.command, parts.path, parse_qs(parts.query), headers, content))
        encoded = reply.encoded()
        self.send_response(reply.code)
        for name, value in {"Content-Type": reply.kind, "Content-Length": len(encoded), **reply.headers}.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(encoded)
        self.wfile.flush()

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_PUT(self) -> None:
        self._serve()

    def do_PATCH(self) -> None:
        self._serve()

    def do_DELETE(self) -> None:
        self._serve()

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Give the Date of an answer by the server's own clock."""
        return super().date_time_string(self.server.now().timestamp())

    def log_message(self, format: str, *args: Any) -> None:
        """Write nothing: requests carry secrets."""
