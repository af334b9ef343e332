"""Who quotes the office on X: asked about a post only once its count has risen, because each answer is paid for."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from pcc_desk.channels import reading
from pcc_desk.channels.failures import Ask, Query
from pcc_desk.channels.x_calls import LOOK_MILLS, Calls
from pcc_desk.model.channel import Batch, Spoiled
from pcc_desk.model.message import Incoming

NEWEST = 10  # of our posts: each one looked at is paid for once a day
_PAGE = 100
_MOST_PAGES = 20

# Reads posts with what came beside them into messages, and keeps aside what could not be read.
Read = Callable[[list[object], object], tuple[list[Incoming], list[Spoiled]]]


@dataclass(frozen=True, slots=True)
class Counts:
    """How often each of our newest posts was quoted when that was last looked at, and on which day."""

    day: str = ""
    quoted: Mapping[str, int] = field(default_factory=dict)

    def written(self) -> str:
        """Give the cursor text."""
        return json.dumps({"day": self.day, "quoted": dict(self.quoted)}, separators=(",", ":"))

    @classmethod
    def read(cls, cursor: str) -> "Counts":
        """Read a cursor text; one that is not ours starts again, which repeats messages and loses none."""
        try:
            kept: object = json.loads(cursor)
        except ValueError:
            return cls()
        quoted = reading.dig(kept, "quoted")
        named = quoted.items() if isinstance(quoted, dict) else ()
        return cls(reading.text_or_none(kept, "day"), {str(name): one for name, one in named if type(one) is int})


def fetch(calls: Calls, fields: Query, read: Read, cursor: str, now: datetime) -> Batch:
    """Give the posts that quote one of our newest ones; `fields` is what is asked of each. Raises: ChannelError."""
    before, today = Counts.read(cursor), now.astimezone(UTC).date().isoformat()
    known = before.quoted if before.day == today else {}  # what was read before on the same day is not paid for again
    ours = Ask(f"/2/users/{calls.account.remote_id}/tweets", {"max_results": NEWEST, "post.fields": "public_metrics"})
    posts, _ = calls.listed(ours)
    messages, spoiled, counts = list[Incoming](), list[Spoiled](), dict[str, int]()
    for post in posts:
        try:
            count = reading.dig(post, "public_metrics", "quote_count")
            counts[reading.text(post, "id")] = count if type(count) is int else 0
        except reading.Malformed as error:
            spoiled.append(Spoiled(reading.raw(post), str(error)))
    calls.owe(LOOK_MILLS * sum(name not in known for name in counts))
    for name, count in counts.items():
        if count and count != before.quoted.get(name, 0):  # one forged too high is followed by one that is lower
            found, broken, seen = _quotes(calls, fields, read, name)
            messages += found
            spoiled += broken
            calls.owe(LOOK_MILLS * max(0, seen - known.get(name, 0)))
    return Batch(tuple(messages), Counts(today, counts).written(), spoiled=tuple(spoiled))


def _quotes(calls: Calls, fields: Query, read: Read, name: str) -> tuple[list[Incoming], list[Spoiled], int]:
    messages, spoiled, seen, token = list[Incoming](), list[Spoiled](), 0, ""
    for _ in range(_MOST_PAGES):
        further: Query = {"pagination_token": token} if token else {}
        query: Query = {"max_results": _PAGE, **fields, **further}
        listed, body = calls.listed(Ask(f"/2/tweets/{name}/quote_tweets", query))
        found, broken = read(listed, body)
        messages, spoiled, seen = messages + found, spoiled + broken, seen + len(listed)
        token = reading.text_or_none(body, "meta", "next_token")
        if not token:
            break
    return messages, spoiled, seen
