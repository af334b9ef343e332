"""Who may read an answer: everybody, or only the person it goes to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from pcc_desk.model.channel import Ability, Platform
from pcc_desk.model.delivery import Delivery, DeliveryState
from pcc_desk.model.message import Message, MessageKind

PRIVATE = frozenset({MessageKind.DIRECT, MessageKind.EMAIL})  # nobody but the office and its writer reads these
_PRIVATE_TOO = "This message is private, so your reply is private too."
_ASK = "Reply in public, and ask them to write to you in private."


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer being written; `private` is what the person chose, None while nothing was chosen."""

    text: str = ""
    private: bool | None = None


@dataclass(frozen=True, slots=True)
class Audience:
    """Who can be answered: `private` is what the message itself is; each sentence says why not that way, or is ""."""

    private: bool
    why_not_public: str = ""
    why_not_private: str = ""

    def why_not(self, private: bool) -> str:
        """Say why an answer cannot go that way, or ""."""
        return self.why_not_private if private else self.why_not_public


def audience_of(platform: Platform, message: Message, answers: Iterable[Delivery], now: datetime) -> Audience:
    """Say how a message can be answered; `answers` are the office's answers to it so far."""
    if message.kind in PRIVATE:
        return Audience(private=True, why_not_public=_PRIVATE_TOO)
    return Audience(private=False, why_not_private=_why_not_private(platform, message, answers, now))


def _why_not_private(platform: Platform, message: Message, answers: Iterable[Delivery], now: datetime) -> str:
    title, rule = platform.title, platform.private_rule
    if Ability.PRIVATE not in platform.abilities:
        return f"PCC Desk cannot reply in private on {title}. {_ASK}"
    if rule is None:
        return ""
    if message.kind not in rule.kinds:
        return f"{title} allows no private reply to this kind of message. {_ASK}"
    if rule.days and now - message.created_at > timedelta(days=rule.days):
        return f"{title} allows a private reply for {rule.days} days only, and they are over. {_ASK}"
    private = (answer for answer in answers if answer.frozen.private and answer.in_reply_to == message.id)
    if rule.once and any(answer.state is not DeliveryState.CANCELLED for answer in private):
        return f"{title} allows one private reply to a comment, and you have written it. {_ASK}"
    return ""
