"""Reading what was written under many topics without a gap: newest first, back to where the last round ended.

A topic is a post with its comments, or a conversation with its messages; a plain list is one topic alone. A round
begins with the newest topics. Now and then a deep round goes on to the older ones, as any of them may be answered.
"""

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

from pcc_desk.channels import bounds, reading
from pcc_desk.errors import Gone, Rejected
from pcc_desk.model.channel import Batch, Missing, Spoiled
from pcc_desk.model.message import Incoming

MAX_PAGES = 200  # in one round
FIRST_ROUND = timedelta(days=30)
_MOST_MARKS = 250
_MARK = 8  # signs of one short mark: 48 bits
_AHEAD = timedelta(days=1)
_LONGEST_CURSOR = 9_000
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing somebody wrote; `message` is None for what we wrote ourselves."""

    name: str
    at: datetime
    message: Incoming | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A topic to read on: how its next page is asked for, and whether it is read to its end."""

    topic: str
    onward: str
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Stretch:
    """One page of a topic, newest first; `onward` asks for the next one, `beside` are topics found in it."""

    entries: tuple[Entry, ...] = ()
    spoiled: tuple[Spoiled, ...] = ()
    onward: str = ""
    beside: tuple[Waiting, ...] = ()

    def joined(self, other: "Stretch") -> "Stretch":
        """Give this page with what another one holds."""
        entries, spoiled = self.entries + other.entries, self.spoiled + other.spoiled
        return Stretch(entries, spoiled, self.onward, self.beside + other.beside)

    @property
    def moments(self) -> list[datetime]:
        """The times of its entries."""
        return [entry.at for entry in self.entries]


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic with what came with it; `at` is what the topics are sorted by."""

    name: str
    at: datetime
    first: Stretch


@dataclass(frozen=True, slots=True)
class Topics:
    """One page of topics, newest first; `onward` asks for the next one, "" at the end."""

    topics: tuple[Topic, ...]
    spoiled: tuple[Spoiled, ...] = ()
    onward: str = ""


class Source(Protocol):
    """Where topics and their entries are asked for."""

    def topics(self, onward: str) -> Topics:
        """Give a page of topics, the newest for "". Raises: ChannelError."""

    def entries(self, topic: str, onward: str) -> Stretch:
        """Give a page of one topic's entries, the newest for "". Raises: ChannelError."""


@dataclass(frozen=True, slots=True)
class Habit:
    """How one stream is walked.

    What was written up to `overlap` before the newest known is read again, as it may have shown up late. Topics that
    `rise` with each new entry are read down to the first that has nothing new. Others are read deeply every `deep`,
    back to what is `watched`, or with None to the first there is; a topic younger than `whole` is then read to its end.
    A round has so many `pages` at most. Every `bottom`, unless it is None, even the oldest are read (`graph_dive`).
    """

    title: str
    overlap: timedelta = timedelta(minutes=2)
    rise: bool = False
    deep: timedelta = timedelta(hours=6)
    watched: timedelta | None = timedelta(days=90)
    bottom: timedelta | None = timedelta(days=7)
    whole: timedelta = timedelta()
    pages: int = MAX_PAGES


@dataclass(frozen=True, slots=True)
class Bookmark:
    """Where the reading stands.

    Everything older than `floor` was given, and under older topics everything older than `depth`. In a round: `top` is
    its newest time, `since` how far back it goes, `onward` the next topics and `waiting` the topics to read on. `seen`
    and `fresh` are short marks of what need not be given again. `deepened` is when the last deep round began; it only
    tells when the next one is due.
    """

    floor: str = ""
    depth: str = ""
    deepened: str = ""
    top: str = ""
    since: str = ""
    onward: str = ""
    seen: str = ""
    fresh: str = ""
    deep: bool = False
    pages: int = 0
    waiting: tuple[Waiting, ...] = ()

    def written(self) -> str:
        """Give the cursor text; marks are left out of one too long to keep, which repeats messages and loses none."""
        cursor = ""
        for spare in ({}, {"seen": ""}, {"seen": "", "fresh": ""}):
            cursor = json.dumps({**asdict(self), **spare}, separators=(",", ":"))
            if len(cursor) <= _LONGEST_CURSOR:
                break
        return cursor

    @classmethod
    def read(cls, cursor: str) -> "Bookmark":
        """Read a cursor text; one that is not ours starts again, which repeats messages and loses none."""
        try:
            kept = json.loads(cursor)
            mark = cls(**{**kept, "waiting": tuple(Waiting(**each) for each in kept["waiting"])})
        except (ValueError, TypeError, KeyError):
            return cls()
        texts = [mark.floor, mark.depth, mark.deepened, mark.top, mark.since, mark.onward, mark.seen, mark.fresh]
        texts += [text for each in mark.waiting for text in (each.topic, each.onward)]
        return mark if all(isinstance(text, str) for text in texts) and isinstance(mark.pages, int) else cls()


def walk(source: Source, habit: Habit, cursor: str, now: datetime) -> Batch:
    """Take one page: give what is new on it, and the cursor to go on with. Raises: ChannelError."""
    mark = Bookmark.read(cursor)
    if mark.waiting:
        step = _Step(replace(mark, waiting=mark.waiting[1:]), habit)
        return step.along(mark.waiting[0], _read(source, mark.waiting[0]))
    try:
        page = source.topics(mark.onward)
    except Rejected:
        if not mark.onward:
            raise
        # Where to go on may be known no more: the next round begins anew, from where the last whole one ended.
        anew = Bookmark(floor=mark.floor, depth=mark.depth, deepened=mark.deepened, seen=mark.seen)
        return Batch((), anew.written())
    return _Step(mark if mark.pages else _begun(mark, habit, page, now), habit).down(page)


def _read(source: Source, waiting: Waiting) -> Stretch:
    try:
        return source.entries(waiting.topic, waiting.onward)
    except Gone:
        return Stretch()
    except Rejected as error:  # one topic that cannot be read keeps no other from being read
        return Stretch(spoiled=(Spoiled(waiting.topic.encode(), error.sentence),))


def _begun(mark: Bookmark, habit: Habit, page: Topics, now: datetime) -> Bookmark:
    """Begin a round: note the newest time there is, and how far back it goes."""
    moments = [moment for topic in page.topics for moment in (topic.at, *topic.first.moments)]
    # A time that cannot be true would make everything written until then look old.
    believable = [min(moment, now) for moment in moments if moment <= now + _AHEAD]
    top = max(moment_of(mark.floor), bounds.newest(believable, NEVER))
    deep = not habit.rise and is_due(mark.deepened, habit.deep, now)
    befores = (mark.floor, mark.depth) if deep else (mark.floor,)
    known = [moment_of(each) - habit.overlap for each in befores if each]
    since = min(known if len(known) == len(befores) else [*known, top - FIRST_ROUND])
    deepened = written(now) if deep else mark.deepened
    return replace(mark, top=written(top), since=written(since), deep=deep, fresh="", deepened=deepened)


def is_due(last: str, every: timedelta, now: datetime) -> bool:
    """Tell whether what was done last is to be done again; a clock that was ahead puts nothing off."""
    return not timedelta() <= now - moment_of(last) < every


@dataclass(frozen=True, slots=True)
class _Step:
    """One page of a round that has begun."""

    mark: Bookmark
    habit: Habit

    def down(self, page: Topics) -> Batch:
        """Take in a page of topics."""
        mark, top, since = self.mark, moment_of(self.mark.top), moment_of(self.mark.since)
        waiting: list[Waiting] = []
        for topic in page.topics:
            whole = mark.deep and topic.at >= top - self.habit.whole
            if self._goes_on(topic.first, whole):
                waiting.append(Waiting(topic.name, topic.first.onward, whole))
        oldest = bounds.oldest((topic.at for topic in page.topics), top)
        watched = self.habit.watched is None or oldest >= top - self.habit.watched
        further = oldest >= since if self.habit.rise else mark.deep and watched
        onward = page.onward if further and page.onward != mark.onward else ""
        stretches = [Stretch(spoiled=page.spoiled), *(topic.first for topic in page.topics)]
        return self._taken(stretches, replace(mark, onward=onward, waiting=tuple(waiting)))

    def along(self, read: Waiting, stretch: Stretch) -> Batch:
        """Take in a further page of one topic."""
        waiting = self.mark.waiting
        if self._goes_on(stretch, read.whole) and stretch.onward != read.onward:
            waiting = (Waiting(read.topic, stretch.onward, read.whole), *waiting)
        return self._taken([stretch], replace(self.mark, waiting=waiting))

    def _goes_on(self, stretch: Stretch, whole: bool) -> bool:
        since = moment_of(self.mark.since)
        behind = bounds.oldest(stretch.moments, since) < since
        return bool(stretch.onward) and (whole or not behind)

    def _taken(self, stretches: Sequence[Stretch], mark: Bookmark) -> Batch:
        """Give what is new, and where to go on; the round ends when nothing is left or it has grown too long."""
        messages, fresh = self._new([entry for stretch in stretches for entry in stretch.entries])
        spoiled = tuple(each for stretch in stretches for each in stretch.spoiled)
        beside = tuple(each for stretch in stretches for each in stretch.beside)
        mark = replace(mark, waiting=(*mark.waiting, *beside))
        unread = bool(mark.waiting or mark.onward)
        if unread and mark.pages + 1 < self.habit.pages:
            onward = replace(mark, fresh=fresh, pages=mark.pages + 1)
            return Batch(messages, onward.written(), more=True, spoiled=spoiled)
        depth = mark.top if mark.deep else mark.depth
        done = Bookmark(floor=mark.top, depth=depth, deepened=mark.deepened, seen=fresh)
        why = f"There was more than {self.habit.title} gives in one go."
        missing = (Missing(moment_of(mark.since), moment_of(mark.top), why),) if unread and mark.floor else ()
        return Batch(messages, done.written(), spoiled=spoiled, missing=missing)

    def _new(self, entries: Sequence[Entry]) -> tuple[tuple[Incoming, ...], str]:
        """Give what was not given before, and the marks of what will be met again."""
        since, again = moment_of(self.mark.since), moment_of(self.mark.top) - self.habit.overlap
        known, fresh = _marks(self.mark.seen, self.mark.fresh), dict.fromkeys(_marks(self.mark.fresh))
        messages: dict[str, Incoming] = {}
        for entry in entries:
            short = _short(entry)
            if entry.message is not None and entry.at >= since and short not in known:
                messages[short] = entry.message
            if entry.at >= again and len(fresh) < _MOST_MARKS:
                fresh[short] = None
        return tuple(messages.values()), "".join(fresh)


def _short(entry: Entry) -> str:
    said = "" if entry.message is None else entry.message.text
    digest = hashlib.sha256(f"{entry.name}\n{said}".encode("utf-8", "surrogatepass")).digest()
    return base64.urlsafe_b64encode(digest[: _MARK * 3 // 4]).decode()


def _marks(*kept: str) -> list[str]:
    return [part[place : place + _MARK] for part in kept for place in range(0, len(part), _MARK)]


def moment_of(kept: str) -> datetime:
    """Read a moment that `written` wrote; long ago where it is none."""
    try:
        return max(reading.moment({"at": kept}, "at"), NEVER)
    except reading.Malformed:
        return NEVER


def written(at: datetime) -> str:
    """Write a moment; "" for one that was never."""
    return at.isoformat() if at > NEVER else ""
