"""What comes in on Threads: replies, ones that wait for our approval, answers elsewhere, mentions, watched tags."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from pcc_desk.channels import graph_dive, reading
from pcc_desk.channels.failures import Query
from pcc_desk.channels.graph import Call, Graph, onward, paged, written
from pcc_desk.channels.graph_lists import PAGE, Flat, name_of, stretch
from pcc_desk.channels.graph_walk import Entry, Habit, Source, Stretch, Topic, Topics
from pcc_desk.channels.reading import Malformed
from pcc_desk.channels.threads_session import TITLE
from pcc_desk.errors import Gone, Rejected
from pcc_desk.model.channel import Batch, Spoiled
from pcc_desk.model.cost import Ledger
from pcc_desk.model.message import Author, Incoming, MessageKind

_POST = "id,text,timestamp,username,permalink"
_REPLY = f"{_POST},replied_to,root_post,is_reply_owned_by_me"
_NOBODY = "Somebody on Threads"
_NO_WORDS = "(a picture or a film, without words)"
_TOPICS = 15  # of our posts in one page: each with replies costs a request
_POSTS = Habit(TITLE, deep=timedelta(hours=12), watched=timedelta(days=30))
_LIST = Habit(TITLE, rise=True)
_HELD_UNDER = timedelta(days=14)  # the age of posts that are asked for replies that wait
_HELD = Habit(TITLE, deep=timedelta(hours=12), watched=_HELD_UNDER, bottom=None)
_SEARCHES = "threads searches"  # 2,200 in 24 hours


def fetch(graph: Graph, handle: str, ledger: Ledger, stream: str, cursor: str) -> Batch:
    """Give what is newer than the cursor in one stream; `handle` is our own name there. Raises: ChannelError."""
    source, habit = _source(graph, handle, stream)
    if stream.startswith("tag:"):
        ledger.spend(_SEARCHES, 1)
    return graph_dive.walk(source, habit, cursor, graph.wire.now())


def _source(graph: Graph, handle: str, stream: str) -> tuple[Source, Habit]:
    query: Query
    if stream == "replies":
        return _Posts(graph, "me/threads", "conversation", handle), _POSTS
    if stream == "answers":
        return _Posts(graph, "me/replies", "replies", handle), _POSTS
    if stream == "held":  # nothing tells which posts have replies that wait, so each of the last weeks is asked
        query = {"approval_status": "pending"}
        since = graph.wire.now() - _HELD_UNDER
        return _Posts(graph, "me/threads", "pending_replies", handle, query, MessageKind.HELD, since), _HELD
    if stream == "mentions":
        return Flat(graph, "me/mentions", {"fields": _POST, "limit": 50}, _reader(handle, MessageKind.MENTION)), _LIST
    tag = stream.removeprefix("tag:").removeprefix("#").strip()
    if not stream.startswith("tag:") or not tag:
        raise Rejected(f"PCC Desk does not know this part of {TITLE}.", "Choose another one.")
    query = {"q": tag, "search_type": "RECENT", "search_mode": "TAG", "fields": _POST, "limit": 50}
    return Flat(graph, "keyword_search", query, _reader(handle, MessageKind.MATCH)), _LIST


@dataclass(frozen=True, slots=True)
class _Posts:
    """What we wrote, each with what was said under it; Threads gives the two in requests of their own.

    With `since` every post from then on is asked; without, those that tell of replies.
    """

    graph: Graph
    path: str
    inner: str
    handle: str
    query: Query = field(default_factory=dict)
    kind: MessageKind = MessageKind.REPLY
    since: datetime | None = None

    def topics(self, onward_: str) -> Topics:
        """Give a page of what we wrote, with the newest that was said under each. Raises: ChannelError."""
        query: Query = {"fields": "id,timestamp,has_replies", "limit": _TOPICS}
        body = self.graph.poll(Call(self.path, paged(query, onward_)))
        with self.graph.promised("GET", self.path):
            topics, spoiled = self._listed(reading.pieces(body, "data"))
        said = [self._with_first(topic) for topic in reversed(topics)]
        return Topics(tuple(reversed(said)), tuple(spoiled), onward(body))

    def entries(self, topic: str, onward_: str) -> Stretch:
        """Give a page of what was said under one post. Raises: ChannelError."""
        path = f"{topic}/{self.inner}"
        query: Query = {"fields": _REPLY, "reverse": "true", "limit": PAGE, **self.query}
        body = self.graph.poll(Call(path, paged(query, onward_)))
        with self.graph.promised("GET", path):
            return stretch(body, topic, partial(_reply, self.handle, self.kind))

    def _listed(self, pieces: Sequence[object]) -> tuple[list[Topic], list[Spoiled]]:
        topics, spoiled = list[Topic](), list[Spoiled]()
        for piece in pieces:
            try:
                name, at = name_of(piece), reading.moment(piece, "timestamp")
                told = reading.dig(piece, "has_replies") is True if self.since is None else at >= self.since
                topics.append(Topic(name, at, Stretch(onward="first" if told else "")))
            except Malformed as error:
                spoiled.append(Spoiled(reading.raw(piece), str(error)))
        return topics, spoiled

    def _with_first(self, topic: Topic) -> Topic:
        if not topic.first.onward:
            return topic
        try:
            return replace(topic, first=self.entries(topic.name, ""))
        except Gone:
            return replace(topic, first=Stretch())
        except Rejected:  # a post whose replies need no approval may say so by refusing
            if self.since is None:
                raise
            return replace(topic, first=Stretch())


def _reply(handle: str, kind: MessageKind, said: object, topic: str) -> Stretch:
    entry = _entry(handle, said, kind)
    if entry.message is None or reading.dig(said, "is_reply_owned_by_me") is True:
        return Stretch((replace(entry, message=None),))
    answers = reading.text_or_none(said, "replied_to", "id") or topic
    root = reading.text_or_none(said, "root_post", "id") or topic
    return Stretch((replace(entry, message=replace(entry.message, answers=answers, root=root)),))


def _reader(handle: str, kind: MessageKind) -> "partial[Stretch]":
    return partial(_alone, handle, kind)


def _alone(handle: str, kind: MessageKind, post: object, _: str) -> Stretch:
    return Stretch((_entry(handle, post, kind),))


def _entry(handle: str, post: object, kind: MessageKind) -> Entry:
    name, at, writer = name_of(post), reading.moment(post, "timestamp"), reading.text_or_none(post, "username")
    if writer and writer == handle:
        return Entry(name, at, None)
    words, url = reading.text_or_none(post, "text") or _NO_WORDS, reading.text_or_none(post, "permalink")
    author = Author(writer, writer or _NOBODY, writer)
    token = written({"reply_to": name, "pending": "yes"} if kind is MessageKind.HELD else {"reply_to": name})
    return Entry(name, at, Incoming(name, kind, author, words, at, url, root=name, reply_token=token))
