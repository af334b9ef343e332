"""Meta's rule for answering a comment privately: once, and within seven days."""

from datetime import datetime, timedelta
from typing import Protocol

from pcc_desk.rehearsal.graph import Refusal

_WINDOW = timedelta(days=7)


class Commented(Protocol):
    """A comment, whichever of the two platforms keeps it."""

    at: datetime
    answered: bool


def refuse_second_answer(comment: Commented | None, now: datetime) -> None:
    """Note that a comment is answered privately. Raises: Refusal when it was, or when it is too late."""
    if comment is None:  # it is a message
        return
    if now - comment.at > _WINDOW:
        raise Refusal(10, "This message is sent outside of allowed window.", 2_018_278)
    if comment.answered:
        raise Refusal(10_900, "Activity already replied to")
    comment.answered = True
