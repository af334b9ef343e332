"""A server that stands in front of another one and misbehaves on purpose, request by request."""

import contextlib
import gzip
import http.client
import json
import socket
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler
from threading import Thread
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from pcc_desk.rehearsal.loopback import PromptServer
from tests.servers.process import claimed_port

_OF_THIS_LINE = frozenset({"host", "connection", "accept-encoding"})
_OF_THE_LINE = frozenset({"content-length", "connection", "date", "server", "transfer-encoding", "content-encoding"})
HTML = b"<!doctype html><title>Welcome to the free network</title><p>Please sign in."


@dataclass(frozen=True)
class Seen:
    """One request as it arrived."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    content: bytes = field(repr=False)


class Exchange:
    """One request and every way to answer it badly."""

    def __init__(self, seen: Seen, behind: str, answering: BaseHTTPRequestHandler) -> None:
        self.seen = seen
        self._behind = behind
        self._answering = answering
        self._own: dict[str, str] = {}
        self._date = ""  # by the clock of the server behind, once it has answered

    def forward(self) -> tuple[int, bytes]:
        """Let the server behind do it, and keep its answer back."""
        headers = {name: value for name, value in self.seen.headers.items() if name not in _OF_THIS_LINE}
        place = urlsplit(self._behind)
        line = http.client.HTTPConnection(place.netloc, timeout=60)
        with contextlib.closing(line):
            line.request(self.seen.method, place.path + self._answering.path, self.seen.content or None, headers)
            answer = line.getresponse()
            # The server behind names places as if it were asked directly; whoever follows comes by here again.
            here = f"http://{self.seen.headers.get('host', '')}"
            kept = {name: value for name, value in answer.headers.items() if name.lower() not in _OF_THE_LINE}
            self._own = {name: value.replace(self._behind, here) for name, value in kept.items()}
            self._date = answer.headers.get("Date", "")
            return answer.status, answer.read()

    @property
    def own(self) -> dict[str, str]:
        """Give the headers of the answer that was kept back."""
        return dict(self._own)

    def pass_on(self, change: Callable[[bytes], bytes] = lambda body: body) -> None:
        """Let the server behind do it, and give its answer, headers and all, with its body changed."""
        code, body = self.forward()
        self.answer(code, change(body), self._own)

    def answer(self, code: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        """Answer with this."""
        self._answering.send_response_only(code)
        dated = {"Date": self._date or self._answering.date_time_string(), "Content-Type": "application/json"}
        for name, value in {**dated, "Content-Length": len(body), **(headers or {})}.items():
            self._answering.send_header(name, str(value))
        self._answering.end_headers()
        self._answering.wfile.write(body)

    def write(self, raw: bytes) -> None:
        """Write bytes as they are."""
        self._answering.wfile.write(raw)

    def reset(self) -> None:
        """Break the connection off as a crashing server does."""
        self._answering.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.hang_up()

    def hang_up(self) -> None:
        """End the connection after what was written."""
        self._answering.close_connection = True
        self._answering.connection.close()


Fault = Callable[[Exchange], None]


class Front:
    """The server in front: passes everything on until told to misbehave; a context manager."""

    def __init__(self, behind: str) -> None:
        self.behind = behind
        self.seen: list[Seen] = []
        self._faults: list[tuple[Callable[[Seen], bool], Fault]] = []
        self._claim = claimed_port()
        self._server, self._thread = self._new_door()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.shut()
        self._claim.close()

    def shut(self) -> None:
        """Let nobody in and hang up: who asks now is refused before a byte has left."""
        self._server.stop()
        self._thread.join()
        self._server.server_close()
        self._server.hang_up()

    def reopen(self) -> None:
        """Open again, at the same address."""
        self._server, self._thread = self._new_door()
        self._thread.start()

    def _new_door(self) -> tuple["_Server", Thread]:
        server = _Server(self, int(self._claim.getsockname()[1]))
        return server, Thread(target=server.serve, daemon=True)

    def misbehave(self, fault: Fault, when: Callable[[Seen], bool] = lambda seen: True) -> None:
        """Answer the requests that `when` names with `fault` from now on."""
        self._faults.insert(0, (when, fault))

    def behave(self) -> None:
        """Pass everything on again."""
        self._faults.clear()

    def serve(self, exchange: Exchange) -> None:
        """Answer one request."""
        self.seen.append(exchange.seen)
        for when, fault in self._faults:
            if when(exchange.seen):
                fault(exchange)
                return
        exchange.pass_on()


class _Server(PromptServer):
    def __init__(self, front: Front, port: int) -> None:
        self.front = front
        super().__init__(("127.0.0.1", port), _Answering)


class _Answering(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def _serve(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        seen = Seen(self.command, parts.path, parse_qs(parts.query), headers, content)
        self.server.front.serve(Exchange(seen, self.server.front.behind, self))

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

    def log_message(self, format: str, *args: Any) -> None:
        """Write nothing."""


def as_json(body: Any) -> bytes:
    """Write a body."""
    return json.dumps(body).encode()


def answered(code: int, body: bytes, headers: dict[str, str] | None = None) -> Fault:
    """Do nothing and answer with this."""
    return lambda exchange: exchange.answer(code, body, headers)


def refused(code: int, message: str, headers: dict[str, str] | None = None) -> Fault:
    """Do nothing and answer with a well-formed error."""
    return answered(code, json.dumps({"error": "Refused", "code": "refused", "message": message}).encode(), headers)


def afterwards(fault: Fault) -> Fault:
    """Let it happen, and then misbehave."""

    def act(exchange: Exchange) -> None:
        exchange.forward()
        fault(exchange)

    return act


def changed(change: Callable[[Any], Any]) -> Fault:
    """Pass on, with the JSON of the answer changed."""

    def act(exchange: Exchange) -> None:
        exchange.pass_on(lambda body: json.dumps(change(json.loads(body))).encode() if body else body)

    return act


def rewritten(old: bytes, new: bytes) -> Fault:
    """Pass on, with bytes of the answer replaced."""

    def act(exchange: Exchange) -> None:
        exchange.pass_on(lambda body: body.replace(old, new))

    return act


def reset(exchange: Exchange) -> None:
    """Break off without a word."""
    exchange.reset()


def truncated(exchange: Exchange) -> None:
    """Promise more than is sent."""
    exchange.write(b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{"uri": "at:')
    exchange.hang_up()


def cut_short(exchange: Exchange) -> None:
    """End in the middle of the JSON without having promised a length."""
    exchange.write(b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n[{"uri": "at:')
    exchange.hang_up()


DRIP_SECONDS = 60  # far beyond the deadline of any test


def drip(exchange: Exchange) -> None:
    """Send one byte now and then, and never all of them."""
    exchange.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n")
    for _ in range(round(DRIP_SECONDS / 0.05)):
        exchange.write(b" ")
        time.sleep(0.05)


def drip_headers(exchange: Exchange) -> None:
    """Never finish the headers."""
    exchange.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    for _ in range(round(DRIP_SECONDS / 0.05)):
        exchange.write(b"x")
        time.sleep(0.05)


def too_much(exchange: Exchange) -> None:
    """Send more than anybody asked for."""
    body = b'["' + b"x" * 11_000_000 + b'"]'
    exchange.answer(200, body)


def gzip_bomb(exchange: Exchange) -> None:
    """Send a little that unpacks to a lot."""
    exchange.answer(200, _bomb(), {"Content-Encoding": "gzip"})


@cache
def _bomb() -> bytes:
    return gzip.compress(b'["' + b"x" * 30_000_000 + b'"]', 9)
