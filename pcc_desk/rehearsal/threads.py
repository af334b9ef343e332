"""A rehearsal Threads on this PC: it answers as Threads does for one account, and nothing leaves the PC."""

import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from pcc_desk.rehearsal.containers import Container, Containers
from pcc_desk.rehearsal.graph import Asked, Node, Refusal, answered, listed, not_there, read, shown, stamp
from pcc_desk.rehearsal.loopback import Hosted, Loopback, Reply, Request

_VERSION = "v1.0"
_A_DAY, _LIFE = timedelta(hours=24), timedelta(days=60)
_LONGEST = 500
_SCOPES = (
    "threads_basic",
    "threads_content_publish",
    "threads_manage_replies",
    "threads_read_replies",
    "threads_manage_mentions",
    "threads_keyword_search",
    "threads_delete",
)


@dataclass
class Post:
    """A post, or a reply to `above` in the thread that begins with `root`."""

    id: str
    by: str
    text: str
    at: datetime
    above: str = ""
    root: str = ""
    form: Mapping[str, str] = field(default_factory=dict)
    pictures: int = 0
    hidden: bool = False
    waits: str = ""  # "pending" or "ignored" while nobody else sees it
    parts: tuple[Mapping[str, str], ...] = ()  # what a carousel was made of

    def shown(self, ours: str, has_replies: bool) -> Node:
        """Give the node as the account `ours` sees it."""
        kind = {0: "VIDEO" if self.form.get("video_url") else "TEXT_POST", 1: "IMAGE"}.get(
            self.pictures, "CAROUSEL_ALBUM"
        )
        node: Node = {"id": self.id, "username": self.by, "timestamp": stamp(self.at), "media_type": kind}
        node |= {"permalink": f"https://www.threads.com/@{self.by}/post/{self.id}", "has_replies": has_replies}
        if self.text:
            node["text"] = self.text
        if self.pictures > 1:
            node["children"] = {"data": [{"id": f"{self.id}{number}"} for number in range(self.pictures)]}
        if self.above:
            node |= {"replied_to": {"id": self.above}, "root_post": {"id": self.root}}
            node |= {"is_reply_owned_by_me": self.by == ours, "hide_status": "HIDDEN" if self.hidden else "NOT_HUSHED"}
        return node


class ThreadsServer(Hosted):
    """One office's account and the public; a context manager.

    `url` is its address; `arrive` makes a member of the public reply; `posts` shows what everyone sees.
    """

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC), handle: str = "the.office") -> None:
        """Take a free port; `now` stamps what arrives, `handle` is the account's name."""
        self._now = now
        self._lock = threading.RLock()
        self._numbers = 18_000
        self.id, self.handle = "31415", handle
        self.scopes: tuple[str, ...] = _SCOPES
        self.most = {"": 250, "reply_": 1_000}
        self.containers = Containers(now, self._number)
        self.tokens: dict[str, datetime] = {}
        self._posts: dict[str, Post] = {}
        self._server = Loopback(self._answer, now)
        self.url = self._server.url

    @property
    def posts(self) -> tuple[Post, ...]:
        """Everything that is up, replies too, oldest first."""
        return tuple(post for post in self._posts.values() if not post.waits)

    def add_token(self, token: str, ends_at: datetime | None = None) -> None:
        """Make a long-lived token."""
        self.tokens[token] = ends_at or datetime.now(UTC) + _LIFE

    def revoke(self) -> None:
        """Take all tokens back."""
        self.tokens.clear()

    def arrive(self, answers: str, text: str, by: str = "ann", at: datetime | None = None) -> str:
        """Let somebody reply to a post, or with "" post something of their own; give its id."""
        with self._lock:
            return self._put(by, text, answers, at).id

    def _number(self) -> str:
        self._numbers += 1
        return str(self._numbers)

    def _put(self, by: str, text: str, answers: str, at: datetime | None = None) -> Post:
        above = self._posts.get(answers)
        if answers and above is None:
            raise not_there(answers)
        root = (above.root or above.id) if above else ""
        made = Post(self._number(), by, text, at or self._now(), answers, root)
        self._posts[made.id] = made
        return made

    def _answer(self, request: Request) -> Reply:
        if request.path == "/refresh_access_token":
            return answered(lambda: self._refreshed(request))

        def told() -> Node:
            asked = read(request, _VERSION)
            with self._lock:
                return self._told(asked)

        return answered(told)

    def _refreshed(self, request: Request) -> Node:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        self._refuse_unknown(token)
        if request.first("grant_type") != "th_refresh_token":
            raise Refusal(100, "The parameter grant_type is required")
        fresh = f"THAA{secrets.token_hex(20)}"
        self.add_token(fresh)
        return {"access_token": fresh, "token_type": "bearer", "expires_in": int(_LIFE.total_seconds())}

    def _refuse_unknown(self, token: str) -> None:
        if self.tokens.get(token, datetime.min.replace(tzinfo=UTC)) <= datetime.now(UTC):
            raise Refusal(190, "Error validating access token: Session has expired", 463, 401)

    def _told(self, asked: Asked) -> Node:
        self._refuse_unknown(asked.token)
        first, *edge = asked.parts
        kind = "container" if any(each.id == first for each in self.containers.all) and not edge else ""
        whose = first if first in ("me", "debug_token", "keyword_search") else kind or "*"
        verb = _EDGES.get((asked.method, "/".join((whose, *edge))))
        if verb is None:
            raise Refusal(100, f"Tried accessing nonexisting field ({'/'.join(asked.parts)})")
        return verb(self, asked)

    def _debug(self, asked: Asked) -> Node:
        ends_at = self.tokens.get(asked.wanted("input_token"))
        told: Node = {"is_valid": ends_at is not None, "type": "USER", "scopes": list(self.scopes)}
        return {"data": {**told, "expires_at": int(ends_at.timestamp()) if ends_at else 0}}

    def _me(self, asked: Asked) -> Node:
        return shown(asked, {"id": self.id, "username": self.handle, "name": "The office"})

    def _limit(self, asked: Asked) -> Node:
        ours = [post for post in self.posts if post.by == self.handle and self._now() - post.at < _A_DAY]
        used = {"": sum(not post.above for post in ours), "reply_": sum(bool(post.above) for post in ours)}
        told: Node = {}
        for kind, count in used.items():
            told[f"{kind}quota_usage"] = count
            told[f"{kind}config"] = {"quota_total": self.most[kind], "quota_duration": 86_400}
        return {"data": [{name: told[name] for name in asked.wanted("fields").split(",")}]}

    def _make(self, asked: Asked) -> Node:
        form, kind = asked.fields, asked.wanted("media_type")
        if kind == "TEXT" and not form.get("text"):
            raise Refusal(100, "The parameter text is required")
        if len(form.get("text", "")) > _LONGEST:
            raise Refusal(100, "Param text must be at most 500 characters long.")
        answered_ = form.get("reply_to_id", "")
        if answered_ and answered_ not in self._posts:
            raise not_there(answered_)
        return {"id": self.containers.make(form)}

    def _publish(self, asked: Asked) -> Node:
        return {"id": self.containers.publish(asked.wanted("creation_id"), self._published)}

    def _published(self, container: Container) -> str:
        form = container.form
        made = self._put(self.handle, form.get("text", ""), form.get("reply_to_id", ""))
        children = [each for each in form.get("children", "").split(",") if each]
        made.form, made.pictures = form, len(children) or int("image_url" in form)
        made.parts = tuple(self.containers.look(each).form for each in children)
        return made.id

    def _look(self, asked: Asked) -> Node:
        found = self.containers.look(asked.parts[0])
        return shown(asked, {"id": found.id, "status": found.standing, "error_message": found.reason})

    def _nodes(self, asked: Asked, which: Callable[[Post], bool], newest_first: bool = True) -> Node:
        answered_ = {post.above for post in self.posts}
        found = sorted(filter(which, self.posts), key=lambda post: post.at, reverse=newest_first)
        return listed(asked, [post.shown(self.handle, post.id in answered_) for post in found])

    def _ours(self, asked: Asked) -> Node:
        return self._nodes(asked, lambda post: post.by == self.handle and not post.above)

    def _our_replies(self, asked: Asked) -> Node:
        return self._nodes(asked, lambda post: post.by == self.handle and bool(post.above))

    def _mentions(self, asked: Asked) -> Node:
        return self._nodes(asked, lambda post: f"@{self.handle}" in post.text)

    def _search(self, asked: Asked) -> Node:
        tag = f"#{asked.wanted('q')}".casefold()
        return self._nodes(asked, lambda post: tag in post.text.casefold())

    def _conversation(self, asked: Asked) -> Node:
        self._refuse_missing(asked.parts[0])
        newest_first = asked.fields.get("reverse", "true") == "true"
        return self._nodes(asked, lambda post: post.root == asked.parts[0], newest_first)

    def wait_for_approval(self, answers: str, text: str, by: str = "ann", at: datetime | None = None) -> str:
        """Let somebody reply to a post whose replies need our approval; give its id."""
        with self._lock:
            made = self._put(by, text, answers, at)
            made.waits = "pending"
            return made.id

    def _pending(self, asked: Asked) -> Node:
        self._refuse_missing(asked.parts[0])
        wanted = asked.fields.get("approval_status", "pending")
        found = [p for p in self._posts.values() if p.root == asked.parts[0] and p.waits == wanted]
        newest_first = asked.fields.get("reverse", "true") == "true"
        found.sort(key=lambda post: post.at, reverse=newest_first)
        return listed(asked, [post.shown(self.handle, False) for post in found])

    def _approve(self, asked: Asked) -> Node:
        self._refuse_missing(asked.parts[0])
        self._posts[asked.parts[0]].waits = "" if asked.wanted("approve") == "true" else "ignored"
        return {"success": True}

    def _replies(self, asked: Asked) -> Node:
        self._refuse_missing(asked.parts[0])
        return self._nodes(asked, lambda post: post.above == asked.parts[0])

    def _refuse_missing(self, name: str) -> None:
        if name not in self._posts:
            raise not_there(name)

    def _node(self, asked: Asked) -> Node:
        self._refuse_missing(asked.parts[0])
        return shown(asked, self._posts[asked.parts[0]].shown(self.handle, False))

    def _hide(self, asked: Asked) -> Node:
        self._refuse_missing(asked.parts[0])
        reply = self._posts[asked.parts[0]]
        if reply.above != reply.root:
            raise Refusal(10, "Only top-level replies can be hidden", code=403)
        reply.hidden = asked.wanted("hide") == "true"
        return {"success": True}

    def _delete(self, asked: Asked) -> Node:
        self._refuse_missing(asked.parts[0])
        if self._posts[asked.parts[0]].by != self.handle:
            raise not_there(asked.parts[0])
        del self._posts[asked.parts[0]]
        return {"success": True}


_Verb = Callable[[ThreadsServer, Asked], Node]
_EDGES: Mapping[tuple[str, str], _Verb] = {
    ("GET", "debug_token"): ThreadsServer._debug,
    ("GET", "me"): ThreadsServer._me,
    ("GET", "me/threads_publishing_limit"): ThreadsServer._limit,
    ("GET", "me/threads"): ThreadsServer._ours,
    ("GET", "me/replies"): ThreadsServer._our_replies,
    ("GET", "me/mentions"): ThreadsServer._mentions,
    ("GET", "keyword_search"): ThreadsServer._search,
    ("GET", "container"): ThreadsServer._look,
    ("GET", "*/conversation"): ThreadsServer._conversation,
    ("GET", "*/replies"): ThreadsServer._replies,
    ("GET", "*/pending_replies"): ThreadsServer._pending,
    ("GET", "*"): ThreadsServer._node,
    ("POST", "me/threads"): ThreadsServer._make,
    ("POST", "me/threads_publish"): ThreadsServer._publish,
    ("POST", "*/manage_reply"): ThreadsServer._hide,
    ("POST", "*/manage_pending_reply"): ThreadsServer._approve,
    ("DELETE", "*"): ThreadsServer._delete,
}
