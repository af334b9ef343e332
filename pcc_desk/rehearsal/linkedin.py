"""A rehearsal LinkedIn on this PC, written after LinkedIn's own pages: no machine-readable description exists."""

import itertools
import re
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, unquote

from pcc_desk.rehearsal.linkedin_films import Film, Films
from pcc_desk.rehearsal.linkedin_records import Comment, Post, millis
from pcc_desk.rehearsal.loopback import Hosted, Loopback, Reply, Request

_LONGEST, _LONGEST_COMMENT = 3_000, 1_250
_VERSION = re.compile(r"20\d{4}")
_RESERVED = re.compile(r"(?<!\\)[|{}@\[\]()<>*_~]")


class _Refusal(Exception):
    """LinkedIn says no, in the shape of its errors."""

    def __init__(self, code: int, name: str, message: str) -> None:
        super().__init__(message)
        self.reply = Reply({"status": code, "code": name, "message": message}, code)


class _Duplicate(_Refusal):
    """LinkedIn takes no second post with the same words, in the shape in which people report it."""

    def __init__(self, urn: str) -> None:
        said = f"com.linkedin.content.common.exception.BadRequestResponseException: Content is a duplicate of {urn}"
        super().__init__(422, "", said)
        error = {"description": "Duplicate post is detected", "input": {}, "code": "DUPLICATE_POST"}
        kind = "com.linkedin.common.error.BadRequest"
        told = {"errorDetailType": kind, "message": said, "errorDetails": {"inputErrors": [error]}, "status": 422}
        self.reply = Reply(told, 422)


class LinkedInServer(Hosted):
    """One LinkedIn; a context manager.

    `url` is its address, `outside` the one it gives for uploads; `arrive` makes a member comment, `reword` one change a
    comment; `posts` and `comments` show what stands there. It cuts words short at one of `trips_over` and says so to
    nobody; where it `remembers`, it takes no second post with the same words.
    """

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """Take a free port; `now` stamps what arrives."""
        self._now = now
        self._lock = threading.RLock()
        self._numbers = itertools.count(7_200_000_000_000_000_001)
        self._pages: dict[str, tuple[str, str]] = {}
        self._tokens: set[str] = set()
        self.app: tuple[str, str] = ("86abc1defg2hij", "the-secret-of-the-app")
        self.scopes, self.ends_at = "r_organization_social,w_organization_social,rw_organization_admin", self._now()
        self.trips_over, self.remembers = "", False
        self._posts: dict[str, Post] = {}
        self._comments: dict[str, Comment] = {}
        self._notices: list[dict[str, Any]] = []
        self._images: dict[str, bytes] = {}
        self._server = Loopback(self._answer, now)
        self.url = self.outside = self._server.url
        self._films = Films(lambda: self.outside, self._next)

    @property
    def posts(self) -> tuple[Post, ...]:
        """Every post that is up, oldest first."""
        with self._lock:
            return tuple(self._posts.values())

    @property
    def comments(self) -> tuple[Comment, ...]:
        """Every comment that is up, oldest first."""
        with self._lock:
            return tuple(self._comments.values())

    @property
    def films(self) -> tuple[Film, ...]:
        """Every film, whole or on its way."""
        with self._lock:
            return self._films.all

    def forget_uploads(self) -> None:
        """Forget every film that is not whole, as happens after a day."""
        with self._lock:
            self._films.forget()

    def add_page(self, number: str, handle: str, name: str, token: str) -> None:
        """Open a page and a token that looks after every page."""
        with self._lock:
            self._pages[number] = (handle, name)
            self._tokens.add(token)

    def arrive(self, answers: str, text: str, at: datetime | None = None) -> str:
        """Let a member comment on a post or answer a comment, by its urn; give the comment's urn."""
        with self._lock:
            about = self._comments.get(answers)
            post = about.post if about else answers
            made = self._keep("urn:li:person:ann", post, text, (about.under or about.urn) if about else "", at)
            return made.urn

    def reword(self, urn: str, text: str) -> None:
        """Let whoever wrote a comment change it."""
        with self._lock:
            self._comments[urn].text = text
            (told,) = [one for one in self._notices if one["generatedActivity"] == urn and one["action"] == "COMMENT"]
            said = {**told["decoratedGeneratedActivity"]["comment"], "text": text}
            again = {"action": "COMMENT_EDIT", "decoratedGeneratedActivity": {"comment": said}}
            times = {"notificationId": self._next(), "lastModifiedAt": millis(self._now())}
            self._notices.append({**told, **again, **times})

    def revoke(self) -> None:
        """Take every token back."""
        with self._lock:
            self._tokens.clear()

    def _next(self) -> int:
        return next(self._numbers)

    def _keep(self, actor: str, post: str, text: str, under: str, at: datetime | None = None) -> Comment:
        made = Comment(f"urn:li:comment:({post},{self._next()})", actor, post, text, at or self._now(), under)
        self._comments[made.urn] = made
        said: dict[str, Any] = {"entity": post, "text": text, "owner": actor}
        if under:
            said["parentComment"] = under
        self._notices.append(
            {
                "notificationId": self._next(),
                "organizationalEntity": self._posts[post].author if post in self._posts else "",
                "action": "COMMENT",
                "sourcePost": post,
                "generatedActivity": made.urn,
                "decoratedGeneratedActivity": {"comment": said},
                "lastModifiedAt": millis(made.at),
            }
        )
        return made

    def _answer(self, request: Request) -> Reply:
        if (request.method, request.path) == ("POST", "/oauth/v2/introspectToken"):
            return self._introspect(request)
        for (method, pattern), verb in _VERBS.items():
            match = re.fullmatch(pattern, request.path)
            if request.method == method and match:
                try:
                    with self._lock:
                        self._admit(request)
                        return verb(self, request, *map(unquote, match.groups()))
                except _Refusal as refusal:
                    return refusal.reply
        return Reply({"status": 404, "code": "RESOURCE_NOT_FOUND", "message": "No such resource"}, 404)

    def _introspect(self, request: Request) -> Reply:
        form = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        if (form.get("client_id"), form.get("client_secret")) != self.app:
            return Reply({"error": "invalid_client"}, 401)
        if form.get("token") not in self._tokens:
            return Reply({"active": False, "status": "revoked"})
        ends = round(self.ends_at.timestamp())
        return Reply({"active": True, "status": "active", "scope": self.scopes, "expires_at": ends, "auth_type": "3L"})

    def _admit(self, request: Request) -> None:
        if request.path.startswith("/film-"):
            return  # the address itself is proof enough there
        if request.headers.get("authorization", "").removeprefix("Bearer ") not in self._tokens:
            raise _Refusal(401, "INVALID_ACCESS_TOKEN", "Invalid access token")
        if request.path.startswith("/rest/"):
            if not _VERSION.fullmatch(request.headers.get("linkedin-version", "")):
                raise _Refusal(426, "NONEXISTENT_VERSION", "Requested version is not active")
            if request.headers.get("x-restli-protocol-version") != "2.0.0":
                raise _Refusal(400, "ILLEGAL_ARGUMENT", "Wrong protocol version")

    def _acls(self, request: Request) -> Reply:
        return _listed([{"organization": f"urn:li:organization:{number}"} for number in self._pages])

    def _organization(self, request: Request, number: str) -> Reply:
        if number not in self._pages:
            raise _Refusal(404, "RESOURCE_NOT_FOUND", "No such organization")
        handle, name = self._pages[number]
        return Reply({"id": int(number), "vanityName": handle, "localizedName": name})

    def _begin_upload(self, request: Request) -> Reply:
        known = f"urn:li:image:C{self._next()}"
        place = f"{self.outside}/dms-uploads/{known.rpartition(':')[2]}?ca=vector"
        return Reply({"value": {"uploadUrl": place, "image": known, "uploadUrlExpiresAt": 0}})

    def _upload(self, request: Request, known: str) -> Reply:
        self._images[f"urn:li:image:{known}"] = request.content
        return Reply(b"", 201)

    def _post(self, request: Request) -> Reply:
        given = request.fields()
        words, content = str(given["commentary"]), dict(given.get("content") or {})
        several = [content["media"]] if "media" in content else (content.get("multiImage") or {}).get("images") or []
        shown = (content.get("article") or {}).get("thumbnail")
        several += [{"id": shown}] if shown else []
        if any(each["id"] not in self._images and not self._films.is_ready(each["id"]) for each in several):
            raise _Refusal(400, "INVALID_CONTENT_OWNERSHIP", "Image is not there")
        if len(words) > 2 * _LONGEST:
            raise _Refusal(422, "FIELD_LENGTH_TOO_LONG", "ShareCommentary text length exceeded")
        author, words = str(given["author"]), self._cut(words)
        for there in self._posts.values():
            if self.remembers and (there.author, there.commentary, there.content) == (author, words, content):
                raise _Duplicate(there.urn)
        post = Post(f"urn:li:share:{self._next()}", author, words, self._now(), content)
        self._posts[post.urn] = post
        return Reply(b"", 201, {"x-restli-id": post.urn})

    def _cut(self, words: str) -> str:
        """Drop the rest after some signs, silently, as the real one does."""
        ends = [found.start() for found in [_RESERVED.search(words)] if found]
        ends += [words.index(sign) for sign in self.trips_over if sign in words]
        return words[: min(ends, default=len(words))]

    def _patch(self, request: Request, urn: str) -> Reply:
        if request.headers.get("x-restli-method") != "PARTIAL_UPDATE" or urn not in self._posts:
            raise _Refusal(404, "RESOURCE_NOT_FOUND", "No such post")
        self._posts[urn].commentary = self._cut(str(request.fields()["patch"]["$set"]["commentary"]))
        return Reply(b"", 204)

    def _one(self, request: Request, urn: str) -> Reply:
        if urn not in self._posts:
            raise _Refusal(404, "RESOURCE_NOT_FOUND", "No such post")
        return Reply(self._posts[urn].shown())

    def _own(self, request: Request) -> Reply:
        mine = [post for post in self._posts.values() if post.author == request.first("author")]
        shown = [post.shown() for post in reversed(mine)]
        return _listed(shown[: int(request.first("count", "10"))])

    def _delete(self, request: Request, urn: str) -> Reply:
        self._posts.pop(urn, None)
        return Reply(b"", 204)

    def _comment(self, request: Request, under: str) -> Reply:
        given = request.fields()
        if under not in self._posts and under not in self._comments:
            raise _Refusal(404, "RESOURCE_NOT_FOUND", "No such entity")
        parent = str(given.get("parentComment", ""))
        made = self._keep(str(given["actor"]), str(given["object"]), str(given["message"]["text"]), parent)
        return Reply(made.shown(), 201, {"x-restli-id": made.number})

    def _comments_of(self, request: Request, under: str) -> Reply:
        here = [one for one in self._comments.values() if under == (one.under or one.post)]
        start, count = int(request.first("start", "0")), int(request.first("count", "10"))
        return _listed([one.shown() for one in here[start : start + count]])

    def _patch_comment(self, request: Request, post: str, number: str) -> Reply:
        known = self._number(post, number)
        if request.headers.get("x-restli-method") != "PARTIAL_UPDATE" or not known:
            raise _Refusal(404, "RESOURCE_NOT_FOUND", "No such comment")
        if self._comments[known].actor != request.first("actor"):
            raise _Refusal(403, "ACCESS_DENIED", "The actor did not write this comment")
        words = str(request.fields()["patch"]["message"]["$set"]["text"])
        if len(words) > _LONGEST_COMMENT:
            raise _Refusal(400, "FIELD_LENGTH_TOO_LONG", "Comment text length exceeded")
        self.reword(known, words)
        return Reply(self._comments[known].shown())

    def _number(self, post: str, number: str) -> str:
        """Give the urn of a comment under a post, or ""."""
        here = [one.urn for one in self._comments.values() if (one.post, one.number) == (post, number)]
        return "".join(here[:1])

    def _delete_comment(self, request: Request, post: str, number: str) -> Reply:
        known = self._number(post, number)
        if not known:
            raise _Refusal(404, "RESOURCE_NOT_FOUND", "No such comment")
        del self._comments[known]
        self._notices = [one for one in self._notices if one["generatedActivity"] != known]
        return Reply(b"", 204)

    def _notifications(self, request: Request) -> Reply:
        start, count = int(request.first("start", "0")), int(request.first("count", "10"))
        wanted = request.first("organizationalEntity")
        mine = [one for one in self._notices if one["organizationalEntity"] == wanted]
        newest_first = sorted(mine, key=lambda one: (-one["lastModifiedAt"], -one["notificationId"]))
        return _listed(newest_first[start : start + count])


def _listed(elements: list[dict[str, Any]]) -> Reply:
    return Reply({"elements": elements, "paging": {"start": 0, "count": len(elements), "links": []}})


_VERBS: Mapping[tuple[str, str], Callable[..., Reply]] = {
    ("GET", "/rest/organizationAcls"): LinkedInServer._acls,
    ("GET", r"/rest/organizations/(\d+)"): LinkedInServer._organization,
    ("POST", "/rest/images"): LinkedInServer._begin_upload,
    ("PUT", r"/dms-uploads/([^/]+)"): LinkedInServer._upload,
    ("POST", "/rest/videos"): lambda server, request: server._films.act(request),
    ("PUT", r"/film-uploads/([^/]+)/(\d+)"): lambda server, *rest: server._films.take(*rest),
    ("POST", r"/film-captions/([^/]+)"): lambda server, *rest: server._films.take_captions(*rest),
    ("GET", r"/rest/videos/([^/]+)"): lambda server, _, urn: server._films.show(urn),
    ("POST", "/rest/posts"): LinkedInServer._post,
    ("GET", "/rest/posts"): LinkedInServer._own,
    ("GET", "/rest/posts/([^/]+)"): LinkedInServer._one,
    ("POST", "/rest/posts/([^/]+)"): LinkedInServer._patch,
    ("DELETE", "/rest/posts/([^/]+)"): LinkedInServer._delete,
    ("POST", "/rest/socialActions/([^/]+)/comments"): LinkedInServer._comment,
    ("GET", "/rest/socialActions/([^/]+)/comments"): LinkedInServer._comments_of,
    ("POST", "/rest/socialActions/([^/]+)/comments/([^/]+)"): LinkedInServer._patch_comment,
    ("DELETE", "/rest/socialActions/([^/]+)/comments/([^/]+)"): LinkedInServer._delete_comment,
    ("GET", "/rest/organizationalEntityNotifications"): LinkedInServer._notifications,
}
