"""Each fault is seen by the asker as it is meant, and the server behind is real."""

import http.server
import threading
import time
from collections.abc import Iterator

import pytest
import requests

from tests.servers.fault_proxy import BLACKHOLE, DROP_ANSWER, NO_FAULT, REFUSE, Fault, FaultProxy
from tests.servers.process import is_listening

BODY = b"x" * 2000


class Origin(http.server.ThreadingHTTPServer):
    """A server that remembers what reached it."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.seen: list[bytes] = []

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a reset in the middle of a request is what these tests do."""


class Answer(http.server.BaseHTTPRequestHandler):
    """Answers every post with the same body."""

    def do_POST(self) -> None:
        """Remember the request and answer."""
        assert isinstance(self.server, Origin)
        length = int(self.headers["Content-Length"])
        received = self.rfile.read(length)
        if len(received) < length:
            return
        self.server.seen.append(received)
        self.send_response(200)
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        self.wfile.write(BODY)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def proxy(origin: Origin) -> Iterator[FaultProxy]:
    with FaultProxy(origin.server_port) as between:
        yield between


def post(proxy: FaultProxy, timeout: float = 60.0) -> bytes:
    return requests.post(proxy.url, data=b"hello", timeout=timeout).content


def test_with_no_fault_everything_goes_through(origin: Origin, proxy: FaultProxy) -> None:
    assert post(proxy) == BODY
    assert origin.seen == [b"hello"]
    assert proxy.connections == 1


def test_a_refused_connection_reaches_nobody_and_the_door_opens_again(origin: Origin, proxy: FaultProxy) -> None:
    proxy.fault = REFUSE
    assert not is_listening(proxy.port)
    with pytest.raises(requests.ConnectionError):
        post(proxy)
    assert origin.seen == []
    proxy.fault = NO_FAULT
    assert post(proxy) == BODY


def test_a_reset_request_never_arrives_whole(origin: Origin, proxy: FaultProxy) -> None:
    proxy.fault = Fault(reset_after=20)
    with pytest.raises(requests.ConnectionError):
        post(proxy)
    assert origin.seen == []


def test_a_black_hole_never_answers(origin: Origin, proxy: FaultProxy) -> None:
    proxy.fault = BLACKHOLE
    with pytest.raises(requests.ReadTimeout):
        post(proxy, timeout=0.3)
    assert origin.seen == []


def test_a_dropped_answer_leaves_the_work_done(origin: Origin, proxy: FaultProxy) -> None:
    proxy.fault = DROP_ANSWER
    with pytest.raises(requests.ConnectionError):
        post(proxy)
    assert origin.seen == [b"hello"]


def test_a_cut_answer_is_incomplete(origin: Origin, proxy: FaultProxy) -> None:
    proxy.fault = Fault(cut_after=600)
    with pytest.raises((requests.exceptions.ChunkedEncodingError, requests.ConnectionError)):
        post(proxy)
    assert origin.seen == [b"hello"]


def test_a_delayed_answer_comes_late(origin: Origin, proxy: FaultProxy) -> None:
    proxy.fault = Fault(delay=0.2)
    began = time.monotonic()
    assert post(proxy) == BODY
    assert time.monotonic() - began >= 0.2


def test_a_dripping_answer_outlasts_a_timeout_between_bytes(origin: Origin, proxy: FaultProxy) -> None:
    proxy.fault = Fault(drip=0.001)
    began = time.monotonic()
    assert post(proxy, timeout=1.5) == BODY
    assert time.monotonic() - began > 1.5
