"""How a try to send, and a look whether something was sent, end: pure decisions over the error and the platform."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pcc_desk.errors import DeskError, Gone, OverLimit, RateLimited, Rejected, Unauthorized, Unexpected, Unreachable
from pcc_desk.model.channel import Guarantee, Platform
from pcc_desk.model.delivery import Delivery, DeliveryState, Receipt
from pcc_desk.services.words import say_moment
from pcc_desk.store.claims import Verdict

LOOKS_NEEDED = 2  # complete looks in a row that must not find it before it may go again
LOOK_GAPS = (1.0, 1.0, 3.0)  # in settle times: it is looked for 1, 2 and 5 of them after the unclear answer
BACKOFF = (2.0, 900.0)  # seconds: the longest wait after the first failed try, and after any
JITTER_SECONDS = 5.0  # spread after a wait a platform asked for, so that everything does not start at once
OVER_LIMIT = "over the limit"  # the outcome of a try that the office's own limit of money refused
LONGEST_REST = timedelta(days=1)  # a platform that asks for more is asked again after a day


@dataclass(frozen=True, slots=True)
class Moment:
    """When something ended, and how the dice fell then: `chance` is at least 0 and below 1."""

    now: datetime
    chance: float


def sent(receipt: Receipt) -> Verdict:
    """Settle what the platform took."""
    return Verdict(DeliveryState.SENT, "sent", "Posted.", receipt=receipt)


def not_sent(error: DeskError, tried: Delivery, platform: Platform, moment: Moment) -> Verdict:
    """Settle a try that ended in an error: due again when nothing left this PC, else held or unconfirmed."""
    due, held = DeliveryState.DUE, DeliveryState.HELD
    match error:
        case Gone() if tried.corrects is not None:
            return Verdict(DeliveryState.CANCELLED, "not there", error.sentence, detail=error.detail)
        case Unreachable():
            due_at = moment.now + back_off(tried.attempts, moment.chance)
            return Verdict(due, "unreachable", error.sentence, due_at, detail=error.detail, left=False)
        case OverLimit():  # money needs a person's word: by next month the words may be out of date
            return Verdict(held, OVER_LIMIT, error.sentence, detail=error.detail, left=False)
        case RateLimited():
            due_at = rested_at(error, moment)
            return Verdict(due, "asked to wait", error.sentence, due_at, detail=error.detail, left=False)
        case Unauthorized():
            return Verdict(due, "signed out", _sign_in_again(platform), moment.now, detail=error.detail, left=False)
        case Rejected() | Gone():
            return Verdict(held, "refused", error.sentence, detail=error.detail, left=False)
    return unclear(error.sentence, platform, moment.now, error.detail)


def unclear(sentence: str, platform: Platform, now: datetime, detail: str = "") -> Verdict:
    """Settle a try without a clear answer: it is looked for after the platform's settle time, never sent before."""
    look_at = now + _settle_time(platform, 0)
    return Verdict(DeliveryState.UNCONFIRMED, "no clear answer", sentence, look_at, detail=detail)


def found(receipt: Receipt) -> Verdict:
    """Settle what a look found."""
    return Verdict(DeliveryState.SENT, "found", "PCC Desk looked and found it: it was posted.", receipt=receipt)


def not_found(tried: Delivery, platform: Platform, now: datetime, was: DeliveryState | None = None) -> Verdict:
    """Settle a complete look that found nothing: look again, then send again or ask a person.

    `was` is how it stood in a backup that was put back.
    """
    looks = tried.looks + 1
    if looks < LOOKS_NEEDED:
        look_at = now + _settle_time(platform, looks)
        sentence = "PCC Desk looked and did not find it yet. It looks once more before anything else."
        return Verdict(DeliveryState.UNCONFIRMED, "not found", sentence, look_at, looks)
    if was is not None:
        return came_back(was, tried, platform, now)
    if platform.guarantee is Guarantee.D:
        return _unsure(platform, "not found")
    sentence = "PCC Desk looked twice and it is not there, so it goes out again."
    return Verdict(DeliveryState.DUE, "not found", sentence, now, looks)


def came_back(was: DeliveryState, tried: Delivery, platform: Platform, now: datetime) -> Verdict:
    """Settle what two looks did not find and a backup that was put back called open; `was` is its state there.

    Only where our key alone makes a second copy impossible it may go again by itself. Elsewhere what would prevent one
    stood in the records too, which are as old as the backup.
    """
    back = "The office's records came back from a backup, and"
    if was is DeliveryState.BY_HAND or platform.by_hand:
        sentence = f"{back} somebody may have posted this since. Look at {platform.title} first, then say where it is."
        return Verdict(DeliveryState.BY_HAND, "not found", sentence, looks=tried.looks)
    if platform.guarantee is not Guarantee.A or was is DeliveryState.UNSURE:
        sentence = f"{back} PCC Desk did not find this. Look at {platform.title}, then say what you found."
        return Verdict(DeliveryState.UNSURE, "not found", sentence, looks=tried.looks)
    if was is DeliveryState.HELD:
        sentence = f"{back} this waited for you then. PCC Desk looked, and it is not there. Send it now?"
        return Verdict(DeliveryState.HELD, "not found", sentence)
    sentence = "PCC Desk looked twice and it is not there, so it goes out again."
    return Verdict(DeliveryState.DUE, "not found", sentence, now)


def not_looked(error: DeskError, tried: Delivery, platform: Platform, moment: Moment) -> Verdict:
    """Settle a look that failed: it counts for nothing, so look again later; ask a person where looking cannot work."""
    if isinstance(error, Gone) and tried.corrects is not None:
        return Verdict(DeliveryState.CANCELLED, "not there", error.sentence, detail=error.detail)
    if isinstance(error, OverLimit):  # nobody would hear of it before the next month
        return _no_money_to_look(tried, platform, error)
    if isinstance(error, Rejected | Gone) or (platform.guarantee is Guarantee.D and isinstance(error, Unexpected)):
        return _unsure(platform, "cannot look", error.detail or f"{error.sentence} {error.next_step}".strip())
    look_at = moment.now + _settle_time(platform, len(LOOK_GAPS)) * (1 + moment.chance)
    if isinstance(error, RateLimited):
        look_at = rested_at(error, moment)
    elif isinstance(error, Unauthorized):
        look_at = moment.now
    # A night without a network would fill the record with the same line, so that is not told.
    outcome = "" if isinstance(error, Unreachable) else "could not look"
    return Verdict(DeliveryState.UNCONFIRMED, outcome, error.sentence, look_at, tried.looks, error.detail)


def abandoned(platform: Platform, now: datetime) -> Verdict:
    """Settle what was being sent when its desk stopped or fell asleep."""
    return unclear(f"PCC Desk stopped before {platform.title} had answered.", platform, now)


def corrected(now: datetime) -> Verdict:
    """Settle a correction that was made, and note it with what it corrects."""
    return Verdict(DeliveryState.SENT, "corrected", f"Corrected {say_moment(now)}.")


def by_hand(platform: Platform) -> Verdict:
    """Give a delivery to a person, because no program may post it there."""
    sentence = f"Post this on {platform.title} yourself, then say where it is."
    return Verdict(DeliveryState.BY_HAND, "by hand", sentence, left=False)


def altered() -> Verdict:
    """Hold what is not, byte for byte, what was approved."""
    sentence = "This is not byte for byte what was approved, so it was not sent. Write and approve it again."
    return Verdict(DeliveryState.HELD, "altered", sentence)


def overrun(problem: str) -> Verdict:
    """Hold what fitted at approval and fits no more, before the platform refuses it in words nobody understands."""
    sentence = f"{problem} So it was not sent. Take it back to the drafts and change it, or post it by hand."
    return Verdict(DeliveryState.HELD, "does not fit", sentence, left=False)


def left_alone(before: int) -> Verdict:
    """Stop a part of a thread when part `before` will never stand there."""
    sentence = f"Part {before} is not there, so this part was not sent."
    return Verdict(DeliveryState.CANCELLED, "stopped", sentence)


def lost_thread(before: int) -> Verdict:
    """Hold a part of a thread when only a person knows that part `before` was posted."""
    sentence = f"PCC Desk does not know where part {before} stands, so it cannot answer it. Post this part by hand."
    return Verdict(DeliveryState.HELD, "cannot follow", sentence)


def shared(platform: Platform) -> Verdict:
    """Ask a person when the platform's proof belongs to another delivery already."""
    return _unsure(platform, "not ours alone")


def doubted(tried: Delivery, sentence: str) -> Verdict:
    """Let wait what was about to go by a clock that is wrong; it is due when it was, whatever that clock shows."""
    return Verdict(DeliveryState.DUE, "clock", sentence, tried.due_at, left=False)


def limit_raised(now: datetime) -> Verdict:
    """Let go what only the office's limit of money held."""
    return Verdict(DeliveryState.DUE, "limit raised", "The office's limit was raised, so it goes out now.", now)


def late(due: str) -> Verdict:
    """Hold a scheduled delivery whose time, in words, passed while the desk was off."""
    return Verdict(DeliveryState.HELD, "late", f"This was due {due}, when PCC Desk could not send it. Send it now?")


def rested_at(error: RateLimited, moment: Moment) -> datetime:
    """Give the moment when an account that was asked to wait may work again."""
    asked = min(max(error.until, moment.now), moment.now + LONGEST_REST)
    return asked + timedelta(seconds=JITTER_SECONDS * moment.chance)


def back_off(attempts: int, chance: float) -> timedelta:
    """Give the wait after so many tries: anything up to a limit that doubles (full jitter)."""
    first, longest = BACKOFF
    return timedelta(seconds=chance * min(longest, first * 2.0 ** min(attempts - 1, 30)))


def _unsure(platform: Platform, outcome: str, detail: str = "") -> Verdict:
    sentence = f"PCC Desk cannot tell whether {platform.title} has it. Look there, then say what you found."
    return Verdict(DeliveryState.UNSURE, outcome, sentence, detail=detail)


def _no_money_to_look(tried: Delivery, platform: Platform, error: OverLimit) -> Verdict:
    """Ask a person about what the office's limit of money lets nobody look for; it never goes by itself."""
    limit, detail = f"The office's limit leaves no money to see whether {platform.title}", error.sentence
    if tried.corrects is None:
        sentence = f"{limit} has this. Look there, then say what you found."
        return Verdict(DeliveryState.UNSURE, OVER_LIMIT, sentence, detail=detail)
    sentence = f"{limit} made this correction. Raise the limit in Settings and PCC Desk sees to it."
    return Verdict(DeliveryState.HELD, OVER_LIMIT, sentence, detail=detail)


def _settle_time(platform: Platform, looks: int) -> timedelta:
    return timedelta(seconds=platform.settle_seconds * LOOK_GAPS[min(looks, len(LOOK_GAPS) - 1)])


def _sign_in_again(platform: Platform) -> str:
    return f"{platform.title} does not accept the sign-in any more. Sign in again, and this goes out by itself."
