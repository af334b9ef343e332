"""What the office did about what somebody else wrote under its posts: hidden, shown again or deleted, and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pcc_desk.model.channel import Ability, Platform
from pcc_desk.model.message import Message, MessageId, MessageKind

# What a new office begins with; each office changes them in the settings.
HOUSE_RULES = (
    "Be civil: no abuse, threats or hate.",
    "No personal details, yours or anyone else's.",
    "Nothing about people in a police or court case.",
    "No crime reports here: call 999, or 101.",
    "Stay on topic: no spam or adverts.",
    "No party political campaigning.",
)
REASONS_TO_SHOW = (
    "It breaks none of our rules.",
    "It was hidden by mistake.",
    "The reason to hide it is over.",
)
# Only these stand under something of the office's own, where a platform gives it a say.
UNDER_OURS = frozenset({MessageKind.REPLY, MessageKind.COMMENT, MessageKind.HELD, MessageKind.LIVE})


class Measure(StrEnum):
    """What is done about a message, on the platform itself."""

    HIDE = "hide"
    SHOW = "show"
    REMOVE = "remove"


NEEDS = {Measure.HIDE: Ability.HIDE, Measure.SHOW: Ability.HIDE, Measure.REMOVE: Ability.REMOVE}


class Outcome(StrEnum):
    """What became of a measure.

    ASKED: no answer is known yet, also when the desk ended meanwhile. UNCLEAR: it may have worked; both are looked
    into by asking the same again, which does no harm.
    """

    ASKED = "asked"
    DONE = "done"
    NOT_DONE = "not done"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Decision:
    """A measure, the rule it rests on, and the reason in the decider's own words."""

    measure: Measure
    rule: str
    words: str


@dataclass(frozen=True, slots=True)
class Found:
    """What became of a measure, in a sentence; `detail` is what the platform answered where it did not do it."""

    outcome: Outcome
    sentence: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Moderated:
    """The record of one measure, kept for ever: what was written then, who decided it, when, and what became of it."""

    id: int
    message_id: MessageId
    decision: Decision
    by: str
    asked_at: datetime
    author: str
    text: str
    url: str
    outcome: Outcome
    sentence: str = ""
    detail: str = ""


class Sight(StrEnum):
    """Whether the public sees a message, as far as the desk knows."""

    SHOWN = "shown"
    HIDDEN = "hidden"
    REMOVED = "removed"


_AFTER = {Measure.HIDE: Sight.HIDDEN, Measure.SHOW: Sight.SHOWN, Measure.REMOVE: Sight.REMOVED}


def sight_of(message: Message, records: Iterable[Moderated]) -> Sight:
    """Say whether the public sees a message, by the measures that surely worked; `records` come oldest first."""
    sight = Sight.HIDDEN if message.kind is MessageKind.HELD else Sight.SHOWN
    for one in records:
        if one.message_id == message.id and one.outcome is Outcome.DONE:
            sight = _AFTER[one.decision.measure]
    return sight


def why_cannot(platform: Platform, message: Message, measure: Measure) -> str:
    """Say in one sentence why a measure cannot be taken about a message, or ""."""
    title, verb = platform.title, "delete" if measure is Measure.REMOVE else "hide"
    if message.kind in (MessageKind.DIRECT, MessageKind.EMAIL):
        return "Only you can see this message, so there is nothing to hide or delete."
    if message.kind not in UNDER_OURS:
        return f"It does not stand under a post of yours, so {title} does not let you hide or delete it."
    if not platform.abilities & (Ability.HIDE | Ability.REMOVE):
        return f"PCC Desk cannot hide or delete what others write on {title}."
    if NEEDS[measure] not in platform.abilities:
        return f"PCC Desk cannot {verb} what others write on {title}."
    return ""
