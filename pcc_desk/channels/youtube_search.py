"""Videos with a watched hashtag, looked for on YouTube no oftener than lets the searches of a day last for a day."""

import json
import re
import threading
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta

from pcc_desk.channels import reading, reply_tokens
from pcc_desk.channels.failures import Query
from pcc_desk.channels.walk import NEVER, Bookmark, Pace, Page, at, step
from pcc_desk.channels.youtube_site import TITLE, Site
from pcc_desk.errors import Gone, RateLimited, Rejected
from pcc_desk.model.channel import Batch, Spoiled, Steps
from pcc_desk.model.message import Author, Incoming, MessageKind

PAGE = 50
# Of each page that was asked for, and of each hashtag: 72 searches a day, of the 100 that Google allows.
PAUSE = timedelta(minutes=20)
# A video can be found long after it was published. YouTube gives some 500 results of one search.
_BEYOND = "More videos had this hashtag than YouTube gives in one go."
_PACE = Pace(timedelta(days=7), timedelta(days=1), _BEYOND, pages=10)
_WATCHED = timedelta(days=1)  # a hashtag that was not looked for so long has no turn any more
_LONGEST_WAIT = timedelta(minutes=45)  # at once: one of more than an hour would be told to people as trouble
_KEY, _TURNS = "searches", "turns"
_TAG = re.compile(r"\w+")
_TAGS = re.compile(r"#(\w+)")
_ID = re.compile(r"[\w-]{1,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the looking stands: a bookmark as text, what this walk asks for, when the last one ended and its pages."""

    walk: str = ""
    since: str = ""
    ended: str = ""
    pages: int = 0

    def written(self) -> str:
        """Give the cursor text."""
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def read(cls, cursor: str) -> "Place":
        """Read a cursor text; one that is not ours starts again, which repeats messages and loses none."""
        try:
            kept: object = json.loads(cursor)
        except ValueError:
            return cls()
        walk, since, ended = (reading.text_or_none(kept, name) for name in ("walk", "since", "ended"))
        pages = reading.dig(kept, "pages")
        return cls(walk, since, ended, pages if isinstance(pages, int) else 0)


class Search:
    """Looks for hashtags on behalf of one channel, `us`; safe to use from several threads."""

    def __init__(self, site: Site, us: str, steps: Steps) -> None:
        """Keep in `steps` which hashtags share the searches of a day."""
        self._site, self._us, self._steps = site, us, steps
        self._turn = threading.Lock()

    def fetch(self, tag: str, cursor: str) -> Batch:
        """Give videos with a hashtag that are newer than the cursor.

        Raises:
            RateLimited: it is not this hashtag's turn, or the searches of the day are used up.
            ChannelError: they could not be read.
        """
        word, now, place = _word(tag), self._site.wire.now(), Place.read(cursor)
        mark = Bookmark.read(place.walk)
        if not mark.page:
            self._take_turn(word, place, now)
            since = mark.read_until - _PACE.overlap if mark.read_until else now - _PACE.first
            place = replace(place, since=_written(since))
        try:
            page = self._page(word, place.since, mark.page)
        except (Gone, Rejected):
            if not mark.page:
                raise
            # Its mark has run out: the walk begins again, at its next turn.
            anew = Bookmark(after=mark.after, seen=(*mark.fresh, *mark.seen))
            return Batch((), Place(anew.written(), ended=now.isoformat(), pages=mark.pages + 1).written())
        batch = step(mark, page, _PACE, now)
        if batch.more:
            return replace(batch, cursor=replace(place, walk=batch.cursor).written())
        # Before anything was found there is no time of YouTube's own to go on from, and this PC's clock may be ahead.
        walk = batch.cursor if mark.after or mark.top or page.times else ""
        done = Place(walk, ended=now.isoformat(), pages=mark.pages + 1)
        missing = tuple(one for one in batch.missing if one.from_at < one.to_at)  # else only what was read before
        return replace(batch, cursor=done.written(), missing=missing)

    def _take_turn(self, word: str, place: Place, now: datetime) -> None:
        """Let each hashtag wait as long as its last walk has cost, and for the others. Raises: RateLimited."""
        with self._turn:
            turns = {**self._turns(now), word: now.isoformat()}
            ended = at(place.ended)
            due = ended + PAUSE * max(1, min(place.pages, _PACE.pages)) * len(turns)
            if NEVER < ended <= now < due:
                told = f"{TITLE} allows few searches a day, so each hashtag is looked for when its turn comes."
                raise RateLimited(told, min(due, now + _LONGEST_WAIT), "It goes on by itself.")
            self._steps.put(_KEY, _TURNS, json.dumps(turns))

    def _turns(self, now: datetime) -> dict[str, str]:
        try:
            kept = json.loads(self._steps.get(_KEY, _TURNS) or "{}")
        except ValueError:
            return {}
        named = kept.items() if isinstance(kept, dict) else ()
        return {word: told for word, told in named if now - _WATCHED < at(told) <= now}

    def _page(self, word: str, since: str, token: str) -> Page:
        query: Query = {
            "part": "snippet",
            "q": f"#{word}",
            "type": "video",
            "order": "date",
            "publishedAfter": since,
            "safeSearch": "none",
            "maxResults": PAGE,
            **({"pageToken": token} if token else {}),
        }
        listed, body = self._site.searched(query)
        names, spoiled = list[str](), list[Spoiled]()
        for one in listed:
            try:
                names.append(_name(reading.text(one, "id", "videoId")))
            except reading.Malformed as error:
                spoiled.append(Spoiled(reading.raw(one), str(error)))
        found, times = list[tuple[str, Incoming]](), list[datetime]()
        for video in self._videos(names):
            try:
                message = _message(video)
            except reading.Malformed as error:
                spoiled.append(Spoiled(reading.raw(video), str(error)))
                continue
            times.append(message.created_at)
            if message.author.remote_id != self._us and word in _tags(message.text):
                found.append((message.remote_id, message))
        return Page(found, spoiled, times, reading.text_or_none(body, "nextPageToken"))

    def _videos(self, names: Sequence[str]) -> Iterable[object]:
        """Give the videos themselves: a search cuts descriptions short, and writes as a web page does (&amp;)."""
        if not names:
            return ()
        listed, _ = self._site.listed("/videos", {"part": "snippet", "id": ",".join(dict.fromkeys(names))})
        return listed


def _message(video: object) -> Incoming:
    known, channel = _name(reading.text(video, "id")), reading.text(video, "snippet", "channelId")
    name = reading.text_or_none(video, "snippet", "channelTitle") or channel
    words = (reading.text(video, "snippet", "title"), reading.text_or_none(video, "snippet", "description"))
    return Incoming(
        remote_id=known,
        kind=MessageKind.MATCH,
        author=Author(channel, name, name),
        text="\n\n".join(filter(None, words)),
        created_at=reading.moment(video, "snippet", "publishedAt"),
        url=f"https://www.youtube.com/watch?v={known}",
        root=known,
        reply_token=reply_tokens.write({"film": known, "channel": channel}),
    )


def _name(known: str) -> str:
    if _ID.fullmatch(known) is None:
        raise reading.Malformed("no id")
    return known


def _word(tag: str) -> str:
    """Give a hashtag as hashtags are compared; only one word may reach the search, which has signs of its own."""
    word = _alike(tag.strip().removeprefix("#"))
    if _TAG.fullmatch(word) is None:
        raise Rejected("This is no hashtag.", "Write it as one word, for example #OurPlan.")
    return word


def _tags(words: str) -> frozenset[str]:
    """Give the hashtags in some words: YouTube finds the bare words as well."""
    return frozenset(_TAGS.findall(_alike(words)))


def _alike(words: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", words).casefold())


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
