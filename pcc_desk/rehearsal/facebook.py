"""A rehearsal Facebook on this PC: it answers as the Graph API does for one Page, and nothing leaves the PC."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from pcc_desk.rehearsal import facebook_films
from pcc_desk.rehearsal.facebook_records import Live, Photo, Post, newest_first
from pcc_desk.rehearsal.facebook_wall import Wall
from pcc_desk.rehearsal.graph import Asked, Node, Refusal, answered, listed, not_there, read, shown
from pcc_desk.rehearsal.loopback import Hosted, Loopback, Reply, Request
from pcc_desk.rehearsal.meta_tokens import MetaTokens
from pcc_desk.rehearsal.private_answers import refuse_second_answer

_VERSION = "v26.0"
_WINDOW = timedelta(hours=24)
_SCOPES = (
    "pages_show_list",
    "pages_manage_posts",
    "pages_manage_engagement",
    "pages_read_engagement",
    "pages_read_user_content",
    "pages_messaging",
)
_OVER = ("VOD", "SCHEDULED_CANCELED")


class FacebookServer(Hosted):
    """One Page and the people who write to it; a context manager.

    `url` is its address; `wall` is what stands on the Page, where members of the public `arrive`.
    """

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC), name: str = "The office") -> None:
        """Take a free port; `now` stamps what arrives, `name` is the Page's name."""
        self.wall = Wall(now, name)
        self.tokens = MetaTokens(_SCOPES)
        self.others: list[Node] = []  # further Pages a person's token is for
        self._server = Loopback(self._answer, now)
        self.url = self._server.url

    def add_token(self, token: str, kind: str = "PAGE") -> None:
        """Make a token of the Page, or with "USER" of a person who looks after Pages."""
        self.tokens.add(token, kind)

    def revoke(self, token: str = "") -> None:
        """Take a token back, or all of them."""
        self.tokens.revoke(token)

    def _answer(self, request: Request) -> Reply:
        def told() -> Node:
            asked = read(request, _VERSION)
            with self.wall.lock:
                return self._told(asked)

        return answered(told)

    def _told(self, asked: Asked) -> Node:
        if (about := self.tokens.told(asked)) is not None:
            return about
        kind = self.tokens.kind_of(asked)
        if asked.parts == ("me",) and kind == "PAGE":
            return shown(asked, self._page_node())
        if asked.parts == ("me", "accounts") and kind == "USER":
            page = {**self._page_node(), "access_token": "page-token-of-the-office"}
            self.add_token(page["access_token"])
            return listed(asked, [page, *self.others])
        if kind != "PAGE":
            raise Refusal(200, "A page access token is required", code=403)
        name, *edge = asked.parts
        verb = _EDGES.get((asked.method, "/".join(edge) if name == self.wall.page.id or not edge else f"*/{edge[0]}"))
        if verb is None or len(edge) > 1:
            raise Refusal(100, f"Tried accessing nonexisting field ({'/'.join(edge)})")
        return verb(self, asked)

    def _page_node(self) -> Node:
        page = self.wall.page
        return {"id": page.id, "name": page.name, "username": page.username}

    def _feed(self, asked: Asked) -> Node:
        return self._listed_posts(asked, lambda post: post.on == self.wall.page.id)

    def _published(self, asked: Asked) -> Node:
        return self._listed_posts(asked, lambda post: post.by == self.wall.page)

    def _visitors(self, asked: Asked) -> Node:
        return self._listed_posts(asked, lambda post: post.on == self.wall.page.id and post.by != self.wall.page)

    def _tagged(self, asked: Asked) -> Node:
        return self._listed_posts(asked, lambda post: post.on not in ("", self.wall.page.id))

    def _listed_posts(self, asked: Asked, which: Callable[[Post], bool]) -> Node:
        posts = sorted(filter(which, self.wall.posts.values()), key=lambda post: post.at, reverse=True)
        return listed(asked, [post.shown() for post in posts])

    def _ratings(self, asked: Asked) -> Node:
        return listed(asked, [review.shown() for review in reversed(self.wall.reviews)])

    def _conversations(self, asked: Asked) -> Node:
        if asked.fields.get("platform") != "MESSENGER":
            return {"data": []}
        nodes = [each.shown() for each in self.wall.conversations.values()]
        return listed(asked, sorted(nodes, key=lambda node: str(node["updated_time"]), reverse=True))

    def _messages_of(self, asked: Asked) -> Node:
        found = self.wall.conversations.get(asked.parts[0])
        if found is None:
            raise not_there(asked.parts[0])
        return listed(asked, newest_first(found.said))

    def _comments_of(self, asked: Asked) -> Node:
        name = asked.parts[0]
        kept = self.wall.posts.get(name) or self.wall.lives.get(name)
        under = kept.comments if kept else [each for each in self.wall.comments if each.above == name]
        if not kept and all(each.id != name for each in self.wall.comments):
            raise not_there(name)
        return listed(asked, newest_first(under))

    def _post(self, asked: Asked) -> Node:
        photos = [self._photo(each["media_fbid"]) for each in json.loads(asked.fields.get("attached_media", "[]"))]
        text = asked.fields.get("message", "").strip()
        if not (text or photos or asked.fields.get("link")):
            raise Refusal(100, "You must provide a message, link or attached media")
        page = self.wall.page
        post = Post(f"{page.id}_{self.wall.number()}", page.id, page, text, self.wall.now())
        post.link, post.photos = asked.fields.get("link", ""), photos
        for photo in photos:
            photo.post = post.id
        return {"id": self.wall.post(post).id}

    def _photo(self, name: str) -> Photo:
        photo = self.wall.photos.get(name)
        if photo is None:
            raise Refusal(100, "Object at index 0 of attached_media cannot be used")
        return photo

    def _bring_up(self, asked: Asked) -> Node:
        if "source" not in asked.files:
            raise Refusal(324, "Missing or invalid image file", 2_069_019)
        photo = Photo(self.wall.number(), asked.fields.get("alt_text_custom", ""), asked.files["source"].content)
        self.wall.photos[photo.id] = photo
        if asked.fields.get("published") != "false":
            raise Refusal(100, "This Page publishes pictures with its posts only")
        return {"id": photo.id}

    def _comment(self, asked: Asked) -> Node:
        text = asked.fields.get("message", "").strip()
        if not text and "attachment_id" not in asked.fields:
            raise Refusal(100, "A comment needs a message or an attachment")
        try:
            comment = self.wall.comment(asked.parts[0], self.wall.page, text)
        except KeyError:
            raise not_there(asked.parts[0]) from None
        comment.picture = asked.fields.get("attachment_id", "")
        return {"id": comment.id}

    def _message(self, asked: Asked) -> Node:
        recipient, text = json.loads(asked.wanted("recipient")), json.loads(asked.wanted("message"))["text"]
        if "comment_id" in recipient:
            comment = next((each for each in self.wall.comments if each.id == recipient["comment_id"]), None)
            if comment is None:
                raise not_there(recipient["comment_id"])
            refuse_second_answer(comment, self.wall.now())
            where = self.wall.conversation(comment.by)
        else:
            found = [each for each in self.wall.conversations.values() if each.with_.id == recipient["id"]]
            if not found:
                raise Refusal(100, "No matching user found", 2_018_001)
            where = found[0]
            last = max(said.at for said in where.said if said.by != self.wall.page)
            if self.wall.now() - last > _WINDOW and asked.fields.get("tag") != "HUMAN_AGENT":
                raise Refusal(10, "This message is sent outside of allowed window.", 2_018_278)
        said = self.wall.say(where, self.wall.page, text)
        return {"recipient_id": where.with_.id, "message_id": said.id}

    def _film(self, asked: Asked) -> Node:
        return facebook_films.take(self.wall, asked)

    def _caption(self, asked: Asked) -> Node:
        return facebook_films.caption(self.wall, asked)

    def _plan(self, asked: Asked) -> Node:
        starts = json.loads(asked.wanted("event_params"))["start_time"]
        if asked.fields.get("status") != "SCHEDULED_UNPUBLISHED":
            raise Refusal(100, "Invalid parameter")
        title, text = asked.fields.get("title", ""), asked.fields.get("description", "")
        live = Live(self.wall.number(), title, text, "SCHEDULED_UNPUBLISHED", datetime.fromtimestamp(starts, UTC))
        self.wall.lives[live.id] = live
        return {"id": live.id, "secure_stream_url": live.shown()["secure_stream_url"]}

    def _lives(self, asked: Asked) -> Node:
        return listed(asked, [live.shown() for live in reversed(self.wall.lives.values())])

    def _node(self, asked: Asked) -> Node:
        name, wall = asked.parts[0], self.wall
        if name == wall.page.id:
            return shown(asked, self._page_node())
        films = {film.id: film for film in wall.films.values()}
        comments = {comment.id: comment for comment in wall.comments}
        found = wall.posts.get(name) or wall.lives.get(name) or films.get(name) or comments.get(name)
        if found is None:
            raise not_there(name)
        return shown(asked, found.shown())

    def _change(self, asked: Asked) -> Node:
        name, wall = asked.parts[0], self.wall
        comments = {comment.id: comment for comment in wall.comments}
        if name in wall.lives:
            return _turn(wall.lives[name], asked.fields)
        if films := [film for film in wall.films.values() if film.id == name]:
            return facebook_films.show(wall, films[0], asked)
        found = wall.posts.get(name) or comments.get(name)
        if found is None:
            raise not_there(name)
        if "is_hidden" in asked.fields:
            found.hidden = asked.fields["is_hidden"] == "true"
        if "message" in asked.fields:
            if found.by != wall.page:
                raise Refusal(200, "Permissions error", code=403)
            found.text = asked.fields["message"]
        return {"success": True}

    def _delete(self, asked: Asked) -> Node:
        if not self.wall.take_down(asked.parts[0]):
            raise not_there(asked.parts[0])
        return {"success": True}


def _turn(live: Live, fields: Mapping[str, str]) -> Node:
    if live.standing in _OVER:
        raise Refusal(100, "The live video has ended")
    if fields.get("status") == "LIVE_NOW":
        live.standing = "LIVE"
    elif fields.get("status") == "SCHEDULED_CANCELED":
        live.standing = "SCHEDULED_CANCELED"
    elif fields.get("end_live_video") == "true":
        live.standing = "VOD"
    return {"id": live.id}


_Verb = Callable[[FacebookServer, Asked], Node]
_EDGES: Mapping[tuple[str, str], _Verb] = {
    ("GET", "feed"): FacebookServer._feed,
    ("GET", "published_posts"): FacebookServer._published,
    ("GET", "visitor_posts"): FacebookServer._visitors,
    ("GET", "tagged"): FacebookServer._tagged,
    ("GET", "ratings"): FacebookServer._ratings,
    ("GET", "conversations"): FacebookServer._conversations,
    ("GET", "live_videos"): FacebookServer._lives,
    ("GET", "*/messages"): FacebookServer._messages_of,
    ("GET", "*/comments"): FacebookServer._comments_of,
    ("POST", "feed"): FacebookServer._post,
    ("POST", "photos"): FacebookServer._bring_up,
    ("POST", "messages"): FacebookServer._message,
    ("POST", "videos"): FacebookServer._film,
    ("POST", "live_videos"): FacebookServer._plan,
    ("POST", "*/comments"): FacebookServer._comment,
    ("POST", "*/captions"): FacebookServer._caption,
    ("GET", ""): FacebookServer._node,
    ("POST", ""): FacebookServer._change,
    ("DELETE", ""): FacebookServer._delete,
}
