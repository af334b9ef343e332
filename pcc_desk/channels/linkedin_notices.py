"""What comes in from a LinkedIn page: comments and mentions, from its notifications of the last sixty days."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from pcc_desk.channels import reading, reply_tokens, walk
from pcc_desk.channels.linkedin_words import unlittle
from pcc_desk.channels.walk import Bookmark, Pace
from pcc_desk.model.channel import Batch, Missing, Spoiled
from pcc_desk.model.message import Author, Incoming, MessageKind

PAGE = 50
KEPT = timedelta(days=59)  # LinkedIn keeps notifications for sixty days
# A notification can be sorted in among older ones.
_PACE = Pace(timedelta(days=30), timedelta(hours=1), "There was more than LinkedIn gives in one go.")
_EDITED = "COMMENT_EDIT"  # tells a comment's words anew; the desk keeps the older ones beside them
_KINDS = {"COMMENT": MessageKind.COMMENT, _EDITED: MessageKind.COMMENT, "SHARE_MENTION": MessageKind.MENTION}
ACTIONS = tuple(_KINDS)
_MEMBER = "Somebody on LinkedIn"  # names of members are given to no page


def start_of(mark: Bookmark) -> int:
    """Give the place in the list where the next page begins."""
    return int(mark.page) if mark.page.isdecimal() else 0


def step(mark: Bookmark, notices: Sequence[object], now: datetime) -> Batch:
    """Take one page, newest first, into the walk: give what is new on it, and the cursor to go on with."""
    found, spoiled, times = list[tuple[str, Incoming]](), list[Spoiled](), list[datetime]()
    for notice in notices:
        try:
            times.append(_moment(reading.number(notice, "lastModifiedAt")))
            found.append((_name(notice), read(notice)))
        except reading.Malformed as error:
            spoiled.append(Spoiled(reading.raw(notice), str(error)))
    following = str(start_of(mark) + PAGE) if len(notices) >= PAGE else ""
    batch = walk.step(mark, walk.Page(found, spoiled, times, following), _PACE, now)
    return batch if batch.more else replace(batch, missing=(*batch.missing, *_lost(mark, now)))


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


def _name(notice: object) -> str:
    made = reading.text(notice, "generatedActivity")
    changed = reading.text_or_none(notice, "action") == _EDITED
    return f"{made} {reading.number(notice, 'lastModifiedAt')}" if changed else made


def _lost(mark: Bookmark, now: datetime) -> tuple[Missing, ...]:
    since = mark.read_until
    if since is None or now - since <= KEPT:
        return ()
    return (Missing(since, now - KEPT, "LinkedIn keeps notifications for sixty days."),)


def _moment(millis: int) -> datetime:
    try:
        return datetime.fromtimestamp(millis / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        raise reading.Malformed("no time at lastModifiedAt") from None
