"""Correcting a post on X: each change is a post of its own, which takes the place of the one before.

The office knows such a chain by the id of its first post. The newest one's stands in the link and in the reply token,
and every later id is noted, so that what the public answers is known as an answer to the same post.
"""

from collections.abc import Mapping
from datetime import datetime

from pcc_desk.channels import reading
from pcc_desk.channels.failures import Ask, Query
from pcc_desk.channels.x_calls import Calls
from pcc_desk.channels.x_money import LOOK_MILLS, Bill
from pcc_desk.channels.x_words import says
from pcc_desk.errors import Gone, Rejected
from pcc_desk.model.channel import Steps

_FIRST = "first"
_INSTEAD = "Take it down and post it again, or put it right in an answer."
_FIELDS: Query = {"post.fields": "created_at,entities,note_post,edit_controls"}


class Chain:
    """The posts that took each other's place."""

    def __init__(self, calls: Calls, steps: Steps) -> None:
        self._calls, self._steps = calls, steps

    def newest(self, known: str, bill: Bill) -> object:
        """Give the newest post of a chain, by any of its ids; one look is on the bill. Raises: ChannelError."""
        with bill.paid(LOOK_MILLS):
            post = self._look(known)
        history = _history(post) or [known]
        if history[-1] == known:
            return post
        with self._calls.money.paid(LOOK_MILLS):  # somebody changed it on X, or an answer to us was lost
            return self._look(history[-1])

    def first_of(self, known: str) -> str:
        """Give the id by which the office knows a chain: that of its first post."""
        return (self._steps.get(known, _FIRST) or known) if known else known

    def note(self, newer: str, first: str) -> None:
        """Note that a post took the place of another one."""
        self._steps.put(newer, _FIRST, first)

    def _look(self, known: str) -> object:
        ask = Ask(f"/2/tweets/{known}", _FIELDS)
        body = self._calls.get(ask).body
        post = reading.dig(body, "data")
        if post is None and reading.dig(body, "errors"):  # X tells this with the answer "all is well"
            raise Gone("X does not have it any more.")
        with self._calls.promised("GET", ask):
            if reading.text(post, "id") != known:
                raise reading.Malformed("another post")
        return post


def stands_already(post: object, words: str) -> bool:
    """Tell whether a post says these words, as after a try whose answer was lost."""
    return says(post, words)


def refuse_late(post: object, now: datetime) -> None:
    """Stop a change that X says it would not make. Raises: Rejected."""
    controls = reading.dig(post, "edit_controls")
    if reading.dig(controls, "is_edit_eligible") is False:
        raise Rejected("X does not let this post be changed.", _INSTEAD)
    if reading.dig(controls, "edits_remaining") == 0:
        raise Rejected("X lets a post be changed five times, and this one was.", _INSTEAD)
    if reading.text_or_none(controls, "editable_until") and reading.moment(controls, "editable_until") <= now:
        raise Rejected("X lets a post be changed only for a while after it was posted, and that is over.", _INSTEAD)


def to_edit(post: object, body: Mapping[str, object]) -> dict[str, object]:
    """Give what makes a post take the place of another one."""
    return {**body, "edit_options": {"previous_post_id": reading.text(post, "id")}}


def _history(post: object) -> list[str]:
    # Renamed by X in 2026; servers may still give the older spelling.
    found = reading.dig(post, "edit_history_post_ids") or reading.dig(post, "edit_history_tweet_ids")
    return [one for one in found if isinstance(one, str) and one.isdecimal()] if isinstance(found, list) else []
