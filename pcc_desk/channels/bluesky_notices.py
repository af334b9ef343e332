"""Reading Bluesky's notifications without a gap: newest first, walked back to where the last walk ended.

Bluesky sorts a notification by when its post says it was written, if that is earlier than when it came in (its own
server: notifications by `sortAt`, the earlier of `createdAt` and `indexedAt`). So what was written on a phone without
signal, or came over a bridge, is sorted in far below what is known by then. Every walk looks an hour further back, one
an hour three days, and one a day thirty; what is dated back further than that is not found.
"""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta

from pcc_desk.channels import bounds, reading
from pcc_desk.model.channel import Batch, Missing, Spoiled
from pcc_desk.model.message import Incoming

MAX_PAGES = 200
_OVERLAP = timedelta(hours=1)  # what every walk looks at again
_FIRST_WALK = timedelta(days=30)
# Which walks look further back; a stream is walked once a minute while the desk is open.
_FURTHER = ((1440, _FIRST_WALK), (60, timedelta(days=3)))
_MOST_SEEN = 500
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Bookmark:
    """Where a walk stands: `floor` is the newest time of the last one, `seen` and `fresh` short marks of messages.

    `walks` counts those that have ended.
    """

    floor: str = ""
    top: str = ""
    low: str = ""
    page: str = ""
    pages: int = 0
    walks: int = 0
    seen: tuple[str, ...] = ()
    fresh: tuple[str, ...] = ()

    @property
    def known(self) -> frozenset[str]:
        """Give the short marks of what need not be read again."""
        return frozenset((*self.seen, *self.fresh))

    def written(self) -> str:
        """Give the cursor text."""
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def read(cls, cursor: str) -> "Bookmark":
        """Read a cursor text; one that is not ours starts again, which repeats messages and loses none."""
        try:
            kept = json.loads(cursor)
            return cls(**{**kept, "seen": tuple(kept["seen"]), "fresh": tuple(kept["fresh"])})
        except (ValueError, TypeError, KeyError):
            return cls()


@dataclass(frozen=True, slots=True)
class Page:
    """One page as the adapter read it: what is new and what was spoiled, and the places and next page of all of it.

    `places` holds the short mark and time of every reply, mention and quote, `times` those of all notifications.
    """

    messages: tuple[Incoming, ...]
    spoiled: tuple[Spoiled, ...]
    places: tuple[tuple[str, datetime], ...]
    times: tuple[datetime, ...]
    following: str


def step(mark: Bookmark, page: Page) -> Batch:
    """Take one page into a walk: give what is new on it, and the cursor to go on with."""
    low = bounds.oldest(page.times, _NEVER)
    top = max(_at(mark.top) if mark.top else bounds.newest(page.times, _NEVER), _at(mark.floor))
    goal = _at(mark.floor) - _depth(mark.walks) if mark.floor else top - _FIRST_WALK if top > _NEVER else _NEVER
    # The first page is always read whole, so all of it must be known next time; of the others what will be met again.
    met_again = _NEVER if mark.pages == 0 else top - _OVERLAP
    fresh = (*mark.fresh, *(place for place, at in page.places if at >= met_again))[:_MOST_SEEN]
    stopped = _why_stopped(mark, page)
    if low < goal or not page.following or stopped:
        done = Bookmark(floor=_written(top), seen=tuple(dict.fromkeys(fresh)), walks=mark.walks + 1)
        short_of = bool(mark.floor) and low > _at(mark.floor) - _OVERLAP
        missing = (Missing(_at(mark.floor), low, stopped),) if stopped and short_of else ()
        return Batch(page.messages, done.written(), spoiled=page.spoiled, missing=missing)
    onward = replace(mark, top=_written(top), low=_written(low), page=page.following, pages=mark.pages + 1, fresh=fresh)
    return Batch(page.messages, onward.written(), more=True, spoiled=page.spoiled)


def _depth(walks: int) -> timedelta:
    """Tell how far below the newest time known the next walk looks, after so many."""
    return next((depth for every, depth in _FURTHER if walks and walks % every == 0), _OVERLAP)


def _why_stopped(mark: Bookmark, page: Page) -> str:
    if page.following and page.following == mark.page:
        return "Bluesky gave the same page again and again."
    if mark.pages + 1 >= MAX_PAGES:
        return "There was more than Bluesky gives in one go."
    return ""


def short(remote_id: str, content: str) -> str:
    """Give the short mark by which a message is known in a bookmark; `content` is the network's own mark of its words.

    With that no forged id makes the message look known whose id that is.
    """
    return hashlib.sha256(f"{remote_id}\n{content}".encode()).hexdigest()[:12]


def _at(written: str) -> datetime:
    try:
        return reading.moment({"at": written}, "at")
    except reading.Malformed:
        return _NEVER


def _written(at: datetime) -> str:
    return at.isoformat() if at > _NEVER else ""
