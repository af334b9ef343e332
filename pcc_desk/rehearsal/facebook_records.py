"""What the rehearsal Facebook keeps: Pages, posts, comments, conversations, reviews, films and live videos."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from pcc_desk.rehearsal.graph import Node, stamp


@dataclass
class Person:
    """Somebody on Facebook, or a Page there."""

    id: str
    name: str
    username: str = ""

    def shown(self) -> Node:
        """Give what others see of them."""
        return {"id": self.id, "name": self.name}


@dataclass
class Photo:
    """A picture that was brought up; `post` is empty while nobody sees it."""

    id: str
    alt: str
    content: bytes
    post: str = ""


@dataclass
class Comment:
    """A comment under a post or a live video; `above` is the comment it answers."""

    id: str
    post: str
    above: str
    by: Person
    text: str
    at: datetime
    hidden: bool = False
    picture: str = ""
    answered: bool = False  # privately

    def shown(self) -> Node:
        """Give the node as a Page's own token sees it."""
        node: Node = {"id": self.id, "message": self.text, "from": self.by.shown(), "created_time": stamp(self.at)}
        if self.above:
            node["parent"] = {"id": self.above}
        if self.picture:
            node["attachment"] = {"type": "photo"}
        return {**node, "is_hidden": self.hidden, "permalink_url": f"https://www.facebook.com/{self.id}"}


@dataclass
class Post:
    """A post on a Page's wall; `on` tells whose wall it is."""

    id: str
    on: str
    by: Person
    text: str
    at: datetime
    link: str = ""
    photos: list[Photo] = field(default_factory=list)
    film: str = ""
    comments: list[Comment] = field(default_factory=list)
    hidden: bool = False

    def shown(self) -> Node:
        """Give the node; its comments come newest first, as they are asked for."""
        node: Node = {"id": self.id, "from": self.by.shown(), "created_time": stamp(self.at)}
        moved = max([self.at, *(comment.at for comment in self.comments)])
        node |= {"updated_time": stamp(moved), "permalink_url": f"https://www.facebook.com/{self.id}"}
        if self.text:
            node["message"] = self.text
        if self.photos or self.film:
            kinds = ["photo"] * len(self.photos) or ["video"]
            inner = {"subattachments": {"data": [{"media_type": kind} for kind in kinds]}} if len(kinds) > 1 else {}
            outer = {"media_type": "album" if len(kinds) > 1 else kinds[0], **inner}
            node["attachments"] = {"data": [outer]}
        node["comments"] = lambda: newest_first(self.comments)
        return node


@dataclass
class Said:
    """One message in a conversation."""

    id: str
    by: Person
    text: str
    at: datetime

    def shown(self) -> Node:
        """Give the node."""
        return {"id": self.id, "message": self.text, "from": self.by.shown(), "created_time": stamp(self.at)}


@dataclass
class Conversation:
    """A conversation between a person and the Page."""

    id: str
    with_: Person
    said: list[Said] = field(default_factory=list)

    def shown(self) -> Node:
        """Give the node; its messages come newest first."""
        moved = max(said.at for said in self.said)
        return {"id": self.id, "updated_time": stamp(moved), "messages": lambda: newest_first(self.said)}


@dataclass
class Review:
    """A review of the Page; an older one has stars, a newer one recommends or not."""

    by: Person
    text: str
    at: datetime
    story: str
    stars: int = 0
    recommends: str = ""

    def shown(self) -> Node:
        """Give the node, which has no id of its own."""
        node: Node = {"created_time": stamp(self.at), "reviewer": self.by.shown(), "review_text": self.text}
        told = {"rating": self.stars} if self.stars else {"recommendation_type": self.recommends}
        return {**node, **told, "open_graph_story": {"id": self.story}}


@dataclass
class Film:
    """A film on its way up, and once published."""

    id: str
    session: str
    size: int
    content: bytearray = field(default_factory=bytearray)
    title: str = ""
    text: str = ""
    post: str = ""
    unseen: bool = False  # ended without being shown
    captions: str = ""
    locale: str = ""

    def shown(self) -> Node:
        """Give the node."""
        done = "complete" if self.post or self.unseen else "not_started"
        node: Node = {"id": self.id, "status": {"video_status": "ready", "publishing_phase": {"status": done}}}
        node["published"] = not self.unseen
        return {**node, "post_id": self.post} if self.post else node


@dataclass
class Live:
    """A live video; `standing` is what Meta calls its state."""

    id: str
    title: str
    text: str
    standing: str
    starts_at: datetime
    comments: list[Comment] = field(default_factory=list)

    def shown(self) -> Node:
        """Give the node."""
        return {
            "id": self.id,
            "title": self.title,
            "status": self.standing,
            "planned_start_time": stamp(self.starts_at),
            "permalink_url": f"/office/videos/{self.id}/",
            "secure_stream_url": f"rtmps://live-api-s.facebook.com:443/rtmp/FB-{self.id}-0-Secret",
        }


def newest_first(records: "Sequence[Comment | Said]") -> list[Node]:
    """Give the nodes of records that were kept in their order."""
    return [record.shown() for record in reversed(records)]
