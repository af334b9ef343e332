"""Bluesky (AT Protocol): posts under keys of our own, so that no answer lost on the way can make a second copy."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime

from pcc_desk.channels import addresses, bluesky_chat, bluesky_gate, reading, text
from pcc_desk.channels.bluesky_embeds import embed_of
from pcc_desk.channels.bluesky_notices import Bookmark, Page, short, step
from pcc_desk.channels.bluesky_platform import PLATFORM
from pcc_desk.channels.bluesky_session import Directories, identify, open_session
from pcc_desk.channels.bluesky_session import sign_in as sign_in_at
from pcc_desk.channels.bluesky_words import POST, record_of, write_token
from pcc_desk.channels.failures import Ask, Query, nothing_public_yet
from pcc_desk.channels.oauth_tokens import SignedWire
from pcc_desk.channels.opening import Entering, Opening
from pcc_desk.errors import Rejected
from pcc_desk.model.account import Account
from pcc_desk.model.announcement import SpanKind
from pcc_desk.model.channel import Batch, Channel, Piece, Secrets, Spoiled, Standing
from pcc_desk.model.delivery import Receipt
from pcc_desk.model.message import Author, Incoming, MessageKind

_KINDS = {"reply": MessageKind.REPLY, "mention": MessageKind.MENTION, "quote": MessageKind.QUOTE}
_PAGE = 100  # notifications at most in one answer
_MOST_MENTIONS = 10


class BlueskyChannel:
    """One account on Bluesky."""

    def __init__(self, session: SignedWire, account: Account, secrets: Secrets) -> None:
        self._session = session
        self._account = account
        self._chat = bluesky_chat.Chat(session, account.remote_id, secrets)
        # Behind an address on this PC is no network, and its server shows its posts itself.
        alone = addresses.is_here(account.address)
        self._site = account.address if alone else "https://bsky.app"

    def publish(self, piece: Piece) -> Receipt:
        """Put the piece under its own key: repeating it finds it there. Raises: ChannelError.

        A private answer has no key there, and is only looked for.
        """
        if conversation := bluesky_chat.conversation_of(piece.answers):
            return self._chat.say(conversation, piece)
        with nothing_public_yet():
            embed = embed_of(self._session, piece)
            people = self._people(piece.text)
        body = {**self._place(piece.key), "record": record_of(piece, embed, people), "swapRecord": None}
        ask = Ask("/xrpc/com.atproto.repo.putRecord", body=body, accept=frozenset({400}))
        answer, sent = self._session.post(ask), self._session.wire.sent("POST", ask)
        if answer.code == 400:
            if reading.text_or_none(answer.body, "error") == "InvalidSwap":  # something is there under our key
                raise sent.late("InvalidSwap")
            raise sent.refused(400, answer.body)
        with sent.as_promised():
            return self._receipt(piece, answer.body)

    def find(self, piece: Piece) -> Receipt | None:
        """Look under the piece's own key, on the server that keeps it. Raises: ChannelError."""
        if conversation := bluesky_chat.conversation_of(piece.answers):
            return self._chat.find(conversation, piece)
        ask = Ask("/xrpc/com.atproto.repo.getRecord", self._place(piece.key), accept=frozenset({400}))
        answer, sent = self._session.get(ask), self._session.wire.sent("GET", ask)
        if answer.code == 400:
            if reading.text_or_none(answer.body, "error") == "RecordNotFound":
                return None
            raise sent.refused(400, answer.body)
        with sent.as_promised():
            return self._receipt(piece, answer.body)

    def fetch(self, stream: str, cursor: str) -> Batch:
        """Give replies, mentions and quotes, private messages, or a hashtag's posts. Raises: ChannelError."""
        if stream == "direct":
            return self._chat.fetch(cursor)
        mark, tag = Bookmark.read(cursor), stream.removeprefix("tag:") if stream.startswith("tag:") else ""
        ask, name = _tagged(tag) if tag else _told()
        if mark.page:
            ask = Ask(ask.path, {**ask.query, "cursor": mark.page})
        body = self._session.get(ask).body
        with self._session.wire.sent("GET", ask).as_promised():
            posts = reading.pieces(body, name)
        return step(mark, self._page(posts, mark, reading.text_or_none(body, "cursor"), tag))

    def hide(self, remote_id: str, token: str, hidden: bool) -> None:
        """Hide an answer in a conversation of ours, or show it again. Raises: ChannelError."""
        root = bluesky_gate.root_of(_root_in(token), self._account.remote_id)
        now = self._session.wire.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        bluesky_gate.hide(self._session, root, remote_id, hidden, now)

    def remove(self, remote_id: str, token: str) -> None:
        """Bluesky lets nobody delete what others wrote. Raises: Rejected, always."""
        raise Rejected("Bluesky does not let you delete what others wrote.", "Hide it instead.")

    def withdraw(self, receipt: Receipt) -> None:
        """Delete the post; one already gone is fine. Raises: ChannelError."""
        repo, _, key = receipt.remote_id.removeprefix("at://").partition(f"/{POST}/")
        if repo != self._account.remote_id or not key:  # a person's word for where it is, which names no record
            raise Rejected("PCC Desk does not know which post this is.", "Delete it on Bluesky itself.")
        place = self._place(key)
        self._session.post(Ask("/xrpc/com.atproto.repo.deleteRecord", body=place, harmless=True))

    def check(self) -> Standing:
        """Ask the server who we are. Raises: ChannelError."""
        return Standing(identify(self._session), PLATFORM.limits)

    def _place(self, key: str) -> dict[str, str]:
        return {"repo": self._account.remote_id, "collection": POST, "rkey": key}

    def _people(self, words: str) -> dict[str, str]:
        handles = dict.fromkeys(handle.lower() for *_, handle in text.mentions(words))
        return {handle: did for handle in list(handles)[:_MOST_MENTIONS] if (did := self._did_of(handle))}

    def _did_of(self, handle: str) -> str:
        ask = Ask("/xrpc/com.atproto.identity.resolveHandle", {"handle": handle}, accept=frozenset({400}))
        return reading.text_or_none(self._session.get(ask).body, "did")

    def _receipt(self, piece: Piece, body: object) -> Receipt:
        here = {"uri": reading.text(body, "uri"), "cid": reading.name(body, "cid")}
        if here["uri"] != f"at://{self._account.remote_id}/{POST}/{piece.key}":  # where it was put, and nowhere else
            raise reading.Malformed("another uri")
        root = json.loads(piece.answers)["root"] if piece.answers else here
        url = self._url(self._account.handle, here["uri"])
        return Receipt(here["uri"], url, piece.made_at, write_token(here, root))

    def _url(self, handle: str, uri: str) -> str:
        return f"{self._site}/profile/{handle}/post/{uri.rpartition('/')[2]}"

    def _page(self, posts: Sequence[object], mark: Bookmark, following: str, tag: str) -> Page:
        known, messages, now = mark.known, list[Incoming](), datetime.now(UTC)
        spoiled, places, times = list[Spoiled](), list[tuple[str, datetime]](), list[datetime]()
        for post in posts:
            try:
                at = reading.moment(post, "indexedAt")
                times += [min(at, now)] if reading.is_believable(at, now) else []
                kind = _kind_of(post, tag)
                if kind is None:
                    continue
                place = short(reading.text(post, "uri"), reading.text_or_none(post, "cid"))
                if place not in known:
                    messages.append(self._message(post, kind))
                places.append((place, at))
            except reading.Malformed as error:
                spoiled.append(Spoiled(reading.raw(post), str(error)))
        ours = self._account.remote_id
        theirs = tuple(message for message in messages if message.author.remote_id != ours)
        return Page(theirs, tuple(spoiled), tuple(places), tuple(times), following)

    def _message(self, post: object, kind: MessageKind) -> Incoming:
        here = {"uri": reading.text(post, "uri"), "cid": reading.text(post, "cid")}
        parent, root = _reference(post, "reply", "parent"), _reference(post, "reply", "root")
        author = reading.dig(post, "author")
        handle = reading.text(author, "handle")
        name = reading.text_or_none(author, "displayName") or handle
        return Incoming(
            remote_id=here["uri"],
            kind=kind,
            author=Author(reading.text(author, "did"), name, handle),
            text=reading.text(post, "record", "text"),
            created_at=reading.moment(post, "indexedAt"),
            url=self._url(handle, here["uri"]),
            answers=(parent or (_quoted(post) if kind is MessageKind.QUOTE else None) or {}).get("uri", ""),
            root=(root or {}).get("uri", ""),
            reply_token=write_token(here, root or here),
        )


def sign_in(entering: Entering) -> Standing:
    """Sign in with a name and an app password. Raises: ChannelError."""
    wire = entering.wire.named(PLATFORM.title)
    return Standing(sign_in_at(wire, entering.given, entering.secrets, Directories()), PLATFORM.limits)


def open_channel(opening: Opening) -> Channel:
    """Open the channel of an account; nothing is sent yet."""
    session = open_session(opening.wire.named(PLATFORM.title), opening.secrets)
    return BlueskyChannel(session, opening.account, opening.secrets)


def _told() -> tuple[Ask, str]:
    return Ask(
        "/xrpc/app.bsky.notification.listNotifications", {"limit": _PAGE, "reasons": list(_KINDS)}
    ), "notifications"


def _tagged(tag: str) -> tuple[Ask, str]:
    # In lower case: the network does not mind, and the app of one server finds only what is written just so.
    query: Query = {"q": f"#{tag.lower()}", "sort": "latest", "limit": _PAGE}
    return Ask("/xrpc/app.bsky.feed.searchPosts", query), "posts"


def _kind_of(post: object, tag: str) -> MessageKind | None:
    """Tell how a post concerns the office; None for what was not asked for."""
    if not tag:
        return _KINDS.get(reading.text(post, "reason"))
    words = reading.text(post, "record", "text")
    tags = {span.target.casefold() for span in text.spans(words) if span.kind is SpanKind.TAG}
    return MessageKind.MATCH if tag.casefold() in tags else None


def _reference(notice: object, *path: str) -> dict[str, str] | None:
    found = reading.dig(notice, "record", *path)
    uri, cid = reading.text_or_none(found, "uri"), reading.text_or_none(found, "cid")
    return {"uri": uri, "cid": cid} if uri and cid else None


def _quoted(post: object) -> dict[str, str] | None:
    # What is quoted together with pictures stands one level deeper (app.bsky.embed.recordWithMedia).
    return _reference(post, "embed", "record") or _reference(post, "embed", "record", "record")


def _root_in(token: str) -> str:
    try:
        return str(json.loads(token)["root"]["uri"])
    except (ValueError, TypeError, KeyError):
        return ""
