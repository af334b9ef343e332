"""What comes in from YouTube: comments and their answers, held ones, live talk, and videos with a hashtag."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from pcc_desk.channels import reading, reply_tokens
from pcc_desk.channels.failures import Query
from pcc_desk.channels.walk import Bookmark, Pace, step
from pcc_desk.channels.youtube_comments import Reader
from pcc_desk.channels.youtube_round import Round, read_cursor, write_cursor
from pcc_desk.channels.youtube_search import Search
from pcc_desk.channels.youtube_site import LIVE_READ, Site
from pcc_desk.errors import Gone, Rejected
from pcc_desk.model.channel import Batch, Missing, Spoiled, Steps
from pcc_desk.model.message import Author, Incoming, MessageKind

# A comment can be shown later than it was written.
_PACE = Pace(timedelta(days=30), timedelta(hours=2), "There was more than YouTube gives in one go.")

_LONGEST_PAUSE = 600_000  # milliseconds
_LONGEST_PLACE = 4_000  # signs of where to read on
_UNNOTICED = timedelta(seconds=12)  # between two reads of a talk, with some delay
_UNTOLD = timedelta(minutes=5)  # YouTube may tell the end of a video somewhat later than it shows its talk no more
_FULL = 200  # messages; YouTube gives no smaller pages while there are more
_UNREAD = "The talk was not read to its end. Look into the replay of the video on YouTube, which shows it beside."


class Streams:
    """The streams of one channel."""

    def __init__(self, site: Site, us: str, steps: Steps) -> None:
        self._site, self._us = site, us
        self._reader, self._search = Reader(site, us), Search(site, us, steps)

    def fetch(self, stream: str, cursor: str) -> Batch:
        """Give what is newer than the cursor. Raises: ChannelError."""
        if stream.startswith("tag:"):
            return self._search.fetch(stream.removeprefix("tag:"), cursor)
        if stream.startswith("live:"):
            return self._live(stream.removeprefix("live:"), cursor)
        return self._comments(stream == "held", cursor, datetime.now(UTC))

    def _comments(self, held: bool, cursor: str, now: datetime) -> Batch:
        """Read a page of the newest, and when those are all read one of the round through the older ones."""
        newest, rounds = read_cursor(cursor)
        mark = Bookmark.read(newest)
        first = self._reader.read(mark.page, held, rounds.counts)
        batch, rounds = step(mark, first.page, _PACE, now), rounds.noted(first.counts)
        if batch.more:
            return replace(batch, cursor=write_cursor(batch.cursor, rounds))
        going_on = "" if mark.page else first.page.following
        until = Bookmark.read(batch.cursor).read_until or now  # by YouTube's clock: this PC's may be ahead
        messages, spoiled, missing, rounds = self._older(held, rounds.begun(going_on, until))
        return Batch(
            (*batch.messages, *messages),
            write_cursor(batch.cursor, rounds),
            spoiled=(*batch.spoiled, *spoiled),
            missing=(*batch.missing, *missing),
        )

    def _older(
        self, held: bool, rounds: Round
    ) -> tuple[tuple[Incoming, ...], tuple[Spoiled, ...], tuple[Missing, ...], Round]:
        if not rounds.is_on:
            return (), (), (), rounds
        try:
            read = self._reader.read(rounds.page, held, rounds.counts)
        except (Gone, Rejected):  # its mark has run out
            return (), (), (), rounds.forgotten()
        onward, missing = rounds.after(read)
        return rounds.new_in(read), tuple(read.page.spoiled), missing, onward.noted(read.counts)

    def _live(self, video: str, cursor: str) -> Batch:
        mark = _read_live(cursor)
        if mark.get("over"):
            return Batch((), cursor)
        chat = mark.get("chat") or self._chat_of(video)
        if not chat:
            return self._over(video, mark, cursor)
        page = {"pageToken": mark["page"]} if mark.get("page") else {}
        query: Query = {"liveChatId": chat, "part": "snippet,authorDetails", "maxResults": 2_000, **page}
        try:
            listed, body = self._site.listed("/liveChat/messages", query, LIVE_READ, window=chat)
        except Gone:  # the talk ended with the video
            return self._over(video, mark, cursor)
        except Rejected:
            if not page:
                raise
            # Its mark is one that YouTube does not know: the talk is read again from its beginning.
            return Batch((), json.dumps({**mark, "page": ""}))
        now = self._site.wire.now()
        pause = reading.dig(body, "pollingIntervalMillis")  # one who comes back sooner is turned away
        if isinstance(pause, int) and 0 < pause <= _LONGEST_PAUSE:
            self._site.wire.rest(chat, now + timedelta(milliseconds=pause))
        messages, spoiled, read_to = list[Incoming](), list[Spoiled](), now
        for one in listed:
            try:
                if len(listed) >= _FULL:  # it goes on after the last of these
                    read_to = reading.moment(one, "snippet", "publishedAt")
                if reading.text(one, "snippet", "type") == "textMessageEvent":
                    messages.append(_said(one, chat, video))
            except reading.Malformed as error:
                spoiled.append(Spoiled(reading.raw(one), str(error)))
        page_token = reading.text_or_none(body, "nextPageToken")
        if len(page_token) > _LONGEST_PLACE:  # spoiled: this stretch is read again, and nothing is lost
            page_token = mark.get("page", "")
        onward = json.dumps({"chat": chat, "page": page_token, "read": read_to.isoformat()})
        theirs = tuple(message for message in messages if message.author.remote_id != self._us)
        return Batch(theirs, onward, spoiled=tuple(spoiled))

    def _over(self, video: str, mark: Mapping[str, str], cursor: str) -> Batch:
        """Say what of a talk that is over was never read: YouTube shows none once its video has ended."""
        details = self._details(video)
        try:
            ended_at = reading.moment(details, "actualEndTime")
            # A place that an earlier PCC Desk noted does not say when it was read: of that nothing is claimed.
            noted = mark.get("read") or (ended_at.isoformat() if mark.get("chat") else "")
            last = datetime.fromisoformat(noted) if noted else reading.moment(details, "actualStartTime")
            unread = Missing(last, ended_at, _UNREAD) if ended_at - last > _UNNOTICED else None
        except (reading.Malformed, ValueError, TypeError):  # it has not begun, never was, or its end is not told yet
            return self._untold(mark, cursor)
        return Batch((), json.dumps({"over": "yes"}), missing=() if unread is None else (unread,))

    def _untold(self, mark: Mapping[str, str], cursor: str) -> Batch:
        # It may be a hitch in the middle of the talk, so that its place is kept whatever is claimed.
        now = self._site.wire.now()
        try:
            last = datetime.fromisoformat(mark["read"])
            if mark.get("told") or now - last <= _UNTOLD:
                return Batch((), cursor)
        except (KeyError, ValueError, TypeError):  # nothing of it was read yet
            return Batch((), cursor if mark.get("chat") else "")
        return Batch(
            (), json.dumps({**mark, "read": now.isoformat(), "told": "yes"}), missing=(Missing(last, now, _UNREAD),)
        )

    def _chat_of(self, video: str) -> str:
        return reading.text_or_none(self._details(video), "activeLiveChatId")

    def _details(self, video: str) -> object:
        listed, _ = self._site.listed("/videos", {"part": "liveStreamingDetails", "id": video})
        return reading.dig(listed[0], "liveStreamingDetails") if listed else None


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
