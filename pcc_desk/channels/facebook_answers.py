"""Answers of a Facebook Page: under a comment or post, in a conversation, or privately to whoever commented."""

import re
from collections.abc import Iterator, Mapping

from pcc_desk.channels import facebook_posts, reading
from pcc_desk.channels.facebook_page import TITLE, Page
from pcc_desk.channels.failures import Query, nothing_public_yet
from pcc_desk.channels.graph import Call, is_node, onward, paged, place_of, unknown_place, written
from pcc_desk.channels.graph_lists import NESTED
from pcc_desk.channels.likeness import earliest, only, same_words
from pcc_desk.errors import Rejected
from pcc_desk.model.channel import Piece
from pcc_desk.model.delivery import Receipt

_LONGEST = {"comment": 8_000, "message": 2_000}  # what Facebook and Messenger take in one
_PAGE, _MOST_CONVERSATIONS = 100, 200
_THREAD = re.compile(r"t_[\w:.=-]{1,300}")
_TOO_LATE = 2_018_278  # a Page may write to a person within 24 hours of the person's last message
_SAID = "id,message,from{id},created_time"


def publish(page: Page, piece: Piece) -> Receipt:
    """Say a piece where its token leads. Raises: ChannelError."""
    place = _place(piece)
    if "private" in place:
        return _whisper(page, piece, {"comment_id": place["comment"]})
    if "thread" in place:
        return _whisper(page, piece, {"id": place["person"]})
    _refuse_long(piece, "comment")
    form = {"message": piece.text}
    if len(piece.pictures) > 1:
        raise Rejected("A comment on Facebook takes one picture.", "Take the others out, then send it again.")
    if piece.pictures:
        with nothing_public_yet():
            form["attachment_id"] = facebook_posts.upload(page, piece, 0)
    path = f"{place.get('comment') or place['post']}/comments"
    body = page.graph.post(Call(path, form=form))
    with page.graph.promised("POST", path):
        return _receipt(page, piece, reading.text(body, "id"), place["post"])


def find(page: Page, piece: Piece) -> Receipt | None:
    """Look for the answer among what the Page said there since. Raises: ChannelError."""
    place = _place(piece)
    if "private" in place or "thread" in place:
        said = _whispers(page, piece, place)
        return only(TITLE, (_whispered(piece, place, reading.text_or_none(each, "id")) for each in said))
    path = f"{place['post']}/comments"
    query: dict[str, str | int] = {"filter": "stream", "order": "reverse_chronological", "fields": _SAID}
    said = facebook_posts.recent(page, piece, path, {**query, "limit": _PAGE})
    ours = [reading.text_or_none(each, "id") for each in said if _is_ours(page, piece, each)]
    return only(TITLE, (_receipt(page, piece, comment, place["post"]) for comment in ours))


def privately(token: str) -> str:
    """Give the token that answers the same comment where only its writer reads it. Raises: Rejected."""
    place = place_of(token, TITLE)
    if not is_node(place.get("comment")):
        raise Rejected("Only a comment can be answered privately.", f"Answer this one on {TITLE} itself.")
    return written({**place, "private": "yes"})


def _place(piece: Piece) -> Mapping[str, str]:
    place = place_of(piece.answers, TITLE)
    in_thread = _THREAD.fullmatch(place.get("thread", "")) and is_node(place.get("person"))
    under_comment = is_node(place.get("comment")) and is_node(place.get("post"))
    under_post = "comment" not in place and "private" not in place and is_node(place.get("post"))
    if not (in_thread or under_comment or under_post):
        raise unknown_place(TITLE)
    return place


def _refuse_long(piece: Piece, kind: str) -> None:
    over = len(piece.text) - _LONGEST[kind]
    if over > 0:
        raise Rejected(f"This answer is {over} characters too long for {TITLE}.", "Make it shorter, then send it.")


def _whisper(page: Page, piece: Piece, recipient: Mapping[str, str]) -> Receipt:
    """Send a message that only its reader sees."""
    _refuse_long(piece, "message")
    if piece.pictures:
        raise Rejected("PCC Desk sends no pictures in messages.", "Take the picture out, then send it again.")
    path = f"{page.id}/messages"
    form = {"recipient": written(recipient), "message": written({"text": piece.text}), "messaging_type": "RESPONSE"}
    answer = page.graph.answer(Call(path, form=form, accept=frozenset({400, 403})))
    if reading.dig(answer.body, "error", "error_subcode") == _TOO_LATE and "id" in recipient:
        # A person may answer for seven days, where Meta has allowed the office's app to say that a person does.
        late = {**form, "messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
        answer = page.graph.answer(Call(path, form=late, accept=frozenset({400, 403})))
        if answer.code != 200:
            raise Rejected(
                f"{TITLE} lets a Page answer a message for 24 hours only, and that time is over.",
                f"Answer on {TITLE} itself, or ask the person to write again.",
            )
    if answer.code != 200:
        raise page.graph.refusal(path, answer)
    with page.graph.promised("POST", path):
        return _whispered(piece, _place(piece), reading.text(answer.body, "message_id"))


def _whispers(page: Page, piece: Piece, place: Mapping[str, str]) -> Iterator[object]:
    """Give our messages with these words: in the one conversation, or in all that moved since."""
    if "thread" in place:
        said = facebook_posts.recent(page, piece, f"{place['thread']}/messages", {"fields": _SAID, "limit": _PAGE})
        yield from (each for each in said if _is_ours(page, piece, each))
        return
    path, where, since = f"{page.id}/conversations", "", earliest(piece.made_at)
    query: Query = {
        "platform": "MESSENGER",
        "fields": f"id,updated_time,messages.limit({NESTED}){{{_SAID}}}",
        "limit": NESTED,
    }
    for _ in range(_MOST_CONVERSATIONS // NESTED):
        body = page.graph.get(Call(path, paged(query, where)))
        with page.graph.promised("GET", path):
            moved = [reading.moment(each, "updated_time") for each in reading.pieces(body, "data")]
            for one in reading.pieces(body, "data"):
                for each in reading.pieces(one, "messages", "data"):
                    if reading.moment(each, "created_time") >= since and _is_ours(page, piece, each):
                        yield each
        where = onward(body)
        if not where or (moved and min(moved) < since):
            return
    raise page.graph.late("GET", path, "too many to look through")


def _is_ours(page: Page, piece: Piece, said: object) -> bool:
    by_us = reading.text_or_none(said, "from", "id") == page.id
    return by_us and same_words(reading.text_or_none(said, "message"), piece.text)


def _receipt(page: Page, piece: Piece, comment: str, post: str) -> Receipt:
    return Receipt(comment, page.url(comment), piece.made_at, written({"comment": comment, "post": post}))


def _whispered(piece: Piece, place: Mapping[str, str], message: str) -> Receipt:
    kept = {name: place[name] for name in ("thread", "person") if name in place}
    return Receipt(message, "", piece.made_at, written(kept) if kept else "")
