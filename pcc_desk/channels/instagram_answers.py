"""Answers on Instagram: under a comment, under a post that names us, in a conversation, or privately to a writer.

A comment takes no key of ours. So one that may have gone out is looked for before it is said again.
"""

from collections.abc import Iterator, Mapping

from pcc_desk.channels import reading
from pcc_desk.channels.failures import Query, nothing_public_yet
from pcc_desk.channels.graph import Call, node, onward, paged, written
from pcc_desk.channels.graph_lists import PAGE
from pcc_desk.channels.instagram_desk import TITLE, Desk
from pcc_desk.channels.likeness import earliest, only, same_words
from pcc_desk.errors import Rejected
from pcc_desk.model.channel import Piece
from pcc_desk.model.delivery import Receipt

_MOST_PAGES = 20
_SAID = "id,text,timestamp,username"


def publish(desk: Desk, piece: Piece) -> Receipt:
    """Say a piece where its token leads, once. Raises: ChannelError."""
    place = desk.messages.placed(piece.answers, "media")
    if piece.pictures or piece.video:
        raise Rejected("Instagram takes only words in an answer.", "Take the picture out, then send it again.")
    again = desk.steps.get(piece.key, "tried") is not None
    with nothing_public_yet():
        there = find(desk, piece) if again else None
    if there is not None:
        return there
    desk.steps.put(piece.key, "tried", "yes")
    if desk.messages.is_for(place):
        return desk.messages.send(piece, place, again)
    path, form = _way(desk, place)
    body = desk.graph.post(Call(path, form={**form, "message": piece.text}))
    with desk.graph.promised("POST", path):
        return _receipt(piece, place, node(body))


def find(desk: Desk, piece: Piece) -> Receipt | None:
    """Look for the answer among everything said in that place. Raises: ChannelError."""
    place = desk.messages.placed(piece.answers, "media")
    if desk.messages.is_for(place):
        return desk.messages.find(piece, place)
    path = f"{place['comment']}/replies" if "comment" in place else f"{place['media']}/comments"
    with desk.graph.promised("GET", path):
        ours = [node(said) for said in _said(desk, path) if _is_ours(desk, piece, said)]
    return only(TITLE, (_receipt(piece, place, each) for each in ours))


def _way(desk: Desk, place: Mapping[str, str]) -> tuple[str, Mapping[str, str]]:
    if "comment" in place:
        return f"{place['comment']}/replies", {}
    if "mentioned" in place:  # somebody else's post, which is answered through our own name
        return f"{desk.id}/mentions", {"media_id": place["media"]}
    return f"{place['media']}/comments", {}


def _said(desk: Desk, path: str) -> Iterator[object]:
    # Meta does not say how replies are sorted, so all of them are looked through.
    query: Query = {"fields": _SAID, "limit": PAGE}
    where = ""
    for _ in range(_MOST_PAGES):
        body = desk.graph.get(Call(path, paged(query, where)))
        yield from reading.pieces(body, "data")
        where = onward(body)
        if not where:
            return
    raise desk.graph.late("GET", path, "too many to look through")


def _is_ours(desk: Desk, piece: Piece, said: object) -> bool:
    by_us = reading.text_or_none(said, "username") == desk.handle
    since = reading.moment(said, "timestamp") >= earliest(piece.made_at)
    return by_us and since and same_words(reading.text_or_none(said, "text"), piece.text)


def _receipt(piece: Piece, place: Mapping[str, str], comment: str) -> Receipt:
    # Instagram knows one level of answers: whoever answers ours is answered under the same comment.
    token = {"comment": place.get("comment", comment), "media": place["media"]}
    return Receipt(comment, "", piece.made_at, written(token))
