"""What comes in on Instagram: comments and their answers, posts that tag us, messages, and watched hashtags."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from pcc_desk.channels import graph_dive, graph_walk, reading
from pcc_desk.channels.failures import Query
from pcc_desk.channels.graph import CLOSED, Call, written
from pcc_desk.channels.graph_lists import Flat, Nested, author_of, conversations, name_of, stretch
from pcc_desk.channels.graph_walk import Entry, Habit, Source, Stretch, Waiting
from pcc_desk.channels.instagram_desk import TITLE, Desk
from pcc_desk.channels.reading import Malformed
from pcc_desk.errors import Gone, Rejected
from pcc_desk.model.channel import Batch, Missing
from pcc_desk.model.message import Author, Incoming, MessageKind

_NOBODY = "Somebody on Instagram"
_REPLIES = 50  # asked for with each comment; Meta gives no more at once
_REPLY = "id,text,timestamp,username,from{id,username},parent_id,media{id,permalink}"
_COMMENT = f"{_REPLY},replies.limit({_REPLIES}){{{_REPLY}}}"
_MEDIA = "id,caption,timestamp,permalink,username"
_TAGGED = "id,caption,timestamp,permalink"  # Meta tells nobody who posted it
_COMMENTS = Habit(TITLE, whole=timedelta(days=14))
_LIST = Habit(TITLE, rise=True)
_SHOWN = timedelta(hours=24)  # how long a post is found by its hashtag
_TAG = "instagram hashtags"  # 30 different ones in 7 days


def fetch(desk: Desk, stream: str, cursor: str) -> Batch:
    """Give what is newer than the cursor in one stream. Raises: ChannelError."""
    tag = stream.removeprefix("tag:")
    if tag != stream:
        return _tagged(desk, tag.removeprefix("#").strip(), cursor)
    source, habit = _source(desk, stream)
    return graph_dive.walk(source, habit, cursor, desk.graph.wire.now())


def _source(desk: Desk, stream: str) -> tuple[Source, Habit]:
    if stream == "comments":
        read = partial(_comment, desk)
        return Nested(desk.graph, f"{desk.id}/media", {}, "comments", "timestamp", _COMMENT, read), _COMMENTS
    if stream == "mentions":
        return Flat(desk.graph, f"{desk.id}/tags", {"fields": _MEDIA}, partial(_mention, desk)), _LIST
    if stream == "messages":
        return conversations(desk.graph, desk.page, "INSTAGRAM", desk.us), _LIST
    raise Rejected(f"PCC Desk does not know this part of {TITLE}.", "Choose another one.")


def _comment(desk: Desk, said: object, _: str) -> Stretch:
    """Read a comment with its answers; an answer that calls us by name answers what we said last before it."""
    whole = Stretch((_entry(desk, said, ""),))
    inner = reading.dig(said, "replies")
    if inner is None:
        return whole
    name = name_of(said)
    ours = [each for each in reading.pieces(inner, "data") if reading.text_or_none(each, "username") == desk.handle]
    answers = stretch(inner, name, lambda reply, _: Stretch((_entry(desk, reply, _called(desk, reply, ours)),)))
    beside = (Waiting(f"{name}/replies", answers.onward, True),) if answers.onward else ()
    return whole.joined(replace(answers, onward="", beside=beside))


def _called(desk: Desk, reply: object, ours: Sequence[object]) -> str:
    if not reading.text_or_none(reply, "text").casefold().startswith(f"@{desk.handle.casefold()} "):
        return ""
    at = reading.moment(reply, "timestamp")
    before = [(reading.moment(each, "timestamp"), reading.text(each, "id")) for each in ours]
    return max((each for each in before if each[0] <= at), default=(at, ""))[1]


def _entry(desk: Desk, said: object, answers: str) -> Entry:
    comment, at, author = name_of(said), reading.moment(said, "timestamp"), _writer(said)
    if author.handle == desk.handle or author.remote_id == desk.id:
        return Entry(comment, at, None)
    media, above = reading.text(said, "media", "id"), reading.text_or_none(said, "parent_id")
    incoming = Incoming(
        remote_id=comment,
        kind=MessageKind.COMMENT,
        author=author,
        text=reading.text(said, "text"),
        created_at=at,
        url=reading.text_or_none(said, "media", "permalink"),
        answers=answers or above or media,
        root=media,
        # An answer to an answer goes under the same comment; privately it goes to whoever wrote this one.
        reply_token=written({"comment": above or comment, "media": media, "said": comment, "at": at.isoformat()}),
    )
    return Entry(comment, at, incoming)


def _writer(said: object) -> Author:
    author, handle = author_of(said, "from", _NOBODY), reading.text_or_none(said, "username")
    return author if author.handle else Author(author.remote_id or handle, handle or _NOBODY, handle)


def _mention(desk: Desk, media: object, _: str) -> Stretch:
    name, at, handle = name_of(media), reading.moment(media, "timestamp"), reading.text_or_none(media, "username")
    if handle == desk.handle:
        return Stretch((Entry(name, at, None),))
    return Stretch((_found(media, MessageKind.MENTION, handle, written({"media": name, "mentioned": "yes"})),))


def _found(media: object, kind: MessageKind, handle: str, token: str) -> Entry:
    name, at = name_of(media), reading.moment(media, "timestamp")
    author = Author(handle, handle or _NOBODY, handle)
    words, url = reading.text_or_none(media, "caption"), reading.text_or_none(media, "permalink")
    return Entry(name, at, Incoming(name, kind, author, words, at, url, root=name, reply_token=token))


def _tagged(desk: Desk, tag: str, cursor: str) -> Batch:
    """Read what was posted with a hashtag; nobody can be asked what was posted more than a day ago."""
    now, (inner, read_at) = desk.graph.wire.now(), _unwrapped(cursor)
    try:
        number = _number(desk, tag)
    except Gone:  # nobody has used it yet
        return Batch((), cursor)
    ours = _own_links(desk)

    def read(media: object, _: str) -> Stretch:
        entry = _found(media, MessageKind.MATCH, "", CLOSED)
        mine = entry.message is not None and entry.message.url in ours
        return Stretch((replace(entry, message=None) if mine else entry,))

    query: Query = {"user_id": desk.id, "fields": _TAGGED, "limit": 50}
    batch = graph_walk.walk(Flat(desk.graph, f"{number}/recent_media", query, read), _LIST, inner, now)
    lost = read_at is not None and now - read_at > _SHOWN
    why = "Instagram shows what was posted with a hashtag for 24 hours only."
    missing = (Missing(read_at, now - _SHOWN, why),) if lost and read_at is not None else ()
    kept = {"walk": batch.cursor, "at": now.astimezone(UTC).isoformat()}
    return replace(batch, cursor=json.dumps(kept), missing=(*batch.missing, *missing))


def _unwrapped(cursor: str) -> tuple[str, datetime | None]:
    try:
        kept = json.loads(cursor)
        return reading.text_or_none(kept, "walk"), reading.moment(kept, "at")
    except (ValueError, Malformed):
        return "", None


def _number(desk: Desk, tag: str) -> str:
    """Give Meta's number of a hashtag; asking for it is rationed, so it is kept."""
    key, path = f"tag:{tag.casefold()}", "ig_hashtag_search"
    known = desk.steps.get(key, "number")
    if known:
        return known
    if not tag:
        raise Rejected("This is no hashtag.", "Write it as one word, for example #OurPlan.")
    desk.ledger.spend(_TAG, 1)
    body = desk.graph.get(Call(path, {"user_id": desk.id, "q": tag}))
    with desk.graph.promised("GET", path):
        listed = reading.pieces(body, "data")
        if not listed:
            raise Gone(f"{TITLE} does not know this hashtag yet.")
        number = name_of(listed[0])
    desk.steps.put(key, "number", number)
    return number


def _own_links(desk: Desk) -> frozenset[str]:
    path = f"{desk.id}/media"
    body = desk.graph.poll(Call(path, {"fields": "id,permalink", "limit": 50}))
    with desk.graph.promised("GET", path):
        return frozenset(reading.text_or_none(each, "permalink") for each in reading.pieces(body, "data")) - {""}
