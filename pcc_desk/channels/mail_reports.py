"""What mail servers report about an email of ours (delivery status notifications, RFC 3464)."""

from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser
from email.policy import compat32

from pcc_desk.channels.mail_lists import is_address
from pcc_desk.model.unreached import Unreached

_MOST_PEOPLE = 500  # in one report; each bulletin's group is far smaller
_LONGEST_WHY = 300


@dataclass(frozen=True, slots=True)
class Report:
    """The Message-ID a report is about, and whom that email did not reach."""

    about: str
    people: tuple[Unreached, ...]


def read(letter: Message) -> Report | None:
    """Read a report; None for any other email, however much its words sound like one."""
    if letter.get_content_type() != "multipart/report" or letter.get_param("report-type") != "delivery-status":
        return None
    parts = letter.get_payload()
    if not isinstance(parts, list):
        return None
    told = [part for part in parts if isinstance(part, Message)]
    people = [one for part in told if part.get_content_type() == "message/delivery-status" for one in _people(part)]
    if len(people) < sum(_failures(part) for part in told if part.get_content_type() == "message/delivery-status"):
        return None  # whom it did not reach cannot be read, so a person reads it
    about = next((found for part in told if (found := _message_id(part))), "")
    return Report(about, tuple(people[:_MOST_PEOPLE])) if about else None


def _failures(told: Message) -> int:
    blocks = told.get_payload()
    return sum(
        isinstance(block, Message) and _field(block, "Action").lower().startswith("failed")
        for block in (blocks if isinstance(blocks, list) else [])
    )


def _people(told: Message) -> list[Unreached]:
    blocks = told.get_payload()
    found = []
    for block in blocks if isinstance(blocks, list) else []:
        if isinstance(block, Message) and _field(block, "Action").lower() == "failed":
            written = _field(block, "Original-Recipient") or _field(block, "Final-Recipient")
            address = written.partition(";")[2].strip().strip("<>").lower()
            why = _field(block, "Diagnostic-Code").partition(";")[2].strip() or _field(block, "Status")
            if is_address(address):
                found.append(Unreached(address, why[:_LONGEST_WHY]))
    return found


def _message_id(part: Message) -> str:
    """Give the Message-ID of the email that is sent back, whole or by its headers only."""
    inside = part.get_payload()
    if part.get_content_type() == "message/rfc822" and isinstance(inside, list) and inside:
        returned = inside[0]
    elif part.get_content_type() == "text/rfc822-headers":
        raw = part.get_payload(decode=True)
        returned = HeaderParser(policy=compat32).parsestr(
            raw.decode("utf-8", "replace") if isinstance(raw, bytes) else ""
        )
    else:
        return ""
    return _field(returned, "Message-ID") if isinstance(returned, Message) else ""


def _field(part: Message, name: str) -> str:
    return " ".join(str(part.get(name, "")).split())
