"""A post of ours whose web address an editor changed: known by its words, and never by them alone."""

import html
import re
from datetime import timedelta

from pcc_desk.channels import reading
from pcc_desk.channels.wordpress_site import Route, Site
from pcc_desk.channels.wordpress_words import ShownFilm, escaped, page_of, title_of
from pcc_desk.errors import Rejected
from pcc_desk.model.channel import Piece

OURS = "pccdesk-"  # how the web address of every post begins that the desk has made
_TOLERANCE = timedelta(minutes=2)  # between the site's clock and this PC's
_PAGE, _MOST_PAGES = 100, 20
_NO_PAGE = frozenset[int](), frozenset({400})
_MARKUP = re.compile(r"<!--.*?-->|<[^>]*>", re.DOTALL)
_UP = frozenset({"publish", "private", "future"})


def find_renamed(site: Site, user_id: str, piece: Piece) -> object | None:
    """Give the one post of a user that has a piece's title and words, was made since, and lost our name; or None.

    Raises:
        Rejected: more than one has, or there are too many to look through, so only a person can tell.
        ChannelError: the site could not be asked to the end.
    """
    alike = [post for post in _since(site, user_id, piece) if _is_alike(post, piece)]
    if len(alike) > 1:
        raise Rejected(
            "There are several posts with this title and these words on the website.",
            "Look there, then say whether one of them is this one.",
        )
    return alike[0] if alike else None


def _since(site: Site, user_id: str, piece: Piece) -> list[object]:
    """Give the user's posts that are not older than the first attempt, newest first."""
    earliest, found = piece.made_at - _TOLERANCE, list[object]()
    for number in range(1, _MOST_PAGES + 1):
        query = {"author": user_id, "status": "any", "context": "edit", "orderby": "date", "order": "desc"}
        # WordPress answers 400 to the page after the last one.
        route = Route("/wp/v2/posts", {**query, "per_page": _PAGE, "page": number}, accept=_NO_PAGE[number > 1])
        page = site.get(route)
        if reading.text_or_none(page, "code") == "rest_post_invalid_page_number":
            return found
        with site.promised(route):
            recent = [post for post in reading.pieces(page) if reading.moment(post, "date_gmt") >= earliest]
        found += recent
        if len(recent) < _PAGE:
            return found
    raise Rejected(
        "There are more new posts on the website than PCC Desk can look through.",
        "Look there for this one, then say what you found.",
    )


def _is_alike(post: object, piece: Piece) -> bool:
    content = reading.text(post, "content", "raw")
    return (
        reading.text(post, "status") in _UP
        and not reading.text(post, "slug").startswith(OURS)
        and _plain(reading.text(post, "title", "raw")) == _plain(escaped(piece.title or title_of(piece.text)))
        and _plain(content) == _plain(page_of(piece.text, (), _film_of(piece)))
        and content.count("<img ") == len(piece.pictures)
        and content.count("<video ") == (piece.video is not None)
    )


def _film_of(piece: Piece) -> ShownFilm | None:
    """Give the film as the page tells of it, wherever it stands in the library."""
    return None if piece.video is None else ShownFilm(0, "", piece.video.alt)


def _plain(markup: str) -> str:
    """Give the words a reader sees, however a site writes their markup and the space between them."""
    return " ".join(html.unescape(_MARKUP.sub(" ", markup)).split())
