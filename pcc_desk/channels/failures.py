"""What went wrong with a request, told as the ChannelError whose class says what the desk does next."""

import html
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

import requests

from pcc_desk.channels import reading, secrecy
from pcc_desk.channels.flow import Flow
from pcc_desk.errors import (
    CONNECT_ANEW,
    NOT_POSTED,
    TRIES_AGAIN,
    ChannelError,
    Gone,
    RateLimited,
    Rejected,
    ServiceDown,
    Unauthorized,
    Unconfirmed,
    Unreachable,
)

_LONGEST_REASON, _LONGEST_ANSWER = 200, 500
_ANSWER = " The answer: "
_READ_OF_AN_ANSWER = 20_000  # bytes
_SCRIPTS, _TAGS = re.compile(r"(?is)<(script|style)\b.*?(?:</\1\s*>|\Z)"), re.compile(r"<[^<>]*+>")
_SECRET_BY_NAME = re.compile(
    r'(?i)("[\w-]{0,40}(?:token|secret|password|(?:api|access|private)[_-]?key)[\w-]{0,40}"\s*:\s*)"(?:[^"\\]|\\.)*+"?'
)
_SECRET_ASSIGNED = re.compile(  # name=value and name: value of any shape, also one level further in; no plain words
    r"""((?i:[\w-]{0,40}(?:token|secret|password|jwt|api[_-]?key)[\w-]{0,40})["'\\]{0,4}\s{0,9}(?:[:=]|%3[dD])"""
    r"""[\s\["'\\]{0,9}(?:\{\s{0,9}["'\\]{0,4}\w{0,40}["'\\]{0,4}\s{0,9}:[\s"'\\]{0,9})?)"""
    r"""(?=[\w./+=~|%-]*[\dA-Z])[\w./+=~|%-]{16,}"""
)
_SECRET_LIKE = re.compile(
    r"(?i)\b(?:bearer|basic)\s+(?=\S*[\d=])\S{8,}|(?<![\w-])eyJ[\w-]++\.[\w-]++\.[\w-]*"
    r"|\b[a-z0-9]{4}-[a-z0-9]{4}(?:-[a-z0-9]{4}){2,4}\b"
)
_APP_PASSWORD = re.compile(r"\b[a-zA-Z0-9]{4} [a-zA-Z0-9]{4}(?: [a-zA-Z0-9]{4}){2,4}\b")
# A success may hold a secret that is new to us: a token, a stream key, an address that proves who sends.
_UNBROKEN = re.compile(
    r"""(?ix) \b[a-z][a-z0-9+.-]{1,20}://[^\s"'<>]+
    | (?<![\w./+=~|%:?&-])
      (?: (?=[a-z_./+=~|%:?&-]*+[0-9]) (?=[0-9_./+=~|%:?&-]*+[a-z]) [\w./+=~|%:?&-]{12,} | [\w./+=~|%:?&-]{24,} )"""
)
_NOTHING_SENT = "Nothing was sent."
_ASKS_AGAIN = "Nothing is lost, and PCC Desk asks again. If this goes on, sign in again in Settings."
_SECRET_FIELDS = frozenset(
    {
        "password",
        "access_token",
        "refresh_token",
        "client_secret",
        "code",
        "code_verifier",
        "input_token",
        "token",
        "fb_exchange_token",
    }
)
# Where the platforms put their own words for a refusal, the most telling first.
_REASONS = (
    ("message",),
    ("error", "error_user_msg"),
    ("error", "message"),
    ("detail",),
    ("error_description",),
    ("error_message",),
    ("title",),
    ("error",),
)


Query = Mapping[str, str | int | list[str]]


@dataclass(frozen=True, slots=True)
class Ask:
    """One request: a path below the wire's address, and what goes with it.

    `accept` names answer codes given back instead of raised. `harmless` marks a write whose lost answer changes nothing
    the public sees, so that it fails like a read. `seconds` replaces the usual deadline. What is written is one of
    `body` (sent as JSON), `content` (sent as it is), `flow` (read while it is sent) or `form` with `files` (name → file
    name, bytes, kind). `wordless` means that success may come without a body, and `raw` that it is bytes and no JSON;
    `taker` is given such bytes as they come, however many they are.
    `window` names the calls this one is counted with, where a platform gives each kind a number of its own. What is
    `urgent` is asked although its host wants to be left alone: a person takes something off the air. What answers a
    `secretive` one brings a secret of ours, and is told to nobody.
    """

    path: str = field(repr=False)  # an upload's own address proves who sends
    query: Query = field(default_factory=dict, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: Mapping[str, object] | None = field(default=None, repr=False)
    content: bytes | None = field(default=None, repr=False)
    accept: frozenset[int] = frozenset()
    harmless: bool = False
    seconds: float | None = None
    form: Mapping[str, str] | None = field(default=None, repr=False)
    files: Mapping[str, tuple[str, bytes, str]] | None = field(default=None, repr=False)
    wordless: bool = False
    raw: bool = False
    flow: Flow | None = field(default=None, repr=False)
    taker: Callable[[bytes], None] | None = field(default=None, repr=False)
    window: str = ""
    urgent: bool = False
    secretive: bool = False


@contextmanager
def nothing_public_yet() -> Iterator[None]:
    """Hold the steps before the one that publishes: when they fail unclearly, sending again later is safe.

    Raises:
        Unreachable: instead of ServiceDown.
    """
    try:
        yield
    except ServiceDown as error:
        raise Unreachable(error.sentence, error.next_step, error.detail) from error


def reason_of(body: object) -> str:
    """Give a platform's own words for a refusal, or ""."""
    return next(filter(None, (reading.text_or_none(body, *path) for path in _REASONS)), "")


def as_written(body: object) -> bytes:
    """Write an answer that was read as JSON again."""
    return json.dumps(body, ensure_ascii=False, default=str).encode("utf-8", "replace")


def _struck(found: re.Match[str]) -> str:
    """Strike out four signs by four of a password, and leave a sentence of short words alone."""
    mixed = any(sign.isdigit() for sign in found[0]) or any(part[1:] != part[1:].lower() for part in found[0].split())
    return secrecy.STRUCK if mixed else found[0]


@dataclass(frozen=True, slots=True)
class Sent:
    """One request on its way, and every way it can fail; never tells its query, its body or its secrets."""

    title: str
    method: str
    host: str
    ask: Ask

    @property
    def window(self) -> str:
        """The calls this one is counted with: those its adapter names, or else those of the same method and kind."""
        return self.ask.window or f"{self.method} {'/'.join(self.ask.path.partition('?')[0].split('/')[:4])}"

    @property
    def may_have_worked(self) -> bool:
        """Whether a lost answer leaves it open what the public sees."""
        return self.method != "GET" and not self.ask.harmless

    @contextmanager
    def as_promised(self) -> Iterator[None]:
        """Hold the reading of this request's answer. Raises: ChannelError when a field is not what was promised."""
        try:
            yield
        except reading.Malformed as error:
            late = self.late(str(error))
            if error.piece is not None:
                late.detail = self.with_answer(late.detail, as_written(error.piece), success=True)
            raise late from None

    def about(self, why: str) -> str:
        """Describe the request and what became of it, for the record; a query may be proof of who sends."""
        return f"{self.method} {self.host}{self.ask.path.partition('?')[0]}: {why}"

    def failed(self, left: bool, why: str, error: Exception) -> ChannelError:
        """Tell of a request that got no answer; `left` when a byte of it was handed to the network."""
        if left:
            return self.late(why)
        if isinstance(error, requests.exceptions.SSLError):
            return Unreachable(
                f"This PC could not make a secure connection to {self.host}.",
                f"{_NOTHING_SENT} Ask your IT team whether this PC trusts the certificate that this network shows.",
                self.about(why),
            )
        if isinstance(error, requests.exceptions.ProxyError):
            return self.stopped_by_proxy(why)
        return Unreachable(f"{self.title} cannot be reached from this PC just now.", TRIES_AGAIN, self.about(why))

    def late(self, why: str) -> ChannelError:
        """Tell of a request that left and got no clear answer."""
        if self.may_have_worked:
            return Unconfirmed(
                f"{self.title} did not give a clear answer.",
                "It may have worked. PCC Desk looks there before it sends anything again.",
                self.about(why),
            )
        return ServiceDown(f"{self.title} cannot answer just now.", TRIES_AGAIN, self.about(why))

    def unreadable(self, code: int, content: bytes, why: str) -> ChannelError:
        """Tell of an answer that is not JSON."""
        if code == 401:
            return self.signed_out()
        if code == 413:
            return Rejected(
                f"{self.title} says this is too big.", "Make it smaller, then send it again.", self.about("413")
            )
        page = content.lstrip().startswith(b"<")
        if self.may_have_worked or code >= 500 or code == 408 or not page:
            return self.late(f"{code} {'web page' if page else why}")
        return ServiceDown(
            f"{self.title} answered with a web page where PCC Desk expected something else.",
            f"If this network asks people to sign in, do that in a web browser first. {TRIES_AGAIN}",
            self.about(f"{code} web page"),
        )

    def refused(self, code: int, body: object) -> ChannelError:
        """Tell of an answer that is JSON and not a success, with the answer itself under the details."""
        error = self._refused(code, body)
        error.detail = self.with_answer(error.detail, as_written(body))
        return error

    def _refused(self, code: int, body: object) -> ChannelError:
        if code >= 500 or code == 408 or code < 400:
            return self.late(str(code))
        if code == 401:
            return self.signed_out()
        reason = self.redact(reason_of(body))
        detail = self.about(f"{code} {reason}")
        if code in (404, 410) and self.method in ("GET", "DELETE"):
            return Gone(f"{self.title} does not have it any more.", detail=detail)
        said = f": “{reason}”" if reason else "."
        if self.method == "GET":
            return Rejected(f"{self.title} refused to show it{said}", _ASKS_AGAIN, detail)
        return Rejected(f"{self.title} refused it{said}", NOT_POSTED, detail)

    def signed_out(self) -> Unauthorized:
        """Tell that the sign-in is not accepted."""
        return Unauthorized(
            f"{self.title} does not accept this sign-in.",
            "Sign in again in Settings. Everything is kept until then.",
            self.about("401"),
        )

    def stopped_by_proxy(self, why: str) -> Unreachable:
        """Tell that the network's own gate stopped the request."""
        return Unreachable(
            f"This network did not let PCC Desk through to {self.title}.",
            f"{_NOTHING_SENT} Ask your IT team to allow {self.host}. {TRIES_AGAIN}",
            self.about(why),
        )

    def too_many(self, until: datetime, narrow: bool = False) -> RateLimited:
        """Tell that the platform wants to be left alone for a while; `narrow`: by calls of this window only."""
        told = f"{self.title} asked PCC Desk to wait a little."
        return RateLimited(told, until, "It goes on by itself.", self.about("429"), narrow)

    def moved(self, why: str) -> ServiceDown:
        """Tell of a redirect the desk does not follow."""
        return ServiceDown(
            f"{self.title} has moved to another address.",
            CONNECT_ANEW,
            self.about(why),
        )

    def with_answer(self, detail: str, content: bytes, success: bool = False) -> str:
        """Add to a detail what the server answered, in one line of plain words without secrets, cut when it is long.

        Of a `success` that cannot be read nothing is told that could be a secret of the server's own making.
        """
        if success and self.ask.secretive:
            return detail
        words = content[:_READ_OF_AN_ANSWER].decode("utf-8", "replace")
        if words.lstrip().startswith("<"):
            words = _SCRIPTS.sub(" ", words)
        words = _TAGS.sub(" ", words)
        words = _SECRET_ASSIGNED.sub(r"\1[secret]", _SECRET_BY_NAME.sub(r'\1"[secret]"', words))
        words = self.redact(words, _READ_OF_AN_ANSWER)
        words = _UNBROKEN.sub(secrecy.STRUCK, words) if success else words
        words = words if len(words) <= _LONGEST_ANSWER else f"{words[: _LONGEST_ANSWER - 1]}…"
        return f"{detail}{_ANSWER}{words}" if words and _ANSWER not in detail else detail

    def redact(self, said: str, longest: int = _LONGEST_REASON) -> str:
        """Give one short line of a platform's words without any secret of this request."""
        said = secrecy.strike(html.unescape(said[:_READ_OF_AN_ANSWER]), self._secrets())
        said = _APP_PASSWORD.sub(_struck, _SECRET_LIKE.sub(secrecy.STRUCK, " ".join(said.split())))
        return said if len(said) <= longest else f"{said[: longest - 1]}…"

    def _secrets(self) -> Iterable[str]:
        yield from secrecy.of_headers(self.ask.headers)
        yield from secrecy.of_query(self.ask.path.partition("?")[2])
        for written in (self.ask.body, self.ask.form, self.ask.query):
            for name, value in (written or {}).items():
                if name in _SECRET_FIELDS and isinstance(value, str) and value:
                    yield value
