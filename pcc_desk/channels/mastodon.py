"""Mastodon and the servers that speak its interface: posts under a key that not every server honours."""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from pcc_desk.channels import bounds, reading, reply_tokens
from pcc_desk.channels.failures import Ask, Query, nothing_public_yet
from pcc_desk.channels.flow import as_form
from pcc_desk.channels.markup import plain
from pcc_desk.channels.mastodon_platform import PLATFORM
from pcc_desk.channels.mastodon_server import Server, app_of, limits_of, same_words, who
from pcc_desk.channels.mastodon_sign_in import enter
from pcc_desk.channels.mastodon_walk import Bookmark, Page, id_of, is_beyond, is_id, read_link, step
from pcc_desk.channels.opening import Entering, Opening
from pcc_desk.errors import Gone, Rejected, ServiceDown, Unreachable
from pcc_desk.model.account import Account
from pcc_desk.model.channel import Batch, Channel, Piece, Spoiled, Standing
from pcc_desk.model.delivery import Receipt
from pcc_desk.model.film import PieceVideo
from pcc_desk.model.message import Author, Incoming, MessageKind

_CLOCK_SLACK = timedelta(minutes=2)  # between the server's clock and ours
_SHOWN = 60  # signs of an app's name in a sentence
_OWN_PAGES = 10  # of our own posts, looked through for one of them
_READY_TRIES = 30  # looks whether an uploaded picture is ready: at once, as most are, and soon one a second
_FILM_TRIES, _FILM_PAUSE = 200, 5.0  # a server may work on a film for a quarter of an hour


class MastodonChannel:
    """One account on one server."""

    def __init__(self, server: Server, account: Account, wait: Callable[[float], None] = time.sleep) -> None:
        self._server = server
        self._account = account
        self._wait = wait
        self._roots: dict[str, str] = {}

    def publish(self, piece: Piece) -> Receipt:
        """Post the piece with its key, which a server honours for an hour at most. Raises: ChannelError."""
        answered = _read_token(piece.answers)
        with nothing_public_yet():
            media = [self._upload(number, piece) for number in range(len(piece.pictures))]
            if piece.video is not None:
                media.append(self._upload_video(piece.video))
        body = _to_wire(piece, media, answered)
        ask = Ask("/api/v1/statuses", headers={"Idempotency-Key": piece.key}, body=body)
        post = self._server.post(ask).body
        with self._server.wire.sent("POST", ask).as_promised():
            return self._receipt(piece, post)

    def find(self, piece: Piece) -> Receipt | None:
        """Look for the piece's words among our own posts since it was made. Raises: ChannelError."""
        answered, before, matches = _read_token(piece.answers), "", list[object]()
        body = _to_wire(piece, ["?"] * (len(piece.pictures) + (piece.video is not None)), answered)
        ask = Ask(f"/api/v1/accounts/{self._account.remote_id}/statuses", {"limit": 40, "exclude_reblogs": "true"})
        for _ in range(_OWN_PAGES):
            query: Query = {**ask.query, **({"max_id": before} if before else {})}
            page = self._server.listed(Ask(ask.path, query))
            with self._server.wire.sent("GET", ask).as_promised():
                recent = [post for post in page if reading.moment(post, "created_at") >= piece.made_at - _CLOCK_SLACK]
                matches += [post for post in recent if _is_same(post, body)]
                if len(recent) < len(page) or not page:
                    return self._only(piece, self._ours(matches))
                before = reading.text(page[-1], "id")
        raise ServiceDown("Mastodon has too many newer posts to look through.", "PCC Desk looks again by itself.")

    def fetch(self, stream: str, cursor: str) -> Batch:
        """Give mentions and replies, or the posts of a hashtag, newer than the cursor. Raises: ChannelError."""
        mark = Bookmark.read(cursor)
        tag = stream.removeprefix("tag:") if stream.startswith("tag:") else ""
        path = f"/api/v1/timelines/tag/{tag}" if tag else "/api/v1/notifications"
        kind: Query = {} if tag else {"types[]": "mention"}
        listed, link = self._server.page(Ask(path, {**mark.window(), **kind}))
        if mark.after and not listed and not mark.told and self._is_beyond(mark.after, Ask(path, {"limit": 1, **kind})):
            return Batch((), Bookmark().written(), more=True)  # read again from the newest: repeats, and loses none
        return step(mark, self._page(listed, bool(tag), link), datetime.now(UTC))

    def withdraw(self, receipt: Receipt) -> None:
        """Delete the post; one already gone is fine. Raises: ChannelError."""
        try:
            self._server.delete(Ask(f"/api/v1/statuses/{_own_id(receipt)}", harmless=True))
        except Gone:
            return

    def edit(self, receipt: Receipt, piece: Piece) -> Receipt:
        """Put other words in place of the post's; its pictures stay. Raises: ChannelError."""
        known = _own_id(receipt)
        there = self._server.get(Ask(f"/api/v1/statuses/{known}")).body
        with self._server.wire.sent("GET", Ask("/api/v1/statuses")).as_promised():
            media = [reading.name(one, "id") for one in reading.pieces(there, "media_attachments")]
        body = _to_wire(piece, media, _read_token(piece.answers))  # with its address and its warning, as it was posted
        for fixed in ("in_reply_to_id", "visibility"):
            body.pop(fixed, None)
        ask = Ask(f"/api/v1/statuses/{known}", body=body)
        post = self._server.put(ask).body
        with self._server.wire.sent("PUT", ask).as_promised():
            return Receipt(id_of(post), reading.text_or_none(post, "url"), receipt.at, receipt.reply_token)

    def check(self) -> Standing:
        """Ask the server who we are and what it takes. Raises: ChannelError."""
        return Standing(who(self._server), limits_of(self._server.wire, PLATFORM.limits))

    def _upload(self, number: int, piece: Piece) -> str:
        picture = piece.pictures[number]
        form = {"description": picture.alt} if picture.alt else {}
        files = {"file": (picture.name, picture.content, picture.mime)}
        return self._ready(Ask("/api/v2/media", form=form, files=files, harmless=True))

    def _upload_video(self, video: PieceVideo) -> str:
        flow, kind = as_form(video, {"description": video.alt} if video.alt else {}, "film.mp4")
        headers = {"Content-Type": kind}
        ask = Ask("/api/v2/media", headers=headers, flow=flow, harmless=True, seconds=flow.seconds)
        return self._ready(ask, video)

    def _ready(self, ask: Ask, video: PieceVideo | None = None) -> str:
        """Upload, wait until the server has finished with it, and give its id."""
        most, longest = (_READY_TRIES, 1.0) if video is None else (_FILM_TRIES, _FILM_PAUSE)
        made = self._server.post(ask).body
        with self._server.wire.sent("GET", ask).as_promised():
            known = reading.name(made, "id")
        tries = 0
        while not reading.text_or_none(made, "url"):  # the server is still working on it
            if tries >= most:
                what = "picture" if video is None else "film"
                raise Unreachable(f"Mastodon has not finished with the {what} yet.", "PCC Desk tries again by itself.")
            self._wait(min(longest, 0.1 * 2 ** min(tries, 9)))
            if video is not None:
                video.reel.read(0, 0)  # whoever lends the film hears that it is still on its way
            made, tries = self._server.get(Ask(f"/api/v1/media/{known}")).body, tries + 1
        return known

    def _receipt(self, piece: Piece, post: object) -> Receipt:
        known = id_of(post)
        token = {"id": known, "visibility": _visibility(post)}
        url = reading.text_or_none(post, "url") or reading.text_or_none(post, "uri")
        return Receipt(known, url, piece.made_at, reply_tokens.write(token))

    def _ours(self, matches: list[object]) -> list[object]:
        """Keep what was posted with our app, where the server tells: a person may have posted the same words by hand.

        Theirs alone is left to a person: it is not ours, and ours would say it a second time. So is what another
        sign-in of the office posted before this one.
        """
        named = [reading.text_or_none(post, "application", "name") for post in matches]
        us = app_of(self._server) if any(named) else ""
        if not us:
            return matches
        ours = [post for post, app in zip(matches, named, strict=True) if app == us]
        if not ours:
            told = f"The same words were posted on Mastodon with “{next(filter(None, named))[:_SHOWN]}”."
            raise Rejected(told, "Look there, then say what you found.")
        return ours

    def _only(self, piece: Piece, matches: list[object]) -> Receipt | None:
        if len(matches) > 1:
            raise Rejected("There is more than one post like this on Mastodon.", "Look there, then say what you found.")
        with self._server.wire.sent("GET", Ask("/api/v1/accounts")).as_promised():
            return self._receipt(piece, matches[0]) if matches else None

    def _is_beyond(self, after: str, ask: Ask) -> bool:
        with self._server.wire.sent("GET", ask).as_promised():
            newest = [reading.text(one, "id") for one in self._server.listed(ask)]
        return is_beyond(after, "".join(newest[:1]))

    def _page(self, listed: list[object], tagged: bool, link: str) -> Page:
        messages, spoiled = list[Incoming](), list[Spoiled]()
        ids, times = list[str](), list[datetime]()
        for one in listed:
            try:
                ids += [known] if is_id(known := reading.text(one, "id")) else []
                times.append(reading.moment(one, "created_at"))
                post = one if tagged else reading.dig(one, "status")
                message = self._message(post, MessageKind.MATCH if tagged else None)
                if message.author.remote_id != self._account.remote_id:
                    messages.append(message)
            except reading.Malformed as error:
                spoiled.append(Spoiled(reading.raw(one), str(error)))
        oldest = bounds.oldest(times, times[0]) if times else None
        return Page(tuple(messages), tuple(spoiled), tuple(ids), oldest, *read_link(link))

    def _message(self, post: object, kind: MessageKind | None) -> Incoming:
        known, author = reading.text(post, "id"), reading.dig(post, "account")
        handle, answers = reading.text(author, "acct"), reading.text_or_none(post, "in_reply_to_id")
        answers = answers if is_id(answers) else ""  # the server is asked about it, and a spoiled one is no address
        root, visibility = (self._root_of(answers) if answers else known), _visibility(post)
        usual = MessageKind.REPLY if answers else MessageKind.MENTION
        warning = plain(reading.text_or_none(post, "spoiler_text"))
        token = {"id": known, "to": handle, "visibility": visibility, "warning": warning}
        words = self._unaddressed(plain(reading.text(post, "content")), bool(answers))
        return Incoming(
            remote_id=known,
            kind=kind or (MessageKind.DIRECT if visibility == "direct" else usual),
            author=Author(reading.text(author, "id"), reading.text_or_none(author, "display_name") or handle, handle),
            text=f"{warning}\n\n{words}" if warning else words,
            created_at=reading.moment(post, "created_at"),
            url=reading.text_or_none(post, "url"),
            answers=answers,
            root=root,
            reply_token=reply_tokens.write(token),
        )

    def _unaddressed(self, words: str, answers: bool) -> str:
        # An answer begins with our own name because it would not reach us otherwise: that is its address.
        ours = f"@{self._account.handle.partition('@')[0]}"
        rest = words.removeprefix(ours) if answers else words
        return rest.lstrip() if rest[:1].isspace() else words

    def _root_of(self, answered: str) -> str:
        if answered not in self._roots:
            if len(self._roots) > 500:
                self._roots.clear()
            self._roots[answered] = self._ask_root(answered)
        return self._roots[answered]

    def _ask_root(self, answered: str) -> str:
        # The server tells what a post answers, and only on asking where the conversation began.
        answer = self._server.get(Ask(f"/api/v1/statuses/{answered}/context", accept=frozenset({404, 410})))
        above = reading.dig(answer.body, "ancestors")
        first = above[0] if isinstance(above, list) and above else None
        return reading.text_or_none(first, "id") or answered


def sign_in(entering: Entering) -> Standing:
    """Sign in with the web browser or a pasted token. Raises: ChannelError."""
    server = Server(enter(entering, PLATFORM.title), entering.secrets)
    return Standing(who(server), limits_of(server.wire, PLATFORM.limits))


def open_channel(opening: Opening) -> Channel:
    """Open the channel of an account; nothing is sent yet."""
    return MastodonChannel(Server(opening.wire.named(PLATFORM.title), opening.secrets), opening.account)


def _to_wire(piece: Piece, media: list[str], answered: Mapping[str, str]) -> dict[str, object]:
    body: dict[str, object] = {"status": piece.text, "language": piece.language, "media_ids": media}
    if answered:
        to = answered.get("to", "")
        # Nobody hears of an answer that does not name them: the name is its address, as in a letter.
        addressed = piece.text if not to or f"@{to}".lower() in piece.text.lower() else f"@{to} {piece.text}"
        body |= {"status": addressed, "in_reply_to_id": answered["id"], "visibility": answered["visibility"]}
        if warning := answered.get("warning"):  # who warned of what stands there wants answers to be warned of too
            body["spoiler_text"] = warning
    return body


def _is_same(post: object, body: Mapping[str, object]) -> bool:
    return (
        same_words(reading.text(post, "content"), str(body["status"]))
        and reading.text_or_none(post, "in_reply_to_id") == body.get("in_reply_to_id", "")
        and len(reading.pieces(post, "media_attachments")) == len(reading.pieces(body, "media_ids"))
    )


def _visibility(post: object) -> str:
    return reading.text_or_none(post, "visibility") or "public"


def _own_id(receipt: Receipt) -> str:
    known = reply_tokens.read(receipt.reply_token).get("id", "")
    if not known or known != receipt.remote_id:  # a person's word for where it is, which names no post
        raise Rejected("PCC Desk does not know which post this is.", "Do it on Mastodon itself.")
    return known


def _read_token(token: str) -> Mapping[str, str]:
    fields = reply_tokens.read(token)
    if token and not (fields.get("id") and fields.get("visibility")):
        raise Rejected("PCC Desk does not know which post this answers.", "Answer it on Mastodon instead.")
    return fields
