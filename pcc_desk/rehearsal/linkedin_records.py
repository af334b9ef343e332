"""What a rehearsal LinkedIn keeps: posts of pages and comments of members, as its interface shows them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass
class Post:
    """One post of a page, or of a member who names one."""

    urn: str
    author: str
    commentary: str
    at: datetime
    content: Mapping[str, Any] = field(default_factory=dict)

    def shown(self) -> dict[str, Any]:
        """Give the post as the interface shows it."""
        return {
            "id": self.urn,
            "author": self.author,
            "commentary": self.commentary,
            "createdAt": millis(self.at),
            "content": dict(self.content),
            "lifecycleState": "PUBLISHED",
        }


@dataclass
class Comment:
    """One comment; `under` is the comment it answers, or ""."""

    urn: str
    actor: str
    post: str
    text: str
    at: datetime
    under: str = ""

    @property
    def number(self) -> str:
        """The number in its urn, by which it is called under its post."""
        return self.urn.rstrip(")").rpartition(",")[2]

    def shown(self) -> dict[str, Any]:
        """Give the comment as the interface shows it."""
        shown: dict[str, Any] = {
            "id": self.number,
            "commentUrn": self.urn,
            "actor": self.actor,
            "object": self.post,
            "message": {"text": self.text},
            "created": {"time": millis(self.at)},
        }
        return {**shown, "parentComment": self.under} if self.under else shown


def millis(at: datetime) -> int:
    """Write a time as the interface does."""
    return int(at.timestamp() * 1000)
