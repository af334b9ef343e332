"""What a rehearsal Mastodon keeps: members, posts and who is told of which post."""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

LONGEST, MOST_MEDIA = 500, 4
CONFIGURATION = {
    "statuses": {
        "max_characters": LONGEST,
        "max_media_attachments": MOST_MEDIA,
        "characters_reserved_per_url": 23,
    },
    "media_attachments": {
        "image_size_limit": 16_777_216,
        "video_size_limit": 103_809_024,
        "video_matrix_limit": 8_294_400,
        "description_limit": 1_500,
    },
}
_LINK = re.compile(r"https?://[^\s<]+")
_NAME = re.compile(r"@([\w.]+)(?:@[\w.-]+)?")


@dataclass(frozen=True, slots=True)
class Member:
    """Someone with an account on the rehearsal server."""

    id: str
    handle: str
    name: str

    def shown(self) -> dict[str, object]:
        """Give the account as the interface shows it."""
        return {"id": self.id, "acct": self.handle, "username": self.handle, "display_name": self.name}


@dataclass(frozen=True, slots=True)
class Post:
    """One post; `text` is what was written, which the interface shows as markup, and `app` what it was posted with."""

    id: str
    author: Member
    text: str
    at: datetime
    key: str = ""
    answers: str = ""
    visibility: str = "public"
    language: str = "en"
    warning: str = ""
    app: str = "Web"
    media: tuple[Mapping[str, str], ...] = field(default_factory=tuple)

    def shown(self, base: str, with_app: bool = False) -> dict[str, object]:
        """Give the post as the interface shows it, and to its own author what it was posted with."""
        app = {"application": {"name": self.app, "website": None}} if with_app else {}
        return {
            **app,
            "id": self.id,
            "created_at": stamp(self.at),
            "in_reply_to_id": self.answers or None,
            "visibility": self.visibility,
            "language": self.language,
            "spoiler_text": self.warning,
            "uri": f"{base}/users/{self.author.handle}/statuses/{self.id}",
            "url": f"{base}/@{self.author.handle}/{self.id}",
            "content": markup(self.text),
            "account": self.author.shown(),
            "media_attachments": [dict(one) for one in self.media],
        }


def markup(text: str) -> str:
    """Write plain words as the server does: paragraphs, links and names that can be pressed."""
    blocks = [block for block in re.split(r"\n\s*\n", text) if block.strip()]
    return "".join(f"<p>{_line(block)}</p>" for block in blocks)


def _line(block: str) -> str:
    escaped = html.escape(block, quote=False)
    linked = _LINK.sub(lambda link: f'<a href="{link[0]}" rel="nofollow">{_folded(link[0])}</a>', escaped)
    named = _NAME.sub(lambda name: f'<span class="h-card"><a class="u-url">@<span>{name[1]}</span></a></span>', linked)
    return named.replace("\n", "<br />")


def _folded(link: str) -> str:
    scheme, rest = link.split("//", 1)
    unseen = '<span class="invisible">{}</span>'.format
    return f"{unseen(f'{scheme}//')}<span>{rest[:30]}</span>{unseen(rest[30:])}"


def stamp(at: datetime) -> str:
    """Write a time as the server does."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def above(post: Post, posts: Mapping[str, Post]) -> Iterator[Post]:
    """Give what a post answers, and what that answers, the nearest first."""
    known = post.answers
    while known in posts:
        yield posts[known]
        known = posts[known].answers
