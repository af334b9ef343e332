"""The private messages of a rehearsal Bluesky: conversations of two, read newest first as the network gives them."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from pcc_desk.rehearsal.bluesky_records import Member, Refusal, stamp
from pcc_desk.rehearsal.loopback import Request


@dataclass(frozen=True, slots=True)
class Said:
    """One private message; revisions sort as text."""

    id: str
    rev: str
    sender: str
    text: str
    at: datetime

    def shown(self) -> dict[str, object]:
        """Give the message as the interface shows it."""
        kind = "chat.bsky.convo.defs#messageView"
        sender = {"did": self.sender}
        return {
            "$type": kind,
            "id": self.id,
            "rev": self.rev,
            "text": self.text,
            "sender": sender,
            "sentAt": stamp(self.at),
        }


@dataclass(slots=True)
class Talk:
    """One conversation, its messages oldest first."""

    id: str
    members: tuple[Member, ...]
    said: list[Said] = field(default_factory=list)

    def shown(self) -> dict[str, object]:
        """Give the conversation as the interface shows it."""
        people = [{"did": one.did, "handle": one.handle, "displayName": one.name} for one in self.members]
        return {"id": self.id, "rev": self.said[-1].rev if self.said else "", "members": people, "unreadCount": 0}


class Talks:
    """Every private conversation of the network."""

    verbs = frozenset(f"chat.bsky.convo.{verb}" for verb in ("listConvos", "getConvo", "getMessages", "sendMessage"))

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._numbers = itertools.count(1)
        self._talks: dict[str, Talk] = {}

    def between(self, one: Member, other: Member) -> Talk:
        """Give the conversation of two members, begun if there is none."""
        for talk in self._talks.values():
            if {member.did for member in talk.members} == {one.did, other.did}:
                return talk
        talk = Talk(f"convo{next(self._numbers)}", (one, other))
        return self._talks.setdefault(talk.id, talk)

    def say(self, talk: Talk, sender: Member, text: str, at: datetime | None = None) -> Said:
        """Let a member write."""
        number = next(self._numbers)
        said = Said(f"said{number}", f"{number:013}", sender.did, text, at or self._now())
        talk.said.append(said)
        return said

    def words(self, one: Member, other: Member) -> tuple[str, ...]:
        """Give what two members wrote to each other, oldest first."""
        return tuple(said.text for said in self.between(one, other).said)

    def answer(self, member: Member, request: Request) -> dict[str, object]:
        """Answer a request of a member. Raises: Refusal."""
        limit, before = int(request.first("limit", "50")), request.first("cursor")
        if request.path.endswith("listConvos"):
            shown, further = self._list(member, limit, before)
            return {"convos": shown, **further}
        given = request.fields() if request.method == "POST" else {}
        talk = self._of(member, str(given.get("convoId", "")) or request.first("convoId"))
        if request.path.endswith("getConvo"):
            return {"convo": talk.shown()}
        if request.path.endswith("getMessages"):
            shown, further = self._page(talk, limit, before)
            return {"messages": shown, **further}
        return self.say(talk, member, str((given.get("message") or {}).get("text", ""))).shown()

    def _of(self, member: Member, known: str) -> Talk:
        talk = self._talks.get(known)
        if talk is None or member.did not in {one.did for one in talk.members}:
            raise Refusal(400, "InvalidRequest", "Convo not found")
        return talk

    def _list(self, member: Member, limit: int, before: str) -> tuple[list[dict[str, object]], dict[str, object]]:
        """Give a page of a member's conversations, the last one written in first, and the mark of the next page."""
        theirs = [talk for talk in self._talks.values() if talk.said and member in talk.members]
        newest_first = sorted(theirs, key=lambda talk: talk.said[-1].rev, reverse=True)
        rest = [talk for talk in newest_first if not before or talk.said[-1].rev < before]
        page = rest[:limit]
        return [talk.shown() for talk in page], {"cursor": page[-1].said[-1].rev} if len(rest) > limit else {}

    def _page(self, talk: Talk, limit: int, before: str) -> tuple[list[dict[str, object]], dict[str, object]]:
        """Give a page of a conversation, newest first, and the mark of the next page."""
        rest = [said for said in reversed(talk.said) if not before or said.rev < before]
        page = rest[:limit]
        return [said.shown() for said in page], {"cursor": page[-1].rev} if len(rest) > limit else {}
