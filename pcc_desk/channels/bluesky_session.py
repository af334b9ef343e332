"""Signing in to Bluesky: finding a member's home server, app passwords, and tokens that renew themselves."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from pcc_desk.channels import reading
from pcc_desk.channels.failures import Ask, nothing_public_yet
from pcc_desk.channels.wire import Answer, Wire
from pcc_desk.errors import Rejected
from pcc_desk.model.account import Identity, SignIn
from pcc_desk.model.channel import Secrets

_REFUSED = frozenset({400, 401})
_STALE = frozenset({"ExpiredToken", "InvalidToken"})
_COMMON_SERVER = ".bsky.social"


@dataclass(frozen=True, slots=True)
class Directories:
    """Where members are looked up who gave no server: the entry server and the directory of did:plc names."""

    entry: str = "https://bsky.social"
    plc: str = "https://plc.directory"


class Session:
    """The signed-in wire of one account; tokens are renewed by one thread at a time and kept before they are used."""

    def __init__(self, wire: Wire, secrets: Secrets) -> None:
        self.wire = wire
        self._secrets = secrets
        self._renewing = threading.Lock()

    def get(self, ask: Ask) -> Answer:
        """Read as the account. Raises: ChannelError."""
        return self._signed("GET", self.wire.get, ask)

    def post(self, ask: Ask) -> Answer:
        """Write as the account. Raises: ChannelError."""
        return self._signed("POST", self.wire.post, ask)

    def _signed(self, method: str, send: Callable[[Ask], Answer], ask: Ask) -> Answer:
        token = self._secrets.get("access") or ""
        answer = send(_with_token(ask, token))
        if _is_stale(answer):  # refused before anything was done, so asking again is safe
            with nothing_public_yet():
                token = self._renew(token)
            answer = send(_with_token(ask, token))
        if answer.code in _REFUSED and answer.code not in ask.accept:
            raise self.wire.sent(method, ask).refused(answer.code, answer.body)
        return answer

    def _renew(self, stale: str) -> str:
        with self._renewing:
            current = self._secrets.get("access") or ""
            if current != stale:
                return current
            refresh = self._secrets.get("refresh") or ""
            ask = Ask("/xrpc/com.atproto.server.refreshSession", accept=_REFUSED, harmless=True)
            answer = self.wire.post(_with_token(ask, refresh))
            if answer.code in _REFUSED:
                identifier, password = self._secrets.get("identifier") or "", self._secrets.get("password") or ""
                answer = create(self.wire, identifier, password)
            return keep_tokens(self.wire, answer, self._secrets)


def create(wire: Wire, identifier: str, password: str) -> Answer:
    """Open a session with an app password. Raises: ChannelError."""
    body = {"identifier": identifier, "password": password}
    return wire.post(Ask("/xrpc/com.atproto.server.createSession", body=body, harmless=True))


def keep_tokens(wire: Wire, answer: Answer, secrets: Secrets) -> str:
    """Keep the tokens of a new session and give the one for requests. Raises: ServiceDown."""
    with wire.sent("GET", Ask("/xrpc/com.atproto.server.createSession")).as_promised():
        access, refresh = reading.text(answer.body, "accessJwt"), reading.text(answer.body, "refreshJwt")
    # The old refresh token is dead by now: the new one comes first, so that a crash in between loses nothing.
    secrets.put("refresh", refresh)
    secrets.put("access", access)
    return access


def sign_in(wire: Wire, given: SignIn, secrets: Secrets, directories: Directories) -> Identity:
    """Sign in on the server named, or on the member's own as the directories tell. Raises: ChannelError."""
    identifier = given.handle.strip().removeprefix("@").strip()
    password = given.secret.strip()
    if not given.address.strip():
        identifier = identifier if "." in identifier else f"{identifier}{_COMMON_SERVER}"
        wire = _home_of(wire.at(directories.entry), identifier, directories)
    else:
        wire = wire.at(given.address)
    answer = create(wire, identifier, password)
    if urlsplit(wire.address).hostname == urlsplit(directories.entry).hostname:
        # The entry server signs members in, but their posts live on a server of their own.
        wire = wire.at(_server_in(reading.dig(answer.body, "didDoc")) or wire.address)
    keep_tokens(wire, answer, secrets)
    secrets.put("identifier", identifier)
    secrets.put("password", password)
    return identify(Session(wire, secrets))


def identify(session: Session) -> Identity:
    """Ask who the session belongs to. Raises: ChannelError."""
    ask = Ask("/xrpc/com.atproto.server.getSession")
    body = session.get(ask).body
    with session.wire.sent("GET", ask).as_promised():
        did, handle = reading.text(body, "did"), reading.text(body, "handle")
    look = Ask("/xrpc/app.bsky.actor.getProfile", {"actor": did}, accept=frozenset({400, 404, 500, 501, 502, 503}))
    name = reading.text_or_none(session.get(look).body, "displayName")  # a server without the app has no names
    return Identity(did, handle, name or handle, session.wire.address)


def _home_of(entry: Wire, identifier: str, directories: Directories) -> Wire:
    # Every step is taken from the entry server's wire, which no member's own record may lead into this network.
    if "@" in identifier:  # an e-mail address is known to the entry server only
        return entry
    ask = Ask("/xrpc/com.atproto.identity.resolveHandle", {"handle": identifier}, accept=_REFUSED)
    did = reading.text_or_none(entry.get(ask).body, "did")
    document: object = None
    if did.startswith("did:plc:"):
        document = entry.at(directories.plc).get(Ask(f"/{did}")).body
    elif did.startswith("did:web:"):
        document = entry.at(did.removeprefix("did:web:")).get(Ask("/.well-known/did.json")).body
    home = _server_in(document)
    if not home:
        raise Rejected(
            f"Bluesky does not know the name @{identifier}.",
            "Check the name. It looks like office.bsky.social, or like the address of a website.",
        )
    return entry.at(home)


def _server_in(document: object) -> str:
    for service in _services(document):
        if reading.text_or_none(service, "id").endswith("#atproto_pds"):
            return reading.text_or_none(service, "serviceEndpoint")
    return ""


def _services(document: object) -> list[object]:
    found = reading.dig(document, "service")
    return found if isinstance(found, list) else []


def _with_token(ask: Ask, token: str) -> Ask:
    return replace(ask, headers={**ask.headers, "Authorization": f"Bearer {token}"}, accept=ask.accept | _REFUSED)


def _is_stale(answer: Answer) -> bool:
    return answer.code == 401 or (answer.code == 400 and reading.text_or_none(answer.body, "error") in _STALE)
