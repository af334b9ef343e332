"""Instagram (Graph API, by way of the Page it is linked to): pictures and films published once, by a container."""

from pcc_desk.channels import graph_sign_in, instagram_answers, instagram_streams, reading
from pcc_desk.channels.graph import Call, Graph, is_node, place_of, unknown_post, written
from pcc_desk.channels.graph_containers import Kind, Part, Patience, Press, Recipe, recipe_of
from pcc_desk.channels.graph_messages import Messages
from pcc_desk.channels.graph_publishing import Publisher, Shelf, has_same_media, picture_form
from pcc_desk.channels.instagram_desk import LONGEST_MESSAGE, TITLE, Desk
from pcc_desk.channels.instagram_platform import PLATFORM
from pcc_desk.channels.likeness import same_words
from pcc_desk.channels.oauth_tokens import Tokens, kept_app
from pcc_desk.channels.opening import Entering, Opening
from pcc_desk.errors import Rejected
from pcc_desk.model.account import Account, Identity
from pcc_desk.model.channel import Batch, Channel, Piece, Secrets, Standing
from pcc_desk.model.delivery import Receipt

_NEEDED = ("instagram_basic", "instagram_content_publish", "instagram_manage_comments", "pages_read_engagement")
_LOOKED_AT = "id,caption,timestamp,media_type,children{id}"


class InstagramChannel:
    """One professional account on Instagram."""

    def __init__(self, desk: Desk, account: Account, secrets: Secrets, patience: Patience | None = None) -> None:
        """Wait for Instagram to prepare a picture or film with `patience`."""
        self._desk, self._graph = desk, desk.graph
        self._account, self._secrets = account, secrets
        kind = Kind(f"{desk.id}/media", f"{desk.id}/media_publish", "status_code", "status")
        self._publisher = Publisher(Press(desk.graph, desk.steps, kind, patience or Patience()))
        ration = f"{desk.id}/content_publishing_limit"
        self._shelf = Shelf(f"{desk.id}/media", _LOOKED_AT, ration, _is_alike, _receipt)

    def publish(self, piece: Piece) -> Receipt:
        """Publish a piece once by its container, or say it where it answers. Raises: ChannelError."""
        if piece.answers:
            return instagram_answers.publish(self._desk, piece)
        return self._publisher.put_up(piece, _to_wire(piece), self._shelf)

    def find(self, piece: Piece) -> Receipt | None:
        """Ask what became of the piece's container. Raises: ChannelError."""
        if piece.answers:
            return instagram_answers.find(self._desk, piece)
        return self._publisher.find(piece, self._shelf)

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
        ends_at = graph_sign_in.examine(self._graph, kept_app(self._secrets)).expires_at
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
        return self._desk.messages.privately(token)


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
    return Standing(identity, PLATFORM.limits, graph_sign_in.examine(graph, kept_app(entering.secrets)).expires_at)


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
    parts = [Part(picture_form(picture, TITLE)) for picture in piece.pictures]
    if piece.video is not None:
        # Reels stand alone; in a carousel a film is a VIDEO. Neither takes a description or captions.
        form = {"media_type": "VIDEO" if parts else "REELS", "upload_type": "resumable"}
        parts.append(Part(form, piece.video, slow=True))
    if not parts:
        raise Rejected("Instagram takes no post without a picture or a film.", "Add a picture, then send it again.")
    return recipe_of(parts, {"caption": piece.text})


def _is_alike(piece: Piece, media: object) -> bool:
    return has_same_media(piece, media) and same_words(reading.text_or_none(media, "caption"), piece.text)


def _receipt(piece: Piece, media: str, url: str) -> Receipt:
    return Receipt(media, url, piece.made_at, written({"media": media}))


def _theirs(remote_id: str, token: str) -> str:
    place = place_of(token, TITLE)
    if "comment" not in place or not is_node(remote_id):
        raise Rejected("PCC Desk can do this with comments only.", f"Do it on {TITLE} itself.")
    return remote_id
