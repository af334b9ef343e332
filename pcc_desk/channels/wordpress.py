"""WordPress, the office's own website: posts published once by way of a draft under a name of our own, and comments."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from pcc_desk.channels import reading, wordpress_answers, wordpress_comments, wordpress_library
from pcc_desk.channels.failures import nothing_public_yet
from pcc_desk.channels.opening import Entering, Opening
from pcc_desk.channels.wordpress_platform import PLATFORM
from pcc_desk.channels.wordpress_renamed import OURS, find_renamed
from pcc_desk.channels.wordpress_site import Route, Site, find_site, name_of, whole_number
from pcc_desk.channels.wordpress_words import escaped, page_of, title_of
from pcc_desk.errors import ChannelError, Gone, Rejected
from pcc_desk.model.account import Account, Identity
from pcc_desk.model.channel import Batch, Channel, Piece, PiecePicture, Standing
from pcc_desk.model.delivery import Receipt
from pcc_desk.model.film import PieceVideo
from pcc_desk.model.hosting import Hosted

_UP = frozenset({"publish", "private", "future"})  # a draft of ours does not count as published
_NOT_THERE = frozenset({"rest_post_invalid_id", "rest_comment_invalid_id"})
_NEEDED = ("publish_posts", "moderate_comments")


class WordPressChannel:
    """One user of one WordPress site."""

    def __init__(self, site: Site, account: Account) -> None:
        self._site = site
        self._account = account

    def publish(self, piece: Piece) -> Receipt:
        """Publish a post, or an answer to a comment, exactly once under the piece's key. Raises: ChannelError."""
        if piece.answers:
            return wordpress_answers.publish(self._site, self._account.remote_id, piece)
        with nothing_public_yet():
            mine = self._posts(piece)
            there = self._published(piece, mine)
            if there is not None:
                return there
            body = self._to_wire(piece)
            draft = self._number(mine[0]) if mine else self._draft(body)
        route = Route(f"/wp/v2/posts/{draft}", body={**body, "status": "publish"})
        post = self._site.post(route).body
        with self._site.promised(route, "POST"):
            if reading.number(post, "id") != draft:
                raise reading.Malformed("another post")
            if reading.text(post, "status") in _UP:
                return _receipt(piece, post)
        return self._kept_back(piece, route)

    def find(self, piece: Piece) -> Receipt | None:
        """Look for the piece's key among the site's posts, or among our comments. Raises: ChannelError.

        A post that an editor gave another address is known by its title and words.
        """
        if piece.answers:
            return wordpress_answers.find(self._site, self._account.remote_id, piece)
        if mine := self._posts(piece):
            return self._published(piece, mine)
        with self._site.promised(Route("/wp/v2/posts")):
            renamed = find_renamed(self._site, self._account.remote_id, piece)
            return None if renamed is None else _receipt(piece, renamed)

    def fetch(self, stream: str, cursor: str) -> Batch:
        """Give comments newer than the cursor, waiting ones too. Raises: ChannelError."""
        return wordpress_comments.fetch(self._site, self._account.remote_id, cursor)

    def edit(self, receipt: Receipt, piece: Piece) -> Receipt:
        """Put other words in place of a post or comment; its pictures and address stay. Raises: ChannelError."""
        kind, number = _place_of(receipt)
        if kind == "comment":
            route = Route(f"/wp/v2/comments/{number}", body={"content": escaped(piece.text)})
        else:
            with nothing_public_yet():
                body = self._to_wire(piece)
            del body["slug"]
            route = Route(f"/wp/v2/posts/{number}", body=body)
        changed = self._site.post(replace(route, accept=frozenset({404})))
        if changed.code == 404:
            if reading.text_or_none(changed.body, "code") in _NOT_THERE:
                raise Gone("It is not on the website any more.")
            raise self._site.wire.sent("POST", route.ask()).refused(404, changed.body)
        with self._site.promised(route, "POST"):
            return replace(receipt, url=reading.text(changed.body, "link"))

    def withdraw(self, receipt: Receipt) -> None:
        """Move the post or comment to the site's bin; one already gone is fine. Raises: ChannelError."""
        kind, number = _place_of(receipt)
        self._site.delete(Route(f"/wp/v2/{kind}s/{number}", harmless=True))

    def host(self, name: str, picture: PiecePicture) -> Hosted:
        """Put a picture into the site's media library, once under its name. Raises: ChannelError."""
        placed = wordpress_library.place(self._site, f"{OURS}{name}", picture)
        return Hosted(str(placed.id), placed.address)

    def host_film(self, name: str, film: PieceVideo) -> Hosted:
        """Put a film into the site's media library, once under its name. Raises: ChannelError."""
        known, address = wordpress_library.lend_film(self._site, f"{OURS}{name}", film)
        return Hosted(str(known), address)

    def unhost(self, remote_id: str) -> None:
        """Delete a picture or film from the site's media library; one already gone is fine. Raises: ChannelError."""
        self._site.delete(Route(f"/wp/v2/media/{remote_id}", {"force": "true"}, harmless=True))

    def hide(self, remote_id: str, token: str, hidden: bool) -> None:
        """Hold a comment back, or approve it. Raises: ChannelError."""
        wordpress_comments.hold(self._site, remote_id, hidden)

    def remove(self, remote_id: str, token: str) -> None:
        """Move a comment to the site's bin; already there is fine. Raises: ChannelError."""
        wordpress_comments.bin_it(self._site, remote_id)

    def check(self) -> Standing:
        """Ask the site who we are and whether we may publish. Raises: ChannelError."""
        return Standing(_identify(self._site), PLATFORM.limits)

    def _posts(self, piece: Piece) -> list[object]:
        query = {"slug": slug(piece), "status": "any", "context": "edit", "orderby": "id", "order": "asc"}
        return self._site.listed(Route("/wp/v2/posts", query))

    def _published(self, piece: Piece, posts: Sequence[object]) -> Receipt | None:
        with self._site.promised(Route("/wp/v2/posts")):
            for post in posts:
                if reading.text(post, "status") in _UP:
                    return _receipt(piece, post)
        return None

    def _kept_back(self, piece: Piece, route: Route) -> Receipt:
        """Look again at a post that was not told to be up, before that is called so. Raises: ChannelError."""
        try:
            there = self._published(piece, self._posts(piece))
        except ChannelError as error:
            raise self._site.wire.sent("POST", route.ask()).late(error.detail) from error
        if there is None:
            raise Rejected(
                "The website kept the post back until someone there approves it.",
                "Ask the website's administrator to make this user an Editor, then send it again.",
            )
        return there

    def _draft(self, body: Mapping[str, object]) -> int:
        return self._number(
            self._site.post(Route("/wp/v2/posts", body={**body, "status": "draft"}, harmless=True)).body
        )

    def _number(self, thing: object) -> int:
        with self._site.promised(Route("/wp/v2/posts")):
            return whole_number(thing, "id")

    def _to_wire(self, piece: Piece) -> dict[str, object]:
        """Put what a piece shows into the site's library, and give what its post says."""
        name = slug(piece)
        film = None
        if piece.video is not None:
            film = wordpress_library.place_film(self._site, name, piece.video, piece.language)
        pictures = [
            wordpress_library.place(self._site, f"{name}-{number}", picture)
            for number, picture in enumerate(piece.pictures, start=1)
        ]
        featured = {"featured_media": pictures[0].id} if pictures else {}
        return {
            "title": escaped(piece.title or title_of(piece.text)),
            "content": page_of(piece.text, pictures, film),
            "slug": name,
            **featured,
        }


def sign_in(entering: Entering) -> Standing:
    """Find the site and sign in with an application password. Raises: ChannelError."""
    given, secrets = entering.given, entering.secrets
    site = Site(find_site(entering.wire.named(PLATFORM.title), given.address), secrets)
    secrets.put("user", given.handle.strip())
    secrets.put("password", given.secret.strip())
    return Standing(_identify(site), PLATFORM.limits)


def open_channel(opening: Opening) -> Channel:
    """Open the channel of an account; nothing is sent yet."""
    return WordPressChannel(Site(opening.wire.named(PLATFORM.title), opening.secrets), opening.account)


def slug(piece: Piece) -> str:
    """Give the name under which a piece is looked up on the site."""
    return f"{OURS}{piece.key}"


def _receipt(piece: Piece, post: object) -> Receipt:
    number = whole_number(post, "id")
    return Receipt(f"post:{number}", reading.text(post, "link"), piece.made_at, json.dumps({"post": number}))


def _place_of(receipt: Receipt) -> tuple[str, str]:
    kind, _, number = receipt.remote_id.partition(":")
    if kind not in ("post", "comment") or not number.isdigit():  # a person's word for where it is
        raise Rejected("PCC Desk does not know which post this is.", "Do it on the website itself.")
    return kind, number


def _identify(site: Site) -> Identity:
    route = Route("/wp/v2/users/me", {"context": "edit"})
    user = site.get(route)
    with site.promised(route):
        number, name = reading.number(user, "id"), reading.text(user, "username")
    may = [bool(reading.dig(user, "capabilities", needed)) for needed in _NEEDED]
    if not all(may):
        raise Rejected(
            "This WordPress user may not publish posts and look after comments.",
            "Ask the website's administrator to make the user an Editor, then connect again.",
        )
    return Identity(str(number), name, name_of(site.wire), site.wire.address)
