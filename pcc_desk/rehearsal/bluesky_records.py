"""What a rehearsal Bluesky keeps: members, posts, pictures, and who is told of which post."""

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

COLLECTION = "app.bsky.feed.post"


@dataclass(frozen=True, slots=True)
class Member:
    """Someone with an account on the rehearsal network."""

    did: str
    handle: str
    name: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Post:
    """One post as it is stored; `record` is exactly what was sent."""

    uri: str
    cid: str
    author: Member
    record: Mapping[str, Any]
    at: datetime

    @property
    def text(self) -> str:
        """Give the words of the post."""
        return str(self.record.get("text", ""))

    @property
    def key(self) -> str:
        """Give the record key, the last part of the address."""
        return self.uri.rpartition("/")[2]

    def reference(self) -> dict[str, str]:
        """Give what another post needs to answer or quote this one."""
        return {"uri": self.uri, "cid": self.cid}


@dataclass(frozen=True, slots=True)
class Notice:
    """One line in a member's notifications."""

    reason: str
    post: Post
    number: int

    @property
    def place(self) -> str:
        """Give the sort key, which is also the page cursor."""
        return f"{stamp(self.post.at)}::{self.number:09}"


def content_id(content: bytes) -> str:
    """Give the same identifier for the same bytes, looking like the real ones."""
    return "bafyrei" + base64.b32encode(hashlib.sha256(content).digest()).decode().lower().rstrip("=")


def record_id(record: Mapping[str, Any]) -> str:
    """Give the identifier of a record's content."""
    return content_id(json.dumps(record, sort_keys=True).encode())


def member_id(handle: str) -> str:
    """Give a member identifier that looks like the real ones."""
    return "did:plc:" + base64.b32encode(hashlib.sha256(handle.encode()).digest()).decode().lower()[:24]


def stamp(at: datetime) -> str:
    """Write a time as the network does."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def reasons(post: Post, member: Member) -> Iterator[str]:
    """Tell why a member hears of a post: a reply in their conversation, a quote, or a mention."""
    if post.author == member:
        return
    reply = post.record.get("reply") or {}
    if any(_is_by(member, reply.get(end)) for end in ("parent", "root")):
        yield "reply"
    elif _is_by(member, (post.record.get("embed") or {}).get("record")):
        yield "quote"
    elif any(feature.get("did") == member.did for feature in _features(post.record)):
        yield "mention"


def _is_by(member: Member, reference: Mapping[str, str] | None) -> bool:
    return reference is not None and reference.get("uri", "").startswith(f"at://{member.did}/")


def _features(record: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for facet in record.get("facets") or ():
        yield from facet.get("features") or ()
