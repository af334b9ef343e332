"""Reading a list that comes newest first, without a gap: walked back, page by page, to where the last walk ended."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta

from pcc_desk.channels import bounds, reading
from pcc_desk.model.channel import Batch, Missing, Spoiled
from pcc_desk.model.message import Incoming

MAX_PAGES = 200
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_SEEN = 500
_MARK = 12  # signs by which a message is known in a cursor, which would grow too long with whole names


@dataclass(frozen=True, slots=True)
class Bookmark:
    """Where the reading stands: all written by `after` was read; a walk back is at `page`.

    `top` is the newest time of the walk; `seen` and `fresh` are short marks of what the last walk and this one brought.
    """

    after: str = ""
    top: str = ""
    page: str = ""
    pages: int = 0
    seen: tuple[str, ...] = ()
    fresh: tuple[str, ...] = ()

    def written(self) -> str:
        """Give the cursor text."""
        return json.dumps(asdict(self), separators=(",", ":"))

    @property
    def read_until(self) -> datetime | None:
        """Give the moment up to which everything was read, or None before the first walk."""
        return at(self.after) if self.after else None

    @classmethod
    def read(cls, cursor: str) -> "Bookmark":
        """Read a cursor text; one that is not ours starts again, which repeats messages and loses none."""
        try:
            kept = json.loads(cursor)
            mark = cls(**{**kept, "seen": tuple(kept["seen"]), "fresh": tuple(kept["fresh"])})
        except (ValueError, TypeError, KeyError):
            return cls()
        texts = (mark.after, mark.top, mark.page, *mark.seen, *mark.fresh)
        whole = all(isinstance(part, str) and part.isascii() for part in texts) and type(mark.pages) is int
        return mark if whole else cls()


@dataclass(frozen=True, slots=True)
class Page:
    """One page as the adapter read it: what is on it by its name, the times of all on it, and the next one's mark."""

    found: Sequence[tuple[str, Incoming]]
    spoiled: Sequence[Spoiled]
    times: Sequence[datetime]
    following: str


@dataclass(frozen=True, slots=True)
class Pace:
    """How far back a first walk goes, how far each later one goes over the last one's end, and what to say beyond.

    A walk has `pages` at most.
    """

    first: timedelta
    overlap: timedelta
    beyond: str
    pages: int = MAX_PAGES


def step(mark: Bookmark, page: Page, pace: Pace, now: datetime) -> Batch:
    """Take one page into the walk: give what is new on it, and the cursor to go on with."""
    known = frozenset((*mark.seen, *mark.fresh))
    found = [(_short(name, message), message) for name, message in page.found]
    new = tuple(message for name, message in found if name not in known)
    # A time that cannot be true would end the walk here, or make everything written until then look old; so would one
    # that is forged well, and has no say on its own.
    times = [min(each, now) for each in page.times if reading.is_believable(each, now)]
    floor, low = at(mark.after), bounds.oldest(times, NEVER)
    top = max(at(mark.top), floor, bounds.newest(times, NEVER))
    goal = floor - pace.overlap if mark.after else top - pace.first
    fresh = tuple(dict.fromkeys((*mark.fresh, *(name for name, _ in found))))[:_MOST_SEEN]
    far = low < goal
    stopped = mark.pages + 1 >= pace.pages or page.following == mark.page
    if page.following and not far and not stopped:
        onward = replace(mark, top=top.isoformat(), page=page.following, pages=mark.pages + 1, fresh=fresh)
        return Batch(new, onward.written(), more=True, spoiled=tuple(page.spoiled))
    lost = bool(page.following) and not far and bool(mark.after)
    missing = (Missing(floor, max(low, floor), pace.beyond),) if lost else ()
    seen = tuple(dict.fromkeys((*fresh, *mark.seen)))[:_MOST_SEEN]
    done = Bookmark(after=(top if top > NEVER else now).isoformat(), seen=seen)
    return Batch(new, done.written(), spoiled=tuple(page.spoiled), missing=missing)


def _short(name: str, message: Incoming) -> str:
    # With its words: a forged name never makes the message look known whose name that is.
    return hashlib.sha256(f"{name}\n{message.text}".encode("utf-8", "surrogatepass")).hexdigest()[:_MARK]


def at(written: str) -> datetime:
    """Read a moment from a cursor; one that is not ours is before everything."""
    try:
        return reading.moment({"at": written}, "at")
    except reading.Malformed:
        return NEVER
