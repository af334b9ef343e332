"""Meta's Graph API, shared by its platforms: signed requests, its errors read as what they mean, and paging."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from urllib.parse import parse_qsl, urlencode, urlsplit

from pcc_desk.channels import addresses, reading
from pcc_desk.channels.failures import Ask, Query, Sent, reason_of
from pcc_desk.channels.graph_usage import Usage
from pcc_desk.channels.wire import Answer, Judge, Wire
from pcc_desk.errors import ChannelError, Gone, Rejected, Unauthorized

HOST = "https://graph.facebook.com"
VERSION = "v26.0"  # current in November 2026; a version is served for two years

# https://developers.facebook.com/docs/graph-api/guides/error-handling and .../overview/rate-limiting
_DEAD = frozenset({102, 190, 463, 467})
_TOO_MANY = frozenset({4, 17, 18, 32, 341, 613, *range(80_000, 80_010), 80_014})
_TRY_LATER = frozenset({1, 2})
# 506: the same words twice, told also when the first time had failed; 368: held to be abuse, told also after it worked.
_MAYBE_DONE = frozenset({368, 506})
_PERMISSION = frozenset({3, 10, *range(200, 300)})
_NOT_THERE = frozenset({(100, 33), (803, 0), (24, 2_207_024)})
_QUOTA_USED = 2_207_042  # Instagram takes no more today, and says so before it does anything
_HELD_BACK = 2_207_051  # an Instagram publication that is told to be too many and may be up all the same
_MAKES_PUBLIC = ("/media_publish", "/threads_publish")
_PAGING = ("after", "until", "__paging_token")
_NODE = re.compile(r"[0-9]{1,40}(?:_[0-9]{1,40}){0,2}")
_GIVE_THE_RIGHT = "Give the token the permission that is missing, and connect the account again in Settings."
NEW_TOKEN = "Make a new token, and connect the account again in Settings. Everything is kept."


@dataclass(frozen=True, slots=True)
class Call:
    """One request below the version's root: `query` for a read, `form` and `files` for a write; see `Ask`."""

    path: str
    query: Query = field(default_factory=dict, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    files: Mapping[str, tuple[str, bytes, str]] | None = field(default=None, repr=False)
    harmless: bool = False
    accept: frozenset[int] = frozenset()
    urgent: bool = False
    secretive: bool = False


class Signing(Protocol):
    """Whatever gives the token for the next request."""

    def current(self) -> str:
        """Give it. Raises: ChannelError."""


class Graph:
    """The signed-in wire of one account; reads that can wait stand back before a limit of Meta's is reached."""

    def __init__(self, wire: Wire, tokens: Signing, version: str = VERSION) -> None:
        """Sign with a token of `tokens`."""
        self.wire = wire.named(wire.title, judge(wire.now))
        self._tokens = tokens
        self.version = version
        self._usage = Usage()

    def signed_by(self, tokens: Signing) -> "Graph":
        """Give the same host, signed with other tokens."""
        return Graph(self.wire, tokens, self.version)

    def at(self, address: str) -> "Graph":
        """Give the same account at another host of Meta's; on this PC all hosts are one."""
        alone = addresses.is_loopback(urlsplit(self.wire.address).hostname or "")
        return self if alone else Graph(self.wire.at(address), self._tokens, self.version)

    def token(self) -> str:
        """Give the token itself. Raises: ChannelError."""
        return self._tokens.current()

    def get(self, call: Call) -> object:
        """Read as the account, and give the body. Raises: ChannelError."""
        return self.read(call).body

    def read(self, call: Call) -> Answer:
        """Read as the account, and give the whole answer. Raises: ChannelError."""
        return self._exchange("GET", self.wire.get, call)

    def poll(self, call: Call) -> object:
        """Read what can wait: nothing is asked while the account's usage is high. Raises: ChannelError."""
        rests_until = self._usage.rests_until(self.wire.now())
        if rests_until is not None:
            raise self.wire.sent("GET", self._ask(call, "")).too_many(rests_until)
        return self.get(call)

    def post(self, call: Call) -> object:
        """Write as the account, and give the body. Raises: ChannelError."""
        return self.answer(call).body

    def answer(self, call: Call) -> Answer:
        """Write as the account, and give the whole answer. Raises: ChannelError."""
        return self._exchange("POST", self.wire.post, call)

    def delete(self, path: str) -> None:
        """Delete something; already gone is fine.

        Raises:
            Rejected: it is there and stays there.
            ChannelError: no clear answer.
        """
        try:
            self._exchange("DELETE", self.wire.delete, Call(path, harmless=True))
        except Gone:
            self._refuse_if_there(path)

    @contextmanager
    def promised(self, method: str, path: str) -> Iterator[None]:
        """Hold the reading of an answer. Raises: ChannelError when a field is not what was promised."""
        with self.wire.sent(method, Ask(f"/{self.version}/{path}")).as_promised():
            yield

    def late(self, method: str, path: str, why: str) -> ChannelError:
        """Tell of a request to this path that got no clear answer."""
        return self.wire.sent(method, Ask(f"/{self.version}/{path}")).late(why)

    def refusal(self, call: Call, answer: Answer, method: str = "POST") -> ChannelError:
        """Tell what an answer to a call means that was accepted and is a refusal, without the secrets of the call."""
        sent = self.wire.sent(method, self._ask(call, self._tokens.current()))
        return judge(self.wire.now)(sent, answer) or sent.refused(answer.code, answer.body)

    def _refuse_if_there(self, path: str) -> None:
        # The same error tells of what is gone and of what this token may not delete.
        try:
            self.get(Call(path, {"fields": "id"}))
        except Gone:
            return
        raise Rejected(f"{self.wire.title} did not delete it.", f"Delete it on {self.wire.title} itself.", path)

    def _exchange(self, method: str, send: Callable[[Ask], Answer], call: Call) -> Answer:
        answer = send(self._ask(call, self._tokens.current()))
        self._usage.note(answer.headers, self.wire.now())
        return answer

    def _ask(self, call: Call, token: str) -> Ask:
        return Ask(
            f"/{self.version}/{call.path}",
            call.query,
            {"Authorization": f"Bearer {token}"},
            form=call.form,
            files=call.files,
            harmless=call.harmless,
            accept=call.accept,
            urgent=call.urgent,
            secretive=call.secretive,
        )


def judge(now: Callable[[], datetime]) -> Judge:
    """Give the reading of the Graph API's own errors, whatever code of HTTP they come with."""

    def read(sent: Sent, answer: Answer) -> ChannelError | None:
        error = reading.dig(answer.body, "error")
        return _verdict(sent, answer, error, now()) if isinstance(error, dict) else None

    return read


def _verdict(sent: Sent, answer: Answer, error: Mapping[str, object], now: datetime) -> ChannelError | None:
    number, sub = _number(error.get("code")), _number(error.get("error_subcode"))
    said = sent.redact(reason_of(answer.body))
    detail = sent.about(f"{answer.code} {number}/{sub} {said} {sent.redact(str(error.get('fbtrace_id', '')))}".strip())
    if number in _DEAD:
        return Unauthorized(f"{sent.title} does not accept this sign-in any more.", NEW_TOKEN, detail)
    if number in _MAYBE_DONE or sub == _HELD_BACK:
        return sent.late(f"{number}/{sub}")
    if sub == _QUOTA_USED:
        return sent.too_many(Usage.opens_at(answer.headers, now))
    if number in _TOO_MANY:
        makes_public = sent.method == "POST" and sent.ask.path.endswith(_MAKES_PUBLIC)
        return sent.late(f"{number}") if makes_public else sent.too_many(Usage.opens_at(answer.headers, now))
    if answer.code >= 500 or number in _TRY_LATER or error.get("is_transient") is True:
        return sent.late(f"{answer.code} {number}/{sub}")
    if (number, sub) in _NOT_THERE:
        return Gone(f"{sent.title} does not have it any more, or does not show it to PCC Desk.", detail=detail)
    if number in _PERMISSION:
        return Rejected(f"{sent.title} does not allow this: “{said}”", _GIVE_THE_RIGHT, detail)
    return None


def _number(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def is_node(value: object) -> bool:
    """Tell whether a value can be the id of a post, a comment, a picture or a person."""
    return isinstance(value, str) and _NODE.fullmatch(value) is not None


def node(value: object, field: str = "id") -> str:
    """Give the id of a post, a comment, a picture or a container. Raises: Malformed."""
    found = reading.text(value, field)
    if not is_node(found):
        raise reading.Malformed(f"no id at {field}")
    return found


def onward(body: object) -> str:
    """Give how the next page of a list is asked for, "" at its end; the address given for it is never followed."""
    address = reading.text_or_none(body, "paging", "next")
    if not address:
        return ""
    after = reading.text_or_none(body, "paging", "cursors", "after")
    if after:
        return urlencode({"after": after})
    try:
        fields = parse_qsl(urlsplit(address).query)
    except ValueError:
        return ""
    return urlencode([(name, value) for name, value in fields if name in _PAGING])


def paged(query: Query, where: str) -> Query:
    """Give the query for the page that `onward` told of."""
    return {**query, **dict(parse_qsl(where))}


def written(value: Mapping[str, object]) -> str:
    """Give a value as the Graph API takes a structured field of a form."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


CLOSED = written({"closed": "yes"})  # the reply token of what cannot be answered from here


def place_of(token: str, title: str) -> Mapping[str, str]:
    """Read a reply token of ours: ids by what they name. Raises: Rejected."""
    try:
        place = json.loads(token)
    except ValueError:
        place = None
    if not isinstance(place, dict) or not all(isinstance(value, str) for value in place.values()):
        raise unknown_place(title)
    return place


def unknown_place(title: str) -> Rejected:
    """Tell that nobody knows what an answer answers."""
    return Rejected("PCC Desk does not know which message this answers.", f"Answer it on {title} itself.")


def unknown_post(title: str) -> Rejected:
    """Tell that a receipt names no post of ours."""
    return Rejected("PCC Desk does not know which post this is.", f"Delete it on {title} itself.")
