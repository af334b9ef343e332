"""Where the servers of an email address are: as typed, as known, as its own domain tells, or by their usual names."""

from collections.abc import Iterator, Mapping, Sequence
from xml.etree import ElementTree
from xml.parsers import expat

from pcc_desk.channels.failures import Ask
from pcc_desk.channels.mail_line import Server, Sign, imap, smtp
from pcc_desk.channels.wire import Wire
from pcc_desk.errors import ChannelError, Rejected, Unauthorized

# Servers of the large providers, from their own help pages.
_KNOWN = {
    "gmail.com": ("imap.gmail.com:993", "smtp.gmail.com:465"),
    "googlemail.com": ("imap.gmail.com:993", "smtp.gmail.com:465"),
    "outlook.com": ("outlook.office365.com:993", "smtp-mail.outlook.com:587"),
    "hotmail.com": ("outlook.office365.com:993", "smtp-mail.outlook.com:587"),
    "icloud.com": ("imap.mail.me.com:993", "smtp.mail.me.com:587"),
    "btinternet.com": ("mail.btinternet.com:993", "mail.btinternet.com:465"),
}
# Only the domain itself is asked, never somebody else's list: who has which mailbox is nobody's business.
TELLING = (
    ("https://autoconfig.{domain}", "/mail/config-v1.1.xml"),
    (
        "https://{domain}",
        "/.well-known/autoconfig/mail/config-v1.1.xml",
    ),
)
_SECONDS, _TRY_SECONDS = 5.0, 20.0
_LARGEST = 100_000
_SAFE = {"SSL", "STARTTLS"}  # what the file calls an encrypted line
_NO_SERVER = "Ask your IT team for both servers and write them into the two fields."


def find(wire: Wire, address: str, typed: Mapping[str, str], sign: Sign) -> tuple[Server, Server]:
    """Give the incoming and the outgoing server that let us in. Raises: ChannelError."""
    domain = address.rpartition("@")[2].lower()
    told = _KNOWN.get(domain)
    if told is None and not (typed.get("imap") and typed.get("smtp")):
        told = ask_domain(wire, domain)
    ins = [typed["imap"]] if typed.get("imap") else [told[0]] if told else list(_guesses("imap", domain))
    outs = [typed["smtp"]] if typed.get("smtp") else [told[1]] if told else list(_guesses("smtp", domain))
    return _first_in(ins, sign), _first_out(outs, sign)


def ask_domain(wire: Wire, domain: str) -> tuple[str, str] | None:
    """Ask a domain for the servers of its mail ("autoconfig"); None when it does not tell."""
    for base, path in TELLING:
        try:
            there = wire.elsewhere(base.format(domain=domain))
            said = there.get(Ask(path, seconds=_SECONDS, raw=True)).body
        except ChannelError:
            continue
        if isinstance(said, bytes) and (found := read_told(said)) is not None:
            return found
    return None


def read_told(said: bytes) -> tuple[str, str] | None:
    """Read a domain's file of settings: the first encrypted IMAP and SMTP server in it, or None."""
    # A file of settings declares nothing; one that does may be made to grow without end when it is read.
    if len(said) > _LARGEST or b"<!" in said.replace(b"<!--", b""):
        return None
    try:
        tree = ElementTree.fromstring(said)
    except (ElementTree.ParseError, expat.ExpatError, ValueError, LookupError):
        return None
    ins = list(_servers(tree, "incomingServer", "imap"))
    outs = list(_servers(tree, "outgoingServer", "smtp"))
    return (ins[0], outs[0]) if ins and outs else None


def _servers(tree: ElementTree.Element, kind: str, protocol: str) -> Iterator[str]:
    for each in tree.iter(kind):
        words = {part.tag: (part.text or "").strip() for part in each}
        if each.get("type", "").lower() == protocol and words.get("socketType", "").upper() in _SAFE:
            try:
                yield str(Server.read(f"{words.get('hostname', '')}:{words.get('port', '')}", 0))
            except Rejected:
                continue


def _guesses(kind: str, domain: str) -> Iterator[str]:
    for host in (f"{kind}.{domain}", f"mail.{domain}", domain):
        yield from ([f"{host}:993"] if kind == "imap" else [f"{host}:465", f"{host}:587"])


def _first_in(candidates: Sequence[str], sign: Sign) -> Server:
    failure: ChannelError | None = None
    for each in candidates:
        server = Server.read(each, 993)
        try:
            with imap(server, sign, _TRY_SECONDS):
                return server
        except Unauthorized:
            raise
        except ChannelError as error:
            failure = error
    raise _not_found("incoming", candidates, failure)


def _first_out(candidates: Sequence[str], sign: Sign) -> Server:
    failure: ChannelError | None = None
    for each in candidates:
        server = Server.read(each, 465)
        try:
            with smtp(server, sign, _TRY_SECONDS):
                return server
        except Unauthorized:
            raise
        except ChannelError as error:
            failure = error
    raise _not_found("outgoing", candidates, failure)


def _not_found(which: str, candidates: Sequence[str], failure: ChannelError | None) -> ChannelError:
    if failure is not None and len(candidates) == 1:
        return failure
    return Rejected(f"PCC Desk found no server for {which} email.", _NO_SERVER, ", ".join(candidates))
