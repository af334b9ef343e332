"""What a rehearsal Bluesky keeps: members, posts, pictures, and who is told of which post."""

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import regex

from pcc_desk.rehearsal.loopback import Reply, Request

COLLECTION = "app.bsky.feed.post"
_LONGEST = 300  # graphemes (app.bsky.feed.post)
_MOST_BYTES = 3_000
_MOST_PICTURES = 4
_BIGGEST_PICTURE = 1_000_000
_BIGGEST_FILM = 100_000_000
_BIGGEST_CAPTIONS = 20_000


class Refusal(Exception):
    """The network says no: a code, its name for the error, and a sentence."""

    def __init__(self, code: int, error: str, message: str) -> None:
        super().__init__(message)
        self.reply = Reply({"error": error, "message": message}, code)


@dataclass(frozen=True, slots=True)
class Member:
    """Someone with an account on the rehearsal network."""

    did: str
    handle: str
    name: str
    password: str = field(repr=False)
    private: bool = True  # its app password may read private messages


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


def reply_to(parent: Post) -> dict[str, object]:
    """Give what the record of an answer says of the post it answers."""
    root = (parent.record.get("reply") or {}).get("root") or parent.reference()
    return {"parent": parent.reference(), "root": root}


def mentions_in(text: str, members: Iterable[Member]) -> list[dict[str, object]]:
    """Give the facets of the members a text names."""
    return [
        {"features": [{"$type": "app.bsky.richtext.facet#mention", "did": member.did}]}
        for member in members
        if f"@{member.handle}" in text
    ]


def _is_by(member: Member, reference: Mapping[str, str] | None) -> bool:
    return reference is not None and reference.get("uri", "").startswith(f"at://{member.did}/")


def _features(record: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for facet in record.get("facets") or ():
        yield from facet.get("features") or ()


def check_record(record: Mapping[str, Any], blobs: Mapping[str, int]) -> None:
    """Hold a post to the network's own definitions; `blobs` are the sizes of what was uploaded. Raises: Refusal."""
    words = str(record.get("text", ""))
    if len(regex.findall(r"\X", words)) > _LONGEST or len(words.encode()) > _MOST_BYTES:
        problem = "Record/text must not be longer than 300 graphemes"
        raise Refusal(400, "InvalidRequest", f"Invalid app.bsky.feed.post record: {problem}")
    embed = record.get("embed") or {}
    pictures = embed.get("images") or []
    if len(pictures) > _MOST_PICTURES:
        raise Refusal(400, "InvalidRequest", "Record/embed/images must not have more than 4 elements")
    thumb = (embed.get("external") or {}).get("thumb")
    shown = [picture["image"] for picture in pictures] + ([thumb] if thumb else [])
    _check_blobs(shown, blobs, _BIGGEST_PICTURE)
    _check_blobs([embed["video"]] if "video" in embed else [], blobs, _BIGGEST_FILM)
    _check_blobs([track["file"] for track in embed.get("captions") or ()], blobs, _BIGGEST_CAPTIONS)


def _check_blobs(named: list[Any], blobs: Mapping[str, int], biggest: int) -> None:
    for blob in named:
        size = blobs.get(blob["ref"]["$link"])
        if size is None:
            raise Refusal(400, "BlobNotFound", "Could not find blob")
        if size > biggest:
            raise Refusal(400, "BlobTooLarge", "This file is too large")


def post_view(post: Post) -> dict[str, object]:
    """Give a post as the app shows it."""
    author = post.author
    return {
        **post.reference(),
        "author": {"did": author.did, "handle": author.handle, "displayName": author.name},
        "record": dict(post.record),
        "indexedAt": stamp(post.at),
    }


def search(posts: Sequence[Post], request: Request) -> dict[str, object]:
    """Give a page of the posts with some words in them, newest first."""
    wanted, limit = request.first("q").lower(), int(request.first("limit", "25"))
    newest_first = list(enumerate(posts))[: int(request.first("cursor") or len(posts))][::-1]
    found = [(number, post) for number, post in newest_first if wanted in post.text.lower()]
    further = {"cursor": str(found[limit - 1][0])} if len(found) > limit else {}
    return {"posts": [post_view(post) for _, post in found[:limit]], **further}
