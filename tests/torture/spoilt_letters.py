"""A mailbox on a real server with good letters among spoilt ones; tells which good one was lost and what hung."""

import random
import time
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

from pcc_desk.errors import ChannelError
from pcc_desk.model.channel import Batch
from tests.channels.mail_desk import Desk
from tests.torture.spoiling import BROKEN_BYTES, DATES
from tests.torture.spoilt_reading import LONGEST

_HEADERS = ("From", "Subject", "Message-ID", "In-Reply-To", "References", "Date", "Content-Type", "To", "Sender")
_VALUES = (
    b"",
    b"=?utf-8?b?////?= =?x?q?\xff?= =?utf-8?q?=ED=A0=80?=",
    b'multipart/mixed; boundary=""',
    b"multipart/alternative; boundary=x; boundary*0=y; boundary*1=z",
    b'text/plain; charset="no-such-code"',
    b"text/plain; charset=utf-7",
    b"message/rfc822",
    b"<<<>>> <a@b>" * 200,
    b"a@b.cd, " * 2_000,
    b'"unfinished <ann@out.example',
    b"Ann <ann@out.example> (a (nested (comment)))",
    b"\0\0",
    b"x" * 20_000,
    BROKEN_BYTES,
    *(each.encode() for each in DATES),
)


class SpoiltMailbox:
    """Letters delivered by the office's own server, one in three of them good."""

    def __init__(self, desk: Desk, through: Callable[[Any], Any] = lambda channel: channel) -> None:
        self._desk, self._through = desk, through

    def lose_no_letter(self, count: int) -> list[str]:
        """Deliver so many letters, read them all, and say what is wrong with what was read."""
        good, sent = set[str](), list[bytes]()
        for number in range(count):
            chance = random.Random(number)
            words = f"Good letter {number}."
            raw = _letter(number, words).as_bytes()
            if number % 3 == 0:
                good.add(words)
            else:
                raw = _spoil(chance, raw)
            sent.append(raw)
        self._desk.system.deliver_all(self._desk.address, sent)
        return self._read(good, count)

    def _read(self, good: set[str], count: int) -> list[str]:
        read, aside, cursor, more = list[str](), 0, "", True
        found = list[str]()
        while more:
            batch, wrong = self._fetch(cursor)
            if batch is None:
                return [*found, f"after {len(read)}: {wrong}"]
            found += [wrong] if wrong else []
            read += [message.text for message in batch.messages]
            aside += len(batch.spoiled)
            cursor, more = batch.cursor, batch.more
        shown = {text.rpartition("\n\n")[2] for text in read}
        found += [f"lost: {words}" for words in sorted(good - shown)]
        found += [f"{count} came, {len(read)} were read and {aside} counted"] if len(read) + aside != count else []
        return found

    def _fetch(self, cursor: str) -> tuple[Batch | None, str]:
        """Read a page; one that takes too long has a second try, as the machine may have been busy."""
        batch, wrong = None, ""
        for _ in range(2):
            began = time.monotonic()
            try:
                batch, wrong = self._through(self._desk.channel).fetch("inbox", cursor), ""
            except ChannelError as error:
                batch, wrong = None, f"refused: {error.sentence}"
            if batch is not None and time.monotonic() - began < LONGEST:
                break
            wrong = wrong or "hung"
        return batch, wrong


def _letter(number: int, words: str) -> EmailMessage:
    letter = EmailMessage(policy=SMTP)
    letter["From"], letter["To"] = f"Ann {number} <ann{number}@out.example>", "office@desk.example"
    letter["Subject"], letter["Message-ID"] = f"About {number}", f"<{number}@out.example>"
    letter["Date"] = "Thu, 26 Nov 2026 09:00:00 +0000"
    letter.set_content(words)
    if number % 3 and number % 2:
        letter.add_alternative(f"<p>{words}</p>", subtype="html")
    return letter


def _spoil(chance: random.Random, raw: bytes) -> bytes:
    for _ in range(chance.randint(1, 3)):
        match chance.randrange(7):
            case 0:
                place = chance.randrange(len(raw) + 1)
                raw = raw[:place] + chance.choice(_VALUES) + raw[place:]
            case 1 | 2 | 3:
                name = chance.choice(_HEADERS).encode()
                raw = name + b": " + chance.choice(_VALUES) + b"\r\n" + _without(raw, name)
            case 4:
                raw = raw[: chance.randrange(len(raw) + 1)]
            case 5:
                raw = raw + b"--x\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n" * chance.choice((1, 300))
            case _:
                raw = bytes(sign if chance.random() < 0.97 else chance.randrange(256) for sign in raw)
    return raw


def _without(raw: bytes, name: bytes) -> bytes:
    lines = raw.split(b"\r\n")
    return b"\r\n".join(line for line in lines if not line.lower().startswith(name.lower() + b":"))
