"""One polite, bounded, closed-mouthed connection to one origin; every failure comes out as a ChannelError."""

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from http.cookiejar import DefaultCookiePolicy
from urllib.parse import urlencode, urlsplit
from urllib.request import getproxies_environment

import requests
import urllib3
from requests.utils import get_environ_proxies

from pcc_desk.channels import addresses, reading
from pcc_desk.channels.failures import Ask, Sent
from pcc_desk.channels.lifeline import Call, WatchedAdapter
from pcc_desk.channels.manners import Manners
from pcc_desk.channels.waits import first_calls, used_up_until, wait_until
from pcc_desk.errors import ChannelError, RateLimited, Rejected, Unconfirmed

MAX_BYTES = 10_000_000  # of one answer, unpacked
MAX_REDIRECTS = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_FROM_THE_NETWORK = frozenset({407, 511})  # a proxy or a portal on the way answered, not the server
_CHUNK = 65_536
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the code, headers by lower-case name, and the JSON, read and made safe; None when empty.

    Where bytes were asked for, `body` is those bytes.
    """

    code: int
    headers: Mapping[str, str] = field(repr=False)  # a new token, or an upload's own address, may stand in each of them
    body: object = field(repr=False)
    url: str = field(repr=False)


# A platform's own reading of an answer that is not a success: the error it means, or None for the usual reading.
Judge = Callable[[Sent, Answer], ChannelError | None]


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a request may take from its first look-up to its last byte, in seconds."""

    connect: float = 10.0
    read: float = 30.0
    write: float = 120.0


class Wire:
    """The connection of one account to one server; safe to use from several threads.

    Secrets go into `Ask.headers` and reach this origin only: writes follow no redirect, reads only within the origin.
    `now` gives the time by which waits are told.
    """

    def __init__(
        self,
        address: str,
        *,
        title: str = "",
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        manners: Manners | None = None,
        patience: Patience = Patience(),
    ) -> None:
        """Connect nothing yet; `address` may be anything a person typed, `title` names the platform in sentences."""
        self.address = address
        self._title = title
        self._judge_first: Judge = lambda sent, answer: None
        self.now = now
        self._manners = manners or Manners()
        self._patience = patience
        self._session = _Session()
        self._session.trust_env = False  # it would take passwords from a .netrc file; proxies are read in `_proxies`
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._session.headers.update({"User-Agent": "PCC Desk", "Accept": "application/json"})
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, WatchedAdapter())
        # The library's own notes carry whole addresses with their query, where names and search words stand.
        logging.getLogger("urllib3").setLevel(logging.ERROR)

    def named(self, title: str, judge: Judge | None = None) -> "Wire":
        """Give a wire to the same address that calls the platform by `title` and reads its errors with `judge`."""
        return self._sibling(self.address, title, judge)

    def at(self, address: str, title: str = "") -> "Wire":
        """Give a wire with the same manners to another address. Raises: Rejected for an address not safe to follow."""
        whole = addresses.whole(address)
        if self.address and not addresses.may_lead_to(self.base, whole):
            raise Rejected(
                "The server sent PCC Desk to an address inside this network, which is not safe.",
                "Check the address you typed, or ask whoever looks after the server.",
            )
        return self._sibling(whole, title or self._title)

    def elsewhere(self, address: str, title: str = "") -> "Wire":
        """Give a wire with the same manners to an address of our own choice. Raises: Rejected."""
        return self._sibling(addresses.whole(address), title or self._title)

    def door(self, place: str) -> tuple["Wire", str]:
        """Give a wire with the same manners to an upload's own address, as the server named it, and its path.

        Raises:
            ServiceDown: it is no address, or not a secure one.
            Rejected: it is not safe to follow.
        """
        try:
            home, path = addresses.parted(place)
            addresses.whole(home)
        except Rejected:
            raise self.sent("GET", Ask("")).late("the server named no address to send to") from None
        return self.at(home), path

    def _sibling(self, address: str, title: str, judge: Judge | None = None) -> "Wire":
        wire = Wire(address, title=title, now=self.now, manners=self._manners, patience=self._patience)
        wire._judge_first = judge or self._judge_first
        return wire

    @cached_property
    def base(self) -> str:
        """The address made whole: no trailing slash, query or fragment. Raises: Rejected."""
        return addresses.whole(self.address)

    @property
    def title(self) -> str:
        """The platform's name, or its host when it has none."""
        return self._title or urlsplit(self.address).hostname or "The server"

    def get(self, ask: Ask) -> Answer:
        """Read, following at most 3 redirects within the origin; 30 s at most by default. Raises: ChannelError."""
        url, home = self._url(ask), addresses.origin(self.base)
        ends = time.monotonic() + (ask.seconds or self._patience.read)
        for _ in range(MAX_REDIRECTS + 1):
            answer = self._exchange("GET", url, replace(ask, seconds=max(0.01, ends - time.monotonic())))
            if answer.code not in _REDIRECTS or answer.code in ask.accept:
                return answer
            url = addresses.joined(url, answer.headers.get("location", ""))
            if not url or not addresses.is_same_origin(url, home):
                raise self.sent("GET", ask).moved(f"{answer.code} to another origin")
        raise self.sent("GET", ask).moved(f"more than {MAX_REDIRECTS} redirects")

    def post(self, ask: Ask) -> Answer:
        """Write once; 120 s at most by default. Raises: ChannelError; Unconfirmed when it may have been done."""
        return self._exchange("POST", self._url(ask), ask)

    def put(self, ask: Ask) -> Answer:
        """Write once; 120 s at most by default. Raises: ChannelError; Unconfirmed when it may have been done."""
        return self._exchange("PUT", self._url(ask), ask)

    def patch(self, ask: Ask) -> Answer:
        """Write once; 120 s at most by default. Raises: ChannelError; Unconfirmed when it may have been done."""
        return self._exchange("PATCH", self._url(ask), ask)

    def delete(self, ask: Ask) -> Answer:
        """Delete once; 120 s at most by default. Raises: ChannelError; Unconfirmed when it may have been done."""
        return self._exchange("DELETE", self._url(ask), ask)

    def rest(self, window: str, until: datetime) -> None:
        """Make no call of a window before then, as its platform asked with an answer that was no refusal."""
        self._manners.close(urlsplit(self.base).netloc, until, window)

    def sent(self, method: str, ask: Ask) -> Sent:
        """Describe a request on this wire, to tell how it failed when only its adapter can know."""
        return Sent(self.title, method, urlsplit(self.base).netloc, ask)

    def _url(self, ask: Ask) -> str:
        query = urlencode(ask.query, doseq=True)
        return f"{self.base}{ask.path}{'?' if query else ''}{query}"

    def _exchange(self, method: str, url: str, ask: Ask) -> Answer:
        sent = self.sent(method, ask)
        if not ask.urgent:
            self._wait_at_the_door(sent, url)
        seconds, began = ask.seconds or self._patience.write, self._manners.servers.steady()
        with Call(seconds) as call:
            try:
                response, content = self._transfer(sent, url, seconds)
            except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, _TooBig) as error:
                why = "deadline" if call.expired else type(error).__name__
                raise sent.failed(call.left, why, error) from None
            if call.cut:  # a cut line looks like a finished answer when the server gave no length
                raise sent.late("deadline")
        headers = {name.lower(): value for name, value in response.headers.items()}
        if response.status_code not in _FROM_THE_NETWORK:
            self._manners.servers.hear(sent.host, headers, began)
        _log.debug("%s %s %s", method, sent.host, response.status_code)
        try:
            return self._judge(sent, Answer(response.status_code, headers, None, url), content)
        except ChannelError as error:
            error.detail = sent.with_answer(error.detail, content, success=response.status_code < 400)
            raise

    def _wait_at_the_door(self, sent: Sent, url: str) -> None:
        manners = self._manners
        closed = manners.closed_until(sent.host, self.now(), sent.window)
        if closed is None and not addresses.is_loopback(urlsplit(url).hostname or ""):
            manners.take_turn(sent.host)
        closed = closed or manners.admit(sent.host, self.now(), sent.window)  # it may have closed while we waited
        if closed is not None:
            raise sent.too_many(closed)

    def _transfer(self, sent: Sent, url: str, seconds: float) -> tuple[requests.Response, bytes]:
        ask = sent.ask
        written = (ask.content if ask.flow is None else ask.flow.again()) if ask.form is None else dict(ask.form)
        request = requests.Request(
            sent.method, url, headers=dict(ask.headers), data=written, json=ask.body, files=ask.files
        )
        response = self._session.send(
            self._session.prepare_request(request),
            stream=True,
            # What takes hours in all is still given up when nothing moves.
            timeout=(min(self._patience.connect, seconds), min(self._patience.write, seconds)),
            allow_redirects=False,
            proxies=self._proxies(url),
        )
        with response:
            chunks = response.raw.stream(_CHUNK, decode_content=True)
            if ask.taker is None or not 200 <= response.status_code < 300:
                return response, _limited(chunks)
            for chunk in chunks:
                ask.taker(chunk)
            return response, b""

    def _judge(self, sent: Sent, answer: Answer, content: bytes) -> Answer:
        most = first_calls(answer.headers)
        if answer.code == 429:
            raise self._too_many(sent, answer, content)
        if (used_up := used_up_until(answer.headers, self.now())) is not None:
            self._manners.close(sent.host, used_up, sent.window, most)
        if answer.code == 503 and "retry-after" in answer.headers:
            self._manners.close(sent.host, wait_until(answer.headers, self.now()), most=most)
        if answer.code in _FROM_THE_NETWORK:
            raise sent.stopped_by_proxy(str(answer.code))
        if answer.code in _REDIRECTS and (sent.method == "GET" or answer.code in sent.ask.accept):
            return answer
        fine = 200 <= answer.code < 300 or answer.code in sent.ask.accept
        if fine:
            self._manners.welcomed(sent.host)
        if not content and sent.ask.wordless and fine:
            return answer
        if (sent.ask.raw or sent.ask.taker) and 200 <= answer.code < 300:
            return replace(answer, body=content)
        try:
            body = reading.parse(content)
        except reading.Malformed as error:
            if sent.ask.wordless and answer.code in sent.ask.accept:  # the code alone says what there is to say
                return answer
            raise sent.unreadable(answer.code, content, str(error)) from None
        read = replace(answer, body=body)
        if fine:
            return read
        verdict = self._judge_first(sent, read) or sent.refused(answer.code, body)
        if isinstance(verdict, RateLimited):
            if "retry-after" in answer.headers:  # some say "too many" with another code than 429
                verdict.until = max(verdict.until, wait_until(answer.headers, self.now()))
            self._manners.close(sent.host, verdict.until, sent.ask.window if verdict.narrow else "", most)
        raise verdict

    def _too_many(self, sent: Sent, answer: Answer, content: bytes) -> ChannelError:
        """Close the door behind a refusal, for as long as its headers or its words ask, whichever is longer."""
        now = self.now()
        until, window = wait_until(answer.headers, now), ""
        if sent.ask.window and used_up_until(answer.headers, now) is not None:
            window = sent.ask.window  # one that does not say that its window is used up may mean any call
        try:
            told = self._judge_first(sent, replace(answer, body=reading.parse(content)))
        except reading.Malformed:
            told = None
        if isinstance(told, RateLimited):
            until, window = max(until, told.until), sent.ask.window if told.narrow else window
        until = self._manners.refused(sent.host, until, now)
        self._manners.close(sent.host, until, window, first_calls(answer.headers))
        # Where even a refusal leaves open what the public sees, the platform is looked at first.
        return told if isinstance(told, Unconfirmed) else sent.too_many(until, bool(window))

    def _proxies(self, url: str) -> dict[str, str]:
        if addresses.is_loopback(urlsplit(url).hostname or ""):
            return {}
        if getproxies_environment():  # an administrator's own word, which Windows' settings do not hold
            return get_environ_proxies(url, no_proxy=None)
        proxy = self._manners.find_proxy(url)
        return {"http": proxy, "https": proxy} if proxy else {}


class _Session(requests.Session):
    """A session that leaves redirects alone: to look where one leads, the library would read its whole body first."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Give nowhere."""
        return


class _TooBig(Exception):
    """An answer grew beyond what the desk takes."""


def _limited(chunks: Iterable[bytes]) -> bytes:
    content = bytearray()
    for chunk in chunks:
        content += chunk
        if len(content) > MAX_BYTES:
            raise _TooBig
    return bytes(content)
