"""Who quotes the office on X: asked about a post only once its count has risen, because each answer is paid for."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime

from pcc_desk.channels import reading
from pcc_desk.channels.failures import Ask, Query
from pcc_desk.channels.x_calls import Calls
from pcc_desk.channels.x_money import OWN_RATE, QUOTES_RATE
from pcc_desk.errors import ChannelError, Gone, Rejected
from pcc_desk.model.channel import Batch, Spoiled
from pcc_desk.model.message import Incoming

NEWEST = 10  # of our posts: each one looked at is paid for once a day
_OWN_RATE = replace(OWN_RATE, least=NEWEST, most=NEWEST)  # with fewer of them the others would look as if they were new
_MOST_PAGES = 20

# Reads posts with what came beside them into messages, and keeps aside what could not be read.
Read = Callable[[list[object], object], tuple[list[Incoming], list[Spoiled]]]


@dataclass(frozen=True, slots=True)
class Rise:
    """A post that was quoted more often than before: `count` is how often, `paid` how many were paid for that day."""

    name: str
    count: int
    paid: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How often each of our newest posts was quoted when that was last looked at, and on which day.

    `rises` are the posts whose quotes are still to be read; of the first one `pages` were read, with `seen` quotes, and
    `page` is the mark of the next.
    """

    day: str = ""
    quoted: Mapping[str, int] = field(default_factory=dict)
    rises: tuple[Rise, ...] = ()
    page: str = ""
    pages: int = 0
    seen: int = 0

    def written(self) -> str:
        """Give the cursor text."""
        return json.dumps(asdict(self), separators=(",", ":"))

    def done(self) -> "Counts":
        """Give what holds once the first post's quotes are read."""
        first = self.rises[0]
        return Counts(self.day, {**self.quoted, first.name: first.count}, self.rises[1:])

    @classmethod
    def read(cls, cursor: str) -> "Counts":
        """Read a cursor text; one that is not ours starts again, which repeats messages and loses none."""
        try:
            kept: object = json.loads(cursor)
        except ValueError:
            return cls()
        quoted = reading.dig(kept, "quoted")
        named = quoted.items() if isinstance(quoted, dict) else ()
        counts = cls(reading.text_or_none(kept, "day"), {str(name): one for name, one in named if type(one) is int})
        rises, pages, seen = tuple(_rises(kept)), reading.dig(kept, "pages"), reading.dig(kept, "seen")
        if not rises or type(pages) is not int or type(seen) is not int:
            return replace(counts, rises=rises)
        return replace(counts, rises=rises, page=reading.text_or_none(kept, "page"), pages=pages, seen=seen)


@dataclass(frozen=True, slots=True)
class Quoting:
    """One account's quotes on X: `fields` is what is asked of each, `read` makes messages of them."""

    calls: Calls
    fields: Query
    read: Read

    def fetch(self, cursor: str, now: datetime) -> Batch:
        """Give a page of the posts that quote one of our newest ones. Raises: ChannelError."""
        before, today, spoiled = Counts.read(cursor), now.astimezone(UTC).date().isoformat(), list[Spoiled]()
        counts = before if before.rises else self._look(before, today, spoiled)
        if not counts.rises:
            return Batch((), counts.written(), spoiled=tuple(spoiled))
        try:
            batch = self._page(counts, counts.day == today)
        except Gone:
            return Batch((), counts.done().written(), more=True, spoiled=tuple(spoiled))
        except Rejected:
            if not counts.page or counts.day == today:
                raise
            # X may not know the mark of a page any more after so long.
            first = replace(counts.rises[0], paid=0)
            again = replace(counts, day=today, rises=(first, *counts.rises[1:]), page="", pages=0, seen=0)
            return Batch((), again.written(), more=True)
        except ChannelError:
            if before.rises:
                raise
            return Batch((), counts.written(), more=True, spoiled=tuple(spoiled))  # what was looked at is paid for
        return replace(batch, spoiled=(*spoiled, *batch.spoiled))

    def _look(self, before: Counts, today: str, spoiled: list[Spoiled]) -> Counts:
        known = before.quoted if before.day == today else {}  # what was read on the same day is not paid for again
        ours = Ask(f"/2/users/{self.calls.account.remote_id}/tweets", {"post.fields": "public_metrics"})
        posts, _ = self.calls.listed(
            ours, _OWN_RATE, lambda page: sum(reading.text_or_none(one, "id") in known for one in page)
        )
        quoted, rises = dict[str, int](), list[Rise]()
        for post in posts:
            try:
                name, told = reading.text(post, "id"), reading.dig(post, "public_metrics", "quote_count")
            except reading.Malformed as error:
                spoiled.append(Spoiled(reading.raw(post), str(error)))
                continue
            count, was = told if type(told) is int else 0, before.quoted.get(name, 0)
            if count and count != was:  # one forged too high is followed by one that is lower
                rises.append(Rise(name, count, known.get(name, 0)))
            quoted[name] = was if count else 0
        return Counts(today, quoted, tuple(rises))

    def _page(self, counts: Counts, same_day: bool) -> Batch:
        rise, seen = counts.rises[0], counts.seen
        paid = rise.paid if same_day else 0
        further: Query = {"pagination_token": counts.page} if counts.page else {}
        ask = Ask(f"/2/tweets/{rise.name}/quote_tweets", {**self.fields, **further})
        listed, body = self.calls.listed(ask, QUOTES_RATE, lambda page: _free(paid, seen, len(page)))
        messages, spoiled = self.read(listed, body)
        token = reading.text_or_none(body, "meta", "next_token")
        over = not token or counts.pages + 1 >= _MOST_PAGES
        onward = replace(counts, page=token, pages=counts.pages + 1, seen=seen + len(listed))
        after = counts.done() if over else onward
        return Batch(tuple(messages), after.written(), more=bool(after.rises), spoiled=tuple(spoiled))


def _free(paid: int, seen: int, came: int) -> int:
    """Tell how many of a page's quotes were paid for before: as many of a post's as were read that day."""
    return came - max(0, seen + came - paid) + max(0, seen - paid)


def _rises(kept: object) -> Iterator[Rise]:
    found = reading.dig(kept, "rises")
    for one in found if isinstance(found, list) else ():
        name, count, paid = reading.text_or_none(one, "name"), reading.dig(one, "count"), reading.dig(one, "paid")
        if name.isdecimal() and type(count) is int and type(paid) is int:
            yield Rise(name, count, paid)
