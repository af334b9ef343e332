"""Threads: posts, carousels and replies, each published once by a container; a reply to our own post continues it."""

from pcc_desk.channels import reading, text, threads_streams
from pcc_desk.channels.graph import Call, Graph, is_node, place_of, unknown_place, unknown_post, written
from pcc_desk.channels.graph_containers import Kind, Part, Patience, Press, Recipe, recipe_of
from pcc_desk.channels.graph_publishing import Publisher, Shelf, has_same_media, on_the_web, picture_form
from pcc_desk.channels.likeness import same_words
from pcc_desk.channels.oauth_tokens import kept
from pcc_desk.channels.opening import Entering, Opening
from pcc_desk.channels.threads_platform import PLATFORM
from pcc_desk.channels.threads_session import TITLE, enter, open_graph
from pcc_desk.errors import Rejected
from pcc_desk.model.account import Identity
from pcc_desk.model.channel import Batch, Channel, Piece, Secrets, Standing
from pcc_desk.model.delivery import Receipt

_KIND = Kind("me/threads", "me/threads_publish", "status", "error_message")
_LOOKED_AT = "id,text,timestamp,media_type,children"


class ThreadsChannel:
    """One account on Threads."""

    def __init__(self, graph: Graph, opening: Opening, patience: Patience | None = None) -> None:
        """Wait for Threads to prepare a post with `patience`."""
        self._graph, self._account, self._secrets = graph, opening.account, opening.secrets
        self._ledger = opening.ledger
        self._publisher = Publisher(Press(graph, opening.steps, _KIND, patience or Patience()))

    def publish(self, piece: Piece) -> Receipt:
        """Publish a piece once by its container. Raises: ChannelError."""
        return self._publisher.put_up(piece, _to_wire(piece), _shelf(piece))

    def find(self, piece: Piece) -> Receipt | None:
        """Ask what became of the piece's container. Raises: ChannelError."""
        return self._publisher.find(piece, _shelf(piece))

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
        """Hide a reply to a post of ours and what answers it, or show them again. Raises: ChannelError.

        One that waits for approval is approved, or ignored, which can be undone as well.
        """
        if _place(token) != remote_id:
            raise Rejected("PCC Desk can do this with replies only.", f"Do it on {TITLE} itself.")
        verb, form = "manage_reply", {"hide": "true" if hidden else "false"}
        if "pending" in place_of(token, TITLE):
            verb, form = "manage_pending_reply", {"approve": "false" if hidden else "true"}
        self._graph.post(Call(f"{remote_id}/{verb}", form=form, harmless=True))


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
    most = PLATFORM.limits.links or 0
    if text.Reading(piece.text).links > most:
        raise Rejected(f"Threads takes {most} links in one post.", "Take some out, then send it again.")
    parts = [Part({"media_type": "IMAGE", **picture_form(picture, TITLE)}) for picture in piece.pictures]
    if piece.video is not None:
        film = {"media_type": "VIDEO", "video_url": on_the_web(piece.video.address, TITLE)}
        parts.append(Part({**film, "alt_text": piece.video.alt} if piece.video.alt else film, slow=True))
    return recipe_of(parts or [Part({"media_type": "TEXT"})], said)


def _shelf(piece: Piece) -> Shelf:
    ration = "me/threads_publishing_limit"
    if piece.answers:
        return Shelf("me/replies", f"{_LOOKED_AT},replied_to", ration, _is_alike, _receipt, "reply_", "replies")
    return Shelf("me/threads", _LOOKED_AT, ration, _is_alike, _receipt)


def _is_alike(piece: Piece, post: object) -> bool:
    there = not piece.answers or reading.text_or_none(post, "replied_to", "id") == _place(piece.answers)
    return there and has_same_media(piece, post) and same_words(reading.text_or_none(post, "text"), piece.text)


def _receipt(piece: Piece, post: str, url: str) -> Receipt:
    return Receipt(post, url, piece.made_at, written({"reply_to": post}))


def _place(token: str) -> str:
    answered = place_of(token, TITLE).get("reply_to", "")
    if not is_node(answered):
        raise unknown_place(TITLE)
    return answered
