"""Reading an X list without a gap: newest first, walked back to where the last walk ended."""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta

from pcc_desk.channels import bounds
from pcc_desk.model.channel import Batch, Missing, Spoiled
from pcc_desk.model.message import Incoming

FIRST_WALK = timedelta(days=30)
# The search knows the last seven days (docs.x.com, recent search); an hour is kept back for the clocks.
SEARCHABLE = timedelta(days=6, hours=23)
MAX_PAGES = 200
_FIRST_MILLIS = 1_288_834_974_657  # the moment from which the ids of X count (its own description of its ids)
_AHEAD = timedelta(days=1)
_MOST_ABOVE = 100
_ID = re.compile("[0-9]{1,19}")
_PAGE = 100  # posts a page may have; fewer come where some were deleted
_NOT_KEPT = "X searches only the last seven days."


@dataclass(frozen=True, slots=True)
class Bookmark:
    """Where the reading stands: everything up to `after` was read by the moment `at`; a walk is at `page`.

    `above` and `fresh` are short marks of the few posts above that place which the last walk read, and this one has;
    `seen` counts what this walk saw.
    """

    after: str = ""
    at: str = ""
    top: str = ""
    page: str = ""
    pages: int = 0
    above: tuple[str, ...] = ()
    fresh: tuple[str, ...] = ()
    seen: int = 0

    def knows(self, number: str, text: str) -> bool:
        """Tell whether a post was read before."""
        behind = bool(self.after) and _is_id(number) and int(number) <= int(self.after)
        return behind or short(number, text) in self.above

    def written(self) -> str:
        """Give the cursor text."""
        return json.dumps(asdict(self), separators=(",", ":"))

    @property
    def read_at(self) -> datetime | None:
        """Give when the last walk ended."""
        try:
            at = datetime.fromisoformat(self.at)
        except ValueError:
            return None
        return at.astimezone(UTC) if at.tzinfo else None

    @classmethod
    def read(cls, cursor: str) -> "Bookmark":
        """Read a cursor text; one that is not ours starts again, which repeats messages and loses none."""
        try:
            kept = json.loads(cursor)
            mark = cls(**{**kept, **{name: tuple(map(str, kept.get(name, ()))) for name in ("above", "fresh")}})
        except (ValueError, TypeError, AttributeError):
            return cls()
        ids = all(isinstance(part, str) and (not part or _is_id(part)) for part in (mark.after, mark.top))
        texts = all(isinstance(part, str) and part.isascii() for part in (mark.page, mark.at))
        whole = ids and texts and isinstance(mark.pages, int) and isinstance(mark.seen, int)
        return mark if whole else cls()


@dataclass(frozen=True, slots=True)
class Reach:
    """How far back X gives a list: so many of the newest, or for so long; `why` says so when it was not enough."""

    why: str
    newest: int = 0
    kept: timedelta = timedelta(0)


NO_END = Reach("")
MENTIONS = Reach("X gives only the 800 newest mentions.", newest=800)  # docs.x.com, timelines
PRIVATE = Reach("X gives private messages for thirty days only.", kept=timedelta(days=30))  # docs.x.com, lookup


@dataclass(frozen=True, slots=True)
class Page:
    """One page as the adapter read it, newest first: the ids on it, and the mark of the next one or "".

    `marks` are the short marks of the ids, in the same order.
    """

    messages: tuple[Incoming, ...]
    spoiled: tuple[Spoiled, ...]
    ids: Sequence[str]
    following: str
    marks: Sequence[str] = ()


def short(number: str, text: str) -> str:
    """Give the short mark of a post: with its words, so that a forged id never makes another post look known."""
    return hashlib.sha256(f"{number}\n{text}".encode("utf-8", "surrogatepass")).hexdigest()[:12]


def too_long_ago(mark: Bookmark, now: datetime) -> Missing | None:
    """Give what a search cannot give any more, when the last walk ended too long ago."""
    read_at = mark.read_at
    if not mark.after or mark.page or read_at is None or now - read_at <= SEARCHABLE:
        return None
    return Missing(read_at, now - SEARCHABLE, _NOT_KEPT)


def step(mark: Bookmark, page: Page, now: datetime, reach: Reach = NO_END) -> Batch:
    """Take one page into the walk: give what is new on it, and the cursor to go on with."""
    after, latest = int(mark.after or 0), _id_at(now)
    # An id from the future would make everything written until then look old, and so would one forged well: it has no
    # say on its own, and what is above the newest but one is known by its mark.
    known = [min(int(number), latest) for number in page.ids if _is_id(number) and _made_at(number) <= now + _AHEAD]
    top = int(mark.top or max(bounds.newest(known, after), after))
    above = [each for number, each in zip(page.ids, page.marks, strict=False) if _is_id(number) and int(number) > top]
    fresh = mark.fresh if mark.top else tuple(above[:_MOST_ABOVE])
    reached = bool(after) and bounds.oldest(known, latest) <= after
    stopped = mark.pages + 1 >= MAX_PAGES or page.following == mark.page
    if not page.following or reached or stopped:
        done = Bookmark(after=_written(top), at=now.astimezone(UTC).isoformat(), above=fresh)
        lost = None if reached else _lost(mark, page, reach, now)
        return Batch(page.messages, done.written(), spoiled=page.spoiled, missing=(lost,) if lost else ())
    onward = replace(mark, top=_written(top), page=page.following, pages=mark.pages + 1, fresh=fresh)
    onward = replace(onward, seen=mark.seen + len(page.ids))
    return Batch(page.messages, onward.written(), more=True, spoiled=page.spoiled)


def _lost(mark: Bookmark, page: Page, reach: Reach, now: datetime) -> Missing | None:
    """Give what may have come since the last walk and was not seen, at the end of one that did not get back to it."""
    since = mark.read_at
    if since is None:
        return None
    if page.following:
        return Missing(since, now, "There was more than X gives in one go.")
    if reach.newest and mark.seen + len(page.ids) > reach.newest - _PAGE:
        return Missing(since, now, reach.why)
    if reach.kept and now - since > reach.kept:
        return Missing(since, now - reach.kept, reach.why)
    return None


def _is_id(number: str) -> bool:
    """Tell an id from a spoiled one, behind which nothing would ever be new (1 to 19 digits, X's own description)."""
    return _ID.fullmatch(number) is not None


def _written(number: int) -> str:
    return str(number) if number else ""


def _id_at(moment: datetime) -> int:
    """Give the id that is made at a moment."""
    return (int(moment.timestamp() * 1000) - _FIRST_MILLIS) << 22


def _made_at(number: str) -> datetime:
    """Tell when an id was made: one from the future would make everything written until then look old."""
    try:
        return datetime.fromtimestamp(((int(number) >> 22) + _FIRST_MILLIS) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.max.replace(tzinfo=UTC)
