"""Signing in to Bluesky: finding a member's home server, app passwords, and the session they open."""

from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from pcc_desk.channels import reading
from pcc_desk.channels.failures import Ask
from pcc_desk.channels.grants import Grant, keep
from pcc_desk.channels.oauth_tokens import SignedWire, Tokens
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


def open_session(wire: Wire, secrets: Secrets) -> SignedWire:
    """Give the signed-in wire of an account."""

    def renew(grant: Grant) -> Grant:
        ask = Ask("/xrpc/com.atproto.server.refreshSession", accept=_REFUSED, harmless=True, secretive=True)
        answer = wire.post(replace(ask, headers={"Authorization": f"Bearer {grant.refresh}"}))
        if answer.code in _REFUSED:  # the app password outlives every session
            answer = create(wire, secrets.get("identifier") or "", secrets.get("password") or "")
        return granted(wire, answer)

    return SignedWire(wire, Tokens(secrets, renew), _is_stale)


def create(wire: Wire, identifier: str, password: str) -> Answer:
    """Open a session with an app password. Raises: ChannelError."""
    body = {"identifier": identifier, "password": password}
    return wire.post(Ask("/xrpc/com.atproto.server.createSession", body=body, harmless=True, secretive=True))


def granted(wire: Wire, answer: Answer) -> Grant:
    """Read the tokens of a new session. Raises: ServiceDown."""
    with wire.sent("GET", Ask("/xrpc/com.atproto.server.createSession", secretive=True)).as_promised():
        return Grant(reading.text(answer.body, "accessJwt"), reading.text(answer.body, "refreshJwt"))


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
    keep(granted(wire, answer), secrets)
    secrets.put("identifier", identifier)
    secrets.put("password", password)
    return identify(open_session(wire, secrets))


def identify(session: SignedWire) -> Identity:
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


def _is_stale(answer: Answer) -> bool:
    return answer.code == 401 or (answer.code == 400 and reading.text_or_none(answer.body, "error") in _STALE)
