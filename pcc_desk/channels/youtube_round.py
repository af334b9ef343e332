"""The round through a channel's older comments: one page at a time, beside the newest, for their late answers.

YouTube lists comments by when they were written, and an answer does not bring its comment up again. So answers to
comments older than the newest page are found only by going through all of them, which the day's quota has room for
when it is done a page at a time.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice

from pcc_desk.channels import reading
from pcc_desk.channels.walk import at
from pcc_desk.channels.youtube_comments import Counts, Threads
from pcc_desk.model.channel import Missing
from pcc_desk.model.message import Incoming

MOST_PAGES = 288  # of 100 comments; a page with every reading of the newest is about a day for as many
_FIRST = timedelta(days=30)
_OVERLAP = timedelta(hours=2)
_MOST_COUNTS = 500
_TOO_MANY = "There were too many older comments to look through within YouTube's daily quota."


@dataclass(frozen=True, slots=True)
class Round:
    """Where the round is: at `page`, begun at `began`; what was written since `since` is new to it."""

    page: str = ""
    pages: int = 0
    began: str = ""
    since: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_on(self) -> bool:
        """Tell whether there is a page to go on with."""
        return bool(self.page)

    def begun(self, following: str, until: datetime) -> "Round":
        """Begin a round after the newest page, read up to `until`, where none is under way and there is more."""
        if self.is_on or not following:
            return self
        since = self.since or (until - _FIRST).isoformat()
        return replace(self, page=following, pages=0, began=until.isoformat(), since=since)

    def noted(self, counts: Counts) -> "Round":
        """Keep how many answers long threads had, the latest first."""
        together = {**counts, **{name: one for name, one in self.counts.items() if name not in counts}}
        return replace(self, counts=dict(islice(together.items(), _MOST_COUNTS)))

    def new_in(self, read: Threads) -> tuple[Incoming, ...]:
        """Give what of a page was written since the last round went by."""
        floor = at(self.since) - _OVERLAP
        return tuple(message for _, message in read.page.found if message.created_at >= floor)

    def after(self, read: Threads) -> tuple["Round", tuple[Missing, ...]]:
        """Go on after a page, with what is missing now; a page that was not read whole is read again."""
        if not read.is_whole:
            return self, ()
        if read.page.following and read.page.following != self.page and self.pages + 1 < MOST_PAGES:
            return replace(self, page=read.page.following, pages=self.pages + 1), ()
        lost = bool(read.page.following)
        missing = (Missing(at(self.since), at(self.began), _TOO_MANY),) if lost else ()
        return self.dropped(), missing

    def dropped(self) -> "Round":
        """End the round: the next one looks for what was written since this one began."""
        return replace(self, page="", pages=0, began="", since=self.began)

    def forgotten(self) -> "Round":
        """Give the round up, whose page YouTube does not know any more; the next one looks for the same again."""
        return replace(self, page="", pages=0, began="")

    def written(self) -> dict[str, object]:
        """Give what a cursor keeps."""
        return asdict(self)

    @classmethod
    def read(cls, kept: object) -> "Round":
        """Read what a cursor kept; what is not ours starts again."""
        texts = {name: reading.text_or_none(kept, name) for name in ("page", "began", "since")}
        pages, counts = reading.dig(kept, "pages"), reading.dig(kept, "counts")
        named = counts.items() if isinstance(counts, dict) else ()
        known = {str(name): one for name, one in named if type(one) is int}
        whole = type(pages) is int and all(text.isascii() for text in texts.values())
        return cls(pages=pages, counts=known, **texts) if whole and isinstance(pages, int) else cls()


def read_cursor(cursor: str) -> tuple[str, Round]:
    """Give the text of the bookmark among the newest, and the round."""
    try:
        kept: object = json.loads(cursor)
    except ValueError:
        return "", Round()
    return reading.text_or_none(kept, "newest"), Round.read(reading.dig(kept, "round"))


def write_cursor(newest: str, rounds: Round) -> str:
    """Give the cursor text of both."""
    return json.dumps({"newest": newest, "round": rounds.written()}, separators=(",", ":"))
