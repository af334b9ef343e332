"""A rehearsal YouTube on this PC: it answers as the third version of the interface does, and nothing leaves the PC."""

import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from pcc_desk.rehearsal.loopback import Hosted, Loopback, Reply, Request
from pcc_desk.rehearsal.youtube_films import Films
from pcc_desk.rehearsal.youtube_house import House, Refusal, listed, paged
from pcc_desk.rehearsal.youtube_records import Broadcast, Comment, Video
from pcc_desk.rehearsal.youtube_search import Search
from pcc_desk.rehearsal.youtube_studio import Studio

_API = "/youtube/v3"
_UPLOAD = "/resumable/upload/youtube/v3"


class YouTubeServer(Hosted):
    """One YouTube; a context manager.

    `url` is its address; `arrive` makes a viewer comment, `say` one speak during a live video, `show` another channel
    show a film; `videos` and `comments` are the office's films and everybody's comments. With `audited` False films
    stay unseen, as for an app Google has not looked at.
    """

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC), audited: bool = True) -> None:
        """Take a free port; `now` stamps what arrives."""
        self._lock = threading.RLock()
        self._tokens: set[str] = set()
        self._comments: dict[str, Comment] = {}
        self._server = Loopback(self._answer, now)
        self.url = self._server.url
        self._house = House(now, self.url)
        self._films, self._studio = Films(self._house, audited), Studio(self._house)
        self.search = Search(self._house, self._films)

    @property
    def videos(self) -> tuple[Video, ...]:
        """Every film of the office that was uploaded whole."""
        with self._lock:
            return self._films.videos

    @property
    def comments(self) -> tuple[Comment, ...]:
        """Every comment, oldest first."""
        with self._lock:
            return tuple(self._comments.values())

    def end(self, video: str) -> None:
        """End a live video, as the office does on YouTube itself."""
        with self._lock:
            self._studio.end(video)

    @property
    def broadcasts(self) -> tuple[Broadcast, ...]:
        """Every live video."""
        with self._lock:
            return self._studio.broadcasts

    def add_channel(self, known: str, name: str, token: str) -> None:
        """Open the office's channel and a token for it."""
        self._house.channel = (known, name)
        self._tokens.add(token)

    def arrive(self, answers: str, text: str, held: bool = False) -> str:
        """Let a viewer comment on a film, or answer a comment, by its id; give the comment's id."""
        with self._lock:
            standing = "heldForReview" if held else "published"
            return self._keep(("UCann", "@Ann"), self._comments.get(answers, answers), text, standing).id

    def show(self, title: str, description: str = "", talk: str = "open") -> str:
        """Let another channel show a film, under which comments are "open", "held" or "closed"; give its id."""
        with self._lock:
            return self._films.add(("UCann", "Ann"), title, description, talk).id

    def say(self, broadcast: str, text: str) -> str:
        """Let a viewer speak during a live video."""
        with self._lock:
            return self._studio.speak(broadcast, "UCann", "Ann", text)

    def hurry(self) -> None:
        """Let what is said live be read as often as anybody likes."""
        with self._lock:
            self._studio.pause = 0

    def trouble_talk(self, code: int = 0, reason: str = "") -> None:
        """Answer whoever reads what is said with a refusal; without one, as usual again."""
        with self._lock:
            self._studio.trouble = Refusal(code, reason, "No.") if code else None

    def tell_end(self, told: bool) -> None:
        """Tell when a video has ended, or not yet."""
        with self._lock:
            self._studio.untold = not told

    def revoke(self) -> None:
        """Take every token back."""
        self._tokens.clear()

    def forget_uploads(self) -> None:
        """Forget every upload that is not whole, as happens after a week."""
        with self._lock:
            self._films.forget()

    def _keep(self, author: tuple[str, str], about: Comment | str, text: str, standing: str = "published") -> Comment:
        thread = (about.thread or about.id) if isinstance(about, Comment) else ""
        known = f"{thread}.{self._house.next('r')}" if thread else self._house.next("Ug")
        video = about.video if isinstance(about, Comment) else about
        made = Comment(known, *author, video, text, self._house.now(), thread, standing)
        self._comments[known] = made
        return made

    def _answer(self, request: Request) -> Reply:
        if request.path.startswith("/session/"):
            with self._lock:
                return self._films.receive(request, request.path.rpartition("/")[2])
        if request.headers.get("authorization", "").removeprefix("Bearer ") not in self._tokens:
            return Refusal(401, "authError", "Invalid Credentials").reply
        verb = _VERBS.get((request.method, request.path))
        if verb is None:
            return Reply({"error": {"code": 404, "message": "Not Found", "errors": [{"reason": "notFound"}]}}, 404)
        try:
            with self._lock:
                return verb(self, request)
        except Refusal as refusal:
            return refusal.reply

    def _list_videos(self, request: Request) -> Reply:
        return self._studio.shown(request.first("id")) or self._films.list_videos(request)

    def _channels(self, request: Request) -> Reply:
        known, name = self._house.channel
        snippet = {"title": name, "customUrl": f"@{name.lower().replace(' ', '-')}"}
        return listed([{"id": known, "snippet": snippet}])

    def _threads(self, request: Request) -> Reply:
        wanted = request.first("moderationStatus") or "published"
        waiting = {one.thread for one in self._comments.values() if one.standing == wanted == "heldForReview"}
        film = request.first("videoId")
        tops = [one for one in self._comments.values() if not one.thread and self._is_about(one, film)]
        chosen = [one for one in tops if one.standing == wanted or one.id in waiting]
        newest_first = sorted(chosen, key=lambda one: (one.at, one.id), reverse=True)
        return paged(request, [self._thread_view(one, {"published", wanted}) for one in newest_first])

    def _is_about(self, one: Comment, film: str) -> bool:
        """Tell whether a comment stands under a film, or under any of the office's where none is named."""
        return one.video == film if film else self._films.of_others(one.video) is None

    def _thread_view(self, top: Comment, standings: Collection[str]) -> dict[str, Any]:
        replies = [one for one in self._comments.values() if one.thread == top.id and one.standing in standings]
        shown: dict[str, Any] = {
            "id": top.id,
            "snippet": {"topLevelComment": top.shown(), "totalReplyCount": len(replies)},
        }
        if self._films.of_others(top.video) is not None and top.author != self._house.channel[0]:
            del shown["snippet"]["topLevelComment"]["snippet"]["textOriginal"]  # for its writer only
        if replies:
            shown["replies"] = {"comments": [one.shown() for one in replies[-5:]]}
        return shown

    def _list_comments(self, request: Request) -> Reply:
        parent = request.first("parentId")
        return paged(request, [one.shown() for one in self._comments.values() if one.thread == parent])

    def _insert_thread(self, request: Request) -> Reply:
        snippet = request.fields()["snippet"]
        known, words = str(snippet["videoId"]), str(snippet["topLevelComment"]["snippet"]["textOriginal"])
        film = next((film for film in self._films.all if film.id == known), None)
        if film is None:
            raise Refusal(404, "videoNotFound", "The video identified by the videoId parameter could not be found.")
        if snippet.get("channelId") != film.channel[0]:
            raise Refusal(400, "channelOrVideoIdMissing", "A valid value is required for snippet.channelId.")
        if film.talk == "closed":
            said = "The video identified by the videoId parameter has disabled comments."
            raise Refusal(403, "commentsDisabled", said)
        standing = "heldForReview" if film.talk == "held" else "published"
        made = self._keep(self._house.channel, known, words, standing)
        return Reply(self._thread_view(made, {standing}))

    def _insert_comment(self, request: Request) -> Reply:
        snippet = request.fields()["snippet"]
        parent = self._comments.get(str(snippet["parentId"]))
        if parent is None or parent.thread:
            raise Refusal(404, "parentCommentNotFound", "The parent comment cannot be found.")
        return Reply(self._keep(self._house.channel, parent, str(snippet["textOriginal"])).shown())

    def _update_comment(self, request: Request) -> Reply:
        given = request.fields()
        known = str(given["id"])
        if known not in self._comments:
            raise Refusal(404, "commentNotFound", "The comment cannot be found.")
        self._comments[known] = replace(self._comments[known], text=str(given["snippet"]["textOriginal"]))
        return Reply(self._comments[known].shown())

    def _delete_comment(self, request: Request) -> Reply:
        if self._comments.pop(request.first("id"), None) is None:
            raise Refusal(404, "commentNotFound", "The comment cannot be found.")
        return Reply(b"", 204)

    def _moderate(self, request: Request) -> Reply:
        known = request.first("id")
        if known not in self._comments:
            raise Refusal(404, "commentNotFound", "The comment cannot be found.")
        self._comments[known] = replace(self._comments[known], standing=request.first("moderationStatus"))
        return Reply(b"", 204)


_VERBS: Mapping[tuple[str, str], Callable[[YouTubeServer, Request], Reply]] = {
    ("GET", f"{_API}/channels"): YouTubeServer._channels,
    ("POST", f"{_UPLOAD}/videos"): lambda server, request: server._films.begin(request),
    ("POST", f"{_UPLOAD}/captions"): lambda server, request: server._films.begin_captions(request),
    ("GET", f"{_API}/videos"): YouTubeServer._list_videos,
    ("PUT", f"{_API}/videos"): lambda server, request: server._films.update_video(request),
    ("DELETE", f"{_API}/videos"): lambda server, request: server._films.delete_video(request),
    ("GET", f"{_API}/commentThreads"): YouTubeServer._threads,
    ("POST", f"{_API}/commentThreads"): YouTubeServer._insert_thread,
    ("GET", f"{_API}/search"): lambda server, request: server.search.list(request),
    ("GET", f"{_API}/comments"): YouTubeServer._list_comments,
    ("POST", f"{_API}/comments"): YouTubeServer._insert_comment,
    ("PUT", f"{_API}/comments"): YouTubeServer._update_comment,
    ("DELETE", f"{_API}/comments"): YouTubeServer._delete_comment,
    ("POST", f"{_API}/comments/setModerationStatus"): YouTubeServer._moderate,
    ("POST", f"{_API}/liveBroadcasts"): lambda server, request: server._studio.plan(request),
    ("GET", f"{_API}/liveBroadcasts"): lambda server, request: server._studio.list_broadcasts(request),
    ("POST", f"{_API}/liveStreams"): lambda server, request: server._studio.new_stream(request),
    ("GET", f"{_API}/liveStreams"): lambda server, request: server._studio.list_streams(request),
    ("POST", f"{_API}/liveBroadcasts/bind"): lambda server, request: server._studio.bind(request),
    ("POST", f"{_API}/liveBroadcasts/transition"): lambda server, request: server._studio.transition(request),
    ("GET", f"{_API}/liveChat/messages"): lambda server, request: server._studio.talk(request),
    ("POST", f"{_API}/liveChat/messages"): lambda server, request: server._studio.speak_here(request),
}
