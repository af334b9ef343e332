"""Threads: posts, carousels and replies, each published once by a container; a reply to our own post continues it."""

from collections.abc import Mapping
from datetime import timedelta

from pcc_desk.channels import reading, text, threads_streams
from pcc_desk.channels.failures import nothing_public_yet
from pcc_desk.channels.graph import Call, Graph, is_node, onward, paged, place_of, unknown_place, unknown_post, written
from pcc_desk.channels.graph_containers import Kind, Patience, Press, Recipe
from pcc_desk.channels.likeness import earliest, only, same_words
from pcc_desk.channels.oauth_tokens import kept
from pcc_desk.channels.opening import Entering, Opening
from pcc_desk.channels.threads_platform import PLATFORM
from pcc_desk.channels.threads_session import TITLE, enter, open_graph
from pcc_desk.errors import ChannelError, Gone, RateLimited, Rejected
from pcc_desk.model.account import Identity
from pcc_desk.model.announcement import SpanKind
from pcc_desk.model.channel import Batch, Channel, Piece, PiecePicture, Secrets, Standing
from pcc_desk.model.delivery import Receipt

_KIND = Kind("me/threads", "me/threads_publish", "status", "error_message")
_MOST_LINKS = 5  # different ones in one post: https://developers.facebook.com/docs/threads/posts
_PAGE, _MOST_PAGES = 50, 20
_QUOTA_OPENS = timedelta(hours=1)  # it counts the last 24 hours, so it opens little by little
_LOOKED_AT = "id,text,timestamp,media_type,children"
_ON_THE_WEB = (
    "Threads fetches pictures and films from a website, and this one is not on any.",
    "Connect your office’s website in Settings: PCC Desk then puts them there first.",
)


class ThreadsChannel:
    """One account on Threads."""

    def __init__(self, graph: Graph, opening: Opening, patience: Patience | None = None) -> None:
        """Wait for Threads to prepare a post with `patience`."""
        self._graph, self._account, self._secrets = graph, opening.account, opening.secrets
        self._ledger = opening.ledger
        self._press = Press(graph, opening.steps, _KIND, patience or Patience())

    def publish(self, piece: Piece) -> Receipt:
        """Publish a piece once by its container. Raises: ChannelError."""
        recipe = _to_wire(piece)
        with nothing_public_yet():
            if not self._press.is_begun(piece):
                self._refuse_over_quota(bool(piece.answers))
        post = self._press.bring_out(piece, recipe, lambda: self._locate(piece))
        try:
            return self._receipt(piece, post)
        except ChannelError:  # it is up; only its address is not known yet
            return _receipt(piece, post, "")

    def find(self, piece: Piece) -> Receipt | None:
        """Ask what became of the piece's container. Raises: ChannelError."""
        post = self._press.find(piece, lambda: self._locate(piece))
        try:
            return self._receipt(piece, post) if post else None
        except Gone:
            return None

    def fetch(self, stream: str, cursor: str) -> Batch:
        """Give what is newer than the cursor in one stream. Raises: ChannelError."""
        return threads_streams.fetch(self._graph, self._account.handle, self._ledger, stream, cursor)

    def withdraw(self, receipt: Receipt) -> None:
        """Delete a post or reply of ours; already gone is fine. Raises: ChannelError."""
        if not is_node(receipt.remote_id):
            raise unknown_post(TITLE)
        self._graph.delete(receipt.remote_id)

    def check(self) -> Standing:
        """Ask who we are, and tell when the sign-in ends unless it is renewed. Raises: ChannelError."""
        return _standing(self._graph, self._secrets)

    def hide(self, remote_id: str, token: str, hidden: bool) -> None:
        """Hide a reply to a post of ours and what answers it, or show them again. Raises: ChannelError."""
        if _place(token) != remote_id:
            raise Rejected("PCC Desk can do this with replies only.", f"Do it on {TITLE} itself.")
        form = {"hide": "true" if hidden else "false"}
        self._graph.post(Call(f"{remote_id}/manage_reply", form=form, harmless=True))

    def _refuse_over_quota(self, answers: bool) -> None:
        """Ask how much Threads still takes today, before anything is made. Raises: RateLimited."""
        path, kind = "me/threads_publishing_limit", "reply_" if answers else ""
        body = self._graph.get(Call(path, {"fields": f"{kind}quota_usage,{kind}config"}))
        with self._graph.promised("GET", path):
            told = (reading.pieces(body, "data") or [{}])[0]
        used, most = reading.dig(told, f"{kind}quota_usage"), reading.dig(told, f"{kind}config", "quota_total")
        if isinstance(used, int) and isinstance(most, int) and used >= most > 0:
            until = self._graph.wire.now() + _QUOTA_OPENS
            what = "replies" if answers else "posts"
            raise RateLimited(
                f"Threads takes {most} {what} in 24 hours, and has had them.", until, "It goes out by itself later."
            )

    def _locate(self, piece: Piece) -> str | None:
        """Look among what we wrote lately for what says the same with as many pictures, in the same place."""
        path, where, since = "me/replies" if piece.answers else "me/threads", "", earliest(piece.made_at)
        fields = f"{_LOOKED_AT},replied_to" if piece.answers else _LOOKED_AT
        found: list[Receipt] = []
        for _ in range(_MOST_PAGES):
            body = self._graph.get(Call(path, paged({"fields": fields, "limit": _PAGE}, where)))
            with self._graph.promised("GET", path):
                listed = [(reading.moment(each, "timestamp"), each) for each in reading.pieces(body, "data")]
                alike = [each for at, each in listed if at >= since and _is_alike(piece, each)]
                found += [_receipt(piece, reading.text(each, "id"), "") for each in alike]
            where = onward(body)
            if not where or (listed and min(at for at, _ in listed) < since):
                one = only(TITLE, found)
                return one.remote_id if one else None
        raise self._graph.late("GET", path, "too many to look through")

    def _receipt(self, piece: Piece, post: str) -> Receipt:
        body = self._graph.get(Call(post, {"fields": "id,permalink"}))
        return _receipt(piece, post, reading.text_or_none(body, "permalink"))


def sign_in(entering: Entering) -> Standing:
    """Sign in with a pasted token. Raises: ChannelError."""
    return _standing(enter(entering), entering.secrets)


def open_channel(opening: Opening) -> Channel:
    """Open the channel of an account; nothing is sent yet."""
    return ThreadsChannel(open_graph(opening.wire, opening.secrets), opening)


def _standing(graph: Graph, secrets: Secrets) -> Standing:
    path = "me"
    body = graph.get(Call(path, {"fields": "id,username,name"}))
    with graph.promised("GET", path):
        number, handle = reading.text(body, "id"), reading.text(body, "username")
    name = reading.text_or_none(body, "name") or handle
    grant = kept(secrets)
    identity = Identity(number, handle, name, graph.wire.address)
    return Standing(identity, PLATFORM.limits, grant.expires_at if grant else None)


def _to_wire(piece: Piece) -> Recipe:
    said: dict[str, str] = {"text": piece.text} if piece.text else {}
    if piece.answers:
        said["reply_to_id"] = _place(piece.answers)
    links = {span.target for span in text.spans(piece.text) if span.kind is SpanKind.LINK}
    if len(links) > _MOST_LINKS:
        raise Rejected(f"Threads takes {_MOST_LINKS} links in one post.", "Take some out, then send it again.")
    if piece.video is not None and piece.pictures:
        raise Rejected("PCC Desk posts pictures or a film on Threads, not both.", "Take one of them out.")
    if piece.video is not None:
        if not piece.video.address:
            raise Rejected(*_ON_THE_WEB)
        film = {"media_type": "VIDEO", "video_url": piece.video.address}
        return Recipe(lambda _: {**film, **said})
    pictures = [_picture(picture) for picture in piece.pictures]
    if len(pictures) > 1:
        children = [{**picture, "is_carousel_item": "true"} for picture in pictures]
        return Recipe(lambda ids: {"media_type": "CAROUSEL", "children": ",".join(ids), **said}, children)
    only_one = pictures[0] if pictures else {"media_type": "TEXT"}
    return Recipe(lambda _: {**only_one, **said})


def _picture(picture: PiecePicture) -> Mapping[str, str]:
    if not picture.address:
        raise Rejected(*_ON_THE_WEB)
    form = {"media_type": "IMAGE", "image_url": picture.address}
    return {**form, "alt_text": picture.alt} if picture.alt else form


def _is_alike(piece: Piece, post: object) -> bool:
    children = reading.dig(post, "children", "data")
    single = reading.text_or_none(post, "media_type") == "IMAGE"
    count = len(children) if isinstance(children, list) else int(single)
    there = not piece.answers or reading.text_or_none(post, "replied_to", "id") == _place(piece.answers)
    return there and count == len(piece.pictures) and same_words(reading.text_or_none(post, "text"), piece.text)


def _receipt(piece: Piece, post: str, url: str) -> Receipt:
    return Receipt(post, url, piece.made_at, written({"reply_to": post}))


def _place(token: str) -> str:
    answered = place_of(token, TITLE).get("reply_to", "")
    if not is_node(answered):
        raise unknown_place(TITLE)
    return answered
