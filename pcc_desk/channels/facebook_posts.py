"""Posts of a Facebook Page: pictures brought up unseen first, then one public step; looked for by what they say."""

from collections.abc import Iterator, Sequence

from pcc_desk.channels import facebook_videos, reading, text
from pcc_desk.channels.facebook_page import TITLE, Page
from pcc_desk.channels.failures import nothing_public_yet
from pcc_desk.channels.graph import Call, node, onward, paged, written
from pcc_desk.channels.likeness import earliest, only, same_words
from pcc_desk.errors import Rejected
from pcc_desk.model.announcement import SpanKind
from pcc_desk.model.channel import Piece, PiecePicture
from pcc_desk.model.delivery import Receipt

_PAGE, _MOST_PAGES = 50, 20
_LOOKED_AT = "id,message,created_time,attachments{media_type,subattachments{media_type}}"


def publish(page: Page, piece: Piece) -> Receipt:
    """Put a piece on the Page; its one public step is the last. Raises: ChannelError."""
    if piece.video is not None and piece.pictures:
        raise Rejected(f"{TITLE} takes pictures or a film in one post, not both.", "Take one of them out.")
    if piece.video is not None:
        return facebook_videos.publish(page, piece, piece.video)
    known = [page.steps.get(piece.key, _step(number)) for number in range(len(piece.pictures))]
    with nothing_public_yet():
        photos = [upload(page, piece, number) for number in range(len(piece.pictures))]
    path = f"{page.id}/feed"
    try:
        body = page.graph.post(Call(path, form=_to_wire(piece, photos)))
    except Rejected:
        for number in range(len(photos)):  # pictures of an earlier try may have lapsed
            if known[number]:
                page.steps.put(piece.key, _step(number), "")
        raise
    with page.graph.promised("POST", path):
        return receipt(page, piece, node(body))


def find(page: Page, piece: Piece) -> Receipt | None:
    """Look through the Page's own posts for one that says the same with as many pictures. Raises: ChannelError."""
    if piece.video is not None:
        return facebook_videos.find(page, piece)
    path = f"{page.id}/published_posts"
    matches: list[Receipt] = []
    for post in recent(page, piece, path, {"fields": _LOOKED_AT, "limit": _PAGE}):
        alike = same_words(reading.text_or_none(post, "message"), piece.text)
        if alike and _photos(post) == len(piece.pictures):
            with page.graph.promised("GET", path):
                matches.append(receipt(page, piece, node(post)))
    return only(TITLE, matches)


def recent(page: Page, piece: Piece, path: str, query: dict[str, str | int]) -> Iterator[object]:
    """Give what a list holds that is new enough to be the piece, newest first; the whole of it or an error."""
    where, since = "", earliest(piece.made_at)
    for _ in range(_MOST_PAGES):
        body = page.graph.get(Call(path, paged(dict(query), where)))
        with page.graph.promised("GET", path):
            listed = reading.pieces(body, "data")
            made = [reading.moment(each, "created_time") for each in listed]
        yield from (each for each, at in zip(listed, made, strict=True) if at >= since)
        where = onward(body)
        if not where or (made and min(made) < since):
            return
    raise page.graph.late("GET", path, "too many to look through")


def upload(page: Page, piece: Piece, number: int) -> str:
    """Bring one picture up unseen, once, and give its id. Raises: ChannelError."""
    known = page.steps.get(piece.key, _step(number))
    if known:
        return known
    picture, path = piece.pictures[number], f"{page.id}/photos"
    files = {"source": (picture.name, picture.content, picture.mime)}
    body = page.graph.post(Call(path, form=_photo(picture), files=files, harmless=True))
    with page.graph.promised("GET", path):
        photo = node(body)
    page.steps.put(piece.key, _step(number), photo)
    return photo


def receipt(page: Page, piece: Piece, post: str) -> Receipt:
    """Give the proof that a piece is up as this post."""
    return Receipt(post, page.url(post), piece.made_at, written({"post": post}))


def _to_wire(piece: Piece, photos: Sequence[str]) -> dict[str, str]:
    form = {"message": piece.text}
    if photos:
        form["attached_media"] = f"[{','.join(written({'media_fbid': photo}) for photo in photos)}]"
    elif links := [span.target for span in text.spans(piece.text) if span.kind is SpanKind.LINK]:
        form["link"] = links[0]  # without it an address stays bare words
    return form


def _photo(picture: PiecePicture) -> dict[str, str]:
    form = {"published": "false"}
    return {**form, "alt_text_custom": picture.alt} if picture.alt else form


def _photos(post: object) -> int:
    attached = reading.dig(post, "attachments", "data")
    count = 0
    for each in attached if isinstance(attached, list) else ():
        inner = reading.dig(each, "subattachments", "data")
        kinds = [reading.text_or_none(one, "media_type") for one in (inner if isinstance(inner, list) else [each])]
        count += kinds.count("photo")
    return count


def _step(number: int) -> str:
    return f"photo {number}"
