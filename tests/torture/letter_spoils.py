"""Spoils letters: everything that is known to break, slow down or deceive what reads mail, put into a good letter."""

import random
from collections.abc import Callable

from tests.torture.spoiling import BROKEN_BYTES, DATES

HEADERS = ("From", "Subject", "Message-ID", "In-Reply-To", "References", "Date", "Content-Type", "To", "Sender")
VALUES = (
    b"",
    b"=?utf-8?b?////?= =?x?q?\xff?= =?utf-8?q?=ED=A0=80?=",
    b"=?utf-8?b?QQ==?= " * 10_000,
    b'multipart/mixed; boundary=""',
    b"multipart/alternative; boundary=x; boundary*0=y; boundary*1=z",
    b"multipart/report; report-type=delivery-status; boundary=x",
    b"text/plain; charset=utf-7",
    b"message/rfc822",
    b"message/delivery-status",
    b"<<<>>> <a@b>" * 200,
    b"a@b.cd, " * 20_000,
    b"a@[ ",
    b"a@[",
    b"@@@@",
    b"group: a@b.cd, group: ;",
    b"(" * 5_000,
    b"<" * 5_000,
    b'"\\' * 5_000,
    b'"unfinished <ann@out.example',
    b"Ann <ann@out.example> (a (nested (comment)))",
    b"\0\0",
    b"x" * 150_000,
    BROKEN_BYTES,
    *(each.encode() for each in DATES),
)
CHARSETS = (
    b"no-such-code",
    b"utf-8\0",
    b"x" * 5_000,
    b"../../etc/passwd",
    b"hex",
    b"zlib",
    b"rot13",
    b"idna",
    b"punycode",
    b"undefined",
    b"unicode_escape",
    b"utf-16",
    b"utf-32",
    b"\xff\xfe",
    b'"',
    b"utf-8''%ff",
)
DEPTHS = (3, 30, 300, 3_000)
FLOODS = (30, 3_000, 36_000)  # parameters of one header: the most that is read of one letter


def spoil(chance: random.Random, raw: bytes) -> bytes:
    """Spoil a letter in one to three ways."""
    for _ in range(chance.randint(1, 3)):
        raw = chance.choice(WAYS)(chance, raw)
    return raw


def report_on(key: str, host: str, number: int) -> bytes:
    """Write what a mail server sends back about a letter of the office to somebody."""
    parts = (
        b"Content-Type: text/plain\r\n\r\nYour message could not be delivered.",
        b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.out.example\r\n\r\n"
        b"Final-Recipient: rfc822; p%d@out.example\r\nAction: failed\r\nStatus: 5.1.1" % number,
        f"Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{key}@{host}>".encode(),
    )
    head = (
        b"From: Mail Delivery System <MAILER-DAEMON@out.example>\r\nSubject: Undelivered Mail\r\n"
        b"Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\nMessage-ID: <report%d@out.example>\r\n"
        b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n' % number
    )
    return head + b"".join(b"--b\r\n" + part + b"\r\n\r\n" for part in parts) + b"--b--\r\n"


def with_header(raw: bytes, name: bytes, value: bytes) -> bytes:
    """Put one header in the place of those of its name."""
    lines = raw.split(b"\r\n")
    kept = b"\r\n".join(line for line in lines if not line.lower().startswith(name.lower() + b":"))
    return name + b": " + value + b"\r\n" + kept


def _words_in_the_middle(chance: random.Random, raw: bytes) -> bytes:
    place = chance.randrange(len(raw) + 1)
    return raw[:place] + chance.choice(VALUES) + raw[place:]


def _header(chance: random.Random, raw: bytes) -> bytes:
    return with_header(raw, chance.choice(HEADERS).encode(), chance.choice(VALUES))


def _cut(chance: random.Random, raw: bytes) -> bytes:
    return raw[: chance.randrange(len(raw) + 1)]


def _gaps(chance: random.Random, raw: bytes) -> bytes:
    gaps = frozenset(chance.randrange(len(raw)) for _ in range(min(2_000, len(raw) * 3 // 100)))
    return bytes(sign for place, sign in enumerate(raw) if place not in gaps)


def _flips(chance: random.Random, raw: bytes) -> bytes:
    found = bytearray(raw)
    for _ in range(min(2_000, len(found) * 3 // 100)):
        found[chance.randrange(len(found))] = chance.randrange(256)
    return bytes(found)


def _endless_parts(chance: random.Random, raw: bytes) -> bytes:
    return raw + b"--x\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n" * chance.choice((1, 300))


def _nested_parts(chance: random.Random, raw: bytes) -> bytes:
    depth = chance.choice(DEPTHS)
    opened = b"".join(
        b"--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (level, level + 1) for level in range(depth)
    )
    return with_header(raw, b"Content-Type", b"multipart/mixed; boundary=b0") + b"\r\n" + opened


def _nested_letters(chance: random.Random, raw: bytes) -> bytes:
    inner = b"Content-Type: message/rfc822\r\n\r\n" * chance.choice(DEPTHS)
    head, _, body = with_header(raw, b"Content-Type", b"message/rfc822").partition(b"\r\n\r\n")
    return head + b"\r\n\r\n" + inner + body


def _parameters(chance: random.Random, raw: bytes) -> bytes:
    kind = chance.choice((b"text/plain", b"multipart/mixed", b"multipart/report; report-type=delivery-status"))
    return with_header(raw, b"Content-Type", kind + b"; a=b" * chance.choice(FLOODS))


def _continuations(chance: random.Random, raw: bytes) -> bytes:
    count = chance.choice((3, 300, 8_000))
    name = chance.choice((b"filename", b"charset", b"boundary", b"name"))
    parts = [b"%b*%d*=utf-8''%%ff%%00" % (name, chance.randrange(-1, count)) for _ in range(count)]
    where, kind = chance.choice(((b"Content-Type", b"text/plain"), (b"Content-Disposition", b"attachment")))
    return with_header(raw, where, b"; ".join([kind, *parts]))


def _one_line(chance: random.Random, raw: bytes) -> bytes:
    coding = chance.choice((b"base64", b"quoted-printable", b"uuencode", b"x-uue", b"8bit", b"\xff"))
    line = chance.choice((b"QUJD", b"=41", b"QUJ", b"\xff", b"=")) * chance.choice((10, 1_000, 60_000))
    return with_header(raw, b"Content-Transfer-Encoding", coding).partition(b"\r\n\r\n")[0] + b"\r\n\r\n" + line


def _charset(chance: random.Random, raw: bytes) -> bytes:
    kind = chance.choice((b"text/plain", b"text/html"))
    return with_header(raw, b"Content-Type", kind + b"; charset=" + chance.choice(CHARSETS))


def _many_headers(chance: random.Random, raw: bytes) -> bytes:
    name = chance.choice(HEADERS).encode()
    return (name + b": " + chance.choice(VALUES)[:100] + b"\r\n") * chance.choice((2, 1_000)) + raw


def _folded(chance: random.Random, raw: bytes) -> bytes:
    name, fold = chance.choice(HEADERS).encode(), chance.choice((b"\r\n ", b"\r\n\t", b"\n ", b"\r "))
    return with_header(raw, name, (b"x" + fold) * chance.choice((3, 3_000, 30_000)) + b"x")


WAYS: tuple[Callable[[random.Random, bytes], bytes], ...] = (
    _words_in_the_middle,
    _header,
    _header,
    _header,
    _cut,
    _gaps,
    _flips,
    _endless_parts,
    _nested_parts,
    _nested_letters,
    _parameters,
    _continuations,
    _one_line,
    _charset,
    _many_headers,
    _folded,
)
