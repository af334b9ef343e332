"""Live videos and films on a Facebook Page: announced once, begun and ended, brought up a stretch at a time."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from pcc_desk.channels.facebook import FacebookChannel
from pcc_desk.errors import ChannelError, RateLimited, Rejected, Unconfirmed, Unreachable
from pcc_desk.model.channel import Piece
from pcc_desk.model.film import PieceVideo
from pcc_desk.model.live import LivePlan
from pcc_desk.model.message import MessageKind
from pcc_desk.rehearsal.facebook import FacebookServer
from tests.channels import faulty
from tests.channels.bench_facebook import facebook_bench
from tests.channels.faulty import Seen
from tests.channels.graph_bench import refused
from tests.channels.rigs import MADE_AT, Rig, piece

Bench = tuple[Rig, FacebookServer]
PLAN = LivePlan("3m6abcdefgh2z", "Meeting", "Ask the commissioner", MADE_AT + timedelta(days=2))
SIZE = 2_500_000


class Film:
    """Bytes of a film, and how often they were read."""

    def __init__(self) -> None:
        self.read_from: list[int] = []

    def read(self, start: int, length: int) -> bytes:
        """Give a stretch of it."""
        self.read_from.append(start)
        return bytes([start % 251]) * min(length, SIZE - start)


@pytest.fixture
def bench() -> Iterator[Bench]:
    with facebook_bench() as made:
        yield made


def channel_of(rig: Rig) -> FacebookChannel:
    assert isinstance(rig.channel, FacebookChannel)
    return rig.channel


def filmed(key: str = "3m6abcdefgh2a") -> Piece:
    """Give a piece with a film."""
    return piece(key, video=PieceVideo("talk.mp4", "video/mp4", SIZE, 30.0, 1280, 720, Film()))


def phase(name: str) -> Any:
    """Tell the requests of one phase of a film."""
    return lambda seen: seen.path.endswith("/videos") and name.encode() in seen.content


def test_a_live_video_is_announced_once_and_tells_the_camera_where_to_send(bench: Bench) -> None:
    rig, server = bench
    receipt = channel_of(rig).plan_live(PLAN)
    assert channel_of(rig).plan_live(PLAN) == receipt
    (live,) = server.wall.lives.values()
    assert (live.title, live.text, live.starts_at) == (PLAN.title, PLAN.text, PLAN.starts_at)
    assert receipt.server == "rtmps://live-api-s.facebook.com:443/rtmp/"
    assert receipt.stream_key == f"FB-{live.id}-0-Secret"
    assert "Secret" not in repr(receipt)
    assert receipt.url.endswith(f"/office/videos/{live.id}/")


def test_a_live_video_is_ended_although_facebook_asked_to_be_left_alone(bench: Bench) -> None:
    rig, server = bench
    receipt = channel_of(rig).plan_live(PLAN)
    channel_of(rig).go_live(receipt.remote_id)
    rig.front.misbehave(faulty.answered(429, b"{}"), lambda seen: seen.path.endswith("/comments"))
    with pytest.raises(RateLimited):
        rig.channel.fetch(f"live:{receipt.remote_id}", "")
    with pytest.raises(RateLimited):
        rig.channel.check()
    channel_of(rig).end_live(receipt.remote_id)
    assert server.wall.lives[receipt.remote_id].standing == "VOD"


def test_an_announcement_whose_answer_was_lost_is_found_again(bench: Bench) -> None:
    rig, server = bench

    def announces(seen: Seen) -> bool:
        return seen.method == "POST" and seen.path.endswith("/live_videos")

    rig.front.misbehave(faulty.afterwards(faulty.reset), announces)
    with pytest.raises(Unconfirmed):
        channel_of(rig).plan_live(PLAN)
    rig.front.behave()
    channel_of(rig).plan_live(PLAN)
    assert len(server.wall.lives) == 1
    other = LivePlan("3m6abcdefgh2y", PLAN.title, PLAN.text, PLAN.starts_at + timedelta(days=1))
    channel_of(rig).plan_live(other)
    assert len(server.wall.lives) == 2


def test_a_live_video_begins_and_ends_and_doing_it_twice_is_fine(bench: Bench) -> None:
    rig, server = bench
    known = channel_of(rig).plan_live(PLAN).remote_id
    for _ in range(2):
        channel_of(rig).go_live(known)
        assert server.wall.lives[known].standing == "LIVE"
    for _ in range(2):
        channel_of(rig).end_live(known)
        assert server.wall.lives[known].standing == "VOD"
    with pytest.raises(Rejected):
        channel_of(rig).go_live(known)


def test_a_live_video_that_never_began_is_called_off_and_one_that_is_gone_is_over(bench: Bench) -> None:
    rig, server = bench
    known = channel_of(rig).plan_live(PLAN).remote_id
    channel_of(rig).end_live(known)
    assert server.wall.lives[known].standing == "SCHEDULED_CANCELED"
    server.wall.take_down(known)
    channel_of(rig).end_live(known)
    with pytest.raises(Rejected):
        channel_of(rig).go_live("../me")


def test_what_is_said_during_a_live_video_comes_in_and_is_answered(bench: Bench) -> None:
    rig, server = bench
    known = channel_of(rig).plan_live(PLAN).remote_id
    channel_of(rig).go_live(known)
    said = [server.wall.arrive(known, f"Question {number}") for number in range(230)]
    batch = rig.channel.fetch(f"live:{known}", "")
    found = list(batch.messages)
    while batch.more:
        batch = rig.channel.fetch(f"live:{known}", batch.cursor)
        found += batch.messages
    assert sorted(each.remote_id for each in found) == sorted(said)
    assert {(each.kind, each.root) for each in found} == {(MessageKind.LIVE, known)}
    answer = piece(text="Good question", answers=found[0].reply_token)
    assert rig.channel.publish(answer) == rig.channel.find(answer)
    server.wall.arrive(known, "One more")
    again = rig.channel.fetch(f"live:{known}", batch.cursor)
    assert ([each.text for each in again.messages], again.more) == (["One more"], False)


def test_a_film_is_brought_up_in_stretches_and_published_once(bench: Bench) -> None:
    rig, server = bench
    wanted = filmed()
    assert rig.channel.find(wanted) is None
    receipt = rig.channel.publish(wanted)
    assert rig.channel.find(wanted) == receipt == rig.channel.publish(wanted)
    (film,) = server.wall.films.values()
    assert (len(film.content), film.content[-1], film.title) == (SIZE, 2_000_000 % 251, "The plan is out")
    assert rig.public() == 1
    rig.channel.withdraw(receipt)
    assert rig.public() == 0


def test_a_film_that_was_interrupted_goes_on_where_it_was(bench: Bench) -> None:
    rig, server = bench
    wanted = filmed()
    assert wanted.video is not None and isinstance(wanted.video.reel, Film)
    transfers: list[Seen] = []

    def third(seen: Seen) -> bool:
        transfers.extend([seen] if phase("transfer")(seen) else [])
        return len(transfers) == 3

    rig.front.misbehave(faulty.reset, third)
    with pytest.raises(Unreachable):
        rig.channel.publish(wanted)
    rig.front.behave()
    rig.channel.publish(wanted)
    assert wanted.video.reel.read_from == [0, 1_000_000, 2_000_000, 2_000_000]
    assert (len(server.wall.films), rig.public()) == (1, 1)


def test_facebook_may_ask_for_another_stretch_and_not_for_ever(bench: Bench) -> None:
    rig, _ = bench

    def want(start: int) -> faulty.Fault:
        error = {"code": 6_001, "error_subcode": 1_363_037, "message": "Try again"}
        place = {"start_offset": start, "end_offset": 1_000_000}
        return faulty.answered(400, faulty.as_json({"error": {**error, "error_data": place}}))

    wanted = filmed()
    asked = [0]

    def twice(seen: Seen) -> bool:
        asked[0] += phase("transfer")(seen)
        return bool(phase("transfer")(seen)) and asked[0] <= 2

    rig.front.misbehave(want(0), twice)
    rig.channel.publish(wanted)
    assert rig.public() == 1
    rig.front.misbehave(want(0), phase("transfer"))
    with pytest.raises(Unreachable):
        rig.channel.publish(filmed("3m6abcdefgh2b"))


@pytest.mark.parametrize("worked", [True, False])
def test_a_film_whose_last_answer_was_lost_is_published_once(bench: Bench, worked: bool) -> None:
    rig, _ = bench
    wanted = filmed()
    rig.front.misbehave(faulty.afterwards(faulty.reset) if worked else faulty.reset, phase("finish"))
    with pytest.raises(Unconfirmed):
        rig.channel.publish(wanted)
    rig.front.behave()
    assert (rig.channel.find(wanted) is not None) == worked
    assert rig.channel.publish(wanted) == rig.channel.find(wanted)
    assert rig.public() == 1


def test_a_refusal_after_an_unclear_end_is_not_called_a_failure(bench: Bench) -> None:
    rig, _ = bench
    wanted = filmed()
    rig.front.misbehave(faulty.reset, phase("finish"))
    with pytest.raises(Unconfirmed):
        rig.channel.publish(wanted)
    rig.front.misbehave(refused(400, "This session has ended"), phase("finish"))
    with pytest.raises(Unconfirmed):
        rig.channel.publish(wanted)


def test_a_session_that_lapsed_is_begun_anew_at_the_next_try(bench: Bench) -> None:
    rig, server = bench
    wanted = filmed()
    rig.front.misbehave(faulty.reset, phase("transfer"))
    with pytest.raises(ChannelError):
        rig.channel.publish(wanted)
    rig.front.behave()
    server.wall.films.clear()
    with pytest.raises(Rejected):
        rig.channel.publish(wanted)
    rig.channel.publish(wanted)
    assert rig.public() == 1


CAPTIONS = "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nGood <b>morning</b> &amp; welcome.\n"
SUBRIP = "1\n00:00:01,000 --> 00:00:02,000\nGood <b>morning</b> & welcome.\n"


def captioned(key: str = "3m6abcdefgh2a", language: str = "en") -> Piece:
    """Give a piece with a film that has captions."""
    film = filmed(key).video
    assert film is not None
    return piece(key, video=replace(film, captions=CAPTIONS), language=language)


def captions(seen: Seen) -> bool:
    """Tell the request that brings the captions."""
    return seen.path.endswith("/captions")


def shows(seen: Seen) -> bool:
    """Tell the request that shows the film to everybody."""
    return seen.content == b"published=true"


@pytest.mark.parametrize(("language", "locale"), [("en", "en_GB"), ("cy", "cy_GB")])
def test_a_film_has_its_captions_before_anybody_sees_it(bench: Bench, language: str, locale: str) -> None:
    rig, server = bench
    wanted = captioned(language=language)
    rig.front.misbehave(refused(500, "Later"), shows)
    with pytest.raises(Unconfirmed):
        rig.channel.publish(wanted)
    (film,) = server.wall.films.values()
    assert (film.captions, film.locale, rig.public(), rig.channel.find(wanted)) == (SUBRIP, locale, 0, None)
    rig.front.behave()
    receipt = rig.channel.publish(wanted)
    assert rig.channel.find(wanted) == receipt == rig.channel.publish(wanted)
    assert (rig.public(), film.unseen) == (1, False)


def test_captions_facebook_does_not_take_are_told_before_anybody_sees_the_film(bench: Bench) -> None:
    rig, server = bench
    rig.front.misbehave(refused(400, "The captions are not valid"), captions)
    with pytest.raises(Rejected, match="captions are not valid"):
        rig.channel.publish(captioned())
    assert rig.public() == 0
    rig.front.behave()
    rig.channel.publish(captioned())
    assert (rig.public(), len(server.wall.films)) == (1, 1)


@pytest.mark.parametrize("lost", [phase("finish"), captions])
@pytest.mark.parametrize("worked", [True, False])
def test_an_answer_lost_before_a_film_is_shown_is_tried_again(bench: Bench, lost: Any, worked: bool) -> None:
    rig, server = bench
    rig.front.misbehave(faulty.afterwards(faulty.reset) if worked else faulty.reset, lost)
    with pytest.raises(Unreachable):
        rig.channel.publish(captioned())
    assert rig.public() == 0
    rig.front.behave()
    rig.channel.publish(captioned())
    assert (rig.public(), [film.captions for film in server.wall.films.values()]) == (1, [SUBRIP])


@pytest.mark.parametrize("worked", [True, False])
def test_a_film_whose_showing_got_no_answer_is_shown_once(bench: Bench, worked: bool) -> None:
    rig, _ = bench
    rig.front.misbehave(faulty.afterwards(faulty.reset) if worked else faulty.reset, shows)
    with pytest.raises(Unconfirmed):
        rig.channel.publish(captioned())
    rig.front.behave()
    assert (rig.channel.find(captioned()) is not None) == worked
    rig.channel.publish(captioned())
    assert rig.public() == 1


def test_the_office_can_go_on_below_its_own_film(bench: Bench) -> None:
    rig, server = bench
    film = rig.channel.publish(filmed())
    rig.channel.publish(piece("3m6abcdefgh2b", "More about this", answers=film.reply_token))
    assert [(each.text, each.post) for each in server.wall.comments] == [("More about this", film.remote_id)]
