"""What Instagram and Threads share in publishing: the day's ration, the post once it is up, and looking for one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from pcc_desk.channels import reading
from pcc_desk.channels.failures import nothing_public_yet
from pcc_desk.channels.graph import Call, node, onward, paged
from pcc_desk.channels.graph_containers import Press, Recipe
from pcc_desk.channels.likeness import earliest, only
from pcc_desk.errors import ChannelError, Gone, RateLimited, Rejected
from pcc_desk.model.channel import Piece, PiecePicture
from pcc_desk.model.delivery import Receipt

_PAGE, _MOST_PAGES = 50, 20
_QUOTA_OPENS = timedelta(hours=1)  # it counts the last 24 hours, so it opens little by little
_CONNECT = "Connect your office’s website in Settings: PCC Desk then puts them there first."


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where the publications of an account stand, how they are told apart, and what a day takes of them.

    `path` lists them, newest first, with `fields`. `ration` is the path that tells how many were made in 24 hours, in
    fields that begin with `counted`; in sentences they are called `what`. `receipt` makes the proof of an id.
    """

    path: str
    fields: str
    ration: str
    is_alike: Callable[[Piece, object], bool]
    receipt: Callable[[Piece, str, str], Receipt]
    counted: str = ""
    what: str = "posts"


class Publisher:
    """Publishes pieces once, and finds those that may be up."""

    def __init__(self, press: Press) -> None:
        self._press, self._graph = press, press.graph

    def put_up(self, piece: Piece, recipe: Recipe, shelf: Shelf) -> Receipt:
        """Publish a piece once by its container. Raises: ChannelError."""
        with nothing_public_yet():
            if not self._press.is_begun(piece):
                self._refuse_over_ration(shelf)
        post = self._press.bring_out(piece, recipe, lambda: self._locate(piece, shelf))
        try:
            return self._receipt(piece, post, shelf)
        except ChannelError:  # it is up; only its address is not known yet
            return shelf.receipt(piece, post, "")

    def find(self, piece: Piece, shelf: Shelf) -> Receipt | None:
        """Ask what became of the piece's container. Raises: ChannelError."""
        post = self._press.find(piece, lambda: self._locate(piece, shelf))
        try:
            return self._receipt(piece, post, shelf) if post else None
        except Gone:
            return None

    def _refuse_over_ration(self, shelf: Shelf) -> None:
        """Ask how much is still taken today, before anything is made. Raises: RateLimited."""
        body = self._graph.get(Call(shelf.ration, {"fields": f"{shelf.counted}quota_usage,{shelf.counted}config"}))
        with self._graph.promised("GET", shelf.ration):
            told = (reading.pieces(body, "data") or [{}])[0]
        used = reading.dig(told, f"{shelf.counted}quota_usage")
        most = reading.dig(told, f"{shelf.counted}config", "quota_total")
        if isinstance(used, int) and isinstance(most, int) and used >= most > 0:
            until, title = self._graph.wire.now() + _QUOTA_OPENS, self._graph.wire.title
            raise RateLimited(
                f"{title} takes {most} {shelf.what} in 24 hours, and has had them.",
                until,
                "It goes out by itself later.",
            )

    def _locate(self, piece: Piece, shelf: Shelf) -> str | None:
        """Look among the newest publications for one that is the piece by all that can be seen of it."""
        path, where, since, found = shelf.path, "", earliest(piece.made_at), list[Receipt]()
        for _ in range(_MOST_PAGES):
            body = self._graph.get(Call(path, paged({"fields": shelf.fields, "limit": _PAGE}, where)))
            with self._graph.promised("GET", path):
                listed = [(reading.moment(each, "timestamp"), each) for each in reading.pieces(body, "data")]
                alike = [each for at, each in listed if at >= since and shelf.is_alike(piece, each)]
                found += [shelf.receipt(piece, node(each), "") for each in alike]
            where = onward(body)
            if not where or (listed and min(at for at, _ in listed) < since):
                one = only(self._graph.wire.title, found)
                return one.remote_id if one else None
        raise self._graph.late("GET", path, "too many to look through")

    def _receipt(self, piece: Piece, post: str, shelf: Shelf) -> Receipt:
        body = self._graph.get(Call(post, {"fields": "id,permalink"}))
        return shelf.receipt(piece, post, reading.text_or_none(body, "permalink"))


def has_same_media(piece: Piece, post: object) -> bool:
    """Tell whether a post shows as many pictures and films as a piece, and the right kind where there is one alone."""
    children, kind = reading.dig(post, "children", "data"), reading.text_or_none(post, "media_type")
    wanted = len(piece.pictures) + int(piece.video is not None)
    if wanted > 1:
        return isinstance(children, list) and len(children) == wanted
    single = "" if not wanted else "IMAGE" if piece.pictures else "VIDEO"
    return not children and (kind == single if single else kind not in ("IMAGE", "VIDEO"))


def picture_form(picture: PiecePicture, title: str) -> dict[str, str]:
    """Give the form of a picture that is fetched from its address, with its description. Raises: Rejected."""
    form = {"image_url": on_the_web(picture.address, title)}
    return {**form, "alt_text": picture.alt} if picture.alt else form


def on_the_web(address: str, title: str) -> str:
    """Give an address that is there. Raises: Rejected."""
    if not address:
        raise Rejected(f"{title} fetches this from a website, and it is not on any.", _CONNECT)
    return address
