"""Reading a site's comments without a gap: oldest first from a little before where the last reading ended."""

import hashlib
import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pcc_desk.channels import bounds, reading
from pcc_desk.channels.failures import Query, nothing_public_yet
from pcc_desk.channels.markup import plain
from pcc_desk.channels.wordpress_site import Route, Site
from pcc_desk.errors import Gone, Rejected
from pcc_desk.model.channel import Batch, Missing, Spoiled
from pcc_desk.model.message import Author, Incoming, MessageKind

PAGE = 100  # comments at most in one answer
MAX_PAGES = 200
# Comments are kept under the site's wall time, which repeats an hour in autumn.
OVERLAP = timedelta(hours=1, seconds=1)
FIRST_READING = timedelta(days=30)
_MOST_SEEN = 1_000


@dataclass(frozen=True, slots=True)
class Bookmark:
    """Where the reading stands: from which moment, at which page, and the marks of what will be given again."""

    after: datetime
    page: int = 1
    seen: tuple[str, ...] = ()

    def written(self) -> str:
        """Give the cursor text."""
        kept = {"after": self.after.isoformat(), "page": self.page, "seen": self.seen}
        return json.dumps(kept, separators=(",", ":"))

    @classmethod
    def read(cls, cursor: str) -> "Bookmark | None":
        """Read a cursor text; None for one that is not ours: starting again repeats comments and loses none."""
        try:
            kept = json.loads(cursor)
            after = datetime.fromisoformat(kept["after"])
            return cls(after, int(kept["page"]), tuple(map(str, kept["seen"]))) if after.tzinfo else None
        except (ValueError, TypeError, KeyError):
            return None


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment as it was read; `at` is None where it cannot be true, `message` is None for one of our own."""

    id: int
    at: datetime | None
    message: Incoming | None

    @property
    def mark(self) -> str:
        """Give what it is known by: with its words, so that a forged id never makes another comment look known."""
        words = self.message.text if self.message else ""
        return f"{self.id}:{hashlib.sha256(words.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of the site; `full` when there may be more."""

    comments: Sequence[Comment]
    spoiled: tuple[Spoiled, ...]
    full: bool


def fetch(site: Site, us: str, cursor: str) -> Batch:
    """Give what is newer than the cursor; `us` is our own author number, whose comments are left out.

    Raises:
        ChannelError: the site could not be read.
    """
    mark = Bookmark.read(cursor) or _start(site)
    if mark is None:
        return Batch((), "")
    window: Query = {"after": mark.after.isoformat(), "page": mark.page, "order": "asc", "per_page": PAGE}
    return step(mark, _page(site.listed(_route(window)), us))


def hold(site: Site, remote_id: str, held: bool) -> None:
    """Hold a comment back from the public, or approve it; one that stands so already stays. Raises: ChannelError."""
    place, wanted = _place(remote_id), "hold" if held else "approved"
    with nothing_public_yet():
        now = site.get(Route(place, {"context": "edit"}))
        with site.promised(Route(place)):
            standing = reading.text(now, "status")
    if standing in ("trash", "spam"):
        raise Gone("This comment is in the bin of the website.", "Take it out of the bin on the website itself.")
    if standing != wanted:  # WordPress fails where nothing changes
        site.post(Route(place, body={"status": wanted}, harmless=True))


def bin_it(site: Site, remote_id: str) -> None:
    """Move a comment to the site's bin; already there or gone is fine. Raises: ChannelError."""
    site.delete(Route(_place(remote_id), harmless=True))


def _place(remote_id: str) -> str:
    kind, _, number = remote_id.partition(":")
    if kind != "comment" or not number.isdecimal():
        raise Rejected("PCC Desk does not know which comment this is.", "Do it on the website itself.")
    return f"/wp/v2/comments/{number}"


def _start(site: Site) -> Bookmark | None:
    route = _route({"order": "desc", "per_page": 1})
    listed = site.listed(route)
    return Bookmark((_written_at(listed[0]) or datetime.now(UTC)) - FIRST_READING) if listed else None


def _written_at(piece: object) -> datetime | None:
    """Tell when a comment was written; None where that cannot be true, and would end the reading of all others."""
    with suppress(reading.Malformed):
        at = reading.moment(piece, "date_gmt")
        now = datetime.now(UTC)
        return min(at, now) if reading.is_believable(at, now) else None
    return None


def _route(window: Query) -> Route:
    return Route("/wp/v2/comments", {"context": "edit", "status": "all", "orderby": "date_gmt", **window})


def step(mark: Bookmark, page: Page) -> Batch:
    """Take one page into the reading: give what is new on it, and the cursor to go on with."""
    seen = frozenset(mark.seen)
    messages = tuple(found.message for found in page.comments if found.message is not None and found.mark not in seen)
    anchor = max(mark.after, bounds.newest((found.at - OVERLAP for found in page.comments if found.at), mark.after))
    far = anchor - mark.after >= OVERLAP
    again = sorted(
        (found for found in page.comments if found.at is None or found.at >= anchor), key=lambda one: -one.id
    )
    known = tuple(dict.fromkeys((*(found.mark for found in again), *(() if far else mark.seen))))[:_MOST_SEEN]
    if not page.full:
        return Batch(messages, Bookmark(anchor, 1, known).written(), spoiled=page.spoiled)
    if far:  # a new start is safe against comments removed meanwhile, which pull others to the page before
        return Batch(messages, Bookmark(anchor, 1, known).written(), more=True, spoiled=page.spoiled)
    if mark.page >= MAX_PAGES:
        gap = Missing(mark.after, anchor + OVERLAP, "There was more than the website gives in one go.")
        onward = Bookmark(anchor + OVERLAP, 1, known)
        return Batch(messages, onward.written(), spoiled=page.spoiled, missing=(gap,))
    return Batch(messages, Bookmark(mark.after, mark.page + 1, known).written(), more=True, spoiled=page.spoiled)


def _page(listed: Sequence[object], us: str) -> Page:
    comments: list[Comment] = []
    spoiled: list[Spoiled] = []
    for piece in listed:
        try:
            comments.append(_comment(piece, us))
        except reading.Malformed as error:
            spoiled.append(Spoiled(reading.raw(piece), str(error)))
    return Page(comments, tuple(spoiled), len(listed) >= PAGE)


def _comment(piece: object, us: str) -> Comment:
    number, at = reading.number(piece, "id"), _written_at(piece)
    ours = str(reading.number(piece, "author")) == us
    return Comment(number, at, None if ours else _message(piece))


def _message(piece: object) -> Incoming:
    number, post, parent = (reading.number(piece, name) for name in ("id", "post", "parent"))
    waits = reading.text_or_none(piece, "status") == "hold"
    return Incoming(
        remote_id=f"comment:{number}",
        kind=MessageKind.HELD if waits else MessageKind.COMMENT,
        author=_author(piece),
        text=plain(reading.text(piece, "content", "raw")),
        created_at=reading.moment(piece, "date_gmt"),
        url=reading.text_or_none(piece, "link"),
        answers=f"comment:{parent}" if parent else f"post:{post}",
        root=f"post:{post}",
        reply_token=json.dumps({"post": post, "comment": number}),
    )


def _author(piece: object) -> Author:
    # A guest is known by an e-mail address, which the desk has no need to keep.
    number, address = reading.number(piece, "author"), reading.text_or_none(piece, "author_email")
    guest = hashlib.sha256(address.strip().lower().encode()).hexdigest()[:16]
    name = plain(reading.text_or_none(piece, "author_name")) or "No name"
    return Author(f"user:{number}" if number else f"guest:{guest}", name, "")
