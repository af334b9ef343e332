"""What comes in from a LinkedIn page: comments and mentions, from its notifications of the last sixty days."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta

from pcc_desk.channels import reading, reply_tokens
from pcc_desk.channels.linkedin_words import unlittle
from pcc_desk.model.channel import Batch, Missing, Spoiled
from pcc_desk.model.message import Author, Incoming, MessageKind

PAGE = 50
MAX_PAGES = 200
KEPT = timedelta(days=59)  # LinkedIn keeps notifications for sixty days
_FIRST_WALK = timedelta(days=30)
_OVERLAP = timedelta(hours=1)  # a notification can be sorted in among older ones
_MOST_SEEN = 500
_KINDS = {"COMMENT": MessageKind.COMMENT, "SHARE_MENTION": MessageKind.MENTION}
ACTIONS = tuple(_KINDS)
_MEMBER = "Somebody on LinkedIn"  # names of members are given to no page


@dataclass(frozen=True, slots=True)
class Bookmark:
    """Where the reading stands, in milliseconds: all up to `after` was read; a walk back is at place `start`."""

    after: int = 0
    top: int = 0
    start: int = 0
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
        numbers = all(type(part) is int and 0 <= part < 10**15 for part in (mark.after, mark.top, mark.start))
        return mark if numbers and all(isinstance(part, str) for part in (*mark.seen, *mark.fresh)) else cls()


def step(mark: Bookmark, notices: Sequence[object], now: datetime) -> Batch:
    """Take one page, newest first, into the walk: give what is new on it, and the cursor to go on with."""
    messages, spoiled = list[Incoming](), list[Spoiled]()
    times, names = list[int](), list[str]()
    for notice in notices:
        try:
            times.append(reading.number(notice, "lastModifiedAt"))
            names.append(reading.text(notice, "generatedActivity"))
            if names[-1] not in mark.seen and names[-1] not in mark.fresh:
                messages.append(read(notice))
        except reading.Malformed as error:
            spoiled.append(Spoiled(reading.raw(notice), str(error)))
    top = max([mark.top, mark.after, *times])
    goal = (mark.after or top - _millis(_FIRST_WALK)) - _millis(_OVERLAP)
    fresh = tuple(dict.fromkeys((*mark.fresh, *names)))[:_MOST_SEEN]
    full, far = len(notices) >= PAGE, min(times, default=0) < goal
    if full and not far and mark.start // PAGE + 1 < MAX_PAGES:
        onward = replace(mark, top=top, start=mark.start + PAGE, fresh=fresh)
        return Batch(tuple(messages), onward.written(), more=True, spoiled=tuple(spoiled))
    known = tuple(dict.fromkeys((*fresh, *mark.seen)))[:_MOST_SEEN]
    done = Bookmark(after=top or _millis_of(now), seen=known)
    return Batch(tuple(messages), done.written(), spoiled=tuple(spoiled), missing=_lost(mark, now))


def read(notice: object) -> Incoming:
    """Read one notification. Raises: Malformed."""
    kind = _KINDS.get(reading.text(notice, "action"))
    if kind is None:
        raise reading.Malformed("an action nobody asked for")
    made, post = reading.text(notice, "generatedActivity"), reading.text_or_none(notice, "sourcePost")
    said = reading.dig(notice, "decoratedGeneratedActivity", "comment" if kind is MessageKind.COMMENT else "share")
    owner = reading.text(said, "owner")
    parent = reading.text_or_none(said, "parentComment")
    root = post or made
    answered = kind is MessageKind.COMMENT
    token = {"post": root, "comment": made if answered else "", "thread": parent or made if answered else ""}
    return Incoming(
        remote_id=made,
        kind=kind,
        author=Author(owner, _MEMBER, ""),
        text=unlittle(reading.text(said, "text")),
        created_at=_moment(reading.number(notice, "lastModifiedAt")),
        url=f"https://www.linkedin.com/feed/update/{root}",
        answers=parent or post,
        root=root,
        reply_token=reply_tokens.write(token),
    )


def _lost(mark: Bookmark, now: datetime) -> tuple[Missing, ...]:
    since = _moment(mark.after)
    if not mark.after or now - since <= KEPT:
        return ()
    return (Missing(since, now - KEPT, "LinkedIn keeps notifications for sixty days."),)


def _moment(millis: int) -> datetime:
    try:
        return datetime.fromtimestamp(millis / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        raise reading.Malformed("no time at lastModifiedAt") from None


def _millis(span: timedelta) -> int:
    return int(span.total_seconds() * 1000)


def _millis_of(at: datetime) -> int:
    return int(at.timestamp() * 1000)
