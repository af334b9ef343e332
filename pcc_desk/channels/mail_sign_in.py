"""Signing in to a mailbox: its servers found where they can be, its password or token, and its list of people."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from pcc_desk.channels import oauth, oauth_tokens
from pcc_desk.channels.mail_line import Server, Sign, imap, smtp
from pcc_desk.channels.mail_lists import is_address, people_in
from pcc_desk.channels.opening import Entering, Opening
from pcc_desk.channels.wire import Wire
from pcc_desk.errors import ChannelError, Rejected, Unauthorized
from pcc_desk.model.account import Identity
from pcc_desk.model.channel import Secrets

_MICROSOFT = "https://login.microsoftonline.com"
_SCOPES = (
    "https://outlook.office.com/IMAP.AccessAsUser.All",
    "https://outlook.office.com/SMTP.Send",
    "offline_access",
)
# Servers of the large providers, from their own help pages; everybody else's are tried by their usual names.
_KNOWN = {
    "gmail.com": ("imap.gmail.com:993", "smtp.gmail.com:465"),
    "googlemail.com": ("imap.gmail.com:993", "smtp.gmail.com:465"),
    "outlook.com": ("outlook.office365.com:993", "smtp-mail.outlook.com:587"),
    "hotmail.com": ("outlook.office365.com:993", "smtp-mail.outlook.com:587"),
    "icloud.com": ("imap.mail.me.com:993", "smtp.mail.me.com:587"),
    "btinternet.com": ("mail.btinternet.com:993", "mail.btinternet.com:465"),
}
_OFFICE = ("outlook.office365.com:993", "smtp.office365.com:587")
_NO_SERVER = "Ask your IT team for both servers and write them into the two fields."


@dataclass(frozen=True, slots=True)
class Post:
    """Both servers of an address, whom its bulletin goes to, and how to sign in."""

    incoming: Server
    outgoing: Server
    bulletin: str
    recipients: tuple[str, ...]
    user: str
    secrets: Secrets
    tokens: oauth_tokens.Tokens | None

    def sign(self) -> Sign:
        """Give the proof of who we are, as it is good now. Raises: ChannelError."""
        if self.tokens is not None:
            return Sign(self.user, token=self.tokens.current())
        return Sign(self.user, self.secrets.get("password") or "")


def enter(entering: Entering) -> Identity:
    """Sign in to both servers and keep what opening needs. Raises: ChannelError."""
    given, secrets = entering.given, entering.secrets
    address = given.handle.strip()
    if not is_address(address):
        raise Rejected("This is not an email address.", "Write it like office@example.org.")
    more = {name: value.strip() for name, value in given.more.items()}
    people = people_in(more["recipients"]) if more.get("recipients") else ()
    bulletin = more.get("bulletin", "")
    if bulletin and not is_address(bulletin):
        raise Rejected("The address of the bulletin list is not an email address.", "Copy it again as a whole.")
    sign = _sign(entering, address, more.get("user", "") or address)
    incoming, outgoing = _find(address, more, sign, is_microsoft=given.way == "microsoft")
    secrets.put("imap", str(incoming))
    secrets.put("smtp", str(outgoing))
    secrets.put("user", sign.user)
    secrets.put("bulletin", bulletin)
    secrets.put("recipients", json.dumps(people))
    name = address.partition("@")[0].replace(".", " ").title()
    return Identity(address.lower(), address, name, f"imaps://{incoming}")


def open_post(opening: Opening) -> Post:
    """Give what was kept of an account; nothing is sent yet."""
    secrets = opening.secrets
    tokens = None
    if secrets.get("access"):
        app = oauth_tokens.kept_app(secrets)
        wire = opening.wire.at(_MICROSOFT, "Microsoft 365")
        tokens = oauth_tokens.Tokens(secrets, oauth.renewer(wire, _plan(), app))
    return Post(
        Server.read(secrets.get("imap") or "", 993),
        Server.read(secrets.get("smtp") or "", 465),
        secrets.get("bulletin") or "",
        tuple(json.loads(secrets.get("recipients") or "[]")),
        secrets.get("user") or "",
        secrets,
        tokens,
    )


def _sign(entering: Entering, address: str, user: str) -> Sign:
    secrets = entering.secrets
    if entering.given.way == "microsoft":
        app = oauth.app_of(entering.given)
        wire = Wire(_MICROSOFT, title="Microsoft 365")
        grant = oauth.authorize(Entering(wire, entering.given, secrets, entering.browser), _plan(address), app)
        oauth_tokens.keep_app(app, secrets)
        oauth_tokens.keep(grant, secrets)
        return Sign(address, token=grant.access)
    secrets.put("password", entering.given.secret)
    return Sign(user, entering.given.secret)


def _plan(address: str = "") -> oauth.Plan:
    place = f"{_MICROSOFT}/organizations/oauth2/v2.0"
    return oauth.Plan(
        "Microsoft 365",
        f"{place}/authorize",
        f"{place}/token",
        _SCOPES,
        "/microsoft",
        extra={"login_hint": address} if address else {},
    )


def _find(address: str, more: dict[str, str], sign: Sign, is_microsoft: bool) -> tuple[Server, Server]:
    domain = address.rpartition("@")[2].lower()
    known = _OFFICE if is_microsoft else _KNOWN.get(domain)
    ins = [more.get("imap", "")] if more.get("imap") else [known[0]] if known else list(_guesses("imap", domain))
    outs = [more.get("smtp", "")] if more.get("smtp") else [known[1]] if known else list(_guesses("smtp", domain))
    return _first_in(ins, sign), _first_out(outs, sign)


def _guesses(kind: str, domain: str) -> Iterator[str]:
    for host in (f"{kind}.{domain}", f"mail.{domain}", domain):
        yield from ([f"{host}:993"] if kind == "imap" else [f"{host}:465", f"{host}:587"])


def _first_in(candidates: list[str], sign: Sign) -> Server:
    failure: ChannelError | None = None
    for each in candidates:
        server = Server.read(each, 993)
        try:
            with imap(server, sign, 20.0):
                return server
        except Unauthorized:
            raise
        except ChannelError as error:
            failure = error
    raise _not_found("incoming", candidates, failure)


def _first_out(candidates: list[str], sign: Sign) -> Server:
    failure: ChannelError | None = None
    for each in candidates:
        server = Server.read(each, 465)
        try:
            with smtp(server, sign, 20.0):
                return server
        except Unauthorized:
            raise
        except ChannelError as error:
            failure = error
    raise _not_found("outgoing", candidates, failure)


def _not_found(which: str, candidates: list[str], failure: ChannelError | None) -> ChannelError:
    if failure is not None and len(candidates) == 1:
        return failure
    return Rejected(f"PCC Desk found no server for {which} email.", _NO_SERVER, ", ".join(candidates))
