"""A message among what it answers, what others wrote there, and what the office answered."""

from dataclasses import dataclass
from datetime import datetime

from pcc_desk.model.delivery import Delivery
from pcc_desk.model.message import Message
from pcc_desk.model.moderation import Moderated


@dataclass(frozen=True, slots=True)
class EarlierText:
    """What a message said before its author changed it, and when the desk saw the change."""

    text: str
    replaced_at: datetime


@dataclass(frozen=True, slots=True)
class Conversation:
    """One message with its surroundings.

    `ours` is the delivery the message answers (None when it answers none of ours), `messages` are those of the same
    root, oldest first and with `message` among them, `answers` are our deliveries that answer any of `messages`,
    oldest first, `earlier` is what `message` said before, and `moderated` what the office did about any of `messages`,
    both oldest first.
    """

    message: Message
    ours: Delivery | None
    messages: tuple[Message, ...]
    answers: tuple[Delivery, ...]
    earlier: tuple[EarlierText, ...] = ()
    moderated: tuple[Moderated, ...] = ()
