"""What a person may do about a delivery, in words that tell the consequence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from pcc_desk.model.changes import Changes
from pcc_desk.model.channel import Ability, Platform
from pcc_desk.model.delivery import DeliveryId, DeliveryLine, DeliveryState
from pcc_desk.ui.reading.moments import present

if TYPE_CHECKING:
    from pcc_desk.services.desk import Services


class Deed(Enum):
    """The things a person can do about a delivery."""

    RETRY = auto()
    CANCEL = auto()
    POSTED = auto()
    ABSENT = auto()
    WITHDRAW = auto()
    BY_HAND = auto()


@dataclass(frozen=True, slots=True)
class Action:
    """One button: what it does, its words, what to ask first ("" asks nothing), and why it cannot be done, where so."""

    deed: Deed
    words: str
    question: str = ""
    yes: str = ""
    no: str = ""
    why_not: str = ""


def actions_for(line: DeliveryLine, platform: Platform) -> tuple[Action, ...]:
    """Give what may be done about a delivery as it stands now, the most likely first."""
    delivery, title = line.next_part(), platform.title
    begun = delivery.part is not None and delivery.part.number > 1
    stop = Action(Deed.CANCEL, "Do not send the rest" if begun else "Do not send")
    down = (_take_down(line, platform),)
    match delivery.state:
        case DeliveryState.DUE if delivery.attempts:
            return (Action(Deed.RETRY, f"Try again now on {title}"), stop)
        case DeliveryState.DUE:
            return (stop,)
        case DeliveryState.HELD:
            hand = Action(Deed.BY_HAND, "Post it by hand instead")
            return (Action(Deed.RETRY, f"Try again on {title}"), hand, stop, *(down if begun else ()))
        case DeliveryState.BY_HAND:
            posted = Action(Deed.POSTED, "It is posted")
            question = f"If you have posted it already, people will see it twice on {title}. Let PCC Desk send it?"
            again = Action(Deed.RETRY, "Let PCC Desk send it", question, "Send it", "Do nothing yet")
            no = Action(Deed.CANCEL, "Do not post")
            return (posted, no) if platform.by_hand else (posted, again, no)
        case DeliveryState.UNSURE:
            question = f"If it is on {title} after all, people will see it twice. Send it again?"
            absent = Action(Deed.ABSENT, "It is not there: send again", question, "Send it again", "Do nothing yet")
            return (Action(Deed.POSTED, "It is there"), absent)
        case DeliveryState.SENT if delivery.taken_back_at is None and delivery.corrects is None:
            return down
        case DeliveryState.CANCELLED if begun:
            return down
    return ()


def _take_down(line: DeliveryLine, platform: Platform) -> Action:
    what, title = "the whole thread" if line.parts else "it", platform.title
    words = f"Take {what} down from {title}"
    if platform.by_hand:
        return Action(Deed.WITHDRAW, words, why_not=f"A person posted this. Take {what} down on {title} itself.")
    if not platform.abilities & Ability.WITHDRAW:
        calls = f"What {title} has sent cannot be called back. Send a correction instead."
        return Action(Deed.WITHDRAW, words, why_not=calls)
    question = (
        f"This takes {what} down from {title} for everybody. People may have seen or copied it already. "
        "PCC Desk keeps the record of what was posted."
    )
    return Action(Deed.WITHDRAW, words, question, "Take it down", "Leave it there")


def work_of(services: Services, deed: Deed, delivery_id: DeliveryId, address: str) -> Callable[[], Changes]:
    """Give the blocking call that does a deed; `address` is where a person found it, or ""."""
    outbox, now = services.outbox, present()
    return {
        Deed.RETRY: lambda: outbox.retry(delivery_id, now),
        Deed.CANCEL: lambda: outbox.cancel(delivery_id, now),
        Deed.POSTED: lambda: outbox.confirm_posted(delivery_id, address, now),
        Deed.ABSENT: lambda: outbox.confirm_absent(delivery_id, now),
        Deed.WITHDRAW: lambda: outbox.withdraw(delivery_id, now),
        Deed.BY_HAND: lambda: outbox.post_by_hand(delivery_id, now),
    }[deed]
