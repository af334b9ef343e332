"""LinkedIn organisation pages: posts and comments as the page, found again by their words."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from pcc_desk.channels import reading, reply_tokens
from pcc_desk.channels.failures import Ask, Query, Sent, nothing_public_yet
from pcc_desk.channels.linkedin_media import Uploads, shows, to_content
from pcc_desk.channels.linkedin_notices import ACTIONS, PAGE, start_of, step
from pcc_desk.channels.linkedin_platform import PLATFORM
from pcc_desk.channels.linkedin_proofs import CLOCK_SLACK, LOOK_THERE, Duplicate, Proofs, cut, duplicate, moment, urn
from pcc_desk.channels.linkedin_sign_in import Page, enter, open_page
from pcc_desk.channels.linkedin_words import coded, is_same, little
from pcc_desk.channels.opening import Entering, Opening
from pcc_desk.channels.walk import Bookmark
from pcc_desk.channels.wire import Answer
from pcc_desk.errors import ChannelError, Gone, Rejected, ServiceDown
from pcc_desk.model.account import Account
from pcc_desk.model.channel import Batch, Channel, Piece, Standing, Steps
from pcc_desk.model.delivery import Receipt

_OWN_POSTS = 100
_COMMENTS, _COMMENT_PAGES = 100, 50  # under one post, in whatever order LinkedIn gives them: all are looked through


class LinkedInChannel:
    """One organisation's page."""

    def __init__(self, page: Page, account: Account, steps: Steps) -> None:
        self._page = page
        self._account = account
        self._us = f"urn:li:organization:{account.remote_id}"
        self.uploads = Uploads(page, self._us, steps)
        self._proofs = Proofs(page, self._us, steps)

    def publish(self, piece: Piece) -> Receipt:
        """Post the piece, or comment with it; never repeated blindly. Raises: ChannelError."""
        answered = _read_token(piece.answers)
        if answered:
            return self._comment(piece, answered)
        with nothing_public_yet():
            images = [self.uploads.picture(picture) for picture in piece.pictures]
            film = self.uploads.film(piece, piece.video) if piece.video is not None else ""
            shown = None if piece.card is None else piece.card.picture
            thumbnail = "" if shown is None else self.uploads.picture(shown)
        content = to_content(piece, images, film, thumbnail)
        self._proofs.forget(piece)
        ask = Ask("/rest/posts", body=_to_wire(self._us, piece, content), wordless=True)
        try:
            known = self._named(ask, self._page.post(ask))
        except Duplicate as error:
            self._proofs.same(piece, error.urn)
            raise
        return self._receipt(piece, known, self._proofs.posted(piece, known))

    def find(self, piece: Piece) -> Receipt | None:
        """Look for what LinkedIn named, then for the words among our newest posts or comments. Raises: ChannelError."""
        answered = _read_token(piece.answers)
        if answered:
            return self._find_comment(piece, answered)
        named = self._proofs.find(piece, self.uploads.known_film(piece))
        if named is not None:
            return self._receipt(piece, *named)
        found = self._look_through(piece)
        if not found:
            self._proofs.ask_about_ghost(piece)
        return self._receipt(piece, found) if found else None

    def _look_through(self, piece: Piece) -> str:
        ask = Ask("/rest/posts", {"q": "author", "author": self._us, "count": _OWN_POSTS, "sortBy": "CREATED"})
        matches, begun, oldest = list[str](), list[str](), datetime.now(UTC)
        listed, film = self._listed(ask), self.uploads.known_film(piece)
        with self._page.wire.sent("GET", ask).as_promised():
            for post in listed:
                oldest, words = moment(post, "createdAt"), reading.text_or_none(post, "commentary")
                if oldest >= piece.made_at - CLOCK_SLACK and shows(post, piece, film):
                    matches += [urn(post, "id")] if is_same(words, piece.text) else []
                    begun += [words] if cut(words, piece.text) else []
        if not matches and len(listed) >= _OWN_POSTS and oldest >= piece.made_at - CLOCK_SLACK:
            raise ServiceDown("LinkedIn has too many newer posts to look through.", "PCC Desk looks again by itself.")
        if begun and not matches:  # LinkedIn may have cut it short, and then a second one would say it twice
            raise Rejected("LinkedIn has a newer post that begins as this one does and ends before it.", LOOK_THERE)
        return _only(matches)

    def fetch(self, stream: str, cursor: str) -> Batch:
        """Give comments and mentions newer than the cursor. Raises: ChannelError."""
        mark, now = Bookmark.read(cursor), datetime.now(UTC)
        query: Query = {
            "q": "criteria",
            "actions": f"List({','.join(ACTIONS)})",
            "organizationalEntity": self._us,
            "start": start_of(mark),
            "count": PAGE,
        }
        batch = step(mark, self._listed(Ask("/rest/organizationalEntityNotifications", query)), now)
        return replace(batch, messages=tuple(one for one in batch.messages if one.author.remote_id != self._us))

    def withdraw(self, receipt: Receipt) -> None:
        """Delete the post or the comment; one already gone is fine. Raises: ChannelError."""
        told = reply_tokens.read(receipt.reply_token)
        if told.get("comment") == receipt.remote_id and told.get("post"):
            self.remove(receipt.remote_id, receipt.reply_token)
        elif told.get("post") == receipt.remote_id and receipt.remote_id.startswith("urn:li:"):
            self._delete(f"/rest/posts/{coded(receipt.remote_id)}", {})
        else:
            raise Rejected("PCC Desk does not know which post this is.", "Delete it on LinkedIn itself.")

    def edit(self, receipt: Receipt, piece: Piece) -> Receipt:
        """Put other words in place of a post's or a comment's; its pictures stay. Raises: ChannelError."""
        told, query, patch = reply_tokens.read(receipt.reply_token), dict[str, str](), dict[str, object]()
        if told.get("comment") == receipt.remote_id and told.get("post"):
            path, query = _comment_path(told["post"], receipt.remote_id), {"actor": self._us}
            patch = {"message": {"$set": {"text": piece.text}}}
        elif told.get("post") == receipt.remote_id and receipt.remote_id.startswith("urn:li:"):
            path, patch = f"/rest/posts/{coded(receipt.remote_id)}", {"$set": {"commentary": little(piece.text)}}
        else:
            raise Rejected("PCC Desk does not know which post this is.", "Correct it on LinkedIn itself.")
        headers = {"X-RestLi-Method": "PARTIAL_UPDATE"}
        self._page.post(Ask(path, query, headers, {"patch": patch}, wordless=True, harmless=True))
        return replace(receipt, note=self._proofs.look_again(receipt.remote_id, piece) if "$set" in patch else "")

    def remove(self, remote_id: str, token: str) -> None:
        """Delete a comment under one of our posts; already gone is fine. Raises: ChannelError."""
        post = reply_tokens.read(token).get("post", "")
        if not post or not remote_id:
            raise Rejected("PCC Desk does not know which comment this is.", "Delete it on LinkedIn itself.")
        self._delete(_comment_path(post, remote_id), {"actor": self._us})

    def check(self) -> Standing:
        """Ask LinkedIn about the page. Raises: ChannelError."""
        return Standing(self._page.who(self._account.remote_id), PLATFORM.limits, self._page.expires_at)

    def _comment(self, piece: Piece, answered: Mapping[str, str]) -> Receipt:
        under = answered.get("thread") or answered["post"]
        body: dict[str, object] = {"actor": self._us, "object": answered["post"], "message": {"text": piece.text}}
        if answered.get("thread"):
            body["parentComment"] = answered["thread"]
        self._proofs.forget(piece)
        ask = Ask(f"/rest/socialActions/{coded(under)}/comments", body=body)
        try:
            made = self._page.post(ask).body
        except Duplicate:
            self._proofs.same(piece, "")
            raise
        with self._page.wire.sent("POST", ask).as_promised():
            receipt = self._comment_receipt(piece, urn(made, "commentUrn"), answered)
        return replace(receipt, note=cut(reading.text_or_none(made, "message", "text"), piece.text))

    def _find_comment(self, piece: Piece, answered: Mapping[str, str]) -> Receipt | None:
        under = answered.get("thread") or answered["post"]
        matches = list[str]()
        for page in range(_COMMENT_PAGES):
            query: Query = {"start": page * _COMMENTS, "count": _COMMENTS}
            ask = Ask(f"/rest/socialActions/{coded(under)}/comments", query)
            listed = self._listed(ask)
            with self._page.wire.sent("GET", ask).as_promised():
                matches += [urn(one, "commentUrn") for one in listed if self._is_ours(one, piece)]
            if not listed:
                found = _only(matches)
                if not found:
                    self._proofs.ask_about_ghost(piece)
                return self._comment_receipt(piece, found, answered) if found else None
        raise ServiceDown("LinkedIn has too many comments to look through.", "PCC Desk looks again by itself.")

    def _is_ours(self, comment: object, piece: Piece) -> bool:
        ours = reading.text_or_none(comment, "actor") == self._us
        recent = ours and moment(comment, "created", "time") >= piece.made_at - CLOCK_SLACK
        said = reading.text_or_none(comment, "message", "text")  # written plainly, where a post's signs are escaped
        return recent and (said.split() == piece.text.split() or is_same(said, piece.text))

    def _listed(self, ask: Ask) -> list[object]:
        body = self._page.get(ask).body
        with self._page.wire.sent("GET", ask).as_promised():
            return reading.pieces(body, "elements")

    def _delete(self, path: str, query: Mapping[str, str]) -> None:
        try:
            self._page.delete(Ask(path, dict(query), harmless=True, wordless=True))
        except Gone:
            return

    def _named(self, ask: Ask, answer: Answer) -> str:
        known = answer.headers.get("x-restli-id", "")
        if not known.startswith("urn:li:"):
            raise self._page.wire.sent("POST", ask).late("no id")
        return known

    def _receipt(self, piece: Piece, known: str, note: str = "") -> Receipt:
        token = reply_tokens.write({"post": known, "comment": "", "thread": ""})
        return Receipt(known, f"https://www.linkedin.com/feed/update/{known}", piece.made_at, token, note)

    def _comment_receipt(self, piece: Piece, known: str, answered: Mapping[str, str]) -> Receipt:
        token = {"post": answered["post"], "comment": known, "thread": answered.get("thread") or known}
        url = f"https://www.linkedin.com/feed/update/{answered['post']}"
        return Receipt(known, url, piece.made_at, reply_tokens.write(token))


def sign_in(entering: Entering) -> Standing:
    """Sign in with a token or the web browser, for one page. Raises: ChannelError."""
    page, identity = enter(entering, PLATFORM.title, judge)
    return Standing(identity, PLATFORM.limits, page.expires_at)


def open_channel(opening: Opening) -> Channel:
    """Open the channel of an account; nothing is sent yet."""
    return LinkedInChannel(open_page(opening, PLATFORM.title, judge), opening.account, opening.steps)


def judge(sent: Sent, answer: Answer) -> ChannelError | None:
    """Read LinkedIn's own errors: a duplicate means that a first try may have worked, an old version is our matter."""
    if (again := duplicate(sent, answer)) is not None:
        return again
    code = reading.text_or_none(answer.body, "code")
    if answer.code == 426 or code == "NONEXISTENT_VERSION":
        return Rejected(
            "LinkedIn does not talk to this version of PCC Desk any more.",
            "Install the newest PCC Desk. Everything is kept.",
            sent.about(f"{answer.code} {code}"),
        )
    return None


def _to_wire(us: str, piece: Piece, content: Mapping[str, object]) -> dict[str, object]:
    body: dict[str, object] = {
        "author": us,
        "commentary": little(piece.text),
        "visibility": "PUBLIC",
        "distribution": {"feedDistribution": "MAIN_FEED", "targetEntities": [], "thirdPartyDistributionChannels": []},
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": False,
    }
    return {**body, "content": content} if content else body


def _comment_path(post: str, comment: str) -> str:
    number = comment.rstrip(")").rpartition(",")[2]
    return f"/rest/socialActions/{coded(post)}/comments/{coded(number)}"


def _only(matches: Sequence[str]) -> str:
    if len(matches) > 1:
        raise Rejected("There is more than one like this on LinkedIn.", "Look there, then say what you found.")
    return matches[0] if matches else ""


def _read_token(token: str) -> Mapping[str, str]:
    fields = reply_tokens.read(token)
    if token and not fields.get("post", "").startswith("urn:li:"):
        raise Rejected("PCC Desk does not know which post this answers.", "Answer it on LinkedIn instead.")
    return fields
