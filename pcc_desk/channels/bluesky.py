"""Bluesky (AT Protocol): posts under keys of our own, so that no answer lost on the way can make a second copy."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from pcc_desk.channels import addresses, reading, text
from pcc_desk.channels.bluesky_notices import Bookmark, Page, short, step
from pcc_desk.channels.bluesky_platform import PLATFORM
from pcc_desk.channels.bluesky_session import Directories, identify, open_session
from pcc_desk.channels.bluesky_session import sign_in as sign_in_at
from pcc_desk.channels.failures import Ask, Query, nothing_public_yet
from pcc_desk.channels.oauth_tokens import SignedWire
from pcc_desk.channels.opening import Entering, Opening
from pcc_desk.errors import Rejected
from pcc_desk.model.account import Account
from pcc_desk.model.announcement import SpanKind
from pcc_desk.model.channel import Batch, Channel, Piece, PiecePicture, Spoiled, Standing
from pcc_desk.model.delivery import Receipt
from pcc_desk.model.message import Author, Incoming, MessageKind

_COLLECTION = "app.bsky.feed.post"
_KINDS = {"reply": MessageKind.REPLY, "mention": MessageKind.MENTION, "quote": MessageKind.QUOTE}
_PAGE = 100  # notifications at most in one answer
_MOST_MENTIONS = 10


class BlueskyChannel:
    """One account on Bluesky."""

    def __init__(self, session: SignedWire, account: Account) -> None:
        self._session = session
        self._account = account
        # Behind an address on this PC is no network, and its server shows its posts itself.
        alone = addresses.is_here(account.address)
        self._site = account.address if alone else "https://bsky.app"

    def publish(self, piece: Piece) -> Receipt:
        """Put the piece under its own key: repeating it finds it there. Raises: ChannelError."""
        with nothing_public_yet():
            blobs = [self._upload(picture) for picture in piece.pictures]
            people = self._people(piece.text)
        body = {**self._place(piece.key), "record": _to_wire(piece, blobs, people), "swapRecord": None}
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
        ask = Ask("/xrpc/com.atproto.repo.getRecord", self._place(piece.key), accept=frozenset({400}))
        answer, sent = self._session.get(ask), self._session.wire.sent("GET", ask)
        if answer.code == 400:
            if reading.text_or_none(answer.body, "error") == "RecordNotFound":
                return None
            raise sent.refused(400, answer.body)
        with sent.as_promised():
            return self._receipt(piece, answer.body)

    def fetch(self, stream: str, cursor: str) -> Batch:
        """Give replies, mentions and quotes newer than the cursor. Raises: ChannelError."""
        mark = Bookmark.read(cursor)
        query: Query = {"limit": _PAGE, "reasons": list(_KINDS)}
        if mark.page:
            query = {**query, "cursor": mark.page}
        ask = Ask("/xrpc/app.bsky.notification.listNotifications", query)
        body = self._session.get(ask).body
        with self._session.wire.sent("GET", ask).as_promised():
            notices = reading.pieces(body, "notifications")
        return step(mark, self._page(notices, mark, reading.text_or_none(body, "cursor")))

    def withdraw(self, receipt: Receipt) -> None:
        """Delete the post; one already gone is fine. Raises: ChannelError."""
        repo, _, key = receipt.remote_id.removeprefix("at://").partition(f"/{_COLLECTION}/")
        if repo != self._account.remote_id or not key:  # a person's word for where it is, which names no record
            raise Rejected("PCC Desk does not know which post this is.", "Delete it on Bluesky itself.")
        place = self._place(key)
        self._session.post(Ask("/xrpc/com.atproto.repo.deleteRecord", body=place, harmless=True))

    def check(self) -> Standing:
        """Ask the server who we are. Raises: ChannelError."""
        return Standing(identify(self._session), PLATFORM.limits)

    def _place(self, key: str) -> dict[str, str]:
        return {"repo": self._account.remote_id, "collection": _COLLECTION, "rkey": key}

    def _upload(self, picture: PiecePicture) -> object:
        ask = Ask(
            "/xrpc/com.atproto.repo.uploadBlob",
            headers={"Content-Type": picture.mime},
            content=picture.content,
            harmless=True,
        )
        blob = reading.dig(self._session.post(ask).body, "blob")
        if not isinstance(blob, dict):
            raise self._session.wire.sent("GET", ask).late("no blob")
        return blob

    def _people(self, words: str) -> dict[str, str]:
        handles = dict.fromkeys(handle.lower() for *_, handle in text.mentions(words))
        return {handle: did for handle in list(handles)[:_MOST_MENTIONS] if (did := self._did_of(handle))}

    def _did_of(self, handle: str) -> str:
        ask = Ask("/xrpc/com.atproto.identity.resolveHandle", {"handle": handle}, accept=frozenset({400}))
        return reading.text_or_none(self._session.get(ask).body, "did")

    def _receipt(self, piece: Piece, body: object) -> Receipt:
        here = {"uri": reading.text(body, "uri"), "cid": reading.text(body, "cid")}
        root = json.loads(piece.answers)["root"] if piece.answers else here
        url = self._url(self._account.handle, here["uri"])
        return Receipt(here["uri"], url, piece.made_at, _token(here, root))

    def _url(self, handle: str, uri: str) -> str:
        return f"{self._site}/profile/{handle}/post/{uri.rpartition('/')[2]}"

    def _page(self, notices: Sequence[object], mark: Bookmark, following: str) -> Page:
        known, messages = mark.known, list[Incoming]()
        spoiled, places, times = list[Spoiled](), list[tuple[str, datetime]](), list[datetime]()
        for notice in notices:
            try:
                times.append(reading.moment(notice, "indexedAt"))
                if reading.text(notice, "reason") in _KINDS:
                    place = short(reading.text(notice, "uri"))
                    if place not in known:
                        messages.append(self._message(notice))
                    places.append((place, times[-1]))
            except reading.Malformed as error:
                spoiled.append(Spoiled(reading.raw(notice), str(error)))
        ours = self._account.remote_id
        theirs = tuple(message for message in messages if message.author.remote_id != ours)
        return Page(theirs, tuple(spoiled), tuple(places), tuple(times), following)

    def _message(self, notice: object) -> Incoming:
        here = {"uri": reading.text(notice, "uri"), "cid": reading.text(notice, "cid")}
        kind = _KINDS[reading.text(notice, "reason")]
        parent, root = _reference(notice, "reply", "parent"), _reference(notice, "reply", "root")
        quoted = _reference(notice, "embed", "record") if kind is MessageKind.QUOTE else None
        author = reading.dig(notice, "author")
        handle = reading.text(author, "handle")
        name = reading.text_or_none(author, "displayName") or handle
        return Incoming(
            remote_id=here["uri"],
            kind=kind,
            author=Author(reading.text(author, "did"), name, handle),
            text=reading.text(notice, "record", "text"),
            created_at=reading.moment(notice, "indexedAt"),
            url=self._url(handle, here["uri"]),
            answers=(parent or quoted or {}).get("uri", ""),
            root=(root or {}).get("uri", ""),
            reply_token=_token(here, root or here),
        )


def sign_in(entering: Entering) -> Standing:
    """Sign in with a name and an app password. Raises: ChannelError."""
    wire = entering.wire.named(PLATFORM.title)
    return Standing(sign_in_at(wire, entering.given, entering.secrets, Directories()), PLATFORM.limits)


def open_channel(opening: Opening) -> Channel:
    """Open the channel of an account; nothing is sent yet."""
    return BlueskyChannel(open_session(opening.wire.named(PLATFORM.title), opening.secrets), opening.account)


def _to_wire(piece: Piece, blobs: Sequence[object], people: Mapping[str, str]) -> dict[str, object]:
    made_at = piece.made_at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    record: dict[str, object] = {
        "$type": _COLLECTION,
        "text": piece.text,
        "createdAt": made_at,
        "langs": [piece.language],
    }
    if facets := _facets(piece.text, people):
        record["facets"] = facets
    if piece.pictures:
        images = [_image(picture, blob) for picture, blob in zip(piece.pictures, blobs, strict=True)]
        record["embed"] = {"$type": "app.bsky.embed.images", "images": images}
    if piece.answers:
        record["reply"] = _read_token(piece.answers)
    return record


def _image(picture: PiecePicture, blob: object) -> dict[str, object]:
    ratio = {"width": picture.width, "height": picture.height}
    return {"image": blob, "alt": picture.alt, "aspectRatio": ratio}


def _facets(words: str, people: Mapping[str, str]) -> list[dict[str, object]]:
    marked: list[tuple[int, int, dict[str, str]]] = []
    for span in text.spans(words):
        if span.kind is SpanKind.LINK:
            marked.append((span.start, span.end, {"$type": "app.bsky.richtext.facet#link", "uri": span.target}))
        else:
            marked.append((span.start, span.end, {"$type": "app.bsky.richtext.facet#tag", "tag": span.target}))
    for start, end, handle in text.mentions(words):
        if did := people.get(handle.lower()):
            marked.append((start, end, {"$type": "app.bsky.richtext.facet#mention", "did": did}))
    facets: list[dict[str, object]] = []
    for start, end, feature in sorted(marked, key=lambda mark: mark[:2]):
        first, last = text.utf8_range(words, start, end)
        facets.append({"index": {"byteStart": first, "byteEnd": last}, "features": [feature]})
    return facets


def _reference(notice: object, *path: str) -> dict[str, str] | None:
    found = reading.dig(notice, "record", *path)
    uri, cid = reading.text_or_none(found, "uri"), reading.text_or_none(found, "cid")
    return {"uri": uri, "cid": cid} if uri and cid else None


def _token(here: Mapping[str, str], root: Mapping[str, str]) -> str:
    return json.dumps({"parent": here, "root": root}, sort_keys=True)


def _read_token(token: str) -> object:
    try:
        return {"root": json.loads(token)["root"], "parent": json.loads(token)["parent"]}
    except (ValueError, TypeError, KeyError):
        raise Rejected("PCC Desk does not know which post this answers.", "Answer it on Bluesky instead.") from None
