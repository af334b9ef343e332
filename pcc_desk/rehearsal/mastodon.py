"""A rehearsal Mastodon on this PC: it answers as the real servers do, and nothing leaves the PC."""

import itertools
import re
import secrets
import threading
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from urllib.parse import parse_qs

from pcc_desk.rehearsal.forms import read_form
from pcc_desk.rehearsal.loopback import Hosted, Loopback, Reply, Request
from pcc_desk.rehearsal.mastodon_records import CONFIGURATION, LONGEST, MOST_MEDIA, Member, Post, above

_MOST_AT_ONCE = 80
SHOWN = "urn:ietf:wg:oauth:2.0:oob"  # the way back of an app whose code is shown on a page


class _Refusal(Exception):
    """The server says no: a code and a sentence."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.reply = Reply({"error": message}, code)


class MastodonServer(Hosted):
    """One server; a context manager.

    `url` is its address; `arrive` makes a member of the public write; `posts` shows what stands there. With `honours`
    False it takes a key and forgets it, and unless it `tells_apps` nobody hears with which app something was posted, as
    with some compatible servers.
    """

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC), honours: bool = True) -> None:
        """Take a free port; `now` stamps what arrives."""
        self._now, self._honours = now, honours
        self._lock = threading.RLock()
        self._numbers = itertools.count(110_000_000_000_000_001)
        self._members: dict[str, Member] = {}
        self._tokens: dict[str, str] = {}  # access token → handle
        self.tells_apps = True
        self._with: dict[str, str] = {}  # access token → the name of its app
        self._reading: set[str] = set()  # tokens that may not post
        self._apps: dict[str, tuple[str, tuple[str, ...], str]] = {}  # the secret, the ways back, and the name
        self._codes: dict[str, tuple[str, str, str]] = {}  # who said yes, the way back, and the challenge
        self._posts: dict[str, Post] = {}
        self._notices: list[tuple[str, str, str]] = []  # id, whose, post
        self._media: dict[str, dict[str, str]] = {}
        self._server = Loopback(self._answer, now)
        self.url = self._server.url

    @property
    def posts(self) -> tuple[Post, ...]:
        """Every post that is up, oldest first."""
        with self._lock:
            return tuple(self._posts.values())

    def add_account(self, handle: str, name: str = "", token: str = "", app: str = "The office’s app") -> Member:
        """Open an account, and give it an access token of an app of its own."""
        with self._lock:
            member = self._members.setdefault(handle, Member(self._next(), handle, name or handle.title()))
            if token:
                self._tokens[token], self._with[token] = handle, app
            return member

    def arrive(
        self, handle: str, text: str, answers: str = "", visibility: str = "public", at: datetime | None = None
    ) -> str:
        """Let a member of the public write; an answer begins with the name of whom it answers. Give its id."""
        with self._lock:
            author = self.add_account(handle)
            if answers in self._posts:
                text = f"@{self._posts[answers].author.handle} {text}"
            post = Post(self._next(), author, text, at or self._now(), "", answers, visibility)
            return self._keep(post).id

    def warn(self, known: str, warning: str) -> None:
        """Let the writer of a post warn of what stands in it."""
        with self._lock:
            self._posts[known] = replace(self._posts[known], warning=warning)

    def let_read_only(self, token: str) -> None:
        """Give an access token no right to post."""
        with self._lock:
            self._reading.add(token)

    def _mark(self, request: Request) -> Reply:
        self._member(request)
        if request.headers.get("authorization", "").removeprefix("Bearer ") in self._reading:
            return Reply({"error": "This action is outside the authorized scopes"}, 403)
        return Reply({})

    def revoke(self, handle: str) -> None:
        """Take every access token of an account back."""
        with self._lock:
            self._tokens = {token: whose for token, whose in self._tokens.items() if whose != handle}

    def _next(self) -> str:
        return str(next(self._numbers))

    def _keep(self, post: Post) -> Post:
        self._posts[post.id] = post
        for name in re.findall(r"@([\w.]+)", post.text):
            if name in self._members and name != post.author.handle:
                self._notices.append((self._next(), name, post.id))
        return post

    def _answer(self, request: Request) -> Reply:
        for (method, pattern), verb in _VERBS.items():
            match = re.fullmatch(pattern, request.path)
            if request.method == method and match:
                try:
                    with self._lock:
                        return verb(self, request, *match.groups())
                except _Refusal as refusal:
                    return refusal.reply
        return Reply({"error": "Record not found"}, 404)

    def _member(self, request: Request) -> Member:
        handle = self._tokens.get(request.headers.get("authorization", "").removeprefix("Bearer "))
        if handle is None:
            raise _Refusal(401, "The access token is invalid")
        return self._members[handle]

    def _instance(self, request: Request) -> Reply:
        return Reply({"domain": "rehearsal.test", "configuration": CONFIGURATION})

    def _register(self, request: Request) -> Reply:
        form = parse_qs(request.content.decode())
        known, secret = f"app-{secrets.token_hex(8)}", secrets.token_hex(16)
        self._apps[known] = (secret, tuple(form["redirect_uris"][0].split()), form["client_name"][0])
        return Reply({"client_id": known, "client_secret": secret, "name": form["client_name"][0]})

    def _authorize(self, request: Request) -> Reply:
        """Let the only member who can sign in say yes at once, as a person with the page open would."""
        _, places, _ = self._apps[request.first("client_id")]
        place, code = request.first("redirect_uri"), secrets.token_hex(12)
        if place not in places:
            raise _Refusal(400, "The redirect URI included is not valid.")
        self._codes[code] = (next(iter(self._members)), place, request.first("code_challenge"))
        if place == SHOWN:  # as Mastodon does: the code stands in the address of a page of its own, and on it
            place = f"{self.url}/oauth/authorize/native"
        return Reply({}, 302, {"Location": f"{place}?code={code}&state={request.first('state')}"})

    def _token(self, request: Request) -> Reply:
        form = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        secret, _, app = self._apps.get(form.get("client_id", ""), ("", (), ""))
        handle, place, challenge = self._codes.pop(form.get("code", ""), ("", "", ""))
        made = urlsafe_b64encode(sha256(form.get("code_verifier", "").encode()).digest()).rstrip(b"=").decode()
        bound = place == form.get("redirect_uri") and challenge in ("", made)
        if not handle or not bound or not secret or secret != form.get("client_secret"):
            raise _Refusal(400, "invalid_grant")
        token = secrets.token_hex(20)
        self._tokens[token], self._with[token] = handle, app
        return Reply({"access_token": token, "token_type": "Bearer", "scope": "read write"})

    def _who(self, request: Request) -> Reply:
        return Reply(self._member(request).shown())

    def _app(self, request: Request) -> Reply:
        self._member(request)
        if not self.tells_apps:
            raise _Refusal(404, "Record not found")
        return Reply({"name": self._app_of(request), "website": None})

    def _app_of(self, request: Request) -> str:
        return self._with.get(request.headers.get("authorization", "").removeprefix("Bearer "), "")

    def _upload(self, request: Request) -> Reply:
        self._member(request)
        fields, files = read_form(request)
        known = self._next()
        kind = "video" if files["file"].kind.startswith("video/") else "image"
        self._media[known] = {"id": known, "type": kind, "description": fields.get("description", ""), "url": ""}
        return Reply(self._media[known], 202)

    def _medium(self, request: Request, known: str) -> Reply:
        self._member(request)
        self._media[known]["url"] = f"{self.url}/media/{known}"
        return Reply(self._media[known])

    def _post(self, request: Request) -> Reply:
        member, given = self._member(request), request.fields()
        key = request.headers.get("idempotency-key", "")
        for there in self._posts.values():
            if self._honours and key and (there.key, there.author) == (key, member):
                return Reply(there.shown(self.url))
        media = tuple(self._media[str(known)] for known in given.get("media_ids") or ())
        _check(str(given.get("status", "")), media)
        answers = str(given.get("in_reply_to_id") or "")
        if answers and answers not in self._posts:
            raise _Refusal(404, "The post you are trying to reply to does not appear to exist.")
        post = Post(self._next(), member, str(given.get("status", "")), self._now(), key, answers, media=media)
        seen_by, warning = str(given.get("visibility") or "public"), str(given.get("spoiler_text") or "")
        visible = replace(post, visibility=seen_by, warning=warning, app=self._app_of(request))
        return Reply(self._keep(visible).shown(self.url))

    def _edit(self, request: Request, known: str) -> Reply:
        post, given = self._own(request, known), request.fields()
        _check(str(given.get("status", "")), post.media)
        self._posts[known] = replace(post, text=str(given["status"]))
        return Reply(self._posts[known].shown(self.url))

    def _delete(self, request: Request, known: str) -> Reply:
        post = self._own(request, known)
        del self._posts[known]
        return Reply({**post.shown(self.url), "text": post.text})

    def _own(self, request: Request, known: str) -> Post:
        member, post = self._member(request), self._posts.get(known)
        if post is None or post.author != member:
            raise _Refusal(404, "Record not found")
        return post

    def _one(self, request: Request, known: str) -> Reply:
        self._member(request)
        if known not in self._posts:
            raise _Refusal(404, "Record not found")
        return Reply(self._posts[known].shown(self.url))

    def _context(self, request: Request, known: str) -> Reply:
        if known not in self._posts:
            raise _Refusal(404, "Record not found")
        ancestors = [post.shown(self.url) for post in above(self._posts[known], self._posts)]
        return Reply({"ancestors": ancestors[::-1], "descendants": []})

    def _own_posts(self, request: Request, whose: str) -> Reply:
        told = (
            self.tells_apps and self._member(request).id == whose
        )  # others learn of the app only if one wants them to
        theirs = [post for post in self._posts.values() if post.author.id == whose]
        return self._listed(request, [(post.id, post.shown(self.url, told)) for post in theirs])

    def _notifications(self, request: Request) -> Reply:
        member = self._member(request)
        told = [
            (known, self._notice(known, self._posts[post]))
            for known, whose, post in self._notices
            if whose == member.handle and post in self._posts
        ]
        return self._listed(request, told)

    def _notice(self, known: str, post: Post) -> dict[str, object]:
        shown = post.shown(self.url)
        return {
            "id": known,
            "type": "mention",
            "created_at": shown["created_at"],
            "account": shown["account"],
            "status": shown,
        }

    def _tagged(self, request: Request, tag: str) -> Reply:
        wanted = re.compile(rf"#{re.escape(tag)}\b", re.IGNORECASE)
        public = [post for post in self._posts.values() if post.visibility == "public"]
        found = [(post.id, post.shown(self.url)) for post in public if wanted.search(post.text)]
        return self._listed(request, found)

    def _listed(self, request: Request, rows: list[tuple[str, dict[str, object]]]) -> Reply:
        limit = min(int(request.first("limit", "20")), _MOST_AT_ONCE)
        above_id, below_id = request.first("min_id"), request.first("max_id")
        rows = sorted(rows, key=lambda row: int(row[0]))
        if above_id:
            page = [row for row in rows if int(row[0]) > int(above_id)][:limit]
        else:
            page = [row for row in rows if not below_id or int(row[0]) < int(below_id)][-limit:]
        ids = [known for known, _ in page]
        places = {"next": f"max_id={ids[0]}"} if len(ids) == limit else {}
        places |= {"prev": f"min_id={ids[-1]}"} if ids else {}
        where = f"{self.url}{request.path}?limit={limit}"
        link = ", ".join(f'<{where}&{place}>; rel="{rel}"' for rel, place in places.items())
        return Reply([shown for _, shown in reversed(page)], headers={"Link": link} if link else {})


def _check(text: str, media: tuple[Mapping[str, str], ...]) -> None:
    if len(text) > LONGEST:
        raise _Refusal(422, f"Validation failed: Text character limit of {LONGEST} exceeded")
    if not text.strip() and not media:
        raise _Refusal(422, "Validation failed: Text can't be blank")
    if len(media) > MOST_MEDIA:
        raise _Refusal(422, f"Validation failed: Cannot attach more than {MOST_MEDIA} files")


_VERBS: Mapping[tuple[str, str], Callable[..., Reply]] = {
    ("GET", "/api/v[12]/instance"): MastodonServer._instance,
    ("POST", "/api/v1/apps"): MastodonServer._register,
    ("GET", "/oauth/authorize"): MastodonServer._authorize,
    ("POST", "/oauth/token"): MastodonServer._token,
    ("GET", "/api/v1/accounts/verify_credentials"): MastodonServer._who,
    ("GET", "/api/v1/apps/verify_credentials"): MastodonServer._app,
    ("POST", "/api/v2/media"): MastodonServer._upload,
    ("GET", r"/api/v1/media/(\d+)"): MastodonServer._medium,
    ("POST", "/api/v1/markers"): MastodonServer._mark,
    ("POST", "/api/v1/statuses"): MastodonServer._post,
    ("PUT", r"/api/v1/statuses/(\d+)"): MastodonServer._edit,
    ("DELETE", r"/api/v1/statuses/(\d+)"): MastodonServer._delete,
    ("GET", r"/api/v1/statuses/(\d+)"): MastodonServer._one,
    ("GET", r"/api/v1/statuses/(\d+)/context"): MastodonServer._context,
    ("GET", r"/api/v1/accounts/(\d+)/statuses"): MastodonServer._own_posts,
    ("GET", "/api/v1/notifications"): MastodonServer._notifications,
    ("GET", r"/api/v1/timelines/tag/([^/]+)"): MastodonServer._tagged,
}
