"""Reading an X list without a gap: newest first, walked back to where the last walk ended."""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta

from pcc_desk.model.channel import Batch, Missing, Spoiled
from pcc_desk.model.message import Incoming

FIRST_WALK = timedelta(days=30)
# The search knows the last seven days (docs.x.com, recent search); an hour is kept back for the clocks.
SEARCHABLE = timedelta(days=6, hours=23)
MAX_PAGES = 200
_FIRST_MILLIS = 1_288_834_974_657  # the moment from which the ids of X count (its own description of its ids)
_AHEAD = timedelta(days=1)
_ID = re.compile("[0-9]{1,19}")
_NOT_KEPT = "X searches only the last seven days."


@dataclass(frozen=True, slots=True)
class Bookmark:
    """Where the reading stands: everything up to `after` was read by the moment `at`; a walk is at `page`."""

    after: str = ""
    at: str = ""
    top: str = ""
    page: str = ""
    pages: int = 0

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
            mark = cls(**json.loads(cursor))
        except (ValueError, TypeError):
            return cls()
        ids = all(isinstance(part, str) and (not part or _is_id(part)) for part in (mark.after, mark.top))
        texts = all(isinstance(part, str) and part.isascii() for part in (mark.page, mark.at))
        whole = ids and texts and isinstance(mark.pages, int)
        return mark if whole else cls()


@dataclass(frozen=True, slots=True)
class Page:
    """One page as the adapter read it, newest first: the ids on it, and the mark of the next one or ""."""

    messages: tuple[Incoming, ...]
    spoiled: tuple[Spoiled, ...]
    ids: Sequence[str]
    following: str


def too_long_ago(mark: Bookmark, now: datetime) -> Missing | None:
    """Give what a search cannot give any more, when the last walk ended too long ago."""
    read_at = mark.read_at
    if not mark.after or mark.page or read_at is None or now - read_at <= SEARCHABLE:
        return None
    return Missing(read_at, now - SEARCHABLE, _NOT_KEPT)


def step(mark: Bookmark, page: Page, now: datetime) -> Batch:
    """Take one page into the walk: give what is new on it, and the cursor to go on with."""
    known = [number for number in page.ids if _is_id(number) and _made_at(number) <= now + _AHEAD]
    top = mark.top or max(known, key=int, default=mark.after)
    reached = bool(mark.after) and bool(known) and int(known[-1]) <= int(mark.after)
    stopped = mark.pages + 1 >= MAX_PAGES or page.following == mark.page
    if not page.following or reached or stopped:
        done = Bookmark(after=top, at=now.astimezone(UTC).isoformat())
        cut = bool(page.following) and not reached and mark.read_at is not None
        lost = Missing(mark.read_at, now, "There was more than X gives in one go.") if cut and mark.read_at else None
        return Batch(page.messages, done.written(), spoiled=page.spoiled, missing=(lost,) if lost else ())
    onward = replace(mark, top=top, page=page.following, pages=mark.pages + 1)
    return Batch(page.messages, onward.written(), more=True, spoiled=page.spoiled)


def _is_id(number: str) -> bool:
    """Tell an id from a spoiled one, behind which nothing would ever be new (1 to 19 digits, X's own description)."""
    return _ID.fullmatch(number) is not None


def _made_at(number: str) -> datetime:
    """Tell when an id was made: one from the future would make everything written until then look old."""
    try:
        return datetime.fromtimestamp(((int(number) >> 22) + _FIRST_MILLIS) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.max.replace(tzinfo=UTC)
