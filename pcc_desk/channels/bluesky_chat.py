"""Private messages on Bluesky: read conversation by conversation, where the app password allows it, and answered there.

The network's chat is a service of its own. The office's server passes what is asked on to it (`atproto-proxy`).
"""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from pcc_desk.channels import bounds, reading, reply_tokens
from pcc_desk.channels.bluesky_words import facets_of
from pcc_desk.channels.failures import Ask, Query
from pcc_desk.channels.oauth_tokens import SignedWire
from pcc_desk.errors import Gone, Rejected, ServiceDown
from pcc_desk.model.channel import Batch, Missing, Piece, Secrets, Spoiled
from pcc_desk.model.delivery import Receipt
from pcc_desk.model.message import Author, Incoming, MessageKind

_SERVICE = {"atproto-proxy": "did:web:api.bsky.chat#bsky_chat"}
_PAGE = 100
_MOST_PAGES = 20  # of conversations in one walk, and of messages in one conversation
_CLOCK_SLACK = timedelta(minutes=2)
_PLAIN = "com.atproto.appPass"  # the scope of an app password without private messages
_NOT_ALLOWED = frozenset({"InvalidToken", "MethodNotImplemented", "InvalidRequest"})
_NO_CHAT = frozenset({400, 404, 501})
_READ_ON = "PCC Desk has read a part of the private messages. Read the rest on Bluesky."


@dataclass(frozen=True, slots=True)
class Bookmark:
    """Where the reading stands: all up to revision `floor` is read; `left` are conversations still to read up to `top`.

    `page` is where the reading of the first of them goes on, `said` the newest revision of a message read on the way.
    Revisions sort as text. A forged one moves nothing: all is read up to what both a conversation and a message tell.
    """

    floor: str = ""
    top: str = ""
    left: tuple[str, ...] = ()
    page: str = ""
    pages: int = 0
    said: str = ""

    def written(self) -> str:
        """Give the cursor text."""
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def read(cls, cursor: str) -> "Bookmark":
        """Read a cursor text; one that is not ours starts again, which repeats messages and loses none."""
        try:
            kept = json.loads(cursor)
            return cls(**{**kept, "left": tuple(map(str, kept["left"]))})
        except (ValueError, TypeError, KeyError):
            return cls()


class Chat:
    """The private conversations of one account."""

    def __init__(self, session: SignedWire, did: str, secrets: Secrets) -> None:
        self._session, self._did, self._secrets = session, did, secrets

    def fetch(self, cursor: str) -> Batch:
        """Give private messages newer than the cursor; none where the app password does not allow it.

        Raises:
            ChannelError: they could not be read.
        """
        mark = Bookmark.read(cursor)
        if not self._may():
            return Batch((), cursor)
        spoiled: tuple[Spoiled, ...] = ()
        if not mark.left:
            listed = self._changed(mark)
            if listed is None:
                return Batch((), cursor)
            mark, spoiled = listed
        batch = self._read_first(mark) if mark.left else Batch((), mark.written())
        return replace(batch, spoiled=(*spoiled, *batch.spoiled))

    def say(self, conversation: str, piece: Piece) -> Receipt:
        """Answer in a conversation, where only its members read it. Raises: ChannelError."""
        message: dict[str, object] = {"text": piece.text}
        if facets := facets_of(piece.text, {}):
            message["facets"] = facets
        body = {"convoId": conversation, "message": message}
        ask = Ask("/xrpc/chat.bsky.convo.sendMessage", headers=_SERVICE, body=body)
        made = self._session.post(ask).body
        with self._session.wire.sent("POST", ask).as_promised():
            return _receipt(piece, conversation, reading.name(made, "id"))

    def find(self, conversation: str, piece: Piece) -> Receipt | None:
        """Look for the piece's words among ours in a conversation since it was made. Raises: ChannelError."""
        page, matches = "", list[str]()
        for _ in range(_MOST_PAGES):
            listed, page = self._messages(conversation, page)
            with self._session.wire.sent("GET", Ask("/xrpc/chat.bsky.convo.getMessages")).as_promised():
                recent = [one for one in listed if reading.moment(one, "sentAt") >= piece.made_at - _CLOCK_SLACK]
                matches += [reading.name(one, "id") for one in recent if self._is_same(one, piece)]
            if len(recent) < len(listed) or not page:
                break
        else:
            raise ServiceDown("There are too many newer private messages to look through.", "PCC Desk looks again.")
        if len(matches) > 1:
            raise Rejected("There is more than one message like this.", "Look on Bluesky, then say what you found.")
        return _receipt(piece, conversation, matches[0]) if matches else None

    def _is_same(self, one: object, piece: Piece) -> bool:
        ours = reading.text_or_none(one, "sender", "did") == self._did
        return ours and reading.text_or_none(one, "text") == piece.text

    def _may(self) -> bool:
        """Tell whether the sign-in may read private messages, as far as its token says."""
        return _scope_of(self._secrets.get("access") or "") != _PLAIN

    def _changed(self, mark: Bookmark) -> tuple[Bookmark, tuple[Spoiled, ...]] | None:
        """List the conversations with something newer than the mark; None where there is no chat for us."""
        left, spoiled, top, page = list[str](), list[Spoiled](), mark.floor, ""
        for _ in range(_MOST_PAGES):
            query: Query = {"limit": _PAGE, **({"cursor": page} if page else {})}
            ask = Ask("/xrpc/chat.bsky.convo.listConvos", query, _SERVICE, accept=_NO_CHAT)
            answer = self._session.get(ask)
            if answer.code in _NO_CHAT:
                if answer.code != 400 or reading.text_or_none(answer.body, "error") in _NOT_ALLOWED:
                    return None
                raise self._session.wire.sent("GET", ask).refused(answer.code, answer.body)
            with self._session.wire.sent("GET", ask).as_promised():
                convos, bad = _convos(reading.pieces(answer.body, "convos"))
            newer = [(known, rev) for known, rev in convos if rev > mark.floor]
            left += [known for known, _ in newer if known not in left]
            spoiled += bad
            top = max([top, *(rev for _, rev in newer)])
            page = reading.text_or_none(answer.body, "cursor")
            if not page or not newer:
                break
        return replace(mark, top=top, left=tuple(left), page="", pages=0, said=""), tuple(spoiled)

    def _read_first(self, mark: Bookmark) -> Batch:
        """Read one page of the first conversation that is left."""
        conversation, *others = mark.left
        try:
            people = self._people(conversation)
            listed, page = self._messages(conversation, mark.page)
        except Gone:  # it was left or deleted meanwhile
            people, listed, page = {}, [], ""
        messages, spoiled, revs = list[Incoming](), list[Spoiled](), list[str]()
        for one in listed:
            try:
                revs.append(reading.text(one, "rev"))
                if revs[-1] > mark.floor and _is_message(one):
                    messages.append(_message(one, conversation, people))
            except reading.Malformed as error:
                spoiled.append(Spoiled(reading.raw(one), str(error)))
        theirs = tuple(message for message in messages if message.author.remote_id != self._did)
        missing: tuple[Missing, ...] = ()
        mark = replace(mark, said=max([mark.said, *revs]))
        if page and bounds.oldest(revs, "") > mark.floor:
            if mark.pages + 1 < _MOST_PAGES and page != mark.page:
                onward = replace(mark, page=page, pages=mark.pages + 1)
                return Batch(theirs, onward.written(), more=True, spoiled=tuple(spoiled))
            missing = _gap(theirs) if mark.floor else ()
        onward = replace(mark, left=tuple(others), page="", pages=0)
        done = onward if others else Bookmark(floor=max(mark.floor, min(mark.top, mark.said)))
        return Batch(theirs, done.written(), more=bool(others), spoiled=tuple(spoiled), missing=missing)

    def _messages(self, conversation: str, page: str) -> tuple[list[object], str]:
        query: Query = {"convoId": conversation, "limit": _PAGE, **({"cursor": page} if page else {})}
        ask = Ask("/xrpc/chat.bsky.convo.getMessages", query, _SERVICE)
        body = self._session.get(ask).body
        with self._session.wire.sent("GET", ask).as_promised():
            return reading.pieces(body, "messages"), reading.text_or_none(body, "cursor")

    def _people(self, conversation: str) -> Mapping[str, Author]:
        ask = Ask("/xrpc/chat.bsky.convo.getConvo", {"convoId": conversation}, _SERVICE)
        body = self._session.get(ask).body
        with self._session.wire.sent("GET", ask).as_promised():
            members = reading.pieces(body, "convo", "members")
        return {author.remote_id: author for member in members if (author := _author(member)) is not None}


def conversation_of(token: str) -> str:
    """Give the private conversation a reply token leads to, or ""."""
    return reply_tokens.read(token).get("convo", "")


def _message(one: object, conversation: str, people: Mapping[str, Author]) -> Incoming:
    known, sender = reading.text(one, "id"), reading.text(one, "sender", "did")
    return Incoming(
        remote_id=f"dm:{known}",
        kind=MessageKind.DIRECT,
        author=people.get(sender, Author(sender, sender, "")),
        text=reading.text(one, "text"),
        created_at=reading.moment(one, "sentAt"),
        root=f"dm:{conversation}",
        reply_token=reply_tokens.write({"convo": conversation}),
    )


def _is_message(one: object) -> bool:
    # What was taken back, and what the service says itself, has no words of anybody's.
    return not reading.text_or_none(one, "$type").endswith(("#deletedMessageView", "#systemMessageView"))


def _convos(listed: list[object]) -> tuple[list[tuple[str, str]], list[Spoiled]]:
    """Give the name and revision of each conversation, and those that cannot be read."""
    convos, spoiled = list[tuple[str, str]](), list[Spoiled]()
    for one in listed:
        try:
            convos.append((reading.text(one, "id"), reading.text(one, "rev")))
        except reading.Malformed as error:
            spoiled.append(Spoiled(reading.raw(one), str(error)))
    return convos, spoiled


def _author(member: object) -> Author | None:
    did, handle = reading.text_or_none(member, "did"), reading.text_or_none(member, "handle")
    if not did or not handle:
        return None  # what they wrote comes under the name the network knows them by
    return Author(did, reading.text_or_none(member, "displayName") or handle, handle)


def _receipt(piece: Piece, conversation: str, known: str) -> Receipt:
    return Receipt(f"dm:{known}", "", piece.made_at, reply_tokens.write({"convo": conversation}))


def _gap(read: tuple[Incoming, ...]) -> tuple[Missing, ...]:
    times: list[datetime] = [message.created_at for message in read]
    return (Missing(min(times), min(times), _READ_ON),) if times else ()


def _scope_of(token: str) -> str:
    """Give the scope a session's token tells, or ""; the server decides, this only spares it the question."""
    parts = token.split(".")
    if len(parts) != 3:
        return ""
    try:
        told = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, binascii.Error):
        return ""
    scope = told.get("scope") if isinstance(told, dict) else None
    return scope if isinstance(scope, str) else ""
