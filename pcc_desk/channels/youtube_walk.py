"""Reading a channel's comments without a gap: newest first, walked back to where the last walk ended."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta

from pcc_desk.channels import reading
from pcc_desk.model.channel import Batch, Missing, Spoiled
from pcc_desk.model.message import Incoming

MAX_PAGES = 200
_FIRST_WALK = timedelta(days=30)
_OVERLAP = timedelta(hours=2)  # a comment can be shown later than it was written
_MOST_SEEN = 500
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Bookmark:
    """Where the reading stands: all written by `after` was read; a walk back is at `page`."""

    after: str = ""
    top: str = ""
    page: str = ""
    pages: int = 0
    seen: tuple[str, ...] = ()
    fresh: tuple[str, ...] = ()

    def written(self) -> str:
        """Give the cursor text."""
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def read(cls, cursor: str) -> "Bookmark":
        """Read a cursor text; one that is not ours starts again, which repeats messages and loses none."""
        try:
            kept = json.loads(cursor)
            mark = cls(**{**kept, "seen": tuple(kept["seen"]), "fresh": tuple(kept["fresh"])})
        except (ValueError, TypeError, KeyError):
            return cls()
        texts = (mark.after, mark.top, mark.page, *mark.seen, *mark.fresh)
        whole = all(isinstance(part, str) and part.isascii() for part in texts) and isinstance(mark.pages, int)
        return mark if whole else cls()


@dataclass(frozen=True, slots=True)
class Page:
    """One page as the adapter read it: its messages, ours left out, the times of all on it, and the next one's mark."""

    messages: Sequence[Incoming]
    spoiled: Sequence[Spoiled]
    times: Sequence[datetime]
    following: str


def step(mark: Bookmark, page: Page) -> Batch:
    """Take one page into the walk: give what is new on it, and the cursor to go on with."""
    floor = _at(mark.after)
    known = frozenset((*mark.seen, *mark.fresh))
    new = tuple(each for each in page.messages if each.remote_id not in known and each.created_at >= floor - _OVERLAP)
    top = max([_at(mark.top), floor, *page.times])
    goal = floor - _OVERLAP if mark.after else top - _FIRST_WALK
    fresh = tuple(dict.fromkeys((*mark.fresh, *(each.remote_id for each in page.messages))))[:_MOST_SEEN]
    far = min(page.times, default=_NEVER) < goal
    stopped = mark.pages + 1 >= MAX_PAGES or page.following == mark.page
    if page.following and not far and not stopped:
        onward = replace(mark, top=top.isoformat(), page=page.following, pages=mark.pages + 1, fresh=fresh)
        return Batch(new, onward.written(), more=True, spoiled=tuple(page.spoiled))
    lost = bool(page.following) and not far and bool(mark.after)
    missing = (Missing(floor, min(page.times, default=floor), "There was more than YouTube gives in one go."),)
    seen = tuple(dict.fromkeys((*fresh, *mark.seen)))[:_MOST_SEEN]
    done = Bookmark(after=top.isoformat() if top > _NEVER else "", seen=seen)
    return Batch(new, done.written(), spoiled=tuple(page.spoiled), missing=missing if lost else ())


def _at(written: str) -> datetime:
    try:
        return reading.moment({"at": written}, "at")
    except reading.Malformed:
        return _NEVER
