"""Messages that only their reader sees, on Messenger and Instagram: they go out and are found by way of the Page."""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta

from pcc_desk.channels import reading
from pcc_desk.channels.failures import Query
from pcc_desk.channels.graph import CLOSED, Call, Graph, is_node, onward, paged, place_of, unknown_place, written
from pcc_desk.channels.graph_lists import NESTED, PAGE
from pcc_desk.channels.likeness import earliest, only, same_words
from pcc_desk.channels.wire import Answer
from pcc_desk.errors import ChannelError, Rejected
from pcc_desk.model.channel import Piece
from pcc_desk.model.delivery import Receipt

_MOST_PAGES = 20
_THREAD = re.compile(r"[\w:.=-]{1,300}", re.ASCII)
# A Page may write to a person within 24 hours of the person's last message: Messenger's word for too late, Instagram's.
_TOO_LATE = frozenset({2_018_278, 2_534_022})
_REFUSED = frozenset({400, 403})
# https://developers.facebook.com/docs/messenger-platform/instagram/features/private-replies: once, and within 7 days.
_PRIVATELY = timedelta(days=7)
_ANSWERED, _ANSWERED_SUB = 10_900, 2_534_014  # "Activity already replied to"
_PUBLIC = "Answer it in public, or ask the person there to write to you."
_SAID = "id,message,from,created_time"


class Messages:
    """The conversations of one Page on one platform: "MESSENGER" or "INSTAGRAM"."""

    def __init__(self, graph: Graph, page: str, platform: str, us: frozenset[str], longest: int) -> None:
        """Speak as the Page; `us` are our ids and names, `longest` the characters of a message, on Instagram bytes."""
        self._graph, self._page, self._platform = graph, page, platform
        self._us, self._longest = us, longest

    def is_for(self, place: Mapping[str, str]) -> bool:
        """Tell whether a token leads into a conversation, or to the writer of a comment alone."""
        in_thread = _THREAD.fullmatch(place.get("thread", "")) is not None and is_node(place.get("person"))
        return in_thread or ("private" in place and is_node(place.get("comment")))

    def placed(self, token: str, above: str) -> Mapping[str, str]:
        """Read where an answer goes: a conversation, a comment, or what `above` names. Raises: Rejected."""
        title = self._graph.wire.title
        place = place_of(token, title)
        under = is_node(place.get(above)) and is_node(place.get("comment", place.get(above)))
        if not (self.is_for(place) or under):
            raise unknown_place(title)
        return place

    def privately(self, token: str) -> str:
        """Give the token that answers a comment where only whoever wrote it reads it. Raises: Rejected."""
        title = self._graph.wire.title
        place = place_of(token, title)
        if not is_node(place.get("said")):
            raise Rejected("Only a comment can be answered privately.", f"Answer this one on {title} itself.")
        self._refuse_late(place)
        return written({"private": "yes", "comment": place["said"], "at": place.get("at", "")})

    def send(self, piece: Piece, place: Mapping[str, str], again: bool = False) -> Receipt:
        """Send one message; `again` says that an earlier try may have sent it. Raises: ChannelError."""
        if "private" in place:
            self._refuse_late(place)
        title, size = self._graph.wire.title, len(piece.text.encode() if self._platform == "INSTAGRAM" else piece.text)
        over = size - self._longest
        if over > 0:
            raise Rejected(f"This is {over} characters too long for a message.", "Make it shorter, then send it.")
        if piece.pictures or piece.video:
            raise Rejected("PCC Desk sends only words in messages.", "Take the picture out, then send it again.")
        to = {"id": place["person"]} if "thread" in place else {"comment_id": place["comment"]}
        path = f"{self._page}/messages"
        form = {"recipient": written(to), "message": written({"text": piece.text}), "messaging_type": "RESPONSE"}
        call = Call(path, form=form, accept=_REFUSED)
        answer = self._graph.answer(call)
        if reading.dig(answer.body, "error", "error_subcode") in _TOO_LATE and "thread" in place:
            # A person may answer for seven days, where Meta has allowed the office's app to say that a person does.
            late = {**form, "messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
            answer = self._graph.answer(Call(path, form=late, accept=_REFUSED))
            if answer.code in _REFUSED:
                raise Rejected(
                    f"{title} lets an office answer a message for 24 hours only, and that time is over.",
                    f"Answer on {title} itself, or ask the person to write again.",
                )
        if answer.code in _REFUSED:
            raise self._refusal(call, answer, again and "private" in place)
        with self._graph.promised("POST", path):
            return _receipt(piece, place, reading.name(answer.body, "message_id"))

    def _refuse_late(self, place: Mapping[str, str]) -> None:
        """Refuse what Meta takes no more, before anything is sent. Raises: Rejected."""
        try:
            written_at = reading.moment(place, "at")
        except reading.Malformed:
            return
        if self._graph.wire.now() - written_at > _PRIVATELY:
            raise self._over()

    def _over(self) -> Rejected:
        title = self._graph.wire.title
        return Rejected(f"{title} lets an office answer a comment privately for 7 days, and they are over.", _PUBLIC)

    def _refusal(self, call: Call, answer: Answer, again: bool) -> ChannelError:
        number, sub = (reading.dig(answer.body, "error", name) for name in ("code", "error_subcode"))
        if sub in _TOO_LATE:
            return self._over()
        if number != _ANSWERED and sub != _ANSWERED_SUB:
            return self._graph.refusal(call, answer)
        if again:  # the answer there may be this one
            return self._graph.late("POST", call.path, f"{number}/{sub}")
        title = self._graph.wire.title
        return Rejected(f"{title} lets an office answer a comment privately once, and that was done.", _PUBLIC)

    def find(self, piece: Piece, place: Mapping[str, str]) -> Receipt | None:
        """Look for the message: in its conversation, or in all that moved since. Raises: ChannelError."""
        said = self._said_in(place["thread"], piece) if "thread" in place else self._said_anywhere(piece)
        with self._graph.promised("GET", f"{self._page}/conversations"):
            ours = [reading.name(each, "id") for each in said if self._is_ours(piece, each)]
        return only(self._graph.wire.title, (_receipt(piece, place, message) for message in ours))

    def _said_in(self, thread: str, piece: Piece) -> Iterator[object]:
        query: Query = {"fields": _SAID, "limit": PAGE}
        for body in self._pages(f"{thread}/messages", query, piece, "created_time"):
            yield from reading.pieces(body, "data")

    def _said_anywhere(self, piece: Piece) -> Iterator[object]:
        fields = f"id,updated_time,messages.limit({NESTED}){{{_SAID}}}"
        query: Query = {"platform": self._platform, "fields": fields, "limit": NESTED}
        for body in self._pages(f"{self._page}/conversations", query, piece, "updated_time"):
            for conversation in reading.pieces(body, "data"):
                yield from self._said_of(conversation, piece)

    def _said_of(self, conversation: object, piece: Piece) -> Iterator[object]:
        """Give what was said in a conversation since the piece: what came along, and the rest where that is not all."""
        if reading.dig(conversation, "messages") is None:
            return
        along = reading.pieces(conversation, "messages", "data")
        times = [reading.moment(each, "created_time") for each in along]
        if len(along) < NESTED or min(times) < earliest(piece.made_at):
            yield from along
        else:
            yield from self._said_in(reading.text(conversation, "id"), piece)

    def _pages(self, path: str, query: Query, piece: Piece, timed: str) -> Iterator[object]:
        """Give the pages of a list, newest first, that reach back to the piece; the whole of it or an error."""
        where, since = "", earliest(piece.made_at)
        for _ in range(_MOST_PAGES):
            body = self._graph.get(Call(path, paged(query, where)))
            with self._graph.promised("GET", path):
                times = [reading.moment(each, timed) for each in reading.pieces(body, "data")]
                yield body
            where = onward(body)
            if not where or (times and min(times) < since):
                return
        raise self._graph.late("GET", path, "too many to look through")

    def _is_ours(self, piece: Piece, said: object) -> bool:
        by_us = any(reading.text_or_none(said, "from", name) in self._us for name in ("id", "username"))
        since = reading.moment(said, "created_time") >= earliest(piece.made_at)
        return by_us and since and same_words(reading.text_or_none(said, "message"), piece.text)


def _receipt(piece: Piece, place: Mapping[str, str], message: str) -> Receipt:
    kept = {name: place[name] for name in ("thread", "person") if name in place}
    return Receipt(message, "", piece.made_at, written(kept) if kept else CLOSED)
