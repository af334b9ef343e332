"""What the rehearsal Instagram keeps: posts, comments, conversations and hashtags."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pcc_desk.rehearsal.graph import Node, stamp


@dataclass
class Comment:
    """A comment under a post; `above` is the comment it answers, of which there is one level."""

    id: str
    media: str
    above: str
    by: str
    text: str
    at: datetime
    hidden: bool = False
    answered: bool = False  # privately


@dataclass
class Media:
    """A post, of ours or of somebody else's."""

    id: str
    by: str
    caption: str
    at: datetime
    form: dict[str, Any] = field(default_factory=dict)
    pictures: int = 1
    comments: list[Comment] = field(default_factory=list)
    tags_us: bool = False
    films: tuple[bytes, ...] = field(default=(), repr=False)

    def shown(self) -> Node:
        """Give the node; its comments come newest first, each with its answers."""
        kinds = {0: "VIDEO", 1: "IMAGE"}
        node: Node = {"id": self.id, "username": self.by, "timestamp": stamp(self.at), "permalink": self.link}
        node["media_type"] = kinds.get(self.pictures, "CAROUSEL_ALBUM")
        if self.caption:
            node["caption"] = self.caption
        if self.pictures > 1:
            node["children"] = {"data": [{"id": f"{self.id}{number}"} for number in range(self.pictures)]}
        top = [comment for comment in reversed(self.comments) if not comment.above]
        node["comments"] = lambda: [self.comment(comment) for comment in top]
        return node

    @property
    def link(self) -> str:
        """The address under which it is seen."""
        return f"https://www.instagram.com/p/{self.id}/"

    def comment(self, comment: Comment) -> Node:
        """Give the node of a comment, with its answers in the order they were written."""
        node: Node = {"id": comment.id, "text": comment.text, "timestamp": stamp(comment.at), "username": comment.by}
        node |= {"from": {"id": f"7{comment.by}", "username": comment.by}, "hidden": comment.hidden}
        node["media"] = {"id": self.id, "permalink": self.link}
        if comment.above:
            return {**node, "parent_id": comment.above}
        answers = [each for each in self.comments if each.above == comment.id]
        return {**node, "replies": lambda: [self.comment(each) for each in answers]}


@dataclass
class Said:
    """One message in a conversation."""

    id: str
    by: str
    text: str
    at: datetime

    def shown(self) -> Node:
        """Give the node."""
        writer = {"id": self.by, "username": self.by}
        return {"id": self.id, "message": self.text, "from": writer, "created_time": stamp(self.at)}


@dataclass
class Conversation:
    """A conversation between a person and the office."""

    id: str
    with_: str
    said: list[Said] = field(default_factory=list)

    def say(self, number: str, by: str, text: str, at: datetime) -> Said:
        """Add a message."""
        made = Said(f"aWdm{number}", by, text, at)
        self.said.append(made)
        return made

    def shown(self) -> Node:
        """Give the node; its messages come newest first."""
        moved = max(said.at for said in self.said)
        messages = [said.shown() for said in reversed(self.said)]
        return {"id": self.id, "updated_time": stamp(moved), "messages": lambda: messages}


def conversation(known: dict[str, Conversation], with_: str) -> Conversation:
    """Give the conversation with a person, begun where there is none."""
    return known.setdefault(with_, Conversation(f"aWdf{with_}==", with_))
