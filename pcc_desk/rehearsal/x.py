"""A rehearsal X on this PC: it answers as the second version of the interface does, and nothing leaves the PC."""

import itertools
import re
import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from pcc_desk.rehearsal.loopback import Hosted, Loopback, Reply, Request
from pcc_desk.rehearsal.x_media import Media
from pcc_desk.rehearsal.x_records import EDITS, Member, Post, Private, Refusal
from pcc_desk.rehearsal.x_windows import Windows

_MENTIONS, _PRIVATE = 800, timedelta(days=30)  # how many of the newest, and for how long (docs.x.com)
_DUPLICATE = "You are not allowed to create a Tweet with duplicate content."
_NOT_SUMMONED = "Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged."


class XServer(Hosted):
    """One X; a context manager.

    `url` is its address; `arrive`, `quote` and `whisper` make a member of the public write; `posts` shows what stands
    there. With `remembers` False the same words may be posted twice. `subscription` is what every account has of X
    Premium.
    """

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC), remembers: bool = False) -> None:
        """Take a free port; `now` stamps what arrives."""
        self._now, self._remembers = now, remembers
        self.subscription = "Premium"
        self._windows = Windows(now)
        self._older: dict[str, Post] = {}
        self._lock = threading.RLock()
        self._numbers = itertools.count(1_900_000_000_000_000_001)
        self._members: dict[str, Member] = {}
        self._tokens: dict[str, str] = {}
        self._posts: dict[str, Post] = {}
        self._private: list[Private] = []
        self._media = Media(self._next)
        self._server = Loopback(self._answer, now)
        self.url = self._server.url

    @property
    def posts(self) -> tuple[Post, ...]:
        """Every post that is up, oldest first."""
        with self._lock:
            return tuple(self._posts.values())

    @property
    def media(self) -> Mapping[str, Mapping[str, Any]]:
        """What was uploaded, by its id."""
        return dict(self._media.kept)

    def add_account(self, handle: str, name: str = "", token: str = "") -> Member:
        """Open an account, and give it an access token."""
        with self._lock:
            member = self._members.setdefault(handle, Member(self._next(), handle, name or handle.title()))
            if token:
                self._tokens[token] = handle
            return member

    def arrive(self, handle: str, text: str, answers: str = "", at: datetime | None = None) -> str:
        """Let a member of the public write; give the post's id."""
        with self._lock:
            about = self._posts.get(answers)
            root = (about.conversation or about.id) if about else ""
            post = Post(self._next(), self.add_account(handle), text, at or self._now(), answers if about else "", root)
            self._posts[post.id] = post
            return post.id

    def quote(self, handle: str, text: str, of: str) -> str:
        """Let a member of the public quote a post; give the new post's id."""
        with self._lock:
            post = Post(self._next(), self.add_account(handle), text, self._now(), quotes=of)
            self._posts[post.id] = post
            return post.id

    def whisper(self, handle: str, to: str, text: str) -> str:
        """Let a member of the public write in private; give the message's id."""
        with self._lock:
            return self._write(self.add_account(handle), self._members[to], text).id

    def forget_uploads(self) -> None:
        """Forget what was uploaded, as happens after a day."""
        with self._lock:
            self._media.forget()

    def expire(self) -> None:
        """Let every access token run out, as happens after two hours."""
        with self._lock:
            self._tokens = {f"refresh:{whose}": whose for whose in self._tokens.values()}

    def revoke(self, handle: str) -> None:
        """Take every token of an account back."""
        with self._lock:
            self._tokens = {token: whose for token, whose in self._tokens.items() if whose != handle}

    def _next(self) -> str:
        return str(next(self._numbers))

    def _write(self, sender: Member, to: Member, text: str) -> Private:
        between = "-".join(sorted((sender.id, to.id)))
        message = Private(self._next(), sender, between, text, self._now())
        self._private.append(message)
        return message

    def _answer(self, request: Request) -> Reply:
        for (method, pattern), verb in _VERBS.items():
            match = re.fullmatch(pattern, request.path)
            if request.method == method and match:
                try:
                    with self._lock:
                        return self._windows.counted(request, partial(_answered, self, verb, match.groups()))
                except Refusal as refusal:
                    return refusal.reply
        return Reply({"title": "Not Found Error", "detail": "no such path", "status": 404}, 404)

    def _member(self, request: Request) -> Member:
        handle = self._tokens.get(request.headers.get("authorization", "").removeprefix("Bearer "))
        if handle is None:
            raise Refusal(401, "Unauthorized")
        return self._members[handle]

    def _who(self, request: Request) -> Reply:
        return Reply({"data": self._member(request).shown(self.subscription)})

    def _renew(self, request: Request) -> Reply:
        given = dict(part.split("=", 1) for part in request.content.decode().split("&"))
        whose = self._tokens.pop(given.get("refresh_token", "").replace("%3A", ":"), None)
        if whose is None:
            return Reply({"error": "invalid_request", "error_description": "The token was invalid."}, 400)
        token, refresh = secrets.token_hex(24), f"refresh:{secrets.token_hex(8)}"
        self._tokens |= {token: whose, refresh: whose}
        return Reply({"token_type": "bearer", "expires_in": 7200, "access_token": token, "refresh_token": refresh})

    def _post(self, request: Request) -> Reply:
        member, given = self._member(request), request.fields()
        words, answers = str(given.get("text", "")), str((given.get("reply") or {}).get("in_reply_to_tweet_id", ""))
        media = tuple((given.get("media") or {}).get("media_ids") or ())
        if any(known not in self._media.kept for known in media):
            raise Refusal(400, "Your media IDs are invalid.")
        edited = self._edited(member, str((given.get("edit_options") or {}).get("previous_post_id", "")))
        if self._remembers and any((p.author, p.text) == (member, words) for p in self._posts.values()):
            raise Refusal(403, _DUPLICATE)
        about = self._posts.get(answers)
        if answers and about is None:
            raise Refusal(403, "You attempted to reply to a Tweet that is deleted or not visible to you.")
        if about is not None and about.author != member and f"@{member.handle}" not in about.text and not about.answers:
            raise Refusal(403, _NOT_SUMMONED)
        root = (about.conversation or about.id) if about else ""
        shown = f"@{about.author.handle} {words}" if about is not None and about.author != member else words
        post = Post(self._next(), member, shown, self._now(), answers, root, media)
        post = replace(post, answers_own=about is not None and about.author == member)
        if edited is not None:
            self._older[edited.id] = self._posts.pop(edited.id)
            history, first_at = (*edited.history, edited.id), edited.first_at or edited.at
            post = replace(post, history=history, first_at=first_at)
        self._posts[post.id] = post
        return Reply({"data": {"id": post.id, "text": shown, "edit_history_post_ids": [*post.history, post.id]}}, 201)

    def _edited(self, member: Member, previous: str) -> Post | None:
        """Give the post that is to be changed, or None where none is."""
        if not previous:
            return None
        post = self._posts.get(previous)
        over = post is None or len(post.history) >= EDITS or self._now() > post.editable_until
        if over or post is None or post.author != member or self.subscription == "None":
            raise Refusal(403, "You are not permitted to edit this Post.")
        return post

    def _one(self, request: Request, known: str) -> Reply:
        self._member(request)
        post = self._posts.get(known) or self._older.get(known)
        if post is None:
            problem = {"title": "Not Found Error", "detail": f"Could not find tweet with id: [{known}]."}
            return Reply({"errors": [problem]})
        chain = next((each for each in self._posts.values() if known in each.history), post)
        return Reply({"data": {**post.shown(), "edit_history_post_ids": [*chain.history, chain.id]}})

    def _delete(self, request: Request, known: str) -> Reply:
        member = self._member(request)
        chain = [
            post.id for post in self._posts.values() if known in (*post.history, post.id) and post.author == member
        ]
        for whole in chain:  # with any of them the whole chain goes
            del self._posts[whole]
        return Reply({"data": {"deleted": True}})

    def _hide(self, request: Request, known: str) -> Reply:
        self._member(request)
        if known not in self._posts:
            raise Refusal(404, "Could not find tweet")
        self._posts[known] = replace(self._posts[known], hidden=bool(request.fields().get("hidden")))
        return Reply({"data": {"hidden": self._posts[known].hidden}})

    def _own(self, request: Request, whose: str) -> Reply:
        self._member(request)
        return self._listed(request, [post for post in self._posts.values() if post.author.id == whose])

    def _mentions(self, request: Request, whose: str) -> Reply:
        member = self._member(request)
        found = [post for post in self._posts.values() if post.author != member and self._reaches(post, member)]
        return self._listed(request, sorted(found, key=lambda post: int(post.id))[-_MENTIONS:])

    def _reaches(self, post: Post, member: Member) -> bool:
        about = self._posts.get(post.answers)
        return f"@{member.handle}" in post.text or (about is not None and about.author == member)

    def _search(self, request: Request) -> Reply:
        self._member(request)
        wanted = re.compile(re.escape(request.first("query").partition(" ")[0]) + r"\b", re.IGNORECASE)
        return self._listed(request, [post for post in self._posts.values() if wanted.search(post.text)])

    def _listed(self, request: Request, found: Sequence[Post]) -> Reply:
        since, start = int(request.first("since_id", "0")), request.first("start_time")
        begins = datetime.fromisoformat(start) if start else datetime(2006, 3, 21, tzinfo=UTC)
        newest_first = sorted((p for p in found if int(p.id) > since and p.at >= begins), key=lambda p: -int(p.id))
        page, meta = _paged(request, newest_first)
        body: dict[str, object] = {"meta": meta}
        if page:
            users = {post.author.id: post.author.shown() for post in page}
            body |= {"data": [self._shown(post) for post in page], "includes": {"users": list(users.values())}}
        return Reply(body)

    def _shown(self, post: Post) -> dict[str, object]:
        count = sum(each.quotes == post.id for each in self._posts.values())
        return {**post.shown(), "public_metrics": {"quote_count": count}}

    def _quotes(self, request: Request, known: str) -> Reply:
        self._member(request)
        return self._listed(request, [post for post in self._posts.values() if post.quotes == known])

    def _private_events(self, request: Request, with_whom: str = "") -> Reply:
        member = self._member(request)
        mine = [one for one in self._private if member.id in one.between.split("-") and with_whom in one.between]
        mine = [one for one in mine if one.at > self._now() - _PRIVATE]
        page, meta = _paged(request, sorted(mine, key=lambda one: -int(one.id)))
        body: dict[str, object] = {"meta": meta}
        if page:
            users = {one.sender.id: one.sender.shown() for one in page}
            body |= {"data": [one.shown() for one in page], "includes": {"users": list(users.values())}}
        return Reply(body)

    def _write_private(self, request: Request, person: str) -> Reply:
        member = self._member(request)
        to = next((each for each in self._members.values() if each.id == person), None)
        if to is None:
            raise Refusal(404, "User not found")
        made = self._write(member, to, str(request.fields()["text"]))
        return Reply({"data": {"dm_conversation_id": made.between, "dm_event_id": made.id}}, 201)


def _answered(server: XServer, verb: Callable[..., Reply], placed: tuple[str, ...], request: Request) -> Reply:
    return verb(server, request, *placed)


def _media(verb: Callable[..., Reply]) -> Callable[..., Reply]:
    """Let only members bring something up."""

    def act(server: XServer, request: Request, *placed: str) -> Reply:
        server._member(request)
        return verb(server._media, request, *placed)

    return act


def _paged(request: Request, newest_first: Sequence[Any]) -> tuple[Sequence[Any], dict[str, object]]:
    limit, start = int(request.first("max_results", "10")), int(request.first("pagination_token", "0").lstrip("p"))
    page = newest_first[start : start + limit]
    meta: dict[str, object] = {"result_count": len(page)}
    if len(newest_first) > start + limit:
        meta["next_token"] = f"p{start + limit:020}"
    return page, meta


_VERBS: Mapping[tuple[str, str], Callable[..., Reply]] = {
    ("POST", "/2/oauth2/token"): XServer._renew,
    ("GET", "/2/users/me"): XServer._who,
    ("POST", "/2/tweets"): XServer._post,
    ("GET", r"/2/tweets/(\d+)"): XServer._one,
    ("DELETE", r"/2/tweets/(\d+)"): XServer._delete,
    ("PUT", r"/2/tweets/(\d+)/hidden"): XServer._hide,
    ("POST", "/2/media/upload"): _media(Media.upload),
    ("GET", "/2/media/upload"): _media(Media.state),
    ("POST", "/2/media/upload/initialize"): _media(Media.begin),
    ("POST", r"/2/media/upload/(\d+)/append"): _media(Media.append),
    ("POST", r"/2/media/upload/(\d+)/finalize"): _media(Media.finalize),
    ("POST", "/2/media/metadata"): _media(Media.describe),
    ("POST", "/2/media/subtitles"): _media(Media.subtitle),
    ("GET", r"/2/users/(\d+)/tweets"): XServer._own,
    ("GET", r"/2/users/(\d+)/mentions"): XServer._mentions,
    ("GET", r"/2/tweets/(\d+)/quote_tweets"): XServer._quotes,
    ("GET", "/2/tweets/search/recent"): XServer._search,
    ("GET", "/2/dm_events"): XServer._private_events,
    ("GET", r"/2/dm_conversations/with/(\d+)/dm_events"): XServer._private_events,
    ("POST", r"/2/dm_conversations/with/(\d+)/messages"): XServer._write_private,
}
