"""A rehearsal Instagram on this PC: it answers as the Graph API does for one account, and nothing leaves the PC."""

import json
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import count

from pcc_desk.rehearsal.containers import Container, Containers
from pcc_desk.rehearsal.graph import Asked, Node, Refusal, answered, listed, not_there, read, shown
from pcc_desk.rehearsal.instagram_records import Comment, Conversation, Media, conversation
from pcc_desk.rehearsal.loopback import Hosted, Loopback, Reply, Request
from pcc_desk.rehearsal.meta_tokens import MetaTokens
from pcc_desk.rehearsal.private_answers import refuse_second_answer

_VERSION = "v26.0"
_A_DAY = timedelta(hours=24)
_LONGEST = 2_200
_SCOPES = (
    "pages_show_list",
    "pages_read_engagement",
    "instagram_basic",
    "instagram_content_publish",
    "instagram_manage_comments",
    "instagram_manage_messages",
)


class InstagramServer(Hosted):
    """One office's account, the Page it is linked to, and the public; a context manager.

    `url` is its address; `arrive` makes a member of the public comment; `posts` shows what everyone sees.
    """

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC), handle: str = "the.office") -> None:
        """Take a free port; `now` stamps what arrives, `handle` is the account's name."""
        self._now = now
        self._lock = threading.RLock()
        self._number = map(str, count(17_001)).__next__
        self.id, self.handle, self.page = "178414", handle, "900100"
        self.tokens = MetaTokens(_SCOPES)
        self.most_a_day = 100
        self.deletes = True
        self.containers = Containers(now, self._number)
        self.media: dict[str, Media] = {}
        self.conversations: dict[str, Conversation] = {}
        self.searched: list[str] = []
        self._server = Loopback(self._answer, now)
        self.url = self._server.url

    @property
    def posts(self) -> tuple[Media, ...]:
        """Every post of ours that is up, oldest first."""
        return tuple(media for media in self.media.values() if media.by == self.handle)

    @property
    def comments(self) -> list[Comment]:
        """Every comment there is."""
        return [comment for media in self.media.values() for comment in media.comments]

    @property
    def seen(self) -> int:
        """How many posts, comments and messages of ours others can see."""
        said = [each.by for one in self.conversations.values() for each in one.said]
        return len(self.posts) + sum(by in (self.handle, self.id) for by in [*(c.by for c in self.comments), *said])

    def add_token(self, token: str, kind: str = "PAGE") -> None:
        """Make a token of the Page, or with "USER" of a person who looks after it."""
        self.tokens.add(token, kind)

    def revoke(self) -> None:
        """Take all tokens back."""
        self.tokens.revoke()

    def arrive(self, answers: str, text: str, by: str = "Ann", at: datetime | None = None) -> str:
        """Let somebody comment on a post or answer a comment, as the app does it; give the comment's id."""
        with self._lock:
            above = next((comment for comment in self.comments if comment.id == answers), None)
            if above is not None and above.above:  # the app puts the name of the person in front
                text = f"@{above.by} {text}"
            return self._comment(above.above or above.id if above else answers, by, text, at).id

    def post(self, caption: str, by: str = "ann", tags_us: bool = False, at: datetime | None = None) -> str:
        """Let somebody post a picture, tagging us in it or not; give its id."""
        with self._lock:
            made = Media(self._number(), by, caption, at or self._now(), tags_us=tags_us)
            self.media[made.id] = made
            return made.id

    def write_message(self, text: str, by: str = "801", at: datetime | None = None) -> str:
        """Let somebody write to us where nobody else reads it; give the message's id."""
        with self._lock:
            return conversation(self.conversations, by).say(self._number(), by, text, at or self._now()).id

    def _comment(self, under: str, by: str, text: str, at: datetime | None = None) -> Comment:
        above = next((comment for comment in self.comments if comment.id == under), None)
        media = self.media.get(above.media if above else under)
        if media is None:
            raise not_there(under)
        made = Comment(self._number(), media.id, above.id if above else "", by, text, at or self._now())
        media.comments.append(made)
        return made

    def _answer(self, request: Request) -> Reply:
        if request.path.startswith("/ig-api-upload/"):
            with self._lock:
                return self.containers.take_film(request, set(self.tokens))

        def told() -> Node:
            asked = read(request, _VERSION)
            with self._lock:
                return self._told(asked)

        return answered(told)

    def _told(self, asked: Asked) -> Node:
        if (about := self.tokens.told(asked)) is not None:
            return about
        self.tokens.kind_of(asked)
        name, *edge = asked.parts
        whose = "" if name in (self.id, self.page, "me") else "*/"
        kind = "container" if any(each.id == name for each in self.containers.all) else ""
        verb = _EDGES.get((asked.method, kind if kind and not edge else f"{whose}{'/'.join(edge)}"))
        verb = _EDGES.get((asked.method, name)) if name == "ig_hashtag_search" else verb
        if verb is None:
            raise Refusal(100, f"Tried accessing nonexisting field ({'/'.join(edge)})")
        return verb(self, asked)

    def _account(self, asked: Asked) -> Node:
        return shown(asked, _account_of(self) if asked.parts[0] == self.id else _page_of(self))

    def _pages(self, asked: Asked) -> Node:
        if self.tokens.kind_of(asked) != "USER":
            raise Refusal(100, "Tried accessing nonexisting field (accounts)")
        self.add_token("page-token-of-the-office")
        return listed(asked, [{**_page_of(self), "access_token": "page-token-of-the-office"}])

    def _limit(self, asked: Asked) -> Node:
        used = sum(self._now() - media.at < _A_DAY for media in self.posts)
        config = {"quota_total": self.most_a_day, "quota_duration": 86_400}
        return {"data": [{"quota_usage": used, "config": config}]}

    def _media(self, asked: Asked) -> Node:
        return listed(asked, [media.shown() for media in self._newest(self.posts)])

    def _tags(self, asked: Asked) -> Node:
        tagging = [media for media in self.media.values() if media.tags_us]
        return listed(asked, [media.shown() for media in self._newest(tagging)])

    def _newest(self, media: "tuple[Media, ...] | list[Media]") -> list[Media]:
        return sorted(media, key=lambda each: each.at, reverse=True)

    def _make(self, asked: Asked) -> Node:
        form = asked.fields
        if not any(form.get(name) for name in ("image_url", "video_url", "children", "upload_type")):
            raise Refusal(100, "The parameter image_url is required", 2_207_046)
        if len(form.get("caption", "")) > _LONGEST:
            raise Refusal(36_004, "The caption was too long", 2_207_010)
        made: Node = {"id": self.containers.make(form)}
        if form.get("upload_type") == "resumable":
            made["uri"] = f"https://rupload.facebook.com/ig-api-upload/{_VERSION}/{made['id']}"
        return made

    def _publish(self, asked: Asked) -> Node:
        if self._limit(asked)["data"][0]["quota_usage"] >= self.most_a_day:
            raise Refusal(9, "Application request limit reached", 2_207_042)
        return {"id": self.containers.publish(asked.wanted("creation_id"), self._published)}

    def _published(self, container: Container) -> str:
        form = container.form
        children = [each for each in form.get("children", "").split(",") if each]
        pictures = 0 if form.get("media_type") == "REELS" else len(children) or 1
        made = Media(self._number(), self.handle, form.get("caption", ""), self._now(), dict(form), pictures)
        made.films = self.containers.films_of(container)
        self.media[made.id] = made
        return made.id

    def _look(self, asked: Asked) -> Node:
        found = self.containers.look(asked.parts[0])
        told: Node = {"id": found.id, "status_code": found.standing, "status": found.reason or found.standing}
        return shown(asked, {**told, "video_status": found.upload()})

    def _comments_of(self, asked: Asked) -> Node:
        media = self.media.get(asked.parts[0])
        if media is None:
            raise not_there(asked.parts[0])
        return listed(asked, media.shown()["comments"]())

    def _replies_of(self, asked: Asked) -> Node:
        above = next((comment for comment in self.comments if comment.id == asked.parts[0]), None)
        if above is None:
            raise not_there(asked.parts[0])
        return listed(asked, self.media[above.media].comment(above)["replies"]())

    def _say_under(self, asked: Asked) -> Node:
        return {"id": self._comment(asked.parts[0], self.handle, asked.wanted("message")).id}

    def _answer_mention(self, asked: Asked) -> Node:
        if not self.media.get(asked.wanted("media_id"), Media("", "", "", self._now())).tags_us:
            raise not_there(asked.fields["media_id"])
        return {"id": self._comment(asked.fields["media_id"], self.handle, asked.wanted("message")).id}

    def _conversations(self, asked: Asked) -> Node:
        if asked.fields.get("platform") != "INSTAGRAM":
            return {"data": []}
        nodes = [each.shown() for each in self.conversations.values()]
        return listed(asked, sorted(nodes, key=lambda node: str(node["updated_time"]), reverse=True))

    def _messages_of(self, asked: Asked) -> Node:
        for each in self.conversations.values():
            if each.id == asked.parts[0]:
                return listed(asked, each.shown()["messages"]())
        raise not_there(asked.parts[0])

    def _message(self, asked: Asked) -> Node:
        recipient, text = json.loads(asked.wanted("recipient")), json.loads(asked.wanted("message"))["text"]
        comment = next((each for each in self.comments if each.id == recipient.get("comment_id")), None)
        if comment is None and recipient.get("id") not in self.conversations:
            raise Refusal(100, "No matching user found", 2_018_001)
        refuse_second_answer(comment, self._now())
        where = conversation(self.conversations, comment.by if comment else recipient["id"])
        last = max((said.at for said in where.said if said.by != self.id), default=self._now())
        if self._now() - last > _A_DAY and asked.fields.get("tag") != "HUMAN_AGENT":
            raise Refusal(10, "This message is sent outside of allowed window.", 2_534_022)
        return {"recipient_id": where.with_, "message_id": where.say(self._number(), self.id, text, self._now()).id}

    def _search(self, asked: Asked) -> Node:
        tag = asked.wanted("q").casefold()
        self.searched.append(tag)
        if not any(f"#{tag}" in media.caption.casefold() for media in self.media.values()):
            raise Refusal(24, "The requested resource does not exist", 2_207_024)
        return {"data": [{"id": f"55{self.searched.index(tag)}"}]}

    def _recent(self, asked: Asked) -> Node:
        if asked.wanted("user_id") != self.id:
            raise Refusal(100, "Invalid user id")
        tag = self.searched[int(asked.parts[0][2:])]
        tagged = [each for each in self.media.values() if f"#{tag}" in each.caption.casefold()]
        recent = [each.shown() for each in self._newest(tagged) if self._now() - each.at < _A_DAY]
        return listed(asked, [{**node, "username": None} for node in recent], 50)

    def _node(self, asked: Asked) -> Node:
        media = self.media.get(asked.parts[0])
        if media is not None:
            return shown(asked, media.shown())
        for comment in self.comments:
            if comment.id == asked.parts[0]:
                return shown(asked, self.media[comment.media].comment(comment))
        raise not_there(asked.parts[0])

    def _change(self, asked: Asked) -> Node:
        for comment in self.comments:
            if comment.id == asked.parts[0]:
                comment.hidden = asked.wanted("hide") == "true"
                return {"success": True}
        raise not_there(asked.parts[0])

    def _delete(self, asked: Asked) -> Node:
        name = asked.parts[0]
        if name in self.media and self.deletes:
            del self.media[name]
            return {"success": True}
        for media in self.media.values():
            if any(comment.id == name for comment in media.comments):
                media.comments = [each for each in media.comments if name not in (each.id, each.above)]
                return {"success": True}
        raise not_there(name)


def _account_of(server: InstagramServer) -> Node:
    return {"id": server.id, "username": server.handle, "name": "The office"}


def _page_of(server: InstagramServer) -> Node:
    return {"id": server.page, "name": "The office", "instagram_business_account": _account_of(server)}


_Verb = Callable[[InstagramServer, Asked], Node]
_EDGES: Mapping[tuple[str, str], _Verb] = {
    ("GET", ""): InstagramServer._account,
    ("GET", "accounts"): InstagramServer._pages,
    ("GET", "content_publishing_limit"): InstagramServer._limit,
    ("GET", "media"): InstagramServer._media,
    ("GET", "tags"): InstagramServer._tags,
    ("GET", "conversations"): InstagramServer._conversations,
    ("GET", "ig_hashtag_search"): InstagramServer._search,
    ("GET", "container"): InstagramServer._look,
    ("GET", "*/comments"): InstagramServer._comments_of,
    ("GET", "*/replies"): InstagramServer._replies_of,
    ("GET", "*/messages"): InstagramServer._messages_of,
    ("GET", "*/recent_media"): InstagramServer._recent,
    ("GET", "*/"): InstagramServer._node,
    ("POST", "media"): InstagramServer._make,
    ("POST", "media_publish"): InstagramServer._publish,
    ("POST", "mentions"): InstagramServer._answer_mention,
    ("POST", "messages"): InstagramServer._message,
    ("POST", "*/comments"): InstagramServer._say_under,
    ("POST", "*/replies"): InstagramServer._say_under,
    ("POST", "*/"): InstagramServer._change,
    ("DELETE", "*/"): InstagramServer._delete,
}
