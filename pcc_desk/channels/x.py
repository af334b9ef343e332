"""X (API v2): paid for by the call, no key that keeps a copy away, and answers only where X allows them."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from pcc_desk.channels import addresses, oauth, oauth_tokens, reading, reply_tokens, text
from pcc_desk.channels.failures import Ask, Query, Sent, nothing_public_yet, reason_of
from pcc_desk.channels.oauth_tokens import SignedWire, Tokens
from pcc_desk.channels.opening import Entering, Opening
from pcc_desk.channels.wire import Answer, Wire
from pcc_desk.channels.x_calls import Calls
from pcc_desk.channels.x_edits import Chain, refuse_late, stands_already, to_edit
from pcc_desk.channels.x_media import Uploads
from pcc_desk.channels.x_money import (
    ANSWER_MILLS,
    DELETE_MILLS,
    LINK_MILLS,
    LOOK_MILLS,
    MANAGE_MILLS,
    OWN_RATE,
    POST_MILLS,
    USER_MILLS,
    WRITTEN_RATE,
    Bill,
    Rate,
)
from pcc_desk.channels.x_platform import PATH, PLATFORM, PORTS
from pcc_desk.channels.x_streams import Streams
from pcc_desk.channels.x_words import is_same, number_of, reference
from pcc_desk.errors import ChannelError, Gone, Rejected, ServiceDown
from pcc_desk.model.account import Account, Identity
from pcc_desk.model.announcement import SpanKind
from pcc_desk.model.channel import Batch, Channel, Piece, Secrets, Standing
from pcc_desk.model.delivery import Receipt

_SCOPES = (
    "tweet.read",
    "tweet.write",
    "users.read",
    "media.write",
    "tweet.moderate.write",
    "dm.read",
    "dm.write",
    "offline.access",
)
_DEFAULT = "https://api.x.com"
_CLOCK_SLACK = timedelta(minutes=2)
_LOOK_PAGES = 5
_WITHOUT_EDITS = frozenset({"None", "none"})  # only X Premium may change a post (help.x.com, edit post)
_FIELDS = "created_at,entities,attachments,conversation_id"


class XChannel:
    """One account on X."""

    def __init__(self, signed: SignedWire, opening: Opening) -> None:
        self._signed = signed
        self._account = opening.account
        self._calls = Calls(signed, opening.account, opening.ledger)
        self._chain = Chain(self._calls, opening.steps)
        self.uploads = Uploads(self._calls, opening.steps)
        self._streams = Streams(self._calls, self._chain.first_of)

    def publish(self, piece: Piece) -> Receipt:
        """Post the piece, or send it as a private answer; never repeated blindly. Raises: ChannelError."""
        answered = _read_token(piece.answers)
        if "person" in answered:
            return self._write_to(answered["person"], piece)
        with self._calls.money.bill(price(piece.text, bool(answered)) + self.uploads.cost(piece)) as bill:
            with nothing_public_yet():
                media = self.uploads.all_of(piece, bill)
            known = self._post(piece, _to_wire(piece, media, answered), bill)
        return self._receipt(piece, known)

    def edit(self, receipt: Receipt, piece: Piece) -> Receipt:
        """Put other words in place of a post's; what stands there already is left as it is. Raises: ChannelError."""
        token = reply_tokens.read(receipt.reply_token)
        if not token.get("id", "").isdecimal():
            raise Rejected("PCC Desk does not know which post this is.", "Correct it on X itself.")
        answered = _read_token(piece.answers)
        whole = LOOK_MILLS + price(piece.text, bool(answered)) + self.uploads.cost(piece, token["id"])
        with self._calls.money.bill(whole) as bill:
            with nothing_public_yet():
                newest = self._chain.newest(token["id"], bill)
                with self._calls.promised("GET", Ask("/2/tweets")):
                    if stands_already(newest, piece.text):
                        return self._edited(receipt, reading.text(newest, "id"), token)
                    refuse_late(newest, self._calls.wire.now())
                media = self.uploads.all_of(piece, bill, token["id"])
            body = to_edit(newest, _to_wire(piece, media, answered))
            known = self._post(piece, body, bill, token["id"])
        return self._edited(receipt, known, token)

    def find(self, piece: Piece) -> Receipt | None:
        """Look for the piece's words among our own posts since it was made; each look is paid. Raises: ChannelError."""
        answered = _read_token(piece.answers)
        if "person" in answered:
            return self._find_written(answered["person"], piece)
        wanted = len(piece.pictures) + (piece.video is not None)
        since = (piece.made_at - _CLOCK_SLACK).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        query: Query = {
            "start_time": since,
            "post.fields": _FIELDS,
            "expansions": "referenced_posts",
        }
        matches, ask = list[str](), Ask(f"/2/users/{self._account.remote_id}/tweets", query)
        for page in self._pages(ask, OWN_RATE):
            with self._calls.promised("GET", ask):
                for post in page:
                    same = is_same(post, piece.text) and reference(post, "replied_to") == answered.get("id", "")
                    if same and _media_count(post) == wanted:
                        matches.append(number_of(post, "id"))
        return self._only(piece, matches, answered)

    def fetch(self, stream: str, cursor: str) -> Batch:
        """Give mentions, quotes, private messages or a hashtag's posts newer than the cursor. Raises: ChannelError."""
        return self._streams.fetch(stream, cursor, datetime.now(UTC))

    def withdraw(self, receipt: Receipt) -> None:
        """Delete the post, with all that took its place; one already gone is fine. Raises: ChannelError."""
        if not receipt.remote_id.isdecimal():
            raise Rejected("PCC Desk does not know which post this is.", "Delete it on X itself.")
        with suppress(Gone), self._calls.money.owed(DELETE_MILLS):
            self._calls.delete(Ask(f"/2/tweets/{receipt.remote_id}", harmless=True))

    def hide(self, remote_id: str, token: str, hidden: bool) -> None:
        """Hide an answer to one of our posts, or show it again. Raises: ChannelError."""
        with self._calls.money.owed(MANAGE_MILLS):
            self._calls.put(Ask(f"/2/tweets/{remote_id}/hidden", body={"hidden": hidden}, harmless=True))

    def check(self) -> Standing:
        """Ask X who we are, which is paid for. Raises: ChannelError."""
        with self._calls.money.paid(USER_MILLS):
            return identify(self._signed)

    def _pages(self, ask: Ask, rate: Rate) -> Iterator[list[object]]:
        """Give page after page of a list, each piece paid for.

        Raises:
            OverLimit: there is no money for the next one.
            ServiceDown: there are too many.
        """
        further = ""
        for _ in range(_LOOK_PAGES):
            query: Query = {**ask.query, **({"pagination_token": further} if further else {})}
            posts, body = self._calls.listed(Ask(ask.path, query), rate)
            yield posts
            further = reading.text_or_none(body, "meta", "next_token")
            if not further:
                return
        raise ServiceDown("X has too many newer posts to look through.", "PCC Desk looks again by itself.")

    def _only(self, piece: Piece, matches: list[str], answered: Mapping[str, str]) -> Receipt | None:
        if len(matches) > 1:
            raise Rejected("There is more than one post like this on X.", "Look there, then say what you found.")
        return self._receipt(piece, matches[0]) if matches else None

    def _post(self, piece: Piece, body: Mapping[str, object], bill: Bill, change: str = "") -> str:
        ask = Ask("/2/tweets", body=body)
        try:
            with bill.paid(price(piece.text, "reply" in body)):
                made = self._calls.post(ask).body
        except Rejected:
            self.uploads.forget(piece, change)
            raise
        with self._calls.promised("POST", ask):
            return number_of(made, "data", "id")

    def _write_to(self, person: str, piece: Piece) -> Receipt:
        ask = Ask(f"/2/dm_conversations/with/{person}/messages", body={"text": piece.text})
        with self._calls.money.paid(POST_MILLS):
            made = self._calls.post(ask).body
        with self._calls.promised("POST", ask):
            return _private_receipt(piece, number_of(made, "data", "dm_event_id"), person)

    def _find_written(self, person: str, piece: Piece) -> Receipt | None:
        query: Query = {"dm_event.fields": "created_at,text", "expansions": "sender_id"}
        ask = Ask(f"/2/dm_conversations/with/{person}/dm_events", query)
        since = piece.made_at - _CLOCK_SLACK
        for page in self._pages(ask, WRITTEN_RATE):
            with self._calls.promised("GET", ask):
                for one in page:
                    if reading.moment(one, "created_at") < since:
                        return None  # the newest come first
                    ours = reading.text_or_none(one, "sender_id") == self._account.remote_id
                    if ours and is_same(one, piece.text):
                        return _private_receipt(piece, number_of(one, "id"), person)
        return None

    def _edited(self, receipt: Receipt, newest: str, token: Mapping[str, str]) -> Receipt:
        if newest != receipt.remote_id:
            self._chain.note(newest, receipt.remote_id)
        kept = reply_tokens.write({**token, "id": newest})
        return replace(receipt, url=_url(self._account, newest), reply_token=kept)

    def _receipt(self, piece: Piece, known: str) -> Receipt:
        return Receipt(known, _url(self._account, known), piece.made_at, reply_tokens.write({"id": known}))


def price(words: str, answers: bool) -> int:
    """Give what a post of these words costs, in thousandths of a US dollar (docs.x.com, pricing)."""
    if any(span.kind is SpanKind.LINK for span in text.spans(words, PLATFORM)):
        return LINK_MILLS
    return ANSWER_MILLS if answers else POST_MILLS


def sign_in(entering: Entering) -> Standing:
    """Sign in with the web browser and the office's own app. Raises: ChannelError."""
    wire = entering.wire.named(PLATFORM.title, _judge).at(entering.given.address or _DEFAULT)
    app = oauth.app_of(entering.given)
    grant = oauth.authorize(entering, _plan(wire.base), app)
    oauth_tokens.keep_app(app, entering.secrets)
    oauth_tokens.keep(grant, entering.secrets)
    return identify(_signed(wire, entering.secrets))


def open_channel(opening: Opening) -> Channel:
    """Open the channel of an account; nothing is sent yet."""
    return XChannel(_signed(opening.wire.named(PLATFORM.title, _judge), opening.secrets), opening)


def identify(signed: SignedWire) -> Standing:
    """Ask X who the account is, and whether it may change what it posted. Raises: ChannelError."""
    ask = Ask("/2/users/me", {"user.fields": "subscription_type"})
    body = signed.get(ask).body
    with signed.wire.sent("GET", ask).as_promised():
        known, handle = reading.text(body, "data", "id"), reading.text(body, "data", "username")
    identity = Identity(known, handle, reading.text_or_none(body, "data", "name") or handle, signed.wire.base)
    told = reading.text_or_none(body, "data", "subscription_type")
    limits = replace(PLATFORM.limits, edits=0) if told in _WITHOUT_EDITS else PLATFORM.limits
    return Standing(identity, limits)


def _signed(wire: Wire, secrets: Secrets) -> SignedWire:
    app = oauth_tokens.kept_app(secrets)
    return SignedWire(wire, Tokens(secrets, oauth.renewer(wire, _plan(wire.base), app)))


def _plan(base: str) -> oauth.Plan:
    site = base if addresses.is_here(base) else "https://x.com"
    return oauth.Plan(
        PLATFORM.title, f"{site}/i/oauth2/authorize", f"{base}/2/oauth2/token", _SCOPES, PATH, ports=PORTS
    )


def _judge(sent: Sent, answer: Answer) -> ChannelError | None:
    said = reason_of(answer.body)
    if answer.code == 403 and "duplicate content" in said:  # so a first try may have worked after all
        return sent.late("403 duplicate content")
    if answer.code == 403 and sent.ask.path == "/2/tweets" and "reply" in (sent.ask.body or {}):
        why = f"X does not let PCC Desk post this answer: “{sent.redact(said)}”" if said else "X refused this answer."
        return Rejected(why, "Open the post on x.com and answer it there. Your words are kept.", sent.about("403"))
    return None


def _to_wire(piece: Piece, media: list[str], answered: Mapping[str, str]) -> dict[str, object]:
    body: dict[str, object] = {"text": piece.text}
    if media:
        body["media"] = {"media_ids": media}
    if answered:
        body["reply"] = {"in_reply_to_tweet_id": answered["id"]}
    return body


def _media_count(post: object) -> int:
    keys = reading.dig(post, "attachments", "media_keys")
    return len(keys) if isinstance(keys, list) else 0


def _url(account: Account, known: str) -> str:
    site = account.address if addresses.is_here(account.address) else "https://x.com"
    return f"{site}/{account.handle}/status/{known}"


def _private_receipt(piece: Piece, known: str, person: str) -> Receipt:
    return Receipt(f"dm:{known}", "", piece.made_at, reply_tokens.write({"person": person}))


def _read_token(token: str) -> Mapping[str, str]:
    if not token:
        return {}
    fields = reply_tokens.read(token)
    if not any(fields.get(name, "").isdecimal() for name in ("id", "person")):
        raise Rejected("PCC Desk does not know which post this answers.", "Answer it on X instead.")
    return fields
