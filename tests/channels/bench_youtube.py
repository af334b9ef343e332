"""YouTube on the bench; every request is judged by Google's own description where that is at hand."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from pcc_desk.channels.platforms import ADAPTERS
from pcc_desk.channels.wire import Wire
from pcc_desk.model.account import Account, AccountId, AccountState
from pcc_desk.model.channel import Batch, Channel
from pcc_desk.model.film import PieceVideo
from pcc_desk.rehearsal.youtube import YouTubeServer
from tests.channels import faulty
from tests.channels.faulty import Front, Seen
from tests.channels.judge_youtube import judged
from tests.channels.rigs import MADE_AT, PASSWORD, Clock, Kept, Noted, Rig, opened

US = "UCoffice"
TAG = "#EinCynllun"
TAGGED = "tag:eincynllun"


class Film:
    """A film of so many bytes."""

    def __init__(self, size: int) -> None:
        self.size = size

    def read(self, start: int, length: int) -> bytes:
        """Give a stretch of it."""
        return b"f" * max(0, min(length, self.size - start))


def film(size: int = 1_000, captions: str = "") -> PieceVideo:
    """Give a film."""
    return PieceVideo("film.mp4", "video/mp4", size, 20.0, 1280, 720, Film(size), captions)


def refused(code: int, message: str) -> faulty.Fault:
    """Answer as Google tells an error."""
    told = {"code": code, "message": message, "errors": [{"reason": "forbidden", "message": message}]}
    return faulty.answered(code, faulty.as_json({"error": told}))


@contextmanager
def youtube_rig(audited: bool = True) -> Iterator[Rig]:
    """Put YouTube on the bench."""
    with youtube_bench(audited) as (rig, _):
        yield rig


@contextmanager
def youtube_bench(audited: bool = True) -> Iterator[tuple[Rig, YouTubeServer]]:
    """Put YouTube on the bench, with the people who watch."""
    with ExitStack() as stack:
        server = stack.enter_context(YouTubeServer(Clock(), audited))
        server.add_channel(US, "The office", PASSWORD)
        front = stack.enter_context(judged(Front(server.url)))
        secrets, noted = Kept(access=PASSWORD, app_id="client", app_secret="app secret"), Noted()
        account = Account(
            AccountId(1), "youtube", front.url, US, "the-office", "The office", AccountState.CONNECTED, MADE_AT
        )
        rig = Rig(
            adapter=ADAPTERS["youtube"],
            front=front,
            secrets=secrets,
            account=account,
            channel=opened(ADAPTERS["youtube"], Wire(front.url), account, secrets, noted),
            stream="comments",
            public=lambda: (
                sum(video.privacy == "public" for video in server.videos)
                + sum(comment.author == US for comment in server.comments)
            ),
            arrive=lambda answers, text: server.arrive(answers, text),
            revoke=server.revoke,
            publishes=_publishes,
            prepares=lambda seen: seen.path.startswith("/resumable/"),
            reads=lambda seen: seen.path.endswith("/commentThreads"),
            pieces=lambda body: list(body["items"]),
            needed="snippet",
            made={"video": film()},
            secret_names=("access",),
            refusal=refused,
            flat=True,
            noted=noted,
        )
        yield rig, server


class Leisurely:
    """A channel whose hashtags are always looked for when their turn has come; titles stand for the whole words."""

    def __init__(self, channel: Channel, clock: Clock) -> None:
        self._channel, self._clock = channel, clock

    def fetch(self, stream: str, cursor: str) -> Batch:
        """Let some hours pass, then read."""
        self._clock.now += timedelta(hours=4)
        batch = self._channel.fetch(stream, cursor)
        plain = (replace(one, text=one.text.removesuffix(f"\n\n{TAG}")) for one in batch.messages)
        return replace(batch, messages=tuple(plain))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._channel, name)


@contextmanager
def searching_rig() -> Iterator[Rig]:
    """Put YouTube's search on the bench: what arrives is another channel's film, with the hashtag beside it."""
    with searching_bench() as (rig, server):
        clock = server._house.now
        assert isinstance(clock, Clock)
        rig.channel = Leisurely(rig.channel, clock)
        rig.stream = TAGGED
        rig.arrive = lambda answers, text: server.show(text, TAG)
        rig.reads = lambda seen: (seen.method, seen.path) == ("GET", "/youtube/v3/videos")
        yield rig


@contextmanager
def searching_bench() -> Iterator[tuple[Rig, YouTubeServer]]:
    """Put YouTube on the bench beside a desk whose clock is the same."""
    with youtube_bench() as (rig, server):
        rig.channel = rig.open(rig.wire(now=server._house.now))
        yield rig, server


def _publishes(seen: Seen) -> bool:
    shows = (seen.method, seen.path) == ("PUT", "/youtube/v3/videos")
    return shows or (seen.method, seen.path) == ("POST", "/youtube/v3/comments")
