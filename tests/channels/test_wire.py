"""The wire alone: what left and what did not, proxies, certificates, deadlines and addresses."""

import datetime
import re
import select
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from pcc_desk.channels.failures import Ask, Sent
from pcc_desk.channels.wire import Patience, Wire
from pcc_desk.errors import (
    ChannelError,
    Gone,
    RateLimited,
    Rejected,
    ServiceDown,
    Unauthorized,
    Unconfirmed,
    Unreachable,
)
from pcc_desk.rehearsal.loopback import Loopback, Reply, Request
from tests.channels import faulty
from tests.channels.faulty import Front

WRITE = Ask("/x", body={"a": 1})


@contextmanager
def listening() -> Iterator[socket.socket]:
    """Lend a socket that listens and never answers by itself."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def url_of(server: socket.socket) -> str:
    """Give the address of a listening socket."""
    return f"http://127.0.0.1:{server.getsockname()[1]}"


@contextmanager
def serving(*answers: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """Answer each connection with raw bytes and close it; also give what was heard on those that are closed."""
    heard: list[bytes] = []
    with listening() as server:

        def serve() -> None:
            for answer in answers:
                line, _ = server.accept()
                with line:
                    request = whole_request(line)
                    line.sendall(answer)
                heard.append(request)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield url_of(server), heard
        thread.join(60)


def wait_until(is_so: Callable[[], object]) -> None:
    """Wait until another thread, or the system, has made something so."""
    ends = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < ends
        time.sleep(0.005)


def test_a_refused_connection_has_not_left() -> None:
    with pytest.raises(Unreachable) as caught:
        Wire("http://127.0.0.1:9").post(WRITE)
    assert caught.value.detail == "POST 127.0.0.1:9/x: ConnectionError"


def test_a_name_nobody_knows_has_not_left() -> None:
    with pytest.raises(Unreachable):
        Wire("https://[::1]:9", patience=Patience(connect=1)).post(WRITE)


def test_a_connection_nobody_accepts_ends_at_the_connect_deadline() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        crowd = [socket.socket() for _ in range(4)]
        for one in crowd:
            one.setblocking(False)
            one.connect_ex(server.getsockname())
        wait_until(
            lambda: select.select([], crowd, [], 0)[1]
        )  # one of them waits to be accepted: there is no more room
        started = time.monotonic()
        with pytest.raises(Unreachable):
            Wire(url_of(server), patience=Patience(connect=0.4)).post(WRITE)
        assert time.monotonic() - started < Patience().write / 4
        for one in crowd:
            one.close()


@pytest.fixture(params=["in time", "late"])
def timer(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cuts a line: it wakes at the deadline or, on a busy machine, after the socket's own timeout."""
    punctual = threading.Timer
    if request.param == "late":
        monkeypatch.setattr(threading, "Timer", lambda seconds, cut: punctual(seconds + 60, cut))


@pytest.mark.usefixtures("timer")
def test_silence_after_the_request_is_unconfirmed_for_a_write_and_service_down_for_a_read() -> None:
    with listening() as server, ThreadPoolExecutor(3) as side_by_side:
        wire = Wire(url_of(server), patience=Patience(read=1, write=1))
        written = side_by_side.submit(wire.post, WRITE)
        asked = side_by_side.submit(wire.get, Ask("/x"))
        harmlessly = side_by_side.submit(wire.post, Ask("/x", body={}, harmless=True))
        with pytest.raises(Unconfirmed) as unclear:
            written.result()
        with pytest.raises(ServiceDown) as read:
            asked.result()
        with pytest.raises(ServiceDown) as harmless:
            harmlessly.result()
    for caught in (unclear, read, harmless):
        assert caught.value.detail.endswith(": deadline")


def test_control_a_line_that_breaks_before_the_deadline_is_told_as_what_it_was() -> None:
    with serving(b"") as (url, _), pytest.raises(Unconfirmed) as caught:
        Wire(url, patience=Patience(write=60)).post(WRITE)
    assert caught.value.detail.endswith(": ConnectionError")


def test_an_answer_without_length_that_drips_is_not_taken_for_a_finished_one() -> None:
    given_up = threading.Event()

    def drip(exchange: faulty.Exchange) -> None:
        exchange.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{}")
        given_up.wait(60)

    with Front("") as front:
        front.misbehave(drip)
        with pytest.raises(Unconfirmed):
            Wire(front.url, patience=Patience(write=1)).post(WRITE)
        given_up.set()


def test_a_connection_left_open_serves_the_next_request_and_a_dead_one_is_replaced() -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
    with serving(answer, answer) as (url, heard):
        wire = Wire(url)
        wire.post(WRITE)
        wait_until(lambda: len(heard) == 1)  # the line it came by is dead now
        assert wire.post(WRITE).code == 200
    assert len(heard) == 2


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for localhost that no authority signed, with its key."""
    x509 = pytest.importorskip("cryptography.x509", reason="makes the certificate")
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    form, no_password = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, form, no_password)
    file = tmp_path / "both.pem"
    file.write_bytes(private + made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return file


def whole_request(line: socket.socket) -> bytes:
    """Read a request to its end: a line closed with something unread is cut, and the answer with it."""
    heard = line.recv(10_000)
    while heard and b"\r\n\r\n" not in heard:
        heard += line.recv(10_000)
    head, _, body = heard.partition(b"\r\n\r\n")
    found = re.search(rb"content-length: (\d+)", head.lower())
    while found and len(body) < int(found[1]):
        body += line.recv(10_000)
    return head + b"\r\n\r\n" + body if heard else b""


@contextmanager
def secure_server(certificate: Path) -> Iterator[tuple[str, list[bytes]]]:
    """Answer one request over TLS, and give what was heard of it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    heard: list[bytes] = []
    with listening() as server:

        def serve() -> None:
            line, _ = server.accept()
            try:
                with context.wrap_socket(line, server_side=True) as secure:
                    heard.append(whole_request(secure))
                    secure.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
            except OSError:
                line.close()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield url_of(server).replace("http://127.0.0.1", "https://localhost"), heard
        thread.join(60)


def test_a_certificate_nobody_vouches_for_stops_the_request_before_it_leaves(certificate: Path) -> None:
    with secure_server(certificate) as (url, heard), pytest.raises(Unreachable) as caught:
        Wire(url).post(WRITE)
    assert "secure connection" in caught.value.sentence
    assert "certificate" in caught.value.next_step
    assert heard in ([], [b""])


def test_control_the_same_certificate_is_fine_once_this_pc_vouches_for_it(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with secure_server(certificate) as (url, heard):
        assert Wire(url).post(WRITE).code == 200
    assert heard[0].startswith(b"POST /x")


def test_a_secure_line_that_falls_silent_is_cut_at_the_deadline(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with listening() as server:  # the connection opens and TLS never begins
        url = url_of(server).replace("http://127.0.0.1", "https://localhost")
        started = time.monotonic()
        with pytest.raises(Unreachable):
            Wire(url, patience=Patience(60, 60, 0.5)).post(WRITE)
        assert time.monotonic() - started < 30


def test_no_password_file_and_no_cookie_adds_to_what_the_adapter_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login someone password else")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    seen: list[Request] = []

    def answer(request: Request) -> Reply:
        seen.append(request)
        return Reply({}, headers={"Set-Cookie": "tracked=1"})

    with Loopback(answer) as server:
        wire = Wire(server.url)
        wire.get(Ask("/x"))
        wire.get(Ask("/x", headers={"Authorization": "Bearer ours"}))
    assert "authorization" not in seen[0].headers
    assert seen[1].headers["authorization"] == "Bearer ours"
    assert "cookie" not in seen[1].headers


@pytest.mark.parametrize(
    ("code", "read", "write"),
    [
        (400, Rejected, Rejected),
        (401, Unauthorized, Unauthorized),
        (403, Rejected, Rejected),
        (404, Gone, Rejected),
        (407, Unreachable, Unreachable),
        (408, ServiceDown, Unconfirmed),
        (410, Gone, Rejected),
        (413, Rejected, Rejected),
        (422, Rejected, Rejected),
        (500, ServiceDown, Unconfirmed),
        (503, ServiceDown, Unconfirmed),
        (511, Unreachable, Unreachable),
    ],
)
def test_every_code_has_its_error(code: int, read: type[ChannelError], write: type[ChannelError]) -> None:
    with Loopback(lambda request: Reply({"message": "No"}, code)) as server:
        with pytest.raises(read):
            Wire(server.url).get(Ask("/x"))
        with pytest.raises(write):
            Wire(server.url).post(WRITE)
        accepted = Ask("/x", accept=frozenset({code}))
        if code not in (407, 511):
            assert Wire(server.url).post(accepted).body == {"message": "No"}


def test_a_server_that_is_down_and_says_for_how_long_is_left_alone() -> None:
    asked = list[str]()

    def answer(request: Request) -> Reply:
        asked.append(request.path)
        return Reply({}, 503, {"Retry-After": "120"})

    with Loopback(answer) as server:
        wire = Wire(server.url)
        with pytest.raises(ServiceDown):
            wire.get(Ask("/x"))
        with pytest.raises(RateLimited):
            wire.get(Ask("/x"))
    assert len(asked) == 1


def test_an_answer_of_any_size_is_kept_short_and_costs_no_time() -> None:
    sent = Sent("A", "GET", "a.example", Ask("/x"))
    for content in ("<" * 2_000_000, "<script>" * 300_000, "word " * 400_000, '{"token": "' + "x" * 2_000_000):
        began = time.process_time()
        detail = sent.with_answer("GET a.example/x: 500", content.encode())
        assert time.process_time() - began < 5 and len(detail) < 600
    assert sent.with_answer("GET a.example/x: 500", b"") == "GET a.example/x: 500"


def test_what_may_not_be_read_is_told_as_that_and_not_as_a_post() -> None:
    with Loopback(lambda request: Reply({"message": "No"}, 403)) as server, pytest.raises(Rejected) as caught:
        Wire(server.url).get(Ask("/x"))
    assert "refused to show it: “No”" in caught.value.sentence and "posted" not in caught.value.next_step


def test_the_record_names_the_place_and_not_what_proves_who_asks() -> None:
    with Loopback(lambda request: Reply({"message": "No"}, 400)) as server, pytest.raises(Rejected) as caught:
        Wire(server.url).post(Ask("/upload?upload_id=proof", body={}))
    assert "/upload: 400" in caught.value.detail and "proof" not in caught.value.detail
