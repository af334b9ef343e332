"""Facebook Pages (Graph API): posts told apart by what they say, all that comes in on a Page, and live videos."""

from urllib.parse import urlsplit

from pcc_desk.channels import (
    addresses,
    facebook_answers,
    facebook_live,
    facebook_posts,
    facebook_streams,
    graph_dive,
    graph_sign_in,
    reading,
)
from pcc_desk.channels.facebook_page import SITE, TITLE, Page
from pcc_desk.channels.facebook_platform import PLATFORM
from pcc_desk.channels.graph import Call, Graph, is_node, place_of, unknown_post
from pcc_desk.channels.graph_messages import Messages
from pcc_desk.channels.oauth_tokens import Tokens, kept_app
from pcc_desk.channels.opening import Entering, Opening
from pcc_desk.errors import Rejected
from pcc_desk.model.account import Account, Identity
from pcc_desk.model.channel import Batch, Channel, Piece, Secrets, Standing
from pcc_desk.model.delivery import Receipt
from pcc_desk.model.live import LivePlan, LiveReceipt

# https://developers.facebook.com/docs/permissions
_LONGEST_MESSAGE = 2_000  # characters Messenger takes
_NEEDED = ("pages_manage_posts", "pages_manage_engagement", "pages_read_engagement", "pages_read_user_content")


class FacebookChannel:
    """One Facebook Page."""

    def __init__(self, page: Page, account: Account, secrets: Secrets) -> None:
        self._page, self._graph = page, page.graph
        self._account = account
        self._secrets = secrets

    def publish(self, piece: Piece) -> Receipt:
        """Post a piece, or say it where it answers; look before you do it twice. Raises: ChannelError."""
        if piece.answers:
            return facebook_answers.publish(self._page, piece)
        return facebook_posts.publish(self._page, piece)

    def find(self, piece: Piece) -> Receipt | None:
        """Look among what the Page has said since for these words. Raises: ChannelError."""
        if piece.answers:
            return facebook_answers.find(self._page, piece)
        return facebook_posts.find(self._page, piece)

    def fetch(self, stream: str, cursor: str) -> Batch:
        """Give what is newer than the cursor in one stream. Raises: ChannelError."""
        if stream == "messages" and not graph_sign_in.may(self._secrets, "pages_messaging"):
            return Batch((), cursor)  # the office chose a token that sees no messages
        source, habit = facebook_streams.source_of(self._page, stream)
        return graph_dive.walk(source, habit, cursor, self._graph.wire.now())

    def withdraw(self, receipt: Receipt) -> None:
        """Delete a post or comment of ours; already gone is fine. Raises: ChannelError."""
        self._graph.delete(_own(receipt))

    def check(self) -> Standing:
        """Ask who we are, and when the sign-in ends. Raises: ChannelError."""
        path = self._page.id
        body = self._graph.get(Call(path, {"fields": "id,name,username"}))
        with self._graph.promised("GET", path):
            number, name = reading.text(body, "id"), reading.text(body, "name")
        handle = reading.text_or_none(body, "username") or name
        ends_at = graph_sign_in.examine(self._graph, kept_app(self._secrets)).expires_at
        return Standing(Identity(number, handle, name, self._account.address), PLATFORM.limits, ends_at)

    def edit(self, receipt: Receipt, piece: Piece) -> Receipt:
        """Put other words in place of a post's or comment's; its pictures stay. Raises: ChannelError."""
        self._graph.post(Call(_own(receipt), form={"message": piece.text}, harmless=True))
        return receipt

    def hide(self, remote_id: str, token: str, hidden: bool) -> None:
        """Hide a comment or a visitor's post, or show it again. Raises: ChannelError."""
        form = {"is_hidden": "true" if hidden else "false"}
        self._graph.post(Call(_theirs(remote_id, token), form=form, harmless=True))

    def remove(self, remote_id: str, token: str) -> None:
        """Delete a comment or a visitor's post; already gone is fine. Raises: ChannelError."""
        self._graph.delete(_theirs(remote_id, token))

    def privately(self, token: str) -> str:
        """Give the token that answers a comment where only its writer reads it. Raises: Rejected."""
        return self._page.messages.privately(token)

    def plan_live(self, plan: LivePlan) -> LiveReceipt:
        """Announce a live video, at most 7 days ahead. Raises: ChannelError."""
        return facebook_live.plan(self._page, plan)

    def go_live(self, remote_id: str) -> None:
        """Show it to everybody. Raises: ChannelError."""
        facebook_live.begin(self._page, remote_id)

    def end_live(self, remote_id: str) -> None:
        """End it, or call it off; already over is fine. Raises: ChannelError."""
        facebook_live.end(self._page, remote_id)


def sign_in(entering: Entering) -> Standing:
    """Sign in to a Page with a pasted token. Raises: ChannelError."""
    graph, page = graph_sign_in.sign_in(entering, TITLE, _NEEDED)
    identity = Identity(page.id, page.handle, page.name, graph.wire.address)
    return Standing(identity, PLATFORM.limits, graph_sign_in.examine(graph, kept_app(entering.secrets)).expires_at)


def open_channel(opening: Opening) -> Channel:
    """Open the channel of a Page; nothing is sent yet."""
    wire, account = opening.wire.named(TITLE), opening.account
    alone = addresses.is_loopback(urlsplit(account.address).hostname or "")
    graph = Graph(wire, Tokens(opening.secrets, now=wire.now))
    messages = Messages(graph, account.remote_id, "MESSENGER", frozenset({account.remote_id}), _LONGEST_MESSAGE)
    page = Page(graph, account.remote_id, account.address if alone else SITE, opening.steps, messages)
    return FacebookChannel(page, account, opening.secrets)


def _own(receipt: Receipt) -> str:
    if not is_node(receipt.remote_id):  # a person's word for where it is, or a message, which stays sent
        raise unknown_post(TITLE)
    return receipt.remote_id


def _theirs(remote_id: str, token: str) -> str:
    place = place_of(token, TITLE)
    if remote_id not in (place.get("comment"), place.get("post")) or not is_node(remote_id):
        raise Rejected("PCC Desk cannot do this with a message or a review.", f"Do it on {TITLE} itself.")
    return remote_id
