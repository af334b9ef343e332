"""Comments on YouTube as messages, and the further answers to one, read within what is left to spend on a page."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pcc_desk.channels import reading, reply_tokens
from pcc_desk.channels.failures import Query
from pcc_desk.channels.walk import Page
from pcc_desk.channels.youtube_site import Site
from pcc_desk.errors import ServiceDown
from pcc_desk.model.channel import Spoiled
from pcc_desk.model.message import Author, Incoming, MessageKind

PAGE = 100
READS_A_PAGE = 20  # requests for further answers, of one unit each; what is left over comes the next time
_LONGEST_THREAD = 10  # pages of answers to one comment
_SHOWN_ANSWERS = 5  # that a thread brings along; further ones are asked for
_LONGEST_NAME = 200  # a longer one is spoiled, and has no place in a cursor
_HELD = frozenset({"heldForReview", "likelySpam"})

Counts = Mapping[str, int]  # how many answers each long thread had when they were last read


@dataclass(frozen=True, slots=True)
class Threads:
    """One page of threads as it was read: its comments, the counts of its long threads, and whether all was read."""

    page: Page
    counts: Counts
    is_whole: bool


class Reader:
    """Reads pages of threads for one channel."""

    def __init__(self, site: Site, us: str) -> None:
        self._site, self._us = site, us

    def read(self, token: str, held: bool, counts: Counts) -> Threads:
        """Read the page of that token, "" for the newest; `counts` are those of the last time. Raises: ChannelError."""
        query: Query = {
            "part": "snippet,replies",
            "allThreadsRelatedToChannelId": self._us,
            "order": "time",
            "maxResults": PAGE,
            "textFormat": "plainText",
            **({"moderationStatus": "heldForReview"} if held else {}),
            **({"pageToken": token} if token else {}),
        }
        listed, body = self._site.listed("/commentThreads", query)
        found, spoiled, times = list[tuple[str, Incoming]](), list[Spoiled](), list[datetime]()
        answers = _Answers(self._site, counts)
        for thread in listed:
            top = reading.dig(thread, "snippet", "topLevelComment")
            for one in (top, *answers.of(thread, reading.text_or_none(top, "id"))):
                if held and not _is_held(one):
                    continue
                try:
                    message = read(one, top, MessageKind.HELD if held else MessageKind.COMMENT)
                except reading.Malformed as error:
                    spoiled.append(Spoiled(reading.raw(thread if one is top else one), str(error)))
                    continue
                times += [message.created_at] if one is top else []
                if message.author.remote_id != self._us:
                    found.append((message.remote_id, message))
        page = Page(found, spoiled, times, reading.text_or_none(body, "nextPageToken"))
        return Threads(page, answers.counts, answers.is_whole)


class _Answers:
    """The answers of the threads on one page: those shown, and further ones where their number has changed."""

    def __init__(self, site: Site, known: Counts) -> None:
        self._site, self._known = site, known
        self._left = READS_A_PAGE
        self.counts: dict[str, int] = {}
        self.is_whole = True

    def of(self, thread: object, known: str) -> Sequence[object]:
        """Give what is known of the answers to a comment. Raises: ChannelError."""
        replies = reading.dig(thread, "replies", "comments")
        shown = replies if isinstance(replies, list) else []
        total = reading.dig(thread, "snippet", "totalReplyCount")
        if (
            not 0 < len(known) <= _LONGEST_NAME
            or not isinstance(total, int)
            or total <= len(shown)
            or len(shown) < _SHOWN_ANSWERS
        ):
            return shown
        if self._known.get(known) == total:  # asked for before, and nothing was added
            self.counts[known] = total
            return shown
        if not self._left:
            self.is_whole = False
            return shown
        self.counts[known] = total
        return list(self._all(known))

    def _all(self, known: str) -> Iterator[object]:
        for page in answers_to(self._site, known):
            self._left = max(0, self._left - 1)
            yield from page


def answers_to(site: Site, thread: str, all_of_them: bool = False) -> Iterator[list[object]]:
    """Give page after page of the answers to a comment.

    Raises:
        ServiceDown: there are more than the desk looks through, and `all_of_them` are needed.
        ChannelError: they could not be read.
    """
    token = ""
    for _ in range(_LONGEST_THREAD):
        query: Query = {
            "part": "snippet",
            "parentId": thread,
            "maxResults": PAGE,
            "textFormat": "plainText",
            **({"pageToken": token} if token else {}),
        }
        listed, body = site.listed("/comments", query)
        yield listed
        token = reading.text_or_none(body, "nextPageToken")
        if not token:
            return
    if all_of_them:
        raise ServiceDown("There are too many answers to look through.", "PCC Desk looks again by itself.")


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


def _is_held(comment: object) -> bool:
    # A thread comes with the held ones because of an answer too; what everybody sees already is no held comment.
    standing = reading.text_or_none(comment, "snippet", "moderationStatus")
    return not standing or standing in _HELD
