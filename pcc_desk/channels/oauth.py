"""Signing in through the system's web browser (RFC 8252): one page visited, one answer taken, one code exchanged.

An adapter gives a `Plan` and the office's `App`, and gets a `Grant`; `oauth_tokens` keeps it and renews it.
"""

import re
import time
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from secrets import token_urlsafe
from typing import Literal
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from pcc_desk.channels import addresses, oauth_door, reading
from pcc_desk.channels.failures import Ask, Sent, as_written
from pcc_desk.channels.grants import SIGNS, App, Grant, signed_out
from pcc_desk.channels.oauth_door import Callback, Door
from pcc_desk.channels.oauth_fields import APP_ID, APP_SECRET, app_fields
from pcc_desk.channels.opening import Entering
from pcc_desk.channels.wire import Answer, Wire
from pcc_desk.errors import ChannelError, Rejected
from pcc_desk.model.account import SignIn

__all__ = [
    "App",
    "Grant",
    "Plan",
    "app_fields",
    "app_of",
    "authorize",
    "authorize_by_code",
    "exchange",
    "renewer",
    "signed_out",
]
Now = Callable[[], datetime]  # gives the moment as aware UTC
WAIT_SECONDS = 180.0  # the door stands open for a person who types a password and a code
CODE_SECONDS = 600.0  # for one who copies a code by hand; no server takes it for longer
SHOWN = "urn:ietf:wg:oauth:2.0:oob"  # the way back that is none: the page shows the code
_LOOK = 0.1  # s
AGAIN = "Start the sign-in again."
CANCELLED = "You stopped the sign-in."
_LONGEST_TOKEN = 16_384
_LONGEST_LIFE = timedelta(days=3650)
_REFUSED = frozenset({400, 401, 403})
_OWN_FIELDS = frozenset(
    {"access_token", "refresh_token", "token_type", "expires_in", "scope", "id_token", "refresh_token_expires_in"}
)
_PLAIN_WORDS = re.compile(r"[\w .,;:'()-]{1,200}", re.ASCII)
_ERROR_NAME = re.compile(r"[a-z0-9_.-]{1,60}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Plan:
    """How one platform, called by its `title`, signs people in: the page visited and the endpoint that gives tokens.

    `ports` are tried in turn, (0,) means any free one; `path` is this platform's alone, so that no other provider's
    answer can pass for its own. `scopes` are asked for, and `needed` ones refused to do without. `secret_in` says where
    the app's secret goes; `extra` are further fields of the page visited. `issuer`, where given, must stand in the
    answer (RFC 9207). `host` is what the way back calls this PC, for a platform that takes no number.
    """

    title: str
    authorize: str
    token: str
    scopes: tuple[str, ...]
    path: str
    ports: tuple[int, ...] = (0,)
    secret_in: Literal["body", "basic", "none"] = "none"
    extra: Mapping[str, str] = field(default_factory=dict)
    pkce: bool = True
    issuer: str = ""
    needed: tuple[str, ...] = ()
    between_scopes: str = " "
    host: str = oauth_door.HOST


def app_of(given: SignIn) -> App:
    """Read the office's app from what a person typed. Raises: Rejected."""
    client_id, secret = given.more.get(APP_ID, "").strip(), given.more.get(APP_SECRET, "").strip()
    if not SIGNS.fullmatch(client_id) or (secret and not SIGNS.fullmatch(secret)):
        raise Rejected("The app ID or the app secret cannot be right.", "Copy both again, each as a whole.")
    return App(client_id, secret)


def present() -> datetime:
    """Give this PC's moment as aware UTC."""
    return datetime.now(UTC)


def authorize(entering: Entering, plan: Plan, app: App, seconds: float = WAIT_SECONDS, now: Now = present) -> Grant:
    """Sign in through the web browser, waiting `seconds` at most for the person.

    Raises:
        Rejected: refused, given up, too late, or no port is free; no token was taken.
        ChannelError: the code could not be exchanged.
    """
    addresses.whole(plan.authorize)  # before a port is opened for nothing
    with Door(plan.ports, plan.path, plan.host) as door:
        back = _Back(door.url)
        entering.browser.visit(_page(plan, app, back))
        for callback in door.callbacks(seconds, entering.browser.is_cancelled):
            code = _code(callback, _Expected(plan.title, back.state, plan.issuer))
            if code:
                break
        else:
            raise _no_answer(entering.browser.is_cancelled())
    return _exchanged(entering, plan, app, back.asked(plan, code), now)


def authorize_by_code(
    entering: Entering, plan: Plan, app: App, seconds: float = CODE_SECONDS, now: Now = present
) -> Grant:
    """Sign in with the code that the page in the web browser shows, waiting `seconds` at most until it is typed.

    Raises:
        Rejected: refused, given up, or too late; no token was taken.
        ChannelError: the code could not be exchanged.
    """
    back, ends = _Back(SHOWN), time.monotonic() + seconds
    entering.browser.visit(_page(plan, app, back))
    while not (code := entering.browser.typed_code()):
        if entering.browser.is_cancelled():
            raise _no_answer(True)
        if time.monotonic() > ends:
            raise Rejected("The code was not typed in time.", f"{AGAIN} Type the code while PCC Desk waits for it.")
        time.sleep(_LOOK)
    if not _is_code(code):
        raise Rejected("This is not the code the page shows.", f"{AGAIN} Copy the whole code and nothing else.")
    return _exchanged(entering, plan, app, back.asked(plan, code), now)


def renewer(wire: Wire, plan: Plan, app: App, now: Now = present) -> Callable[[Grant], Grant]:
    """Give the function that renews a grant of this plan with its refresh token.

    Raises (the function):
        Unauthorized: the sign-in is over.
        ChannelError: no clear answer; the refresh token may still be good.
    """

    def renew(grant: Grant) -> Grant:
        if not grant.refresh:
            raise signed_out(plan.title, "no refresh token")
        try:
            return exchange(wire, plan, app, {"grant_type": "refresh_token", "refresh_token": grant.refresh}, now)
        except Rejected as error:
            raise signed_out(plan.title, error.detail) from None

    return renew


def exchange(wire: Wire, plan: Plan, app: App, asked: Mapping[str, str], now: Now = present) -> Grant:
    """Ask a token endpoint once, following no redirect.

    Raises:
        Rejected: the platform refused.
        ChannelError: no clear answer.
    """
    form, headers = dict(asked), {}
    if plan.secret_in == "basic":
        pair = f"{quote(app.client_id, safe='')}:{quote(app.secret, safe='')}"
        headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
    else:
        form["client_id"] = app.client_id
        if plan.secret_in == "body":
            form["client_secret"] = app.secret
    path, query = urlsplit(plan.token).path, dict(_query(plan.token))
    # Nothing the public sees hangs on a lost answer here, so it fails as a read does.
    ask = Ask(path, query, headers, form=form, accept=_REFUSED, harmless=True, secretive=True)
    there = wire.at(addresses.origin(plan.token), plan.title)
    answer = there.post(ask)
    if answer.code in _REFUSED:
        raise _refusal(there.sent("POST", ask), answer)
    with there.sent("POST", ask).as_promised():
        return _grant(answer.body, plan, now())


@dataclass(frozen=True, slots=True)
class _Expected:
    """What the one right answer must carry."""

    title: str
    state: str = field(repr=False)
    issuer: str


@dataclass(frozen=True, slots=True)
class _Back:
    """The way back of one sign-in, and what only its answer and its exchange know."""

    url: str
    state: str = field(default_factory=lambda: token_urlsafe(32), repr=False)
    verifier: str = field(default_factory=lambda: token_urlsafe(64), repr=False)

    def asked(self, plan: Plan, code: str) -> dict[str, str]:
        """Give what is sent to have the code exchanged."""
        proof = {"code_verifier": self.verifier} if plan.pkce else {}
        return {"grant_type": "authorization_code", "code": code, "redirect_uri": self.url, **proof}


def _page(plan: Plan, app: App, back: _Back) -> str:
    fields = {
        "response_type": "code",
        "client_id": app.client_id,
        "redirect_uri": back.url,
        **({"scope": plan.between_scopes.join(plan.scopes)} if plan.scopes else {}),
        "state": back.state,
        **(_challenge(back.verifier) if plan.pkce else {}),
        **plan.extra,
    }
    query = urlencode([*_query(plan.authorize), *fields.items()], quote_via=quote)
    return f"{addresses.whole(plan.authorize)}?{query}"


def _exchanged(entering: Entering, plan: Plan, app: App, asked: Mapping[str, str], now: Now) -> Grant:
    grant = exchange(entering.wire, plan, app, asked, now)
    if entering.browser.is_cancelled():
        raise _no_answer(True)
    return grant


def _is_code(code: str) -> bool:
    return len(code) <= _LONGEST_TOKEN and all(" " <= sign <= "~" for sign in code)


def _code(callback: Callback, expected: _Expected) -> str:
    """Give the code of the right answer, or "" for a request that is not it. Raises: Rejected when it says no."""
    found = {name: values[0] for name, values in callback.fields.items() if len(values) == 1}
    state, code, error = found.get("state", ""), found.get("code", ""), found.get("error", "")
    right = len(found) == len(callback.fields) and compare_digest(state.encode(), expected.state.encode())
    if not right or (expected.issuer and found.get("iss") != expected.issuer) or bool(code) == bool(error):
        callback.answer(oauth_door.NOT_OURS, 400)
        return ""
    if code and not _is_code(code):
        callback.answer(oauth_door.NOT_OURS, 400)
        return ""
    callback.answer(oauth_door.CLOSE_THIS_PAGE, 200)
    if error:
        raise _not_allowed(expected.title, error, found.get("error_description", ""))
    return code


def _not_allowed(title: str, error: str, why: str) -> Rejected:
    named = error if _ERROR_NAME.fullmatch(error) else "an error without a name"
    named = f"{named}: {why}" if _PLAIN_WORDS.fullmatch(why) else named  # anybody may have written into an address
    if error == "access_denied":
        return Rejected(f"The sign-in was refused on the page of {title}.", f"{AGAIN} Choose to allow PCC Desk.", named)
    return Rejected(f"{title} did not sign you in.", f"Check the app ID and its settings. {AGAIN}", named)


def _no_answer(cancelled: bool) -> Rejected:
    if cancelled:
        return Rejected(CANCELLED, "Nothing was kept. You can start it again at any time.")
    return Rejected("No answer came back from the web browser in time.", f"{AGAIN} Finish it in the page that opens.")


def _refusal(sent: Sent, answer: Answer) -> ChannelError:
    title, said = sent.title, reading.text_or_none(answer.body, "error")
    named = said if _ERROR_NAME.fullmatch(said) else ""
    detail = sent.with_answer(f"{answer.code} {named}".strip(), as_written(answer.body))
    if named in ("invalid_client", "unauthorized_client"):
        return Rejected(f"{title} does not know this app ID or app secret.", "Check both and try again.", detail)
    return Rejected(f"{title} did not accept the sign-in.", AGAIN, detail)


def _grant(body: object, plan: Plan, now: datetime) -> Grant:
    access, refresh = reading.text(body, "access_token"), reading.text_or_none(body, "refresh_token")
    kind = reading.text_or_none(body, "token_type") or "bearer"
    for token in (access, refresh or "-"):
        if not SIGNS.fullmatch(token) or len(token) > _LONGEST_TOKEN:
            raise reading.Malformed("no token that can be sent")
    if kind.lower() != "bearer":
        raise reading.Malformed("a token of another kind")
    told = reading.dig(body, "scope")
    scopes = tuple(told.replace(",", " ").split()) if isinstance(told, str) and told.strip() else plan.scopes
    if not set(plan.needed) <= set(scopes):
        missing = " ".join(sorted(set(plan.needed) - set(scopes)))
        raise Rejected(
            "PCC Desk was not given everything it needs there.",
            f"{AGAIN} Leave every box ticked.",
            f"missing: {missing}",
        )
    # The second is Google's, of an app it has not verified, and LinkedIn's: no renewing goes past it.
    ends_at, last = (_ends_at(reading.dig(body, name), now) for name in ("expires_in", "refresh_token_expires_in"))
    return Grant(access, refresh, ends_at, scopes, _more(body), last)


def _ends_at(lasts: object, now: datetime) -> datetime | None:
    written = str(lasts) if isinstance(lasts, int | float | str) and not isinstance(lasts, bool) else ""
    try:
        life = timedelta(seconds=float(written))
    except (ValueError, OverflowError):
        return None
    return now + min(max(life, timedelta()), _LONGEST_LIFE)


def _more(body: object) -> Mapping[str, str]:
    fields = body.items() if isinstance(body, dict) else ()
    return {
        name: str(value)
        for name, value in fields
        if name not in _OWN_FIELDS and isinstance(value, str | int) and not isinstance(value, bool)
    }


def _challenge(verifier: str) -> Mapping[str, str]:
    made = urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    return {"code_challenge": made, "code_challenge_method": "S256"}


def _query(address: str) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(address).query, keep_blank_values=True)
