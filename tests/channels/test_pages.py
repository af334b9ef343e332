"""A web page read for its link card: a stranger's words made plain, and never anything from inside a network."""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from pcc_desk.channels.pages import Page, fetch_picture, read_page, secured
from pcc_desk.channels.wire import Wire
from pcc_desk.errors import ChannelError, Rejected

HTML = "text/html; charset=utf-8"


class Web:
    """A website on this PC: what stands at each path, as code, kind and bytes; `asked` tells what was asked for."""

    def __init__(self) -> None:
        self.there: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        web = self

        class Answering(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                web.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
                code, headers, body = web.there.get(self.path, (404, {"Content-Type": HTML}, b"<h1>No</h1>"))
                self.send_response(code)
                for name, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "Web":
        self._thread.start()
        return self

    def __exit__(self, *why: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def page(self, head: str, path: str = "/plan", kind: str = HTML, encoding: str = "utf-8") -> str:
        """Put a page there, and give its address."""
        body = f"<!doctype html><html><head>{head}</head><body>Words</body></html>"
        self.there[path] = (200, {"Content-Type": kind}, body.encode(encoding))
        return f"{self.url}{path}"


@pytest.fixture
def web() -> Iterator[Web]:
    """A website."""
    with Web() as running:
        yield running


def read(web: Web, head: str) -> Page:
    return read_page(Wire(web.url), web.page(head))


def test_what_a_page_says_of_itself_is_read_as_plain_words(web: Web) -> None:
    said = read(
        web,
        "<title>Not this</title>"
        '<meta content="Y Cynllun &amp; you – ŷ > &lt;b&gt;" property="og:title">'
        "<meta name='twitter:description' content='Second'>"
        '<META PROPERTY="og:description" CONTENT="Five\n  aims\u202e">'
        '<meta property=og:image content=/map.jpg><meta property="og:title" content="Later">',
    )
    assert said == Page("Y Cynllun & you – ŷ > <b>", "Five aims", f"{web.url}/map.jpg")
    (asked,) = web.asked
    assert asked[0] == "/plan" and "authorization" not in asked[1] and "cookie" not in asked[1]


def test_a_page_with_a_title_only_still_has_one(web: Web) -> None:
    assert read(web, "<title data-x='1'> The\nplan </title>") == Page("The plan", "", "")
    assert read(web, "no head at all") == Page("", "", "")


@pytest.mark.parametrize(("kind", "encoding"), [("text/html; charset=windows-1252", "cp1252"), ("text/html", "utf-8")])
def test_words_are_read_in_the_page_s_own_signs(web: Web, kind: str, encoding: str) -> None:
    address = web.page("<title>Llŷn</title>" if encoding == "utf-8" else "<title>Caffè</title>", "/x", kind, encoding)
    assert read_page(Wire(web.url), address).title in ("Llŷn", "Caffè")


def test_an_unknown_charset_and_broken_signs_break_nothing(web: Web) -> None:
    address = web.page("<title>Plan</title>", "/x", "text/html; charset=no-such-thing")
    assert read_page(Wire(web.url), address).title == "Plan"


@pytest.mark.parametrize(
    "head",
    [
        '<meta "' * 100_000,
        "<meta property=" * 60_000,
        '<meta property="og:title" content="' + "x" * 900_000,
        "<title>" + "<title" * 100_000,
        "<meta " + "a=" * 300_000,
        "<!--" * 200_000,
    ],
    ids=["quotes", "no ends", "one long word", "titles", "fields", "comments"],
)
def test_a_hostile_page_is_read_soon_whatever_stands_in_it(web: Web, head: str) -> None:
    address = web.page(head)
    began = time.process_time()
    said = read_page(Wire(web.url), address)
    assert time.process_time() - began < 5 and len(said.title) <= 1_000


def test_a_picture_that_has_no_address_costs_the_card_its_picture_only(web: Web) -> None:
    address = web.page('<title>Plan</title><meta property="og:image" content="https://[">')
    assert read_page(Wire(web.url), address) == Page("Plan", "", "")


def test_a_page_that_leads_to_no_address_is_told(web: Web) -> None:
    web.there["/away"] = (302, {"Location": "https://[x"}, b"")
    with pytest.raises(Rejected, match="no address"):
        read_page(Wire(web.url), f"{web.url}/away")


def test_redirects_are_followed_and_not_for_ever(web: Web) -> None:
    web.there["/short"] = (302, {"Location": "/plan"}, b"")
    web.page("<title>Plan</title>")
    assert read_page(Wire(web.url), f"{web.url}/short").title == "Plan"
    web.there["/round"] = (302, {"Location": "/round"}, b"")
    with pytest.raises(Rejected, match="on and on"):
        read_page(Wire(web.url), f"{web.url}/round")
    assert sum(path == "/round" for path, _ in web.asked) == 6


def test_what_is_no_page_and_what_is_not_there_is_told(web: Web) -> None:
    web.there["/plan.pdf"] = (200, {"Content-Type": "application/pdf"}, b"%PDF")
    with pytest.raises(Rejected, match="no web page"):
        read_page(Wire(web.url), f"{web.url}/plan.pdf")
    with pytest.raises(ChannelError):
        read_page(Wire(web.url), f"{web.url}/nothing")


@pytest.mark.parametrize(
    "inside",
    [
        "https://10.0.0.1/x",
        "https://192.168.1.1/x",
        "https://169.254.169.254/latest",
        "https://intranet/x",
        "https://printer.local/x",
        "http://127.0.0.1:1/x",
        "https://localhost/x",
        "https://[::1]/x",
    ],
)
def test_nothing_is_fetched_from_inside_a_network_for_a_page_of_the_web(inside: str) -> None:
    with pytest.raises(Rejected):
        fetch_picture(Wire("https://example.org"), inside)
    if "127.0.0.1" not in inside and "localhost" not in inside and "::1" not in inside:
        with pytest.raises(Rejected):
            read_page(Wire(secured(inside)), inside)


def test_a_picture_is_fetched_and_anything_else_is_not(web: Web) -> None:
    web.there["/map.png"] = (200, {"Content-Type": "image/png"}, b"\x89PNG")
    assert fetch_picture(Wire(web.url), f"{web.url}/map.png") == b"\x89PNG"
    web.page("<title>Plan</title>")
    with pytest.raises(Rejected):
        fetch_picture(Wire(web.url), f"{web.url}/plan")


def test_pages_are_asked_for_in_private() -> None:
    assert secured("http://example.org/a?b") == "https://example.org/a?b"
    assert secured("https://example.org") == "https://example.org"
    assert secured("http://127.0.0.1:80/x") == "http://127.0.0.1:80/x"
