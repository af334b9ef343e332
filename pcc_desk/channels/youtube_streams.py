"""What comes in from YouTube: comments and their answers, held ones, and what is said during a live video."""

import json
from collections.abc import Iterator
from datetime import datetime

from pcc_desk.channels import reading, reply_tokens
from pcc_desk.channels.failures import Query
from pcc_desk.channels.youtube_site import LIVE_READ, Site
from pcc_desk.channels.youtube_walk import Bookmark, Page, step
from pcc_desk.errors import Gone
from pcc_desk.model.channel import Batch, Spoiled
from pcc_desk.model.message import Author, Incoming, MessageKind

_PAGE = 100
_SHOWN_ANSWERS = 5  # that a thread brings along; further ones are asked for


class Streams:
    """The streams of one channel."""

    def __init__(self, site: Site, us: str) -> None:
        self._site, self._us = site, us

    def fetch(self, stream: str, cursor: str) -> Batch:
        """Give what is newer than the cursor. Raises: ChannelError."""
        if stream.startswith("live:"):
            return self._live(stream.removeprefix("live:"), cursor)
        mark = Bookmark.read(cursor)
        query: Query = {
            "part": "snippet,replies",
            "allThreadsRelatedToChannelId": self._us,
            "order": "time",
            "maxResults": _PAGE,
            "textFormat": "plainText",
            **({"moderationStatus": "heldForReview"} if stream == "held" else {}),
            **({"pageToken": mark.page} if mark.page else {}),
        }
        listed, body = self._site.listed("/commentThreads", query)
        return step(mark, self._page(listed, body, MessageKind.HELD if stream == "held" else MessageKind.COMMENT))

    def _page(self, threads: list[object], body: object, kind: MessageKind) -> Page:
        messages, spoiled, written = list[Incoming](), list[Spoiled](), list[datetime]()
        for thread in threads:
            try:
                top = reading.dig(thread, "snippet", "topLevelComment")
                written.append(reading.moment(top, "snippet", "publishedAt"))
                for one in self._comments(thread, top):
                    message = read(one, top, kind)
                    if message.author.remote_id != self._us:
                        messages.append(message)
            except reading.Malformed as error:
                spoiled.append(Spoiled(reading.raw(thread), str(error)))
        return Page(messages, spoiled, written, reading.text_or_none(body, "nextPageToken"))

    def _comments(self, thread: object, top: object) -> Iterator[object]:
        yield top
        replies = reading.dig(thread, "replies", "comments")
        shown = replies if isinstance(replies, list) else []
        total = reading.dig(thread, "snippet", "totalReplyCount")
        if isinstance(total, int) and total > len(shown) and len(shown) >= _SHOWN_ANSWERS:
            known = reading.text(top, "id")
            query: Query = {"part": "snippet", "parentId": known, "maxResults": _PAGE, "textFormat": "plainText"}
            shown, _ = self._site.listed("/comments", query)
        yield from shown

    def _live(self, video: str, cursor: str) -> Batch:
        mark = _read_live(cursor)
        chat = mark.get("chat") or self._chat_of(video)
        if not chat:
            return Batch((), "")
        query: Query = {
            "liveChatId": chat,
            "part": "snippet,authorDetails",
            "maxResults": 2_000,
            **({"pageToken": mark["page"]} if mark.get("page") else {}),
        }
        try:
            listed, body = self._site.listed("/liveChat/messages", query, LIVE_READ)
        except Gone:  # the talk ended with the video
            return Batch((), cursor)
        messages, spoiled = list[Incoming](), list[Spoiled]()
        for one in listed:
            try:
                if reading.text(one, "snippet", "type") == "textMessageEvent":
                    messages.append(_said(one, chat, video))
            except reading.Malformed as error:
                spoiled.append(Spoiled(reading.raw(one), str(error)))
        onward = json.dumps({"chat": chat, "page": reading.text_or_none(body, "nextPageToken")})
        theirs = tuple(message for message in messages if message.author.remote_id != self._us)
        return Batch(theirs, onward, spoiled=tuple(spoiled))

    def _chat_of(self, video: str) -> str:
        listed, _ = self._site.listed("/videos", {"part": "liveStreamingDetails", "id": video})
        return reading.text_or_none(listed[0], "liveStreamingDetails", "activeLiveChatId") if listed else ""


def read(comment: object, top: object, kind: MessageKind) -> Incoming:
    """Read one comment of the thread that `top` began. Raises: Malformed."""
    thread, video = reading.text(top, "id"), reading.text_or_none(top, "snippet", "videoId")
    known, author = reading.text(comment, "id"), reading.text(comment, "snippet", "authorChannelId", "value")
    name = reading.text_or_none(comment, "snippet", "authorDisplayName")
    return Incoming(
        remote_id=known,
        kind=kind,
        author=Author(author, name.removeprefix("@"), name.removeprefix("@")),
        text=reading.text(comment, "snippet", "textOriginal"),
        created_at=reading.moment(comment, "snippet", "publishedAt"),
        url=f"https://www.youtube.com/watch?v={video}&lc={known}" if video else "",
        answers=video if known == thread else thread,
        root=video or thread,
        reply_token=reply_tokens.write({"thread": thread, "video": video}),
    )


def _said(one: object, chat: str, video: str) -> Incoming:
    author = reading.text(one, "authorDetails", "channelId")
    name = reading.text_or_none(one, "authorDetails", "displayName") or author
    return Incoming(
        remote_id=f"chat:{reading.text(one, 'id')}",
        kind=MessageKind.LIVE,
        author=Author(author, name, name),
        text=reading.text(one, "snippet", "displayMessage"),
        created_at=reading.moment(one, "snippet", "publishedAt"),
        answers=video,
        root=video,
        reply_token=reply_tokens.write({"chat": chat, "video": video}),
    )


def _read_live(cursor: str) -> dict[str, str]:
    try:
        kept = json.loads(cursor)
    except ValueError:
        return {}
    fields = kept.items() if isinstance(kept, dict) else ()
    return {str(name): value for name, value in fields if isinstance(value, str) and value.isascii()}
