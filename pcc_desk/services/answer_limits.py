"""How long an answer may be: in public, in private, and during a live video, as its platform counts it."""

from dataclasses import dataclass

from pcc_desk.model.channel import Platform
from pcc_desk.model.message import MessageKind


@dataclass(frozen=True, slots=True)
class Answering:
    """Where an answer goes: what kind of message it answers, and whether only that message's writer reads it."""

    kind: MessageKind
    private: bool = False


def measure(platform: Platform, text: str, answering: Answering) -> tuple[int, int | None]:
    """Count an answer as its platform counts it there, and give the most it takes, None for no limit."""
    rule = platform.private_rule
    if answering.private and rule is not None and rule.length:
        return len(text.encode() if rule.in_bytes else text), rule.length
    if answering.kind is MessageKind.LIVE and platform.live_length:
        return len(text), platform.live_length
    # The rules of counting take as long to load as a panel, and nobody has written an answer when the office opens.
    from pcc_desk.channels import text as texts

    return texts.length(platform, text), platform.answer_length or platform.limits.length
