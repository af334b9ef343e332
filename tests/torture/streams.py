"""Every stream of every platform on the bench: how somebody comes in there, and the answer that tells of them."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import cycle
from typing import Any, cast

from pcc_desk.channels.facebook import FacebookChannel
from pcc_desk.channels.youtube import YouTubeChannel
from pcc_desk.model.live import LivePlan
from pcc_desk.rehearsal.bluesky import BlueskyServer
from pcc_desk.rehearsal.facebook import FacebookServer
from pcc_desk.rehearsal.instagram import InstagramServer
from pcc_desk.rehearsal.mastodon import MastodonServer
from pcc_desk.rehearsal.threads import ThreadsServer
from pcc_desk.rehearsal.x import XServer
from pcc_desk.rehearsal.youtube import YouTubeServer
from tests.channels.bench_bluesky import bluesky_bench
from tests.channels.bench_facebook import facebook_bench
from tests.channels.bench_instagram import instagram_bench
from tests.channels.bench_linkedin import linkedin_rig
from tests.channels.bench_mastodon import mastodon_bench
from tests.channels.bench_threads import threads_bench
from tests.channels.bench_wordpress import wordpress_rig
from tests.channels.bench_x import x_bench
from tests.channels.bench_youtube import searching_rig, youtube_bench
from tests.channels.faulty import Seen
from tests.channels.rigs import MADE_AT, Rig, piece

TAG = "ourplan"
# How many answers one bench takes where X lets so few calls be made in a quarter of an hour.
FEW: Mapping[tuple[str, str], int] = {("x", "direct"): 3}
_PLAN = LivePlan("3m6abcdefgh2z", "Meeting", "Ask the commissioner", MADE_AT.replace(microsecond=0))

Arrive = Callable[[str, str], str]
Bench = Callable[[], AbstractContextManager[tuple[Rig, Any]]]
Turn = Callable[[Rig, Any], Rig]  # turns a rig to another stream of its platform


def _ends(end: str) -> Callable[[Seen], bool]:
    return lambda seen: seen.method == "GET" and seen.path.endswith(end)


def _listed(name: str) -> Callable[[Any], list[Any]]:
    return lambda body: list(body[name])


def _tagged(words: str) -> str:
    return f"{words} #{TAG}"


def _by_turns(*ways: Arrive) -> Arrive:
    """Let the public come in by one way after the other."""
    turns = cycle(ways)
    return lambda about, words: next(turns)(about, words)


def _x_mentions(rig: Rig, server: XServer) -> Rig:
    return replace(rig, arrive=_by_turns(rig.arrive, lambda _, words: server.arrive("ann", f"{words} @office")))


def _x_quotes(rig: Rig, server: XServer) -> Rig:
    return replace(
        rig,
        stream="quotes",
        arrive=lambda about, words: server.quote("ann", words, about),
        reads=_ends("/quote_tweets"),
    )


def _x_direct(rig: Rig, server: XServer) -> Rig:
    return replace(
        rig,
        stream="direct",
        arrive=lambda _, words: server.whisper("ann", "office", words),
        reads=_ends("/2/dm_events"),
        needed="sender_id",
    )


def _x_tag(rig: Rig, server: XServer) -> Rig:
    return replace(
        rig,
        stream=f"tag:{TAG}",
        arrive=lambda _, words: server.arrive("ann", _tagged(words), at=datetime.now(UTC)),  # X looks back a week
        reads=_ends("/search/recent"),
    )


def _bluesky_notices(rig: Rig, server: BlueskyServer) -> Rig:
    def mention(_: str, words: str) -> str:
        return server.arrive("ann.test", f"{words} @office.test")

    def quote(about: str, words: str) -> str:
        return server.arrive("ann.test", words, quotes=about)

    return replace(rig, arrive=_by_turns(rig.arrive, mention, quote))


def _bluesky_direct(rig: Rig, server: BlueskyServer) -> Rig:
    return replace(
        rig,
        stream="direct",
        arrive=lambda _, words: server.whisper("ann.test", "office.test", words),
        reads=_ends("getMessages"),
        pieces=_listed("messages"),
        needed="sender",
    )


def _bluesky_tag(rig: Rig, server: BlueskyServer) -> Rig:
    return replace(
        rig,
        stream=f"tag:{TAG}",
        arrive=lambda _, words: server.arrive("ann.test", _tagged(words)),
        reads=_ends("searchPosts"),
        pieces=_listed("posts"),
    )


def _mastodon_notices(rig: Rig, server: MastodonServer) -> Rig:
    def mention(_: str, words: str) -> str:
        return server.arrive("ann", f"{words} @office")

    def direct(about: str, words: str) -> str:
        return server.arrive("ann", words, about, "direct")

    return replace(rig, arrive=_by_turns(rig.arrive, mention, direct))


def _mastodon_tag(rig: Rig, server: MastodonServer) -> Rig:
    return replace(
        rig,
        stream=f"tag:{TAG}",
        arrive=lambda _, words: server.arrive("ann", _tagged(words)),
        reads=_ends(f"/timelines/tag/{TAG}"),
        needed="account",
    )


def _facebook(stream: str, end: str, arrive: Callable[[FacebookServer], Arrive]) -> Turn:
    return lambda rig, server: replace(
        rig, stream=stream, arrive=arrive(server), reads=_ends(end), pieces=_listed("data")
    )


def _in_conversations(body: Any) -> list[Any]:
    return [each for talk in body["data"] for each in talk.get("messages", {}).get("data", [])]


def _facebook_messages(rig: Rig, server: FacebookServer) -> Rig:
    return replace(
        rig,
        stream="messages",
        arrive=lambda _, words: server.wall.write_message(words),
        reads=_ends("/conversations"),
        pieces=_in_conversations,
    )


def _facebook_live(rig: Rig, server: FacebookServer) -> Rig:
    known = cast(FacebookChannel, rig.channel).plan_live(replace(_PLAN, starts_at=rig.wire().now())).remote_id
    return replace(
        rig,
        stream=f"live:{known}",
        arrive=lambda _, words: server.wall.arrive(known, words),
        reads=_ends(f"/{known}/comments"),
        pieces=_listed("data"),
    )


def _instagram(stream: str, end: str, arrive: Callable[[InstagramServer], Arrive]) -> Turn:
    return lambda rig, server: replace(
        rig, stream=stream, arrive=arrive(server), reads=_ends(end), pieces=_listed("data")
    )


def _instagram_messages(rig: Rig, server: InstagramServer) -> Rig:
    return replace(
        rig,
        stream="messages",
        arrive=lambda _, words: server.write_message(words),
        reads=_ends("/conversations"),
        pieces=_in_conversations,
        needed="created_time",
    )


def _threads_answers(rig: Rig, server: ThreadsServer) -> Rig:
    theirs = server.arrive("", "Somebody else's post")
    ours = rig.channel.publish(piece("3m6abcdefgh2y", "An answer of ours", answers=f'{{"reply_to":"{theirs}"}}'))
    return replace(
        rig,
        stream="answers",
        arrive=lambda _, words: server.arrive(ours.remote_id, words),
        reads=_ends(f"/{ours.remote_id}/replies"),
    )


def _threads_held(rig: Rig, server: ThreadsServer) -> Rig:
    return replace(rig, stream="held", arrive=server.wait_for_approval, reads=_ends("/pending_replies"))


def _threads(stream: str, end: str, worded: Callable[[str], str]) -> Turn:
    return lambda rig, server: replace(
        rig, stream=stream, arrive=lambda _, words: server.arrive("", worded(words)), reads=_ends(end)
    )


def _youtube_held(rig: Rig, server: YouTubeServer) -> Rig:
    return replace(rig, stream="held", arrive=partial(server.arrive, held=True))


def _youtube_live(rig: Rig, server: YouTubeServer) -> Rig:
    server.hurry()
    known = cast(YouTubeChannel, rig.channel).plan_live(_PLAN).remote_id
    return replace(
        rig,
        stream=f"live:{known}",
        arrive=lambda _, words: server.say(known, words),
        reads=_ends("/liveChat/messages"),
    )


def _as_it_is(rig: Rig, _: Any) -> Rig:
    return rig


@contextmanager
def _alone(rig: Callable[[], AbstractContextManager[Rig]]) -> Iterator[tuple[Rig, Any]]:
    with rig() as made:
        yield made, None


_BENCHES: Mapping[str, tuple[Bench, Mapping[str, Turn]]] = {
    "bluesky": (
        bluesky_bench,
        {"notifications": _bluesky_notices, "direct": _bluesky_direct, "tag": _bluesky_tag},
    ),
    "facebook": (
        facebook_bench,
        {
            "comments": _as_it_is,
            "mentions": _facebook("mentions", "/tagged", lambda s: lambda _, w: s.wall.write_post(w, elsewhere=True)),
            "visitors": _facebook("visitors", "/visitor_posts", lambda s: lambda _, w: s.wall.write_post(w)),
            "reviews": _facebook("reviews", "/ratings", lambda s: lambda _, w: s.wall.review(w)),
            "messages": _facebook_messages,
            "live": _facebook_live,
        },
    ),
    "instagram": (
        instagram_bench,
        {
            "comments": _as_it_is,
            "mentions": _instagram("mentions", "/tags", lambda s: lambda _, w: s.post(w, tags_us=True)),
            "messages": _instagram_messages,
            "tag": _instagram(f"tag:{TAG}", "/recent_media", lambda s: lambda _, w: s.post(_tagged(w))),
        },
    ),
    "linkedin": (partial(_alone, linkedin_rig), {"notifications": _as_it_is}),
    "mastodon": (mastodon_bench, {"notifications": _mastodon_notices, "tag": _mastodon_tag}),
    "threads": (
        threads_bench,
        {
            "replies": _as_it_is,
            "answers": _threads_answers,
            "mentions": _threads("mentions", "/mentions", lambda words: f"{words} @the.office"),
            "held": _threads_held,
            "tag": _threads(f"tag:{TAG}", "/keyword_search", _tagged),
        },
    ),
    "wordpress": (partial(_alone, wordpress_rig), {"comments": _as_it_is}),
    "x": (x_bench, {"mentions": _x_mentions, "quotes": _x_quotes, "direct": _x_direct, "tag": _x_tag}),
    "youtube": (youtube_bench, {"comments": _as_it_is, "held": _youtube_held, "live": _youtube_live}),
}


@contextmanager
def _turned(bench: Bench, turn: Turn) -> Iterator[Rig]:
    with bench() as (rig, server):
        yield turn(rig, server)


# YouTube is searched at leisure, by a clock of its own.
_ALONE: Mapping[str, Mapping[str, Callable[[], AbstractContextManager[Rig]]]] = {"youtube": {"tag": searching_rig}}
STREAMS: Mapping[str, Mapping[str, Callable[[], AbstractContextManager[Rig]]]] = {
    name: {**{stream: partial(_turned, bench, turn) for stream, turn in turns.items()}, **_ALONE.get(name, {})}
    for name, (bench, turns) in _BENCHES.items()
}
