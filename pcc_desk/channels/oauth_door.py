"""The door on this PC where a web browser brings the answer of a sign-in: one path of 127.0.0.1, open for minutes."""

import contextlib
import selectors
import socket
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from urllib.parse import parse_qs, urlsplit

from pcc_desk.errors import Rejected

HOST = "127.0.0.1"  # the number, not "localhost": a name can be led elsewhere (RFC 8252, 8.3)
MOST_BYTES = 32_768  # of one request; cookies of other programs on this PC come along
MOST_LINES = 32  # connections held at once; beyond that the oldest goes
MOST_FIELDS = 20
SLOWEST = 10.0  # seconds a request may take to arrive whole
_LOOK = 0.1  # seconds between two looks at the clock and at Cancel
_WORDS = {200: "OK", 400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed", 431: "Too Large"}
_HEADERS = (
    "Content-Type: text/html; charset=utf-8\r\n"
    "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Cache-Control: no-store\r\n"
    "Connection: close\r\n"
)
_PAGE = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>PCC Desk</title><h1>PCC Desk</h1><p>{words}</p></html>'
)
CLOSE_THIS_PAGE = "You can close this page. PCC Desk goes on by itself."
NOT_OURS = "This page is not part of the sign-in that PCC Desk waits for. You can close it."


@dataclass
class _Line:
    """One connection and what has come over it."""

    sock: socket.socket
    since: float
    received: bytes = b""


@dataclass(frozen=True, slots=True)
class Callback:
    """One well-formed request to the one path: the fields of its query, and the way to answer it."""

    fields: Mapping[str, list[str]] = field(repr=False)
    answer: Callable[[str, int], None] = field(repr=False)  # given a sentence for the person and the answer code


class Door:
    """Listens on the first free port of those given, on this PC only; a context manager that closes everything.

    Only a plain GET of the exact path that a browser makes by going there comes through. Everything else is turned
    away at the door and ends nothing.
    """

    def __init__(self, ports: tuple[int, ...], path: str, host: str = HOST) -> None:
        """Take a port; 0 is any free one, and `host` what the way back calls this PC.

        Raises:
            Rejected: other programs hold them all.
        """
        self._path, self._host = path, host
        self._lines: dict[int, _Line] = {}
        self._listener = _listen(ports)
        self.port = int(self._listener.getsockname()[1])
        self.url = f"http://{host}:{self.port}{path}"

    def __enter__(self) -> "Door":
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for line in tuple(self._lines.values()):
            self._hang_up(line)
        self._selector.close()
        self._listener.close()

    def callbacks(self, seconds: float, stopped: Callable[[], bool]) -> Iterator[Callback]:
        """Give each request that came through, until `seconds` are over or `stopped` says so."""
        ends = time.monotonic() + seconds
        while (now := time.monotonic()) < ends and not stopped():
            for key, _ in self._selector.select(min(_LOOK, ends - now)):
                if key.fd == self._listener.fileno():
                    self._accept()
                elif key.fd in self._lines:
                    yield from self._read(self._lines[key.fd])
            for line in [line for line in self._lines.values() if time.monotonic() - line.since > SLOWEST]:
                self._hang_up(line)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # it may have gone again
            sock, _ = self._listener.accept()
            sock.setblocking(False)
            if len(self._lines) >= MOST_LINES:
                self._hang_up(min(self._lines.values(), key=lambda line: line.since))
            self._lines[sock.fileno()] = _Line(sock, time.monotonic())
            self._selector.register(sock, selectors.EVENT_READ)

    def _read(self, line: _Line) -> Iterator[Callback]:
        try:
            received = line.sock.recv(MOST_BYTES)
        except BlockingIOError:
            return
        except OSError:
            received = b""
        line.received += received
        if not received:
            self._hang_up(line)
        elif not line.received[:1].isalpha():  # a browser that tries a secure connection first, and goes on without
            self._answer(line, NOT_OURS, 400)
        elif len(line.received) > MOST_BYTES:
            self._answer(line, NOT_OURS, 431)
        elif b"\r\n\r\n" in line.received:
            yield from self._judge(line)

    def _judge(self, line: _Line) -> Iterator[Callback]:
        try:
            method, target, headers = _parse(line.received)
            parts = urlsplit(target)
        except ValueError:
            self._answer(line, NOT_OURS, 400)
            return
        if method != "GET":
            self._answer(line, NOT_OURS, 405)
        elif parts.path != self._path or not target.startswith("/") or target.startswith("//"):
            self._answer(line, NOT_OURS, 404)
        elif not self._is_a_visit(headers):
            self._answer(line, NOT_OURS, 400)
        else:
            try:
                query = parts.query
                fields = parse_qs(query, keep_blank_values=True, strict_parsing=bool(query), max_num_fields=MOST_FIELDS)
            except ValueError:
                self._answer(line, NOT_OURS, 400)
                return
            yield Callback(fields, lambda words, code: self._answer(line, words, code))

    def _is_a_visit(self, headers: Mapping[str, str]) -> bool:
        """Tell a browser that went to this page from a page elsewhere that reaches for this port by itself."""
        if headers.get("host") != f"{self._host}:{self.port}":  # a name somebody led to this PC
            return False
        if "origin" in headers or headers.get("content-length", "0") != "0" or "transfer-encoding" in headers:
            return False
        usual = {"sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
        return all(headers.get(name, value) == value for name, value in usual.items())

    def _answer(self, line: _Line, words: str, code: int) -> None:
        page = _PAGE.format(words=words).encode()
        head = f"HTTP/1.1 {code} {_WORDS[code]}\r\n{_HEADERS}Content-Length: {len(page)}\r\n\r\n".encode()
        with contextlib.suppress(OSError):  # who asked may not wait for the answer
            line.sock.settimeout(1.0)
            line.sock.sendall(head + page)
            line.sock.shutdown(socket.SHUT_WR)
        self._hang_up(line)

    def _hang_up(self, line: _Line) -> None:
        if self._lines.pop(line.sock.fileno(), None) is not None:
            self._selector.unregister(line.sock)
            line.sock.close()


def _listen(ports: tuple[int, ...]) -> socket.socket:
    for port in ports:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            if sys.platform == "win32":  # otherwise another program could take over a port that is in use
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
            else:  # the sign-in before this one may have ended a moment ago
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((HOST, port))
            listener.listen(MOST_LINES)
            listener.setblocking(False)
            return listener
        except OSError:
            listener.close()
    named = ", ".join(str(port) for port in ports if port)
    raise Rejected(
        "Another program on this PC holds the place where the sign-in must come back.",
        "Close other programs, or start this PC again. Then start the sign-in again.",
        f"ports of {HOST} in use: {named or 'any'}",
    )


def _parse(received: bytes) -> tuple[str, str, Mapping[str, str]]:
    """Read a request's method, target and headers by lower-case name. Raises: ValueError when anything is odd."""
    head, _, rest = received.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")  # cookies of other programs on this PC may hold any byte
    method, target, version = first.split(" ")
    odd = any(sign < " " or sign == "\x7f" for line in (first, *lines) for sign in line)
    if rest or odd or version != "HTTP/1.1" or not first.isascii():
        raise ValueError("not a request of a browser")
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip() or name.lower() in headers:
            raise ValueError("not a header of a browser")
        headers[name.lower()] = value.strip()
    return method, target, headers
