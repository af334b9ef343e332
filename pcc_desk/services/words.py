"""The outbox in plain words."""

from datetime import datetime

from pcc_desk.model.account import Account, AccountState
from pcc_desk.model.delivery import Delivery, DeliveryLine, DeliveryState
from pcc_desk.model.schedule import on_wall
from pcc_desk.model.unreached import HALFWAY, STOPPED_PARTLY

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_TITLE_LENGTH = 80


def say_moment(at: datetime) -> str:
    """Say an aware moment as the office's wall shows it: "Tue 24 Nov 17:00"."""
    wall = on_wall(at)
    return f"{_DAYS[wall.weekday()]} {wall.day} {_MONTHS[wall.month - 1]} {wall:%H:%M}"


def say_first_words(text: str) -> str:
    """Give the first line of a text, at most 80 characters of it."""
    line = text.strip().partition("\n")[0]
    return line if len(line) <= _TITLE_LENGTH else f"{line[: _TITLE_LENGTH - 1]}…"


def say_standing(delivery: Delivery, account: Account) -> str:
    """Say where a delivery stands and what comes next."""
    match delivery.state:
        case DeliveryState.DUE if account.state is AccountState.SIGNED_OUT:
            return "Waiting. Sign in again, and it goes out by itself"
        case DeliveryState.DUE if delivery.reason:
            return f"Not posted yet. {delivery.reason} Next try {say_moment(delivery.due_at)}"
        case DeliveryState.DUE:
            return f"Waiting until {say_moment(delivery.due_at)}"
        case DeliveryState.SENDING:
            return "Going out now"
        case DeliveryState.SENT if delivery.reason:
            return delivery.reason
        case DeliveryState.SENT if delivery.receipt is not None:
            return f"Posted {say_moment(delivery.receipt.at)}"
        case DeliveryState.UNCONFIRMED if delivery.corrects is not None:
            return "No clear answer came. PCC Desk makes the correction again, which does no harm"
        case DeliveryState.UNCONFIRMED:
            return "Checking whether it went out"
        case DeliveryState.HELD if delivery.reason.startswith(HALFWAY):
            return delivery.reason
        case DeliveryState.HELD:
            return f"Not sent. {delivery.reason}"
        case DeliveryState.BY_HAND:
            return f"By hand: waiting. {delivery.reason or 'Post it yourself, then say where it is.'}"
        case DeliveryState.UNSURE:
            return "We cannot tell whether it went out. Look there, then say what you found"
    return delivery.reason if delivery.reason == STOPPED_PARTLY else "Not sent: you stopped it"


def say_thread(line: DeliveryLine) -> str:
    """Say where a thread stands: which part decides, and how far it has come."""
    part, count = line.next_part(), len(line.parts)
    said = say_standing(part, line.account)
    if part.part is None or part.state is DeliveryState.SENT:
        return said if part.taken_back_at is not None else f"{said}, as a thread of {count}"
    posted = part.part.number - 1
    if not posted:
        return f"A thread of {count}. Part 1: {said}"
    return f"{posted} of {count} parts posted. Part {part.part.number}: {said}"


def needs_person(delivery: Delivery, account: Account) -> bool:
    """Tell whether a delivery goes no further without a person."""
    if delivery.state is DeliveryState.DUE:
        return account.state is not AccountState.CONNECTED
    return delivery.state in (DeliveryState.HELD, DeliveryState.UNSURE, DeliveryState.BY_HAND)
