"""What a rehearsal YouTube keeps: films, comments and live videos."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass
class Video:
    """One film of a channel (id, name); `content` grows while it is uploaded. `talk` is "open", "held" or "closed"."""

    id: str
    snippet: Mapping[str, Any]
    size: int
    channel: tuple[str, str]
    at: datetime
    privacy: str = "private"
    content: bytes = b""
    captions: str = ""
    talk: str = "open"


@dataclass(frozen=True)
class Comment:
    """One comment; `thread` is the comment it answers, or ""."""

    id: str
    author: str
    name: str
    video: str
    text: str
    at: datetime
    thread: str = ""
    standing: str = "published"

    def shown(self) -> dict[str, Any]:
        """Give the comment as the interface shows it."""
        snippet: dict[str, Any] = {
            "authorChannelId": {"value": self.author},
            "authorDisplayName": self.name,
            "textOriginal": self.text,
            "textDisplay": self.text,
            "publishedAt": stamp(self.at),
            "moderationStatus": self.standing,
        }
        if self.thread:
            snippet["parentId"] = self.thread
        else:
            snippet["videoId"] = self.video
        return {"kind": "youtube#comment", "id": self.id, "snippet": snippet}


@dataclass
class Broadcast:
    """One live video and what is said during it."""

    id: str
    snippet: Mapping[str, Any]
    stage: str = "created"
    stream: str = ""
    said: list[dict[str, Any]] = field(default_factory=list)
    began: str = ""
    ended: str = ""


def stamp(at: datetime) -> str:
    """Write a time as the interface does."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
