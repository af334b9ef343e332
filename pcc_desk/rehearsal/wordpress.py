"""A rehearsal website on this PC: it answers as WordPress does, and nothing leaves the PC."""

import base64
import binascii
import html
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime

from pcc_desk.rehearsal.loopback import Hosted, Loopback, Reply, Request
from pcc_desk.rehearsal.wordpress_library import Refusal, uploaded
from pcc_desk.rehearsal.wordpress_records import Comment, Picture, Post, User, stamp, without_tags

_PAGE = "text/html; charset=utf-8"
_MOST_AT_ONCE = 100


class WordPressServer(Hosted):
    """One website; a context manager.

    `url` is its address; `arrive` makes a member of the public comment; `posts`, `pictures` and `comments` show it all.
    """

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC), name: str = "The office") -> None:
        """Take a free port; `now` stamps what arrives, `name` is the site's name."""
        self._now = now
        self._name = name
        self.most_bytes = 64_000_000  # of one file
        self.shows: Callable[[bytes], bytes] = lambda content: content  # what it makes of what it keeps
        self.film_views = 0
        self._lock = threading.RLock()
        self._users: list[User] = []
        self._posts: dict[int, Post] = {}
        self._pictures: dict[int, Picture] = {}
        self._comments: dict[int, Comment] = {}
        self._server = Loopback(self._answer, now)
        self.url = self._server.url

    @property
    def accounts(self) -> tuple[User, ...]:
        """Everyone who may sign in, oldest first."""
        with self._lock:
            return tuple(self._users)

    @property
    def posts(self) -> tuple[Post, ...]:
        """Every post that is published, oldest first."""
        with self._lock:
            return tuple(post for post in self._posts.values() if post.state == "publish")

    @property
    def drafts(self) -> tuple[Post, ...]:
        """Every post that is not published, oldest first."""
        with self._lock:
            return tuple(post for post in self._posts.values() if post.state == "draft")

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """The site's library, oldest first."""
        with self._lock:
            return tuple(self._pictures.values())

    @property
    def comments(self) -> tuple[Comment, ...]:
        """Every comment that is not in the bin, oldest first."""
        with self._lock:
            return tuple(comment for comment in self._comments.values() if comment.state != "trash")

    def add_user(self, login: str, password: str, name: str = "", editor: bool = True) -> User:
        """Let someone sign in to the interface; one who is no editor may not publish. Names the site when given."""
        with self._lock:
            self._name = name or self._name
            user = User(len(self._users) + 1, login, name or login, password, editor)
            self._users.append(user)
            return user

    def arrive(self, answers: str, name: str, text: str, at: datetime | None = None, state: str = "hold") -> str:
        """Let a member of the public comment on post:N or comment:N; give the new comment's comment:N."""
        with self._lock:
            kind, _, number = answers.partition(":")
            parent = self._comments[int(number)] if kind == "comment" else None
            post = parent.post if parent else int(number)
            comment = self._add_comment(post, parent.id if parent else 0, html.escape(text, quote=False))
            comment.name, comment.at, comment.state = name, at or self._now(), state
            return f"comment:{comment.id}"

    def revoke(self, login: str) -> None:
        """Take a user's application password back."""
        with self._lock:
            self._users = [User(u.id, u.login, u.name, "") if u.login == login else u for u in self._users]

    def _add_comment(self, post: int, parent: int, content: str) -> Comment:
        comment = Comment(max(self._comments, default=0) + 1, post, parent, 0, "", content, self._now())
        self._comments[comment.id] = comment
        return comment

    def _answer(self, request: Request) -> Reply:
        route = request.first("rest_route")
        if not route and request.path.startswith("/wp-json"):
            route = request.path.removeprefix("/wp-json") or "/"
        try:
            with self._lock:
                return self._called(request, route) if route else self._page(request)
        except Refusal as refusal:
            return refusal.reply

    def _called(self, request: Request, route: str) -> Reply:
        if route == "/":
            return Reply({"name": self._name, "url": self.url, "home": self.url, "namespaces": ["wp/v2"]})
        parts = route.strip("/").split("/")
        number = int(parts[3]) if len(parts) == 4 and parts[3].isdigit() else None
        shape = "/".join(parts[:3]) + ("" if len(parts) == 3 else "/N" if number is not None else f"/{parts[3]}")
        verb = _VERBS.get((request.method, shape))
        if verb is None:
            raise Refusal(404, "rest_no_route", "No route was found matching the URL and request method.")
        return verb(self, request, self._signed_in(request), number or 0)

    def _page(self, request: Request) -> Reply:
        for picture in self._pictures.values():
            if request.path == f"/wp-content/uploads/{picture.name}":
                self.film_views += picture.mime.startswith("video/")
                return Reply(self.shows(picture.content), kind=picture.mime)
        for post in self.posts:
            if request.path.strip("/") == post.slug or request.first("p") == str(post.id):
                shown = f"<h1>{post.title}</h1>{post.content}"
                said = [c for c in self.comments if c.post == post.id and c.state == "approved"]
                shown += "".join(f"<p><b>{html.escape(c.name)}</b>: {html.escape(c.content)}</p>" for c in said)
                return Reply(f"<!doctype html><meta charset=utf-8>{shown}".encode(), kind=_PAGE)
        found = request.path == "/"
        title = html.escape(self._name) if found else "Not found"
        return Reply(f"<!doctype html><h1>{title}</h1>".encode(), 200 if found else 404, kind=_PAGE)

    def _signed_in(self, request: Request) -> User:
        try:
            pair = base64.b64decode(request.headers.get("authorization", "").removeprefix("Basic ")).decode()
        except (binascii.Error, UnicodeDecodeError):
            pair = ""
        login, _, password = pair.partition(":")
        for user in self._users:
            if user.login == login and user.password and user.password == password.replace(" ", ""):
                return user
        raise Refusal(401, "rest_not_logged_in", "You are not currently logged in.")

    def _me(self, request: Request, user: User, number: int) -> Reply:
        return Reply(user.view())

    def _list_posts(self, request: Request, user: User, number: int) -> Reply:
        wanted = request.first("slug")
        found = [post for post in self._posts.values() if post.state != "trash" and wanted in ("", post.slug)]
        found = [post for post in found if request.first("author") in ("", str(post.author))]
        if request.first("orderby") == "date":
            found.sort(key=lambda post: (post.at, post.id), reverse=request.first("order", "desc") == "desc")
        shown = self._some(request, [post.view(self.url) for post in found])
        if found and not shown.body:
            raise Refusal(400, "rest_post_invalid_page_number", "The page number requested is larger than it can be.")
        return shown

    def _save_post(self, request: Request, user: User, number: int) -> Reply:
        given = request.fields()
        if not user.editor:
            raise Refusal(403, "rest_cannot_create", "Sorry, you are not allowed to create posts as this user.")
        if number and (number not in self._posts or self._posts[number].state == "trash"):
            raise Refusal(404, "rest_post_invalid_id", "Invalid post ID.")
        post = self._posts[number] if number else Post(self._next_id(), user.id, self._now())
        self._posts[post.id] = post
        post.title, post.content = str(given.get("title", post.title)), str(given.get("content", post.content))
        post.featured = int(given.get("featured_media", post.featured))
        post.slug = str(given.get("slug", post.slug))
        if given.get("status") == "publish" and post.state != "publish":
            taken = {other.slug for other in self.posts}
            post.slug = f"{post.slug}-2" if post.slug in taken else post.slug
            post.state, post.at = "publish", self._now()
        return Reply(post.view(self.url), 200 if number else 201)

    def _trash_post(self, request: Request, user: User, number: int) -> Reply:
        post = self._posts.get(number)
        if post is None:
            raise Refusal(404, "rest_post_invalid_id", "Invalid post ID.")
        if post.state == "trash":
            raise Refusal(410, "rest_already_trashed", "The post has already been deleted.")
        post.state, post.slug = "trash", f"{post.slug}__trashed"
        return Reply(post.view(self.url))

    def _list_media(self, request: Request, user: User, number: int) -> Reply:
        wanted = request.first("slug")
        return self._some(request, [p.view(self.url) for p in self._pictures.values() if wanted in ("", p.slug)])

    def _save_media(self, request: Request, user: User, number: int) -> Reply:
        if number:
            picture = self._pictures[number]
            picture.alt = without_tags(str(request.fields().get("alt_text", picture.alt)))
            return Reply(picture.view(self.url))
        picture = uploaded(request, self._next_id(), self.most_bytes)
        self._pictures[picture.id] = picture
        return Reply(picture.view(self.url), 201)

    def _delete_media(self, request: Request, user: User, number: int) -> Reply:
        if number not in self._pictures or request.first("force") != "true":
            raise Refusal(404, "rest_post_invalid_id", "Invalid post ID.")
        return Reply({"deleted": True, "previous": self._pictures.pop(number).view(self.url)})

    def _list_comments(self, request: Request, user: User, number: int) -> Reply:
        states = {"all": ("approved", "hold"), "any": ("approved", "hold", "trash")}
        shown = states.get(request.first("status", "approved"), (request.first("status", "approved"),))
        after = datetime.fromisoformat(request.first("after", "1970-01-01T00:00:00+00:00"))
        found = [
            comment
            for comment in self._comments.values()
            if comment.state in shown
            and comment.at > after
            and request.first("post") in ("", str(comment.post))
            and request.first("author") in ("", str(comment.author))
        ]
        newest_first = request.first("order", "desc") == "desc"
        found.sort(key=lambda comment: (stamp(comment.at), comment.id), reverse=newest_first)
        return self._some(request, [comment.view(self.url) for comment in found])

    def _save_comment(self, request: Request, user: User, number: int) -> Reply:
        given = request.fields()
        post, parent, content = int(given.get("post", 0)), int(given.get("parent", 0)), str(given.get("content", ""))
        if post not in self._posts or (parent and parent not in self._comments):
            raise Refusal(403, "rest_comment_invalid_post_id", "Sorry, you are not allowed to create this comment.")
        if any((c.post, c.parent, c.author, c.content) == (post, parent, user.id, content) for c in self.comments):
            raise Refusal(409, "comment_duplicate", "Duplicate comment detected; you&#8217;ve already said that!")
        comment = self._add_comment(post, parent, content)
        comment.author, comment.name, comment.state = user.id, user.name, "approved"
        comment.agent = str(given.get("author_user_agent") or request.headers.get("user-agent", ""))
        return Reply(comment.view(self.url), 201)

    def _show_comment(self, request: Request, user: User, number: int) -> Reply:
        return Reply(self._comment(number).view(self.url))

    def _change_comment(self, request: Request, user: User, number: int) -> Reply:
        comment, wanted = self._comment(number), str(request.fields().get("status", ""))
        if wanted == comment.state:  # as the real one does
            raise Refusal(500, "rest_comment_failed_edit", "Updating comment status failed.")
        comment.state = wanted
        return Reply(comment.view(self.url))

    def _comment(self, number: int) -> Comment:
        comment = self._comments.get(number)
        if comment is None:
            raise Refusal(404, "rest_comment_invalid_id", "Invalid comment ID.")
        return comment

    def _trash_comment(self, request: Request, user: User, number: int) -> Reply:
        comment = self._comment(number)
        if comment.state == "trash":
            raise Refusal(410, "rest_already_trashed", "The comment has already been trashed.")
        comment.state = "trash"
        return Reply(comment.view(self.url))

    def _next_id(self) -> int:
        return max([3, *self._posts, *self._pictures]) + 1

    def _some(self, request: Request, views: Iterable[Mapping[str, object]]) -> Reply:
        size = min(int(request.first("per_page", "10")), _MOST_AT_ONCE)
        start = (int(request.first("page", "1")) - 1) * size
        return Reply(list(views)[start : start + size])


_VERBS: Mapping[tuple[str, str], Callable[[WordPressServer, Request, User, int], Reply]] = {
    ("GET", "wp/v2/users/me"): WordPressServer._me,
    ("GET", "wp/v2/posts"): WordPressServer._list_posts,
    ("POST", "wp/v2/posts"): WordPressServer._save_post,
    ("POST", "wp/v2/posts/N"): WordPressServer._save_post,
    ("DELETE", "wp/v2/posts/N"): WordPressServer._trash_post,
    ("GET", "wp/v2/media"): WordPressServer._list_media,
    ("POST", "wp/v2/media"): WordPressServer._save_media,
    ("POST", "wp/v2/media/N"): WordPressServer._save_media,
    ("DELETE", "wp/v2/media/N"): WordPressServer._delete_media,
    ("GET", "wp/v2/comments"): WordPressServer._list_comments,
    ("POST", "wp/v2/comments"): WordPressServer._save_comment,
    ("GET", "wp/v2/comments/N"): WordPressServer._show_comment,
    ("POST", "wp/v2/comments/N"): WordPressServer._change_comment,
    ("DELETE", "wp/v2/comments/N"): WordPressServer._trash_comment,
}
