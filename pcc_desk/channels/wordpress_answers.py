"""Answering a comment on a WordPress site exactly once: our comment carries the piece's key where only we look."""

import json

from pcc_desk.channels import reading
from pcc_desk.channels.failures import Query
from pcc_desk.channels.wordpress_site import Route, Site, whole_number
from pcc_desk.channels.wordpress_words import escaped
from pcc_desk.errors import ChannelError, Rejected
from pcc_desk.model.channel import Piece
from pcc_desk.model.delivery import Receipt

_PAGE = 100
_MOST_PAGES = 50  # of our own comments on one post


def publish(site: Site, author: str, piece: Piece) -> Receipt:
    """Comment under the post or comment the piece answers. Raises: ChannelError."""
    body = {**_place(piece), "content": escaped(piece.text), "author_user_agent": _mark(piece)}
    route = Route("/wp/v2/comments", body=body, accept=frozenset({409}))
    answer = site.post(route)
    if answer.code == 409:
        return _already_said(site, author, piece, route)
    with site.promised(route, "POST"):
        return _receipt(piece, answer.body)


def find(site: Site, author: str, piece: Piece) -> Receipt | None:
    """Look through every comment of ours on that post for the piece's key. Raises: ChannelError."""
    post = _place(piece)["post"]
    query: Query = {"context": "edit", "status": "any", "post": post, "author": author, "per_page": _PAGE}
    for page in range(1, _MOST_PAGES + 1):
        route = Route("/wp/v2/comments", {**query, "page": page})
        listed = site.listed(route)
        with site.promised(route):
            for comment in listed:
                if reading.text_or_none(comment, "author_user_agent") == _mark(piece):
                    return _receipt(piece, comment)
        if len(listed) < _PAGE:
            return None
    raise site.wire.sent("GET", Route("/wp/v2/comments").ask()).late("too many comments to look through")


def _already_said(site: Site, author: str, piece: Piece, route: Route) -> Receipt:
    # WordPress takes the same words under the same comment once: ours came before, or they are not ours.
    try:
        receipt = find(site, author, piece)
    except ChannelError as error:
        raise site.wire.sent("POST", route.ask()).late(error.detail) from error
    if receipt is None:
        raise Rejected("The same answer is already on the website.", "Change the words, then send it again.")
    return receipt


def _mark(piece: Piece) -> str:
    return f"PCC Desk pccdesk-{piece.key}"


def _place(piece: Piece) -> dict[str, int]:
    try:
        token = json.loads(piece.answers)
        return {"post": int(token["post"]), "parent": int(token.get("comment", 0))}
    except (ValueError, TypeError, KeyError, AttributeError):
        raise Rejected("PCC Desk does not know which comment this answers.", "Answer it on the website.") from None


def _receipt(piece: Piece, comment: object) -> Receipt:
    number, post = whole_number(comment, "id"), whole_number(comment, "post")
    if post != _place(piece)["post"]:
        raise reading.Malformed("a comment on another post")
    token = json.dumps({"post": post, "comment": number})
    return Receipt(f"comment:{number}", reading.text(comment, "link"), piece.made_at, token)
