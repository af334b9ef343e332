"""An authorization server on this PC, as strict as the real ones: single-use codes, PKCE, exact redirect addresses."""

import base64
import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlencode

from pcc_desk.rehearsal.loopback import Hosted, Loopback, Reply, Request

AUTHORIZE, TOKEN = "/oauth/authorize", "/oauth/token"


@dataclass(frozen=True, slots=True)
class Issued:
    """A code on its way, and what it is bound to."""

    client_id: str
    redirect_uri: str
    challenge: str
    scopes: str


@dataclass
class Terms:
    """How the server grants: what a test or a rehearsal may want otherwise."""

    refuses: str = ""  # the error a person's "no" gives
    issuer: str = ""  # stands in every answer, where given
    lasts: int | None = 7200  # seconds
    grants: str | None = None  # scopes granted whatever was asked
    rotates: bool = True  # a refresh token works once
    extra: Mapping[str, object] = field(default_factory=dict)


class Authorizer(Hosted):
    """Says yes for the person to every app it knows; also to be asked by another rehearsal server, with `answer`."""

    def __init__(self, apps: Mapping[str, str], terms: Terms | None = None) -> None:
        """Know `apps`, secrets by client id; "" makes a public app."""
        self._apps = dict(apps)
        self.terms = terms or Terms()
        self.codes: dict[str, Issued] = {}
        self.access: dict[str, str] = {}  # scopes by token
        self.refresh: dict[str, str] = {}
        self.asked: list[Request] = []  # every call of the token endpoint
        self.misbehave: Callable[[Request], Reply] | None = None  # answers at the token endpoint instead
        self._server = Loopback(lambda request: self.answer(request) or Reply({}, 404))
        self.url = self._server.url

    def answer(self, request: Request) -> Reply | None:
        """Answer at the two addresses of a sign-in; None for any other."""
        if request.path == AUTHORIZE and request.method == "GET":
            return self._authorize(request)
        if request.path == TOKEN and request.method == "POST":
            self.asked.append(request)
            return self.misbehave(request) if self.misbehave else self._token(request)
        return None

    def issue(self, client_id: str, redirect_uri: str, challenge: str = "", scopes: str = "") -> str:
        """Make a code, as the page does when the person says yes."""
        code = secrets.token_urlsafe(16)
        self.codes[code] = Issued(client_id, redirect_uri, challenge, scopes)
        return code

    def stale(self) -> None:
        """Let every access token end now; refresh tokens stay."""
        self.access.clear()

    def revoke(self) -> None:
        """Take every sign-in back."""
        self.access.clear()
        self.refresh.clear()

    def _authorize(self, request: Request) -> Reply:
        client, back = request.first("client_id"), request.first("redirect_uri")
        if client not in self._apps or not back.startswith(("http://127.0.0.1:", "http://localhost:")):
            return Reply({"error": "invalid_request"}, 400)
        fields = {"state": request.first("state")}
        if self.terms.issuer:
            fields["iss"] = self.terms.issuer
        if self.terms.refuses:
            fields["error"] = self.terms.refuses
        else:
            fields["code"] = self.issue(client, back, request.first("code_challenge"), request.first("scope"))
        return Reply({}, 302, {"Location": f"{back}?{urlencode(fields)}"})

    def _token(self, request: Request) -> Reply:
        form = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        client, secret = _credentials(request, form)
        if client not in self._apps or self._apps[client] != secret:
            return Reply({"error": "invalid_client"}, 401)
        if form.get("grant_type") == "refresh_token":
            scopes = self.refresh.get(form.get("refresh_token", ""))
            if scopes is None:
                return Reply({"error": "invalid_grant"}, 400)
            if self.terms.rotates:
                del self.refresh[form["refresh_token"]]
            return self._grant(scopes, self.terms.rotates)
        issued = self.codes.pop(form.get("code", ""), None)  # a code that was tried is spent
        verifier = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        made = base64.urlsafe_b64encode(verifier).rstrip(b"=").decode()
        if issued is None or (issued.client_id, issued.redirect_uri) != (client, form.get("redirect_uri")):
            return Reply({"error": "invalid_grant"}, 400)
        if issued.challenge and issued.challenge != made:
            return Reply({"error": "invalid_grant"}, 400)
        return self._grant(issued.scopes, True)

    def _grant(self, scopes: str, renewable: bool) -> Reply:
        scopes = scopes if self.terms.grants is None else self.terms.grants
        access = secrets.token_urlsafe(24)
        self.access[access] = scopes
        body: dict[str, object] = {"access_token": access, "token_type": "Bearer", "scope": scopes}
        if renewable:
            body["refresh_token"] = refresh = secrets.token_urlsafe(24)
            self.refresh[refresh] = scopes
        if self.terms.lasts is not None:
            body["expires_in"] = self.terms.lasts
        return Reply(body | dict(self.terms.extra))


def _credentials(request: Request, form: Mapping[str, str]) -> tuple[str, str]:
    basic = request.headers.get("authorization", "").removeprefix("Basic ")
    if basic:
        client, _, secret = base64.b64decode(basic).decode().partition(":")
        return unquote(client), unquote(secret)
    return form.get("client_id", ""), form.get("client_secret", "")
