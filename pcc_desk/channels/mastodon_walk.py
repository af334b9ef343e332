"""Reading a Mastodon list without a gap: back once from the newest, then on from the last one read, oldest first."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from pcc_desk.channels.failures import Query
from pcc_desk.model.channel import Batch, Spoiled
from pcc_desk.model.message import Incoming

PAGE = 40  # what every list of the interface gives at most
FIRST_WALK = timedelta(days=30)
MAX_PAGES = 200


@dataclass(frozen=True, slots=True)
class Bookmark:
    """Where the reading stands: `after` is the newest id read; a first walk back is at `before`, `top` its newest."""

    after: str = ""
    top: str = ""
    before: str = ""
    pages: int = 0

    def window(self) -> Query:
        """Give the part of the request that names the next page."""
        if self.after:
            return {"limit": PAGE, "min_id": self.after}
        return {"limit": PAGE, **({"max_id": self.before} if self.before else {})}

    def written(self) -> str:
        """Give the cursor text."""
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def read(cls, cursor: str) -> "Bookmark":
        """Read a cursor text; one that is not ours starts again, which repeats messages and loses none."""
        try:
            mark = cls(**json.loads(cursor))
        except (ValueError, TypeError):
            return cls()
        whole = all(isinstance(part, str) for part in (mark.after, mark.top, mark.before))
        return mark if whole and isinstance(mark.pages, int) else cls()


@dataclass(frozen=True, slots=True)
class Page:
    """One page as the adapter read it, newest first: `ids` of all that could be named, `oldest` the last one's time."""

    messages: tuple[Incoming, ...]
    spoiled: tuple[Spoiled, ...]
    ids: tuple[str, ...]
    oldest: datetime | None


def step(mark: Bookmark, page: Page, now: datetime) -> Batch:
    """Take one page into the reading: give what is new on it, and the cursor to go on with."""
    if mark.after:
        onward = replace(mark, after=page.ids[0]) if page.ids else mark
        moved = onward.after != mark.after
        return Batch(page.messages, onward.written(), more=moved, spoiled=page.spoiled)
    top = mark.top or (page.ids[0] if page.ids else "")
    since = now - FIRST_WALK
    far = page.oldest is None or page.oldest < since or mark.pages + 1 >= MAX_PAGES
    if far or page.ids[-1] == mark.before:
        return Batch(page.messages, Bookmark(after=top).written() if top else "", spoiled=page.spoiled)
    onward = Bookmark(top=top, before=page.ids[-1], pages=mark.pages + 1)
    return Batch(page.messages, onward.written(), more=True, spoiled=page.spoiled)
