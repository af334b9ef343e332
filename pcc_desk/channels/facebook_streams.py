"""What comes in on a Facebook Page: comments, posts that name it, posts on it, reviews, messages, and a live talk."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

from pcc_desk.channels import reading
from pcc_desk.channels.facebook_page import TITLE, Page
from pcc_desk.channels.failures import Query
from pcc_desk.channels.graph import CLOSED, is_node, written
from pcc_desk.channels.graph_lists import NO_WORDS, Flat, Nested, author_of, conversations, name_of
from pcc_desk.channels.graph_walk import Entry, Habit, Source, Stretch
from pcc_desk.errors import Rejected
from pcc_desk.model.message import Incoming, MessageKind

_COMMENT = "id,message,from{id,name},created_time,parent{id},permalink_url,attachment"
_POST = "id,message,from{id,name},created_time,permalink_url"
_REVIEW = "created_time,reviewer{id,name},rating,recommendation_type,review_text,open_graph_story{id}"
_NEWEST_FIRST = (("filter", "stream"), ("order", "reverse_chronological"))
_NOBODY = "Somebody on Facebook"
_LIST = Habit(TITLE, rise=True)
# Comments on a live video come thickly, and one server stamps them.
_TALK = replace(_LIST, overlap=timedelta(seconds=20))
_RECOMMENDED = {"positive": "Recommends the Page.", "negative": "Does not recommend the Page."}


def source_of(page: Page, stream: str) -> tuple[Source, Habit]:
    """Give what a stream reads, and how. Raises: Rejected for a stream Facebook does not have."""
    if stream == "comments":
        read = partial(_comment, page, MessageKind.COMMENT)
        path, fields = f"{page.id}/feed", _COMMENT
        return Nested(page.graph, path, {}, "comments", "created_time", fields, read, _NEWEST_FIRST), Habit(TITLE)
    if stream == "mentions":
        return _posts(page, "tagged", MessageKind.MENTION), _LIST
    if stream == "visitors":
        return _posts(page, "visitor_posts", MessageKind.COMMENT), _LIST
    if stream == "reviews":
        return Flat(page.graph, f"{page.id}/ratings", {"fields": _REVIEW}, partial(_review, page)), _LIST
    if stream == "messages":
        return conversations(page.graph, page.id, "MESSENGER", frozenset({page.id})), _LIST
    video = stream.removeprefix("live:")
    if video == stream or not is_node(video):
        raise Rejected(f"PCC Desk does not know this part of {TITLE}.", "Choose the live video again.")
    query: Query = {**dict(_NEWEST_FIRST), "live_filter": "no_filter", "fields": _COMMENT}
    read = partial(_comment, page, MessageKind.LIVE)
    return Flat(page.graph, f"{video}/comments", query, lambda said, _: read(said, video)), _TALK


def _posts(page: Page, edge: str, kind: MessageKind) -> Flat:
    return Flat(page.graph, f"{page.id}/{edge}", {"fields": _POST}, partial(_post, page, kind))


def _comment(page: Page, kind: MessageKind, said: object, post: str) -> Stretch:
    comment, at = name_of(said), reading.moment(said, "created_time")
    author = author_of(said, "from", _NOBODY)
    words = reading.text_or_none(said, "message") or (NO_WORDS if reading.dig(said, "attachment") else "")
    incoming = Incoming(
        remote_id=comment,
        kind=kind,
        author=author,
        text=words,
        created_at=at,
        url=reading.text_or_none(said, "permalink_url") or page.url(comment),
        answers=reading.text_or_none(said, "parent", "id") or post,
        root=post,
        reply_token=written({"comment": comment, "post": post, "said": comment, "at": at.isoformat()}),
    )
    return _unless_ours(page, incoming)


def _post(page: Page, kind: MessageKind, post: object, _: str) -> Stretch:
    name, at, author = name_of(post), reading.moment(post, "created_time"), author_of(post, "from", _NOBODY)
    words = reading.text_or_none(post, "message") or NO_WORDS
    url = reading.text_or_none(post, "permalink_url") or page.url(name)
    token = written({"post": name})
    return _unless_ours(page, Incoming(name, kind, author, words, at, url, root=name, reply_token=token))


def _review(page: Page, review: object, _: str) -> Stretch:
    # Older reviews have stars, newer ones a recommendation; one without a story of its own cannot be answered.
    at, author = reading.moment(review, "created_time"), author_of(review, "reviewer", _NOBODY)
    story, stars = reading.text_or_none(review, "open_graph_story", "id"), reading.dig(review, "rating")
    heading = _RECOMMENDED.get(reading.text_or_none(review, "recommendation_type"), "")
    if not heading and isinstance(stars, int):
        heading = f"{stars} of 5 stars."
    words = "\n".join(part for part in (heading, reading.text_or_none(review, "review_text")) if part)
    name = story or f"review {author.remote_id} {at.isoformat()}"
    url, token = (page.url(story), written({"post": story})) if story else (page.url(f"{page.id}/reviews"), CLOSED)
    kind = MessageKind.REVIEW
    return _unless_ours(page, Incoming(name, kind, author, words, at, url, root=name, reply_token=token))


def _unless_ours(page: Page, incoming: Incoming) -> Stretch:
    ours = incoming.author.remote_id == page.id
    return Stretch((Entry(incoming.remote_id, incoming.created_at, None if ours else incoming),))
