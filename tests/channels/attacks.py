"""What somebody may do to a sign-in through the web browser; each takes the place of the person at the page."""

import contextlib
import socket
from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from pcc_desk.channels.oauth_door import MOST_BYTES, MOST_FIELDS, MOST_LINES
from pcc_desk.rehearsal.loopback import Reply, Request
from tests.channels.visiting import APP, OTHERS_APP, Person

Attack = Callable[[Person], bytes]
Answering = Callable[[Request], Reply]


def _state(change: Callable[[str], str]) -> Attack:
    return lambda person: person.back(("state", change(person.asked["state"])), ("code", person.code()))


def _fields(*more: tuple[str, str], code: bool = True) -> Attack:
    def go(person: Person) -> bytes:
        coded = [("code", person.code())] if code else []
        return person.back(("state", person.asked["state"]), *coded, *more)

    return go


def _issued(client: str = APP.client_id, challenge: str | None = None, back: str = "") -> Attack:
    """Bring a code the server made for somebody else, with our own state."""

    def go(person: Person) -> bytes:
        bound = person.asked["code_challenge"] if challenge is None else challenge
        code = person.server.issue(client, back or person.asked["redirect_uri"], bound, "read write")
        return person.back(("state", person.asked["state"]), ("code", code))

    return go


def _headers(more: str, host: str = "") -> Attack:
    return lambda person: person.request(headers=f"Host: {host or f'127.0.0.1:{person.port}'}\r\n{more}")


def _two_codes(person: Person) -> bytes:
    code = person.code()
    person.back(("state", person.asked["state"]), ("code", "invented"))
    return person.back(("state", person.asked["state"]), ("code", code))


def _spent_code(person: Person) -> bytes:
    code = person.code()
    form = {"code": code, "client_id": APP.client_id, "client_secret": APP.secret, "grant_type": "authorization_code"}
    _thief_asks(person, form)
    return person.back(("state", person.asked["state"]), ("code", code))


def _stolen_code(person: Person) -> bytes:
    form = {"code": person.code(), "client_id": APP.client_id, "client_secret": APP.secret}
    form |= {"grant_type": "authorization_code", "redirect_uri": person.asked["redirect_uri"]}
    _thief_asks(person, form)  # everything but the verifier, which never left the desk
    return b""


def _thief_asks(person: Person, form: Mapping[str, str]) -> None:
    request = Request("POST", "/oauth/token", {}, {}, urlencode(form).encode())
    answered = person.server.answer(request)
    assert answered is not None and answered.code == 400
    person.server.asked.clear()


def _slow_loris(person: Person) -> bytes:
    with contextlib.ExitStack() as stack:
        for _ in range(3 * MOST_LINES):
            line = stack.enter_context(socket.create_connection(("127.0.0.1", person.port), timeout=60))
            line.sendall(b"GET /callback/rehearsal?state=")
        return person.back(("state", "wrong"), ("code", person.code()))


def _never_ending(person: Person) -> bytes:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", person.port), timeout=60) as line:
        line.sendall(b"GET / HTTP/1.1\r\n")
        while True:
            line.sendall(b"Cookie: " + b"x" * 4096 + b"\r\n")
    return b""


def _half(person: Person) -> bytes:
    with socket.create_connection(("127.0.0.1", person.port), timeout=60) as line:
        line.sendall(f"GET {person.path}?state={person.asked['state']}&code=".encode())
    return b""


def _pipelined(person: Person) -> bytes:
    asked = f"GET {person.path}?state={person.asked['state']}&code={person.code()} HTTP/1.1\r\n"
    return person.knock(f"{asked}Host: 127.0.0.1:{person.port}\r\n\r\n{asked}".encode())


def _raw(shape: str) -> Attack:
    """Send a request of a shape no browser makes; {path}, {port} and {query} are the right ones."""

    def go(person: Person) -> bytes:
        query = urlencode({"state": person.asked["state"], "code": person.code()})
        return person.knock(shape.format(path=person.path, port=person.port, query=query).encode("latin-1"))

    return go


# Turned away at the door: the sign-in goes on waiting, and the code is never used.
TURNED_AWAY: Mapping[str, Attack] = {
    "a wrong state": _state(lambda state: "wrong"),
    "no state": lambda person: person.back(("code", person.code())),
    "an empty state": _state(lambda state: ""),
    "the state and another one": _fields(("state", "wrong")),
    "the state twice": lambda person: person.back(*[("state", person.asked["state"])] * 2, ("code", person.code())),
    "the state in other letters": _state(str.swapcase),
    "the state cut short": _state(lambda state: state[:-1]),
    "the state with something behind": _state(lambda state: f"{state}="),
    "the state in signs outside the alphabet": _state(lambda state: f"{state[:-1]}é"),
    "the public challenge as the state": lambda person: person.back(
        ("state", person.asked["code_challenge"]), ("code", person.code())
    ),
    "neither code nor error": _fields(code=False),
    "an empty code": _fields(("code", ""), code=False),
    "two codes at once": _fields(("code", "another")),
    "a code and an error": _fields(("error", "access_denied")),
    "a code with a line break": _fields(("code", "a\r\nX-Injected: yes"), code=False),
    "a code with a NUL": _fields(("code", "a\0b"), code=False),
    "a code longer than any": _fields(("code", "x" * 20_000), code=False),
    "an error with a wrong state": lambda person: person.back(("state", "wrong"), ("error", "access_denied")),
    "a stolen code without the verifier": _stolen_code,
    "a form sent by POST": lambda person: person.request("POST"),
    "a PUT": lambda person: person.request("PUT"),
    "a HEAD": lambda person: person.request("HEAD"),
    "an OPTIONS of a page elsewhere": lambda person: person.request("OPTIONS"),
    "a method in small letters": lambda person: person.request("get"),
    "another path": lambda person: person.request(path="/callback/other"),
    "the path with a slash behind": lambda person: person.request(path=f"{person.path}/"),
    "the path written in codes": lambda person: person.request(path="/%63allback/rehearsal"),
    "the path reached by a detour": lambda person: person.request(path="/x/../callback/rehearsal"),
    "the path in capitals": lambda person: person.request(path="/CALLBACK/rehearsal"),
    "a whole address as the path": lambda person: person.request(path=f"http://127.0.0.1:{person.port}{person.path}"),
    "a path with half an address of IPv6": lambda person: person.request(path="//[x"),
    "half an address of IPv6 as the path": lambda person: person.request(path="http://[x"),
    "a path that begins with a host": lambda person: person.request(path=f"//evil.example{person.path}"),
    "the little picture browsers ask for": lambda person: person.knock(
        f"GET /favicon.ico HTTP/1.1\r\nHost: 127.0.0.1:{person.port}\r\n\r\n".encode()
    ),
    "HTTP 1.0": lambda person: person.request(version="HTTP/1.0"),
    "HTTP 0.9": _raw("GET {path}?{query}\r\n\r\n"),
    "no HTTP at all": lambda person: person.knock(b"\0\xff\xfe rubbish \r\n\r\n"),
    "the greeting of TLS": lambda person: person.knock(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"),
    "the greeting of HTTP/2": lambda person: person.knock(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    "lines without their carriage return": _raw("GET {path}?{query} HTTP/1.1\nHost: 127.0.0.1:{port}\n\n\r\n\r\n"),
    "a folded header": _raw("GET {path}?{query} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n folded\r\n\r\n"),
    "a header without a colon": _raw("GET {path}?{query} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nnonsense\r\n\r\n"),
    "signs outside ASCII in the address": _raw("GET {path}?{query}é HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n"),
    "a second request behind the first": _pipelined,
    "a request with a body": _headers("Content-Length: 3\r\n"),
    "a request with a body in chunks": _headers("Transfer-Encoding: chunked\r\n"),
    "a request larger than any": lambda person: person.request(path="/" + "x" * (2 * MOST_BYTES)),
    "headers without an end": _never_ending,
    "a hundred slow lines": _slow_loris,
    "half a request and then nothing": _half,
    "more fields than any": _fields(*[(f"field{number}", "x") for number in range(MOST_FIELDS)]),
    "a field without a value": _raw("GET {path}?{query}&more HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n"),
    "a name led to this PC": _headers("", host="evil.example"),
    "a name led to this PC with the right port": lambda person: _headers("", host=f"evil.example:{person.port}")(
        person
    ),
    "localhost instead of the number": lambda person: _headers("", host=f"localhost:{person.port}")(person),
    "no host at all": _headers("", host=" "),
    "two hosts": _headers("Host: evil.example\r\n"),
    "a script of another page": _headers("Sec-Fetch-Mode: cors\r\n"),
    "a script that sends its origin": _headers("Origin: https://evil.example\r\n"),
    "a picture on another page": _headers("Sec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: image\r\n"),
    "a frame in another page": _headers("Sec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: iframe\r\n"),
}

# These end the sign-in, with nothing kept.
ENDED: Mapping[str, Attack] = {
    "an invented code": _fields(("code", "invented"), code=False),
    "a second code after the first": _two_codes,
    "a code of another app": _issued(client=OTHERS_APP),
    "a code of somebody else's sign-in": _issued(challenge="x" * 43),
    "a code meant for another address": _issued(back="http://127.0.0.1:9/callback/rehearsal"),
    "a code spent before": _spent_code,
    "the person's no": _fields(("error", "access_denied"), code=False),
    "an error with markup": _fields(("error", "<script>alert(1)</script>"), code=False),
    "an error with markup in its description": _fields(
        ("error", "server_error"), ("error_description", "<img src=//evil.example/x>"), code=False
    ),
    "an error with marks that turn text round": _fields(("error", "denied\u202e"), code=False),
}


def _body(**fields: object) -> Answering:
    return lambda request: Reply({"access_token": "a-token-of-length", "token_type": "Bearer", **fields})


def _moved(code: int, to: str = "http://127.0.0.1:9/oauth/token") -> Answering:
    return lambda request: Reply({}, code, {"Location": to})


# What a token endpoint may answer to a right code, and nothing is kept of it.
ENDPOINT: Mapping[str, Answering] = {
    "moves for a moment": _moved(302),
    "moves and keeps the method": _moved(307),
    "moves for good": _moved(308),
    "moves without saying where": lambda request: Reply({}, 303),
    "answers with a web page": lambda request: Reply(b"<html>Sign in to this network</html>", kind="text/html"),
    "breaks down": lambda request: Reply({"error": "oops"}, 500),
    "breaks down with a web page": lambda request: Reply(b"<h1>502</h1>", 502, kind="text/html"),
    "answers with nothing": lambda request: Reply(b""),
    "answers with a list": lambda request: Reply([]),
    "answers without a token": lambda request: Reply({"token_type": "Bearer"}),
    "answers with a number as the token": _body(access_token=7),
    "answers with an empty token": _body(access_token=""),
    "answers with a line break in the token": _body(access_token="abc\r\nX-Injected: yes"),
    "answers with a line break in the refresh token": _body(refresh_token="abc\r\ndef"),
    "answers with a token of another kind": _body(token_type="mac"),
    "answers with a token longer than any": _body(access_token="x" * 100_000),
    "answers with an error beside success": lambda request: Reply({"error": "invalid_grant"}),
    "grants less than is needed": _body(scope="read"),
    "refuses with markup": lambda request: Reply({"error": "<b>no</b>", "error_description": "<script>"}, 400),
    "does not know the app": lambda request: Reply({"error": "invalid_client"}, 401),
    "asks to wait": lambda request: Reply({"error": "slow_down"}, 429, {"Retry-After": "9"}),
    "answers with more than anybody reads": lambda request: Reply(b'{"access_token": "' + b"x" * 11_000_000 + b'"}'),
}
