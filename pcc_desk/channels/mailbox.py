"""Reading a mailbox without a gap: by the server's numbers, never by what somebody has opened there."""

import imaplib
import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from pcc_desk.channels import mail_words, reading, reply_tokens
from pcc_desk.channels.mail_line import MOST_BYTES
from pcc_desk.errors import ServiceDown
from pcc_desk.model.channel import Batch, Spoiled
from pcc_desk.model.message import Author, Incoming, MessageKind
from pcc_desk.model.unreached import Returned

PAGE = 25
FIRST_READING = timedelta(days=30)
_LARGEST = 200_000  # bytes read of one email; what is beyond is attachments, which stay in the mailbox
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NUMBER = re.compile(rb"UID (\d+)")
_ARRIVED = re.compile(rb'INTERNALDATE "([^"]+)"')


@dataclass(frozen=True, slots=True)
class Bookmark:
    """Where the reading stands: all up to number `after` of the mailbox's numbering `validity` was read by `at`."""

    validity: int = 0
    after: int = 0
    at: str = ""

    def written(self) -> str:
        """Give the cursor text."""
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def read(cls, cursor: str) -> "Bookmark":
        """Read a cursor text; one that is not ours starts again, which repeats messages and loses none."""
        try:
            mark = cls(**json.loads(cursor))
            datetime.fromisoformat(mark.at)
        except (ValueError, TypeError):
            return cls()
        return mark if type(mark.validity) is int and type(mark.after) is int else cls()


class Mailbox:
    """The inbox of one account."""

    def __init__(self, us: str) -> None:
        self._us = us

    def fetch(self, line: imaplib.IMAP4, cursor: str, now: datetime) -> Batch:
        """Give up to 25 emails newer than the cursor, oldest first. Raises: ChannelError."""
        mark = Bookmark.read(cursor)
        validity = examine(line)
        if mark.validity != validity:  # the server numbers anew: what was read lately is read again and known
            begin = datetime.fromisoformat(mark.at) - timedelta(days=2) if mark.at else now - FIRST_READING
            mark = Bookmark(validity, 0, mark.at or now.isoformat())
            numbers = _search(line, f"SINCE {_day(begin)}")
        else:
            numbers = [each for each in _search(line, f"UID {mark.after + 1}:*") if each > mark.after]
        page = sorted(numbers)[:PAGE]
        return self._read(line, mark, page, more=len(numbers) > PAGE, now=now)

    def _read(self, line: imaplib.IMAP4, mark: Bookmark, page: Sequence[int], more: bool, now: datetime) -> Batch:
        messages, returned, spoiled = list[Incoming](), list[Returned](), list[Spoiled]()
        for number in page:
            raw, arrived_at = _one(line, number)
            try:
                letter = mail_words.read(raw)
            except reading.Malformed as error:
                spoiled.append(Spoiled(raw, str(error)))
                continue
            if letter.address == self._us.lower():
                continue
            message = _message(letter, arrived_at or now)
            if (report := letter.report) is not None and (key := self._key(report.about)):
                returned.append(Returned(key, report.people, message))
            else:
                messages.append(message)
        after = max(page, default=mark.after)
        done = Bookmark(mark.validity, after, mark.at if more else now.astimezone(UTC).isoformat())
        return Batch(tuple(messages), done.written(), more=more, spoiled=tuple(spoiled), returned=tuple(returned))

    def _key(self, message_id: str) -> str:
        """Give the key in a Message-ID as this address makes them, or ""."""
        key, at, host = message_id.strip("<>").rpartition("@")
        return key if at and host.lower() == self._us.rpartition("@")[2].lower() else ""


def _message(letter: mail_words.Letter, arrived_at: datetime) -> Incoming:
    subject = letter.subject or "No subject"
    again = subject if subject.lower().startswith("re:") else f"Re: {subject}"
    token = {"to": letter.address, "id": letter.message_id, "root": letter.root, "subject": again}
    return Incoming(
        remote_id=f"{letter.message_id}#{letter.mark}",
        kind=MessageKind.EMAIL,
        author=Author(letter.address, letter.name, letter.address),
        text=f"{subject}\n\n{letter.words}".strip(),
        created_at=arrived_at,
        answers=letter.answers,
        root=letter.root,
        reply_token="" if letter.is_automatic else reply_tokens.write(token),
    )


def holds(line: imaplib.IMAP4, message_id: str) -> bool:
    """Tell whether an email of ours is in the folder of sent ones, or came back to us. Raises: ChannelError."""
    for folder in [*_sent_folders(line), "INBOX"]:
        opened = line.select(_quoted(folder), readonly=True)[0] == "OK"
        if opened and _search(line, f"HEADER Message-ID {_quoted(message_id)}"):
            return True
    return False


def examine(line: imaplib.IMAP4) -> int:
    """Open the inbox and give how the server numbers it. Raises: ServiceDown."""
    # Read-only, so that nothing is marked as read for whoever else looks into this mailbox.
    if line.select("INBOX", readonly=True)[0] != "OK":
        raise ServiceDown("The mailbox cannot be opened just now.", "PCC Desk tries again by itself.")
    _, told = line.response("UIDVALIDITY")
    first = told[0] if told else None
    return int(first) if isinstance(first, bytes) and first.isdigit() else 0


def _search(line: imaplib.IMAP4, what: str) -> list[int]:
    code, found = line.uid("SEARCH", what)
    words = b" ".join(part for part in found or [] if isinstance(part, bytes))
    if code != "OK":
        raise ServiceDown("The mailbox cannot be searched just now.", "PCC Desk tries again by itself.")
    return [int(part) for part in words.split() if part.isdigit()]


def _one(line: imaplib.IMAP4, number: int) -> tuple[bytes, datetime | None]:
    code, parts = line.uid("FETCH", str(number), f"(UID INTERNALDATE BODY.PEEK[]<0.{min(_LARGEST, MOST_BYTES)}>)")
    if code != "OK":
        raise ServiceDown("An email cannot be read just now.", "PCC Desk tries again by itself.")
    for part in parts or []:
        if isinstance(part, tuple) and len(part) == 2 and _is_number(part[0], number):
            return part[1], _arrived(part[0])
    return b"", None  # deleted meanwhile


def _is_number(head: bytes, number: int) -> bool:
    found = _NUMBER.search(head)
    return found is None or int(found[1]) == number


def _arrived(head: bytes) -> datetime | None:
    found = _ARRIVED.search(head)
    try:
        return datetime.strptime(found[1].decode().strip(), "%d-%b-%Y %H:%M:%S %z") if found else None
    except ValueError:
        return None


def _sent_folders(line: imaplib.IMAP4) -> list[str]:
    code, listed = line.list()
    lines = [one.decode("ascii", "replace") for one in listed or [] if code == "OK" and isinstance(one, bytes)]
    named = [one for one in lines if one.lower().rstrip('"').endswith("sent")]
    marked = [one for one in lines if "\\Sent" in one] or named
    return [one.rpartition(' "')[2].rstrip('"') if one.endswith('"') else one.rpartition(" ")[2] for one in marked]


def _quoted(words: str) -> str:
    return '"' + words.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _day(at: datetime) -> str:
    return f"{at.day:02}-{_MONTHS[at.month - 1]}-{at.year}"
