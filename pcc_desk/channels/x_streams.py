"""What comes in from X: mentions and answers, quotes, private messages, and the posts of a hashtag."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from pcc_desk.channels import addresses, reading, reply_tokens
from pcc_desk.channels.failures import Ask, Query
from pcc_desk.channels.x_calls import Calls
from pcc_desk.channels.x_money import MENTIONS_RATE, PRIVATE_RATE, SEARCH_RATE, Rate
from pcc_desk.channels.x_quotes import Quoting
from pcc_desk.channels.x_walk import (
    FIRST_WALK,
    MENTIONS,
    PRIVATE,
    SEARCHABLE,
    Bookmark,
    Page,
    short,
    step,
    too_long_ago,
)
from pcc_desk.channels.x_words import reference, words_of
from pcc_desk.errors import Rejected
from pcc_desk.model.channel import Batch, Spoiled
from pcc_desk.model.message import Author, Incoming, MessageKind

_POST_FIELDS = {
    "post.fields": "created_at,conversation_id,entities,note_post",
    "expansions": "author_id,referenced_posts",
    "user.fields": "username,name",
}
_DM_FIELDS = {
    "dm_event.fields": "created_at,dm_conversation_id,text,event_type,entities",
    "event_types": "MessageCreate",
    "expansions": "sender_id",
    "user.fields": "username,name",
}
_TAG = re.compile(r"\w+")
_FEW = 10  # of private messages: there is no asking for newer ones only, and each one read is paid for once a day


class Streams:
    """The streams of one account."""

    def __init__(self, calls: Calls, first_of: Callable[[str], str]) -> None:
        """`first_of` gives the id by which the office knows a post of its own that took another one's place."""
        self._calls, self._account, self._first_of = calls, calls.account, first_of

    def fetch(self, stream: str, cursor: str, now: datetime) -> Batch:
        """Give what is newer than the cursor. Raises: ChannelError."""
        if stream == "quotes":
            return Quoting(self._calls, _POST_FIELDS, self._read_posts).fetch(cursor, now)
        mark = Bookmark.read(cursor)
        if stream == "direct":
            ask = Ask("/2/dm_events", self._window(mark, _DM_FIELDS))
            return step(mark, self._page(ask, mark, stream, now), now, PRIVATE)
        if stream.startswith("tag:"):
            return self._search(stream, mark, now)
        since: Query = {"since_id": mark.after} if mark.after else {"start_time": _written(now - FIRST_WALK)}
        ask = Ask(f"/2/users/{self._account.remote_id}/mentions", {**self._window(mark, _POST_FIELDS), **since})
        return step(mark, self._page(ask, mark, stream, now), now, MENTIONS)

    def _search(self, stream: str, mark: Bookmark, now: datetime) -> Batch:
        tag = stream.removeprefix("tag:").lstrip("#")
        if not _TAG.fullmatch(tag):
            raise Rejected(f"X cannot look for “{tag}”.", "A hashtag has letters and numbers only.")
        lost = too_long_ago(mark, now)
        fresh = mark.after and lost is None
        since: Query = {"since_id": mark.after} if fresh else {"start_time": _written(now - SEARCHABLE)}
        query = {**self._window(mark, _POST_FIELDS), **since, "query": f"#{tag} -is:retweet"}
        batch = step(mark, self._page(Ask("/2/tweets/search/recent", query), mark, stream, now), now)
        missing = (*batch.missing, lost) if lost is not None else batch.missing
        return Batch(batch.messages, batch.cursor, batch.more, batch.spoiled, missing)

    def _window(self, mark: Bookmark, fields: Mapping[str, str]) -> dict[str, str | int | list[str]]:
        return {**fields, **({"pagination_token": mark.page} if mark.page else {})}

    def _page(self, ask: Ask, mark: Bookmark, stream: str, now: datetime) -> Page:
        # What was read before on the same day is not paid for again (docs.x.com, usage and billing).
        again = mark.read_at is not None and mark.read_at.date() == now.astimezone(UTC).date()
        listed, body = self._calls.listed(ask, _rate(stream, mark), lambda page: again * _known(mark, page))
        people = _people(body)
        messages, spoiled, ids, marks = list[Incoming](), list[Spoiled](), list[str](), list[str]()
        for one in listed:
            try:
                ids.append(reading.text(one, "id"))
                marks.append(short(ids[-1], reading.text_or_none(one, "text")))
                if mark.knows(ids[-1], reading.text_or_none(one, "text")):
                    continue
                message = self._private(one, people) if stream == "direct" else self._message(one, people, stream)
                if message.author.remote_id != self._account.remote_id:
                    messages.append(message)
            except reading.Malformed as error:
                spoiled.append(Spoiled(reading.raw(one), str(error)))
        return Page(tuple(messages), tuple(spoiled), ids, reading.text_or_none(body, "meta", "next_token"), marks)

    def _read_posts(self, posts: list[object], body: object) -> tuple[list[Incoming], list[Spoiled]]:
        people, messages, spoiled = _people(body), list[Incoming](), list[Spoiled]()
        for post in posts:
            try:
                messages.append(self._message(post, people, "quotes"))
            except reading.Malformed as error:
                spoiled.append(Spoiled(reading.raw(post), str(error)))
        return [one for one in messages if one.author.remote_id != self._account.remote_id], spoiled

    def _message(self, post: object, people: Mapping[str, Author], stream: str) -> Incoming:
        known, author = reading.text(post, "id"), _author(post, people, "author_id")
        root = reading.text_or_none(post, "conversation_id") or known
        answers, quoted = reference(post, "replied_to"), reference(post, "quoted")
        kind = MessageKind.REPLY if answers else MessageKind.QUOTE if quoted else MessageKind.MENTION
        site = self._account.address if addresses.is_here(self._account.address) else "https://x.com"
        return Incoming(
            remote_id=known,
            kind=MessageKind.MATCH if stream.startswith("tag:") else kind,
            author=author,
            text=words_of(post),
            created_at=reading.moment(post, "created_at"),
            url=f"{site}/{author.handle}/status/{known}",
            answers=self._first_of(answers or quoted),
            root=self._first_of(root),
            reply_token=reply_tokens.write({"id": known}),
        )

    def _private(self, one: object, people: Mapping[str, Author]) -> Incoming:
        known, author = reading.text(one, "id"), _author(one, people, "sender_id")
        return Incoming(
            remote_id=f"dm:{known}",
            kind=MessageKind.DIRECT,
            author=author,
            text=words_of(one),
            created_at=reading.moment(one, "created_at"),
            root=f"dm:{reading.text_or_none(one, 'dm_conversation_id') or author.remote_id}",
            reply_token=reply_tokens.write({"person": author.remote_id}),
        )


def _rate(stream: str, mark: Bookmark) -> Rate:
    if stream == "direct":
        return replace(PRIVATE_RATE, most=_FEW) if mark.after else PRIVATE_RATE
    return SEARCH_RATE if stream.startswith("tag:") else MENTIONS_RATE


def _known(mark: Bookmark, page: list[object]) -> int:
    """Count what was read before."""
    ids = ((reading.text_or_none(one, "id"), reading.text_or_none(one, "text")) for one in page)
    return sum(mark.knows(number, words) for number, words in ids if number)


def _people(body: object) -> dict[str, Author]:
    found = reading.dig(body, "includes", "users")
    people = dict[str, Author]()
    for one in found if isinstance(found, list) else ():
        known, handle = reading.text_or_none(one, "id"), reading.text_or_none(one, "username")
        people[known] = Author(known, reading.text_or_none(one, "name") or handle, handle)
    return people


def _author(one: object, people: Mapping[str, Author], name: str) -> Author:
    known = reading.text(one, name)
    return people.get(known, Author(known, known, ""))


def _written(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
