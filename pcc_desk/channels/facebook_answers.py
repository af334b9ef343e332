"""Answers of a Facebook Page: under a comment or post, in a conversation, or privately to whoever commented."""

from pcc_desk.channels import facebook_posts, reading
from pcc_desk.channels.facebook_page import TITLE, Page
from pcc_desk.channels.failures import nothing_public_yet
from pcc_desk.channels.graph import Call, node, written
from pcc_desk.channels.graph_lists import PAGE
from pcc_desk.channels.likeness import only, same_words
from pcc_desk.errors import Rejected
from pcc_desk.model.channel import Piece
from pcc_desk.model.delivery import Receipt

_LONGEST = 8_000  # characters Facebook takes in a comment
_SAID = "id,message,from{id},created_time"


def publish(page: Page, piece: Piece) -> Receipt:
    """Say a piece where its token leads. Raises: ChannelError."""
    place = page.messages.placed(piece.answers, "post")
    if page.messages.is_for(place):
        again = page.steps.get(piece.key, "tried") is not None
        page.steps.put(piece.key, "tried", "yes")
        return page.messages.send(piece, place, again)
    over = len(piece.text) - _LONGEST
    if over > 0:
        raise Rejected(f"This answer is {over} characters too long for {TITLE}.", "Make it shorter, then send it.")
    if len(piece.pictures) > 1 or piece.video is not None:
        raise Rejected("PCC Desk puts one picture into a comment.", "Take the others out, then send it again.")
    form = {"message": piece.text}
    if piece.pictures:
        with nothing_public_yet():
            form["attachment_id"] = facebook_posts.upload(page, piece, 0)
    path = f"{place.get('comment') or place['post']}/comments"
    body = page.graph.post(Call(path, form=form))
    with page.graph.promised("POST", path):
        return _receipt(page, piece, node(body), place["post"])


def find(page: Page, piece: Piece) -> Receipt | None:
    """Look for the answer among what the Page said there since. Raises: ChannelError."""
    place = page.messages.placed(piece.answers, "post")
    if page.messages.is_for(place):
        return page.messages.find(piece, place)
    path = f"{place['post']}/comments"
    query: dict[str, str | int] = {"filter": "stream", "order": "reverse_chronological", "fields": _SAID}
    said = facebook_posts.recent(page, piece, path, {**query, "limit": PAGE})
    with page.graph.promised("GET", path):
        ours = [node(each) for each in said if _is_ours(page, piece, each)]
    return only(TITLE, (_receipt(page, piece, comment, place["post"]) for comment in ours))


def _is_ours(page: Page, piece: Piece, said: object) -> bool:
    by_us = reading.text_or_none(said, "from", "id") == page.id
    return by_us and same_words(reading.text_or_none(said, "message"), piece.text)


def _receipt(page: Page, piece: Piece, comment: str, post: str) -> Receipt:
    return Receipt(comment, page.url(comment), piece.made_at, written({"comment": comment, "post": post}))
