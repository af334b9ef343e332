"""Instagram (Graph API, by way of the Page it is linked to): pictures and films published once, by a container."""

from collections.abc import Mapping
from datetime import timedelta

from pcc_desk.channels import graph_messages, graph_sign_in, instagram_answers, instagram_streams, reading
from pcc_desk.channels.failures import nothing_public_yet
from pcc_desk.channels.graph import Call, Graph, is_node, onward, paged, place_of, unknown_post, written
from pcc_desk.channels.graph_containers import Kind, Patience, Press, Recipe
from pcc_desk.channels.graph_messages import Messages
from pcc_desk.channels.instagram_desk import LONGEST_MESSAGE, TITLE, Desk
from pcc_desk.channels.instagram_platform import PLATFORM
from pcc_desk.channels.likeness import earliest, only, same_words
from pcc_desk.channels.oauth_tokens import Tokens
from pcc_desk.channels.opening import Entering, Opening
from pcc_desk.errors import ChannelError, Gone, RateLimited, Rejected
from pcc_desk.model.account import Account, Identity
from pcc_desk.model.channel import Batch, Channel, Piece, PiecePicture, Secrets, Standing
from pcc_desk.model.delivery import Receipt

_NEEDED = ("instagram_basic", "instagram_content_publish", "instagram_manage_comments", "pages_read_engagement")
_PAGE, _MOST_PAGES = 50, 20
_QUOTA_OPENS = timedelta(hours=1)  # it counts the last 24 hours, so it opens little by little
_LOOKED_AT = "id,caption,timestamp,media_type,children{id}"
_ON_THE_WEB = (
    "Instagram fetches pictures and films from a website, and this one is not on any.",
    "Connect your office’s website in Settings: PCC Desk then puts them there first.",
)


class InstagramChannel:
    """One professional account on Instagram."""

    def __init__(self, desk: Desk, account: Account, secrets: Secrets, patience: Patience | None = None) -> None:
        """Wait for Instagram to prepare a picture or film with `patience`."""
        self._desk, self._graph = desk, desk.graph
        self._account, self._secrets = account, secrets
        kind = Kind(f"{desk.id}/media", f"{desk.id}/media_publish", "status_code", "status")
        self._press = Press(desk.graph, desk.steps, kind, patience or Patience())

    def publish(self, piece: Piece) -> Receipt:
        """Publish a piece once by its container, or say it where it answers. Raises: ChannelError."""
        if piece.answers:
            return instagram_answers.publish(self._desk, piece)
        recipe = _to_wire(piece)
        with nothing_public_yet():
            if not self._press.is_begun(piece):
                self._refuse_over_quota()
        media = self._press.bring_out(piece, recipe, lambda: self._locate(piece))
        try:
            return self._receipt(piece, media)
        except ChannelError:  # it is up; only its address is not known yet
            return _receipt(piece, media, "")

    def find(self, piece: Piece) -> Receipt | None:
        """Ask what became of the piece's container. Raises: ChannelError."""
        if piece.answers:
            return instagram_answers.find(self._desk, piece)
        media = self._press.find(piece, lambda: self._locate(piece))
        try:
            return self._receipt(piece, media) if media else None
        except Gone:
            return None

    def fetch(self, stream: str, cursor: str) -> Batch:
        """Give what is newer than the cursor in one stream. Raises: ChannelError."""
        if stream == "messages" and not graph_sign_in.may(self._secrets, "instagram_manage_messages"):
            return Batch((), cursor)  # the office chose a token that sees no messages
        return instagram_streams.fetch(self._desk, stream, cursor)

    def withdraw(self, receipt: Receipt) -> None:
        """Delete a post or comment of ours where Instagram lets us; already gone is fine. Raises: ChannelError."""
        if not is_node(receipt.remote_id):
            raise unknown_post(TITLE)
        try:
            self._graph.delete(receipt.remote_id)
        except Rejected as error:
            raise Rejected("Instagram did not delete it.", "Delete it in the Instagram app.", error.detail) from None

    def check(self) -> Standing:
        """Ask who we are, and when the sign-in ends. Raises: ChannelError."""
        path = self._desk.id
        body = self._graph.get(Call(path, {"fields": "id,username,name"}))
        with self._graph.promised("GET", path):
            number, handle = reading.text(body, "id"), reading.text(body, "username")
        name = reading.text_or_none(body, "name") or handle
        ends_at = graph_sign_in.examine(self._graph).expires_at
        return Standing(Identity(number, handle, name, self._account.address), PLATFORM.limits, ends_at)

    def hide(self, remote_id: str, token: str, hidden: bool) -> None:
        """Hide a comment, or show it again. Raises: ChannelError."""
        form = {"hide": "true" if hidden else "false"}
        self._graph.post(Call(_theirs(remote_id, token), form=form, harmless=True))

    def remove(self, remote_id: str, token: str) -> None:
        """Delete a comment; already gone is fine. Raises: ChannelError."""
        self._graph.delete(_theirs(remote_id, token))

    def privately(self, token: str) -> str:
        """Give the token that answers a comment where only its writer reads it. Raises: Rejected."""
        return graph_messages.privately(token, TITLE)

    def _refuse_over_quota(self) -> None:
        """Ask how many posts Instagram still takes today, before anything is made. Raises: RateLimited."""
        path = f"{self._desk.id}/content_publishing_limit"
        body = self._graph.get(Call(path, {"fields": "quota_usage,config"}))
        with self._graph.promised("GET", path):
            told = (reading.pieces(body, "data") or [{}])[0]
        used, most = reading.dig(told, "quota_usage"), reading.dig(told, "config", "quota_total")
        if isinstance(used, int) and isinstance(most, int) and used >= most > 0:
            until = self._graph.wire.now() + _QUOTA_OPENS
            raise RateLimited(
                f"Instagram takes {most} posts in 24 hours, and has had them.", until, "It goes out by itself later."
            )

    def _locate(self, piece: Piece) -> str | None:
        """Look among our newest posts for one that says the same with as many pictures."""
        path, where, since = f"{self._desk.id}/media", "", earliest(piece.made_at)
        found: list[Receipt] = []
        for _ in range(_MOST_PAGES):
            body = self._graph.get(Call(path, paged({"fields": _LOOKED_AT, "limit": _PAGE}, where)))
            with self._graph.promised("GET", path):
                listed = [(reading.moment(each, "timestamp"), each) for each in reading.pieces(body, "data")]
                alike = [each for at, each in listed if at >= since and _is_alike(piece, each)]
                found += [_receipt(piece, reading.text(each, "id"), "") for each in alike]
            where = onward(body)
            if not where or (listed and min(at for at, _ in listed) < since):
                one = only(TITLE, found)
                return one.remote_id if one else None
        raise self._graph.late("GET", path, "too many to look through")

    def _receipt(self, piece: Piece, media: str) -> Receipt:
        body = self._graph.get(Call(media, {"fields": "id,permalink"}))
        return _receipt(piece, media, reading.text_or_none(body, "permalink"))


def sign_in(entering: Entering) -> Standing:
    """Sign in to the Instagram account of a Page with the Page's token. Raises: ChannelError."""
    graph, page = graph_sign_in.sign_in(entering, TITLE, _NEEDED, linked=True)
    number, handle = page.instagram
    if not number:
        raise Rejected(
            f"The Page {page.name} has no Instagram account linked to it.",
            "Link them in Meta Business Suite, Settings, Instagram accounts. Then try again.",
        )
    entering.secrets.put("page", page.id)
    identity = Identity(number, handle or page.name, page.name, graph.wire.address)
    return Standing(identity, PLATFORM.limits, graph_sign_in.examine(graph).expires_at)


def open_channel(opening: Opening) -> Channel:
    """Open the channel of an account; nothing is sent yet."""
    return InstagramChannel(open_desk(opening), opening.account, opening.secrets)


def open_desk(opening: Opening) -> Desk:
    """Give what every part of the adapter needs."""
    wire, account = opening.wire.named(TITLE), opening.account
    page = opening.secrets.get("page") or ""
    graph = Graph(wire, Tokens(opening.secrets, now=wire.now))
    us = frozenset({account.remote_id, page, account.handle})
    messages = Messages(graph, page, "INSTAGRAM", us, LONGEST_MESSAGE)
    return Desk(graph, account.remote_id, account.handle, page, opening.steps, opening.ledger, messages)


def _to_wire(piece: Piece) -> Recipe:
    said = {"caption": piece.text}
    if piece.video is not None:
        if piece.pictures:
            raise Rejected("Instagram takes pictures or a film in one post, not both.", "Take one of them out.")
        if not piece.video.address:
            raise Rejected(*_ON_THE_WEB)
        film = {"media_type": "REELS", "video_url": piece.video.address}
        return Recipe(lambda _: {**film, **said})
    if not piece.pictures:
        raise Rejected("Instagram takes no post without a picture or a film.", "Add a picture, then send it again.")
    pictures = [_picture(picture) for picture in piece.pictures]
    if len(pictures) == 1:
        return Recipe(lambda _: {**pictures[0], **said})
    children = [{**picture, "is_carousel_item": "true"} for picture in pictures]
    return Recipe(lambda ids: {"media_type": "CAROUSEL", "children": ",".join(ids), **said}, children)


def _picture(picture: PiecePicture) -> Mapping[str, str]:
    if not picture.address:
        raise Rejected(*_ON_THE_WEB)
    form = {"image_url": picture.address}
    return {**form, "alt_text": picture.alt} if picture.alt else form


def _is_alike(piece: Piece, media: object) -> bool:
    children = reading.dig(media, "children", "data")
    single = reading.text_or_none(media, "media_type") == "IMAGE"
    count = len(children) if isinstance(children, list) else int(single)
    return count == len(piece.pictures) and same_words(reading.text_or_none(media, "caption"), piece.text)


def _receipt(piece: Piece, media: str, url: str) -> Receipt:
    return Receipt(media, url, piece.made_at, written({"media": media}))


def _theirs(remote_id: str, token: str) -> str:
    place = place_of(token, TITLE)
    if "comment" not in place or not is_node(remote_id):
        raise Rejected("PCC Desk can do this with comments only.", f"Do it on {TITLE} itself.")
    return remote_id
