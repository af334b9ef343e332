"""An announcement as an email, and an email as a message: built the same each time, read without trusting a byte."""

import codecs
import hashlib
import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage, Message
from email.policy import SMTP, EmailPolicy, default
from email.utils import format_datetime, getaddresses, parsedate_to_datetime
from functools import lru_cache
from itertools import islice
from typing import Any, cast

from pcc_desk.channels import mail_reports, reading, text
from pcc_desk.channels.mail_reports import Report
from pcc_desk.channels.markup import plain
from pcc_desk.model.announcement import SpanKind
from pcc_desk.model.channel import Piece

_LONGEST = 100_000  # characters of words; the whole stays in the mailbox
_LONGEST_SUBJECT = 120
_LONGEST_HEADER = 2_000  # characters that are read of one
_MOST_HEADERS = 3  # of one name that are looked through for an address
_MOST_INSIDE = 100  # letters or parts that hold others: the library takes quadratic time for those inside one another
# Codes that only Python has; no mail program writes them, and a sender who does wants something of the decoder.
_OWN = r"(?:raw[-_ ])?unicode[-_ ]escape|idna|punycode|undefined"
_OWN_CODES = re.compile(rf"(?<==\?)(?:{_OWN})(?=[*?])|(?<==)(?:{_OWN})(?=')", re.IGNORECASE)
_NO_CHARSETS = frozenset({"unicode-escape", "raw-unicode-escape", "idna", "punycode", "undefined"})
_INSIDE = re.compile(rb"boundary[*0-9]*\s*=|message/rfc822", re.IGNORECASE)


class _Bounded(EmailPolicy):
    """Reads the beginning of each header only, and once: the library takes quadratic time for one, at every look."""

    def header_fetch_parse(self, name: str, value: str) -> Any:
        """Give a header as the library reads it."""
        return _as_header(name, value[:_LONGEST_HEADER])


@lru_cache(maxsize=64)
def _as_header(name: str, value: str) -> Any:
    return default.header_fetch_parse(name, _OWN_CODES.sub("x-unknown", value))


_POLICY = cast("EmailPolicy[EmailMessage]", _Bounded())
# What the library raises on a spoilt email. It has faults of its own: `From: a@[ ` reads a name that was never given.
_FAULTS = (
    MessageError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    NameError,
    AssertionError,
    ArithmeticError,
    RuntimeError,
)


@dataclass(frozen=True, slots=True)
class Letter:
    """An email as it came in."""

    name: str
    address: str
    subject: str
    words: str
    message_id: str
    answers: str
    root: str
    mark: str  # the same for the same bytes, whatever the server calls it
    is_automatic: bool
    report: Report | None = None  # of a mail server, about an email of somebody


def message_id(piece: Piece, us: str) -> str:
    """Give the fixed id of a piece's email."""
    return f"<{piece.key}@{us.rpartition('@')[2]}>"


def build(piece: Piece, us: tuple[str, str], to: str, answered: Mapping[str, str]) -> bytes:
    """Write an email from `us` (name, address) to one address; the same piece always gives the same bytes."""
    name, address = us
    letter = EmailMessage(policy=SMTP)
    letter["From"] = Address(_line(name), addr_spec=address)
    letter["To"] = to
    letter["Subject"] = _line(piece.title or answered.get("subject", "") or _first_words(piece.text))
    letter["Date"] = format_datetime(piece.made_at)
    letter["Message-ID"] = message_id(piece, address)
    if answered:
        letter["In-Reply-To"] = answered["id"]
        letter["References"] = " ".join(dict.fromkeys([*answered.get("root", "").split(), answered["id"]]))
    else:
        letter["List-Unsubscribe"] = f"<mailto:{address}?subject=unsubscribe>"
    letter.set_content(piece.text)
    if not answered:
        page = EmailMessage(policy=SMTP)
        page.set_content(_page(piece), subtype="html")
        for number, picture in enumerate(piece.pictures):
            kind, _, subtype = picture.mime.partition("/")
            page.add_related(
                picture.content, kind, subtype, cid=f"<{number}.{piece.key}>", filename=_line(picture.name)
            )
        letter.make_alternative()
        letter.attach(page)
    _fix_boundaries(letter, piece.key)
    return letter.as_bytes()


def read(raw: bytes) -> Letter:
    """Read an email. Raises: Malformed."""
    if sum(1 for _ in _INSIDE.finditer(raw)) > _MOST_INSIDE:
        raise reading.Malformed("more parts inside one another than an email has")
    try:
        return _read(message_from_bytes(raw, policy=_POLICY), raw)
    except _FAULTS as error:
        raise reading.Malformed(f"not an email ({type(error).__name__})") from None


def _read(letter: EmailMessage, raw: bytes) -> Letter:  # type: ignore[type-arg, unused-ignore]  # see _words
    name, address = _sender(letter)
    own, above = _ids(letter, "Message-ID"), [*_ids(letter, "References"), *_ids(letter, "In-Reply-To")]
    mark = hashlib.sha256(raw).hexdigest()[:24]
    known = own[0] if own else f"<{mark}@unnamed>"
    automatic = str(letter.get("Auto-Submitted", "no")).strip().lower() not in ("no", "") or not address
    return Letter(
        name=name or address,
        address=address,
        subject=_header(letter, "Subject"),
        words=_words(letter)[:_LONGEST],
        message_id=known,
        answers=(_ids(letter, "In-Reply-To") or [""])[-1],
        root=above[0] if above else known,
        mark=mark,
        is_automatic=automatic,
        report=mail_reports.read(letter),
    )


def sent_at(raw: bytes) -> str:
    """Give the time an email says it was written, in ISO 8601, or ""."""
    try:
        return parsedate_to_datetime(str(message_from_bytes(raw, policy=_POLICY)["Date"])).isoformat()
    except _FAULTS:
        return ""


def _page(piece: Piece) -> str:
    parts, end = list[str](), 0
    for span in text.spans(piece.text):
        if span.kind is SpanKind.LINK:
            shown = html.escape(piece.text[span.start : span.end])
            parts.append(html.escape(piece.text[end : span.start]))
            parts.append(f'<a href="{html.escape(span.target)}">{shown}</a>')
            end = span.end
    words = "".join([*parts, html.escape(piece.text[end:])])
    blocks = "".join(f"<p>{block.strip()}</p>".replace("\n", "<br>") for block in words.split("\n\n") if block.strip())
    title = f"<h1>{html.escape(piece.title)}</h1>" if piece.title else ""
    pictures = "".join(
        f'<p><img src="cid:{number}.{piece.key}" alt="{html.escape(picture.alt)}" style="max-width:100%"></p>'
        for number, picture in enumerate(piece.pictures)
    )
    return f'<!doctype html><html lang="{html.escape(piece.language)}"><body>{title}{blocks}{pictures}</body></html>\n'


def _fix_boundaries(letter: EmailMessage, key: str) -> None:
    # Otherwise each writing would draw new ones, and the same approved words would not be the same bytes.
    for number, part in enumerate(letter.walk()):
        if part.is_multipart():
            part.set_boundary(f"{key}.{number}")


def _sender(letter: Message) -> tuple[str, str]:
    for header in ("From", "Sender"):
        told = (value for name, value in letter.raw_items() if name.lower() == header.lower())
        read_ = [letter.policy.header_fetch_parse(header, value) for value in islice(told, _MOST_HEADERS)]
        found = getaddresses([str(value) for value in read_])
        for name, address in found:
            if "@" in address:
                return _line(name), address.strip().lower()
    return "", ""


def _words(letter: EmailMessage) -> str:  # type: ignore[type-arg, unused-ignore]  # generic in newer type sheds only
    body = letter.get_body(("plain", "html"))
    words = ""
    if body is not None:
        raw = body.get_payload(decode=True)
        charset = body.get_content_charset() or "utf-8"
        words = _decoded(raw if isinstance(raw, bytes) else b"", charset)
        words = plain(words) if body.get_content_subtype() == "html" else words
    attached = [_attachment(part) for part in letter.iter_attachments() if part.get_filename()]
    lines = [words.replace("\r\n", "\n").strip()]
    if attached:
        lines.append(f"Attached, and kept in the mailbox: {', '.join(attached)}")
    return "\n\n".join(line for line in lines if line)


def _decoded(raw: bytes, charset: str) -> str:
    try:
        if codecs.lookup(charset).name in _NO_CHARSETS:
            raise LookupError
        return raw.decode(charset, "replace")
    except (LookupError, ValueError):
        return raw.decode("utf-8", "replace")


def _attachment(part: Message) -> str:
    raw = part.get_payload(decode=True)
    size = len(raw) if isinstance(raw, bytes) else 0
    return f"{_line(part.get_filename() or '')} ({max(1, round(size / 1000)):,} kB)"


def _ids(letter: Message, header: str) -> list[str]:
    found = str(letter.get(header, "")).replace("\n", " ").split()
    return [one for one in found if one.startswith("<") and one.endswith(">") and 3 < len(one) < 900 and one.isascii()]


def _header(letter: Message, name: str) -> str:
    return _line(str(letter.get(name, "")))


def _line(words: str) -> str:
    # A line end in a header would begin another header.
    return " ".join("".join(sign for sign in words if sign.isprintable() or sign.isspace()).split())


def _first_words(words: str) -> str:
    line = words.strip().partition("\n")[0]
    return line if len(line) <= _LONGEST_SUBJECT else f"{line[: _LONGEST_SUBJECT - 1].rsplit(' ', 1)[0]}…"
