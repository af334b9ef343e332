"""What a rehearsal website keeps: its users, posts, pictures and comments, and how its interface shows them."""

import hashlib
import html
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime

_TAGS = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class User:
    """Someone who may sign in to the site's interface."""

    id: int
    login: str
    name: str
    password: str = field(repr=False)
    editor: bool = True

    def view(self) -> dict[str, object]:
        """Show the user to themselves."""
        granted = ("read", "edit_posts", "publish_posts", "moderate_comments", "upload_files")
        capabilities = dict.fromkeys(granted if self.editor else granted[:2], True)
        return {"id": self.id, "username": self.login, "name": self.name, "capabilities": capabilities}


@dataclass(slots=True)
class Post:
    """One post; `state` is draft, publish or trash."""

    id: int
    author: int
    at: datetime
    slug: str = ""
    title: str = ""
    content: str = ""
    state: str = "draft"
    featured: int = 0

    def view(self, site: str) -> dict[str, object]:
        """Show the post to an editor."""
        return {
            "id": self.id,
            "date_gmt": stamp(self.at),
            "slug": self.slug,
            "status": self.state,
            "link": f"{site}/{self.slug}/" if self.state == "publish" else f"{site}/?p={self.id}",
            "title": {"raw": self.title, "rendered": self.title},
            "content": {"raw": self.content, "rendered": self.content},
            "author": self.author,
            "featured_media": self.featured,
        }


@dataclass(slots=True)
class Picture:
    """One picture of the site's library."""

    id: int
    name: str
    mime: str
    content: bytes = field(repr=False)
    alt: str = ""

    @property
    def slug(self) -> str:
        """Give the name without its ending, by which it is looked up."""
        return self.name.rpartition(".")[0].lower()

    def view(self, site: str) -> dict[str, object]:
        """Show the picture to an editor."""
        address = f"{site}/wp-content/uploads/{self.name}"
        return {"id": self.id, "slug": self.slug, "source_url": address, "alt_text": self.alt, "mime_type": self.mime}


@dataclass(slots=True)
class Comment:
    """One comment; `state` is approved, hold or trash, `author` 0 for a member of the public."""

    id: int
    post: int
    parent: int
    author: int
    name: str
    content: str
    at: datetime
    state: str = "hold"
    agent: str = ""

    def view(self, site: str) -> dict[str, object]:
        """Show the comment to an editor."""
        address = "" if self.author else f"{hashlib.sha256(self.name.encode()).hexdigest()[:8]}@example.com"
        return {
            "id": self.id,
            "post": self.post,
            "parent": self.parent,
            "author": self.author,
            "author_name": html.escape(self.name),
            "author_email": address,
            "author_user_agent": self.agent,
            "date_gmt": stamp(self.at),
            "content": {"raw": self.content, "rendered": f"<p>{self.content}</p>"},
            "link": f"{site}/?p={self.post}#comment-{self.id}",
            "status": self.state,
        }


def stamp(at: datetime) -> str:
    """Write a time as the interface does: in UTC, to the second, without a zone."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds")


def without_tags(words: str) -> str:
    """Keep the words of a picture's description only, as the real site does."""
    return _TAGS.sub("", words).strip()
