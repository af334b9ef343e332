"""Somebody in front of a web browser, for the tests of signing in: goes the honest way, or attacks it."""

import contextlib
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPConnection
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from pcc_desk.channels import oauth
from pcc_desk.channels.oauth import App, Grant, Plan
from pcc_desk.channels.opening import Entering
from pcc_desk.channels.wire import Patience, Wire
from pcc_desk.errors import ChannelError
from pcc_desk.model.account import SignIn
from pcc_desk.rehearsal.authorizer import AUTHORIZE, TOKEN, Authorizer
from tests.channels.rigs import Kept

APP = App("desk", "the-secret-of-the-app")
OTHERS_APP = "somebody else"
SCOPES = ("read", "write")


def plan_for(server: Authorizer, **more: object) -> Plan:
    """Give the plan of a platform that signs in at this server."""
    usual: dict[str, object] = {"path": "/callback/rehearsal", "secret_in": "body", "needed": SCOPES}
    places = server.url + AUTHORIZE, server.url + TOKEN
    return Plan("Rehearsal", *places, SCOPES, **(usual | more))  # type: ignore[arg-type]  # the fields of a plan


@dataclass
class Person:
    """A browser with somebody who does one thing with the page the desk opens, in a thread as a browser is one."""

    act: "Callable[[Person], None]"
    server: Authorizer
    page: str = ""
    cancelled: threading.Event = field(default_factory=threading.Event)
    failure: BaseException | None = None
    thread: threading.Thread | None = None
    typed: str = ""

    def visit(self, url: str) -> None:
        """Open the page and act."""
        self.page = url
        self.thread = threading.Thread(target=self._act)
        self.thread.start()

    def is_cancelled(self) -> bool:
        """Tell whether the person pressed Cancel."""
        return self.cancelled.is_set()

    def typed_code(self) -> str:
        """Give the code the person typed, or ""."""
        return self.typed

    def _act(self) -> None:
        try:
            self.act(self)
        except (Exception, pytest.fail.Exception) as error:  # noqa: BLE001 - told by `sign_in`
            self.failure = error
            self.cancelled.set()

    @property
    def asked(self) -> dict[str, str]:
        """The fields of the page's address."""
        return {name: values[0] for name, values in parse_qs(urlsplit(self.page).query).items()}

    @property
    def port(self) -> int:
        """The port of the way back."""
        return urlsplit(self.asked["redirect_uri"]).port or 0

    @property
    def path(self) -> str:
        """The path of the way back."""
        return urlsplit(self.asked["redirect_uri"]).path

    def say_yes(self) -> str:
        """Say yes on the page and give the address the server leads back to."""
        place = urlsplit(self.page)
        connection = HTTPConnection(place.netloc, timeout=60)
        with contextlib.closing(connection):
            connection.request("GET", f"{place.path}?{place.query}")
            return connection.getresponse().getheader("Location", "")

    def code(self) -> str:
        """Say yes and give the code only."""
        return parse_qs(urlsplit(self.say_yes()).query)["code"][0]

    def go(self, address: str) -> bytes:
        """Go to an address on this PC as a browser does, and give everything it answered."""
        place = urlsplit(address)
        return self.knock(f"GET {place.path}?{place.query} HTTP/1.1\r\nHost: {place.netloc}\r\n\r\n".encode())

    def back(self, *fields: tuple[str, str]) -> bytes:
        """Go to the way back with these fields."""
        return self.go(f"{self.asked['redirect_uri']}?{urlencode(fields)}")

    def knock(self, sent: bytes) -> bytes:
        """Send bytes to the door; give what it answered, b"" when it answered nothing or is closed."""
        received = b""
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=60) as line:
            line.sendall(sent)
            while part := line.recv(65_536):
                received += part
        return received

    def request(self, method: str = "GET", path: str = "", version: str = "HTTP/1.1", headers: str = "") -> bytes:
        """Send the right state and code in a request of another shape; `headers` replaces the right Host line."""
        fields = urlencode({"state": self.asked["state"], "code": self.code()})
        lines = headers or f"Host: 127.0.0.1:{self.port}\r\n"
        return self.knock(f"{method} {path or self.path}?{fields} {version}\r\n{lines}\r\n".encode())


def honest(person: Person) -> None:
    """Say yes and go where the server leads."""
    assert b"200 OK" in person.go(person.say_yes())


def sign_in(
    person: Person, plan: Plan, app: App = APP, seconds: float = 60.0, patience: Patience | None = None
) -> Grant:
    """Sign in with this person in front of the browser; what the person could not do fails here."""
    entering = Entering(Wire("", patience=patience or Patience()), SignIn("rehearsal"), Kept(), person)
    try:
        return oauth.authorize(entering, plan, app, seconds)
    finally:
        if person.thread is not None:
            person.thread.join()
        if person.failure is not None:
            raise person.failure


def form_of(server: Authorizer) -> dict[str, str]:
    """Give the one form that came to the token endpoint."""
    (request,) = server.asked
    return {name: values[0] for name, values in parse_qs(request.content.decode()).items()}


def is_closed(port: int) -> bool:
    """Tell whether nobody listens at a port of this PC."""
    with socket.socket() as line:
        line.settimeout(20)
        return line.connect_ex(("127.0.0.1", port)) != 0


def refused(person: Person, plan: Plan, seconds: float = 60.0, patience: Patience | None = None) -> ChannelError:
    """Sign in, see it refused, and see that nothing is left open."""
    with pytest.raises(ChannelError) as caught:
        sign_in(person, plan, seconds=seconds, patience=patience)
    assert is_closed(person.port)
    return caught.value
