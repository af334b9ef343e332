"""Reading a Mastodon list without a gap: back once from the newest, then on from the last one read, oldest first.

Where to go on is what the server says in its Link header. One that says nothing is read on from the ids in the list
itself, any of which may be spoiled: no single one moves the reading, which stays one message behind the newest, and
`is_beyond` tells when more of them were.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from requests.utils import parse_header_links

from pcc_desk.channels import bounds, reading
from pcc_desk.channels.failures import Query
from pcc_desk.model.channel import Batch, Spoiled
from pcc_desk.model.message import Incoming

PAGE = 40  # what every list of the interface gives at most
FIRST_WALK = timedelta(days=30)
MAX_PAGES = 200
_NOWHERE = (-1, "")
_ID = re.compile("[0-9A-Za-z]{1,64}")


@dataclass(frozen=True, slots=True)
class Bookmark:
    """Where the reading stands: `after` is the newest id read; a first walk back is at `before`, `top` its newest.

    `told` means that the server itself said so.
    """

    after: str = ""
    top: str = ""
    before: str = ""
    pages: int = 0
    told: bool = False

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
        return mark if whole and isinstance(mark.pages, int) and isinstance(mark.told, bool) else cls()


@dataclass(frozen=True, slots=True)
class Page:
    """One page as the adapter read it, newest first: `ids` of all that could be named, `oldest` the last one's time.

    `newer` and `older` are the ids from which the server says it goes on, "" where it says nothing.
    """

    messages: tuple[Incoming, ...]
    spoiled: tuple[Spoiled, ...]
    ids: tuple[str, ...]
    oldest: datetime | None
    newer: str = ""
    older: str = ""


def read_link(header: str) -> tuple[str, str]:
    """Read a Link header: the ids from which the list goes on to newer ones and to older ones, "" where none is named.

    Source: docs.joinmastodon.org/api/guidelines, "Pagination".
    """
    named = {"min_id": "", "max_id": ""}
    for link in parse_header_links(header):
        try:
            query = parse_qs(urlsplit(link["url"]).query)
        except ValueError:
            continue
        for name in named:
            named[name] = next((known for known in query.get(name, ()) if is_id(known)), named[name])
    return named["min_id"], named["max_id"]


def is_id(name: str) -> bool:
    """Tell an id, of numbers or of letters as some servers have it, from a spoiled one that would end the reading."""
    return _ID.fullmatch(name) is not None


def id_of(value: object) -> str:
    """Give the id of a post or a picture. Raises: Malformed."""
    found = reading.text(value, "id")
    if not is_id(found):
        raise reading.Malformed("no id")
    return found


def step(mark: Bookmark, page: Page, now: datetime) -> Batch:
    """Take one page into the reading: give what is new on it, and the cursor to go on with."""
    ids = _of_one_kind(page.ids, mark.after or mark.top)
    newest = page.newer or _newest(ids, mark.after)
    if mark.after:
        onward = replace(mark, after=newest, told=bool(page.newer)) if newest != mark.after else mark
        moved = onward.after != mark.after
        return Batch(page.messages, onward.written(), more=moved, spoiled=page.spoiled)
    top, told = (mark.top, mark.told) if mark.top else (newest, bool(page.newer))
    since = now - FIRST_WALK
    far = page.oldest is None or page.oldest < since or mark.pages + 1 >= MAX_PAGES
    # A server that tells its places names no older one on its last page.
    before = page.older if page.newer else bounds.oldest(map(_rank, ids), _NOWHERE)[1]
    if far or not before or before == mark.before:
        return Batch(page.messages, Bookmark(after=top, told=told).written() if top else "", spoiled=page.spoiled)
    onward = Bookmark(top=top, before=before, pages=mark.pages + 1, told=told)
    return Batch(page.messages, onward.written(), more=True, spoiled=page.spoiled)


def is_beyond(after: str, newest: str) -> bool:
    """Tell whether a place lies beyond the newest id of its list, so that reading on from it would find nothing."""
    return not newest or _rank(after) > _rank(newest)


def _newest(ids: Sequence[str], after: str) -> str:
    """Give the id to read on from where only the list tells: never one that stands alone, and never further back.

    Of the very first page even the only one is taken; `is_beyond` finds out if it was none.
    """
    if after and len(ids) < 2:
        return after
    return max(bounds.newest(map(_rank, ids), _NOWHERE), _rank(after))[1]


def _rank(known: str) -> tuple[int, str]:
    """Give an id's place in the order in which servers count: numbers by their size, letters by the alphabet."""
    return len(known.lstrip("0")), known


def _of_one_kind(ids: Sequence[str], known: str) -> list[str]:
    """Leave out ids that are words where a server's are numbers, or the other way: a spoiled one would end the reading.

    A server's kind is that of an id known from before, or of most on the page.
    """
    numbers = known.isdecimal() if known else 2 * sum(each.isdecimal() for each in ids) > len(ids)
    return [each for each in ids if each.isdecimal() == numbers]
