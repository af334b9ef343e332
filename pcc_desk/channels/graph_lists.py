"""Lists of the Graph API as sources to walk: plain ones, and topics that come with their newest entries."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pcc_desk.channels import bounds, reading
from pcc_desk.channels.failures import Query
from pcc_desk.channels.graph import Call, Graph, onward, paged, written
from pcc_desk.channels.graph_walk import NEVER, Entry, Stretch, Topic, Topics
from pcc_desk.channels.reading import Malformed
from pcc_desk.model.channel import Spoiled
from pcc_desk.model.message import Author, Incoming, MessageKind

PAGE, NESTED = 100, 25  # asked for in one answer: of a list, and of each topic in a list of topics
_ID = re.compile(r"[\w:.=-]{1,400}", re.ASCII)
_MESSAGE = "id,message,from,created_time,attachments{mime_type}"  # what a writer has differs: names there, handles here
NO_WORDS = "(a picture or a sticker, without words)"

Read = Callable[[object, str], Stretch]  # one piece of a list, and the topic it stands under


def name_of(piece: object) -> str:
    """Give the id of a piece, fit to be asked for. Raises: Malformed."""
    name = reading.text(piece, "id")
    if _ID.fullmatch(name) is None:
        raise Malformed("no id")
    return name


def author_of(piece: object, field: str, nobody: str) -> Author:
    """Give who wrote a piece; many platforms of Meta's keep that to themselves, and then it is `nobody`."""
    told = reading.dig(piece, field)
    number, name = reading.text_or_none(told, "id"), reading.text_or_none(told, "name")
    handle = reading.text_or_none(told, "username")
    return Author(number, name or handle or nobody, handle)


def stretch(body: object, topic: str, read: Read) -> Stretch:
    """Read a page of a list; what cannot be read is kept aside. Raises: Malformed when it is no list."""
    whole = Stretch(onward=onward(body))
    for piece in reading.pieces(body, "data"):
        try:
            whole = whole.joined(read(piece, topic))
        except Malformed as error:
            whole = whole.joined(Stretch(spoiled=(Spoiled(reading.raw(piece), str(error)),)))
    return whole


@dataclass(frozen=True, slots=True)
class Flat:
    """A plain list as the one topic there is."""

    graph: Graph
    path: str
    query: Query
    read: Read

    def topics(self, onward: str) -> Topics:
        """Give the first page of the list. Raises: ChannelError."""
        first = self.entries("", onward)
        return Topics((Topic("", bounds.newest(first.moments, NEVER), first),))

    def entries(self, topic: str, onward: str) -> Stretch:
        """Give a page of the list. Raises: ChannelError."""
        body = self.graph.poll(Call(self.path, paged({"limit": PAGE, **self.query}, onward)))
        with self.graph.promised("GET", self.path):
            return stretch(body, topic, self.read)


@dataclass(frozen=True, slots=True)
class Nested:
    """A list of topics, each with the newest of its entries in the field `inner`, which is also its own list.

    `sorted_by` is the topics' time, `fields` what is asked of an entry, and `modified` how the entries are ordered.
    """

    graph: Graph
    path: str
    query: Query
    inner: str
    sorted_by: str
    fields: str
    read: Read
    modified: Sequence[tuple[str, str]] = ()
    asked: str = ""  # further fields of a topic

    def topics(self, onward: str) -> Topics:
        """Give a page of topics with their newest entries. Raises: ChannelError."""
        order = "".join(f".{name}({value})" for name, value in self.modified)
        fields = f"id,{self.sorted_by}{self.asked},{self.inner}{order}.limit({NESTED}){{{self.fields}}}"
        body = self.graph.poll(Call(self.path, paged({"limit": NESTED, **self.query, "fields": fields}, onward)))
        return self._topics(body)

    def entries(self, topic: str, onward: str) -> Stretch:
        """Give a page of one topic's entries. Raises: ChannelError."""
        path = topic if "/" in topic else f"{topic}/{self.inner}"  # a list found in another one has its own path
        query: Query = {**dict(self.modified), "fields": self.fields, "limit": PAGE}
        body = self.graph.poll(Call(path, paged(query, onward)))
        with self.graph.promised("GET", path):
            return stretch(body, topic, self.read)

    def _topics(self, body: object) -> Topics:
        topics, spoiled = list[Topic](), list[Spoiled]()
        with self.graph.promised("GET", self.path):
            for piece in reading.pieces(body, "data"):
                try:
                    name, at = name_of(piece), reading.moment(piece, self.sorted_by)
                    inner = reading.dig(piece, self.inner)
                    first = Stretch() if inner is None else stretch(inner, name, self.read)
                    topics.append(Topic(name, at, first))
                except Malformed as error:
                    spoiled.append(Spoiled(reading.raw(piece), str(error)))
        return Topics(tuple(topics), tuple(spoiled), onward(body))


def conversations(graph: Graph, page: str, platform: str, us: frozenset[str]) -> Nested:
    """Give a Page's conversations on "MESSENGER" or "INSTAGRAM"; `us` are the ids and names that are ours."""

    def read(said: object, thread: str) -> Stretch:
        name, at = name_of(said), reading.moment(said, "created_time")
        author = author_of(said, "from", "Somebody")
        if author.remote_id in us or author.handle in us:
            return Stretch((Entry(name, at, None),))
        words = reading.text_or_none(said, "message") or (NO_WORDS if reading.dig(said, "attachments") else "")
        token = written({"thread": thread, "person": author.remote_id})
        incoming = Incoming(name, MessageKind.DIRECT, author, words, at, root=thread, reply_token=token)
        return Stretch((Entry(name, at, incoming),))

    return Nested(graph, f"{page}/conversations", {"platform": platform}, "messages", "updated_time", _MESSAGE, read)
