"""What a rehearsal X keeps and refuses: members, posts with short links, and private messages."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from pcc_desk.rehearsal.loopback import Reply

EDITS, EDITABLE = 5, timedelta(hours=1)
_LINK = re.compile(r"https?://[^\s]+|\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:uk|com|org)\b[^\s]*")


class Refusal(Exception):
    """X says no, in the shape of its problems."""

    def __init__(self, code: int, detail: str, title: str = "") -> None:
        super().__init__(detail)
        names = {401: "Unauthorized", 403: "Forbidden", 404: "Not Found Error"}
        title = title or names.get(code, "Invalid Request")
        self.reply = Reply({"title": title, "detail": detail, "status": code, "type": "about:blank"}, code)


@dataclass(frozen=True, slots=True)
class Member:
    """Someone with an account."""

    id: str
    handle: str
    name: str

    def shown(self, subscription: str = "") -> dict[str, str]:
        """Give the account as the interface shows it, to itself with what it subscribes to."""
        own = {"subscription_type": subscription} if subscription else {}
        return {"id": self.id, "username": self.handle, "name": self.name, **own}


@dataclass(frozen=True, slots=True)
class Post:
    """One post as it was written; the interface shows it with short links and entities."""

    id: str
    author: Member
    text: str
    at: datetime
    answers: str = ""
    conversation: str = ""
    media: tuple[str, ...] = ()
    hidden: bool = False
    history: tuple[str, ...] = ()  # the ids of those whose place it took, the first one first
    answers_own: bool = False
    quotes: str = ""
    first_at: datetime | None = None  # when the first of them was posted

    @property
    def editable_until(self) -> datetime:
        """Until when it can be changed."""
        return (self.first_at or self.at) + EDITABLE

    def shown(self) -> dict[str, object]:
        """Give the post as the interface shows it."""
        words, links = _shortened(self.text)
        if self.media:
            words, short = f"{words} https://t.co/media{self.id[-4:]}", f"https://t.co/media{self.id[-4:]}"
            links.append(
                {"url": short, "expanded_url": f"https://x.com/i/{self.id}", "media_key": f"3_{self.media[0]}"}
            )
        shown: dict[str, object] = {
            "id": self.id,
            "text": html.escape(words, quote=False),
            "author_id": self.author.id,
            "conversation_id": self.conversation or self.id,
            "created_at": stamp(self.at),
            "edit_history_post_ids": [*self.history, self.id],
            "edit_controls": {
                "is_edit_eligible": not self.answers or self.answers_own,
                "edits_remaining": EDITS - len(self.history),
                "editable_until": stamp(self.editable_until),
            },
        }
        if links:
            shown["entities"] = {"urls": links}
        if self.media:
            shown["attachments"] = {"media_keys": [f"3_{known}" for known in self.media]}
        references = {"replied_to": self.answers, "quoted": self.quotes}
        if found := [{"type": kind, "id": known} for kind, known in references.items() if known]:
            shown["referenced_posts"] = found
        return shown


@dataclass(frozen=True, slots=True)
class Private:
    """One private message."""

    id: str
    sender: Member
    between: str
    text: str
    at: datetime

    def shown(self) -> dict[str, str]:
        """Give the message as the interface shows it."""
        return {
            "id": self.id,
            "event_type": "MessageCreate",
            "sender_id": self.sender.id,
            "dm_conversation_id": self.between,
            "text": self.text,
            "created_at": stamp(self.at),
        }


def stamp(at: datetime) -> str:
    """Write a time as the interface does."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _shortened(text: str) -> tuple[str, list[Mapping[str, str]]]:
    links = list[Mapping[str, str]]()

    def shorten(found: re.Match[str]) -> str:
        short = f"https://t.co/{len(links):010}"
        full = found[0] if "://" in found[0] else f"http://{found[0]}"
        links.append({"url": short, "expanded_url": full})
        return short

    return _LINK.sub(shorten, text), links
