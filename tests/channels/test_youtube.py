"""What is YouTube's own: films sent in stretches and shown once, held comments, live talk, and the day's quota."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest

from pcc_desk.channels import youtube_films
from pcc_desk.channels.youtube import YouTubeChannel
from pcc_desk.channels.youtube_site import CAPTION, LIVE_READ, READ, UNITS, WRITE, next_quota
from pcc_desk.errors import RateLimited, Rejected, Unconfirmed, Unreachable
from pcc_desk.model.live import LivePlan
from pcc_desk.model.message import MessageKind
from pcc_desk.rehearsal.youtube import YouTubeServer
from tests.channels import faulty
from tests.channels.bench_youtube import film, refused, youtube_bench, youtube_rig
from tests.channels.faulty import Seen
from tests.channels.rigs import MADE_AT, Clock, Rig, piece

Bench = tuple[Rig, YouTubeServer]


@pytest.fixture
def bench() -> Iterator[Bench]:
    """YouTube with the office's channel."""
    with youtube_bench() as made:
        yield made


def channel_of(rig: Rig) -> YouTubeChannel:
    return cast(YouTubeChannel, rig.channel)


def test_a_film_is_unseen_until_it_is_whole_and_its_captions_are_there(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig, server = bench
    monkeypatch.setattr(youtube_films, "_CHUNK", 262_144)
    said = piece(text="What we decided", title="The meeting", video=film(700_000, "WEBVTT\n\nHello"))
    rig.front.misbehave(refused(403, "not yet"), rig.publishes)
    with pytest.raises(Rejected):
        rig.channel.publish(said)
    (video,) = server.videos
    assert (len(video.content), video.privacy, video.captions) == (700_000, "private", "WEBVTT\n\nHello")
    rig.front.behave()
    receipt = rig.channel.publish(said)
    assert (server.videos[0].privacy, receipt.remote_id, len(server.videos)) == ("public", video.id, 1)
    assert (video.snippet["title"], video.snippet["description"]) == ("The meeting", "What we decided")


def is_caption(seen: Seen) -> bool:
    return "/session/captions-" in seen.path


def test_captions_that_did_not_arrive_go_with_the_next_try_and_the_film_is_not_shown_without(bench: Bench) -> None:
    rig, server = bench
    said = piece(video=film(1_000, "WEBVTT\n\nHello"))
    rig.front.misbehave(faulty.reset, is_caption)
    with pytest.raises(Unreachable):
        rig.channel.publish(said)
    assert (server.videos[0].captions, server.videos[0].privacy) == ("", "private")
    rig.front.behave()
    rig.channel.publish(said)
    assert (server.videos[0].captions, server.videos[0].privacy) == ("WEBVTT\n\nHello", "public")


def test_captions_whose_answer_was_lost_are_there_once(bench: Bench) -> None:
    rig, server = bench
    said = piece(video=film(1_000, "WEBVTT\n\nHello"))
    rig.front.misbehave(faulty.afterwards(faulty.reset), is_caption)
    with pytest.raises(Unreachable):
        rig.channel.publish(said)
    rig.front.behave()
    rig.channel.publish(said)
    assert sum(map(is_caption, rig.front.seen)) == 1 and server.videos[0].privacy == "public"
    assert (UNITS, CAPTION) in rig.noted.spent


def test_a_talk_is_read_no_sooner_than_youtube_asks(bench: Bench) -> None:
    rig, _ = bench
    now = [datetime.now(UTC)]
    channel = cast(YouTubeChannel, rig.open(rig.wire(now=lambda: now[0])))
    live = channel.plan_live(PLAN)
    first = channel.fetch(f"live:{live.remote_id}", "")
    for seconds in (0, 4):
        now[0] += timedelta(seconds=seconds)
        with pytest.raises(RateLimited):
            channel.fetch(f"live:{live.remote_id}", first.cursor)
    channel.fetch("comments", "")  # other calls go on
    now[0] += timedelta(seconds=1)
    channel.fetch(f"live:{live.remote_id}", first.cursor)
    assert sum(seen.path.endswith("/liveChat/messages") for seen in rig.front.seen) == 2


def test_an_upload_that_breaks_goes_on_where_it_was(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    rig, server = bench
    monkeypatch.setattr(youtube_films, "_CHUNK", 262_144)
    sent: list[str] = []

    def third_stretch(seen: Seen) -> bool:
        stretch = seen.headers.get("content-range", "")
        sent.append(stretch)
        return stretch.startswith("bytes 524288-")

    rig.front.misbehave(faulty.reset, third_stretch)
    said = piece(video=film(800_000))
    with pytest.raises(Unreachable):
        rig.channel.publish(said)
    rig.front.behave()
    before = len(rig.front.seen)
    rig.channel.publish(said)
    again = [seen.headers.get("content-range") for seen in rig.front.seen[before:] if "/session/" in seen.path]
    assert again == ["bytes */800000", "bytes 524288-786431/800000", "bytes 786432-799999/800000"]
    assert len(server.videos[0].content) == 800_000


def test_an_upload_youtube_has_forgotten_begins_again(bench: Bench) -> None:
    rig, server = bench
    rig.front.misbehave(faulty.reset, lambda seen: "/session/" in seen.path)
    with pytest.raises(Unreachable):
        rig.channel.publish(rig.piece())
    rig.front.behave()
    server.forget_uploads()
    with pytest.raises(Unreachable, match="forgotten"):
        rig.channel.publish(rig.piece())
    rig.channel.publish(rig.piece())
    assert len(server.videos) == 1


def test_a_film_google_keeps_unseen_is_never_called_posted() -> None:
    with youtube_rig(audited=False) as rig:
        with pytest.raises(Rejected, match="keeps the film unseen"):
            rig.channel.publish(rig.piece())
        assert rig.channel.find(rig.piece()) is None


def test_without_a_film_nothing_is_sent(bench: Bench) -> None:
    rig, _ = bench
    with pytest.raises(Rejected, match="films only"):
        rig.channel.publish(piece())
    assert not rig.front.seen


def test_held_comments_are_a_stream_of_their_own_and_can_be_let_through(bench: Bench) -> None:
    rig, server = bench
    about = rig.channel.publish(rig.piece())
    held = server.arrive(about.remote_id, "Is this allowed?", held=True)
    (message,) = rig.channel.fetch("held", "").messages
    assert (message.kind, message.remote_id) == (MessageKind.HELD, held)
    assert rig.channel.fetch("comments", "").messages == ()
    channel_of(rig).hide(held, message.reply_token, False)
    assert [each.remote_id for each in rig.channel.fetch("comments", "").messages] == [held]
    channel_of(rig).hide(held, message.reply_token, True)
    channel_of(rig).remove(held, message.reply_token)
    assert rig.channel.fetch("comments", "").messages == rig.channel.fetch("held", "").messages == ()


def test_many_answers_to_one_comment_are_all_read(bench: Bench) -> None:
    rig, server = bench
    about = rig.channel.publish(rig.piece())
    top = server.arrive(about.remote_id, "First")
    wanted = {top, *(server.arrive(top, f"Answer {number}") for number in range(12))}
    assert {each.remote_id for each in rig.channel.fetch("comments", "").messages} == wanted


def test_an_answer_whose_answer_was_lost_is_found_and_not_said_twice(bench: Bench) -> None:
    rig, server = bench
    about = rig.channel.publish(rig.piece())
    server.arrive(about.remote_id, "When is it?")
    (message,) = rig.channel.fetch("comments", "").messages
    answer = piece("3m6abcdefgh2b", "On Tuesday.", answers=message.reply_token)
    rig.front.misbehave(faulty.afterwards(faulty.reset), rig.publishes)
    with pytest.raises(Unconfirmed):
        rig.channel.publish(answer)
    rig.front.behave()
    said = rig.channel.publish(answer)
    assert said == rig.channel.find(answer)
    more = rig.channel.publish(piece("3m6abcdefgh2c", "At noon.", answers=said.reply_token))
    assert more.url == f"https://www.youtube.com/watch?v={about.remote_id}&lc={more.remote_id}"
    assert rig.public() == 3


def test_where_a_talk_is_held_is_asked_for_once(bench: Bench) -> None:
    rig, server = bench
    known = channel_of(rig).plan_live(PLAN).remote_id
    channel_of(rig).go_live(known)
    server.hurry()
    cursor = ""
    for _ in range(3):
        cursor = rig.channel.fetch(f"live:{known}", cursor).cursor
    assert len([seen for seen in rig.front.seen if seen.path.endswith("/videos")]) == 1


def test_a_film_and_an_answer_can_be_corrected_and_taken_back(bench: Bench) -> None:
    rig, server = bench
    receipt = rig.channel.publish(rig.piece())
    server.arrive(receipt.remote_id, "When is it?")
    (message,) = rig.channel.fetch("comments", "").messages
    answer = rig.channel.publish(piece("3m6abcdefgh2b", "On Tuesday.", answers=message.reply_token))
    channel_of(rig).edit(receipt, piece(text="Other words", title="Other title"))
    channel_of(rig).edit(answer, piece(text="On Wednesday."))
    assert server.videos[0].snippet["title"] == "Other title"
    assert server.comments[-1].text == "On Wednesday."
    for _ in range(2):
        rig.channel.withdraw(answer)
        rig.channel.withdraw(receipt)
    assert rig.public() == 0


PLAN = LivePlan("3m6abcdefgh2a", "Ask the Chief", "Live from the hall", datetime(2030, 1, 2, 19, 0, tzinfo=UTC))


def test_a_live_video_is_planned_once_shown_and_ended(bench: Bench) -> None:
    rig, server = bench
    channel = channel_of(rig)
    first = channel.plan_live(PLAN)
    rig.noted.steps.clear()  # as on another desk, which did not see the answer
    assert channel.plan_live(PLAN).remote_id == first.remote_id
    assert len(server.broadcasts) == 1
    assert first.server.startswith("rtmps://") and first.stream_key not in repr(first)
    for _ in range(2):
        channel.go_live(first.remote_id)
    assert server.broadcasts[0].stage == "live"
    for _ in range(2):
        channel.end_live(first.remote_id)
    assert server.broadcasts[0].stage == "complete"


def test_what_is_said_live_comes_in_once_and_is_answered_there(bench: Bench) -> None:
    rig, server = bench
    server.hurry()
    live = channel_of(rig).plan_live(PLAN)
    server.say(live.remote_id, "When is the vote?")
    batch = rig.channel.fetch(f"live:{live.remote_id}", "")
    (message,) = batch.messages
    assert (message.kind, message.text, message.root) == (MessageKind.LIVE, "When is the vote?", live.remote_id)
    rig.channel.publish(piece(text="In March.", answers=message.reply_token))
    assert rig.channel.fetch(f"live:{live.remote_id}", batch.cursor).messages == ()
    assert [each["snippet"]["displayMessage"] for each in server.broadcasts[0].said] == [
        "When is the vote?",
        "In March.",
    ]
    channel_of(rig).end_live(live.remote_id)
    assert rig.channel.fetch(f"live:{live.remote_id}", "").messages == ()


def test_a_talk_whose_place_was_told_wrong_is_read_again_and_goes_on(bench: Bench) -> None:
    rig, server = bench
    server.hurry()
    live = channel_of(rig).plan_live(PLAN)
    server.say(live.remote_id, "When is the vote?")
    rig.front.misbehave(faulty.changed(lambda body: {**body, "nextPageToken": "yesterday"}))
    cursor = rig.channel.fetch(f"live:{live.remote_id}", json.dumps({"chat": f"chat-{live.remote_id}"})).cursor
    rig.front.behave()
    server.say(live.remote_id, "And where?")
    again = rig.channel.fetch(f"live:{live.remote_id}", cursor)
    assert not again.messages and not again.missing
    batch = rig.channel.fetch(f"live:{live.remote_id}", again.cursor)
    assert [message.text for message in batch.messages] == ["When is the vote?", "And where?"]


def test_a_place_without_end_in_a_talk_is_no_place_and_the_talk_goes_on_where_it_was(bench: Bench) -> None:
    rig, server = bench
    server.hurry()
    video = channel_of(rig).plan_live(PLAN).remote_id
    server.say(video, "When is the vote?")
    first = rig.channel.fetch(stream := f"live:{video}", "")
    server.say(video, "And where?")
    rig.front.misbehave(faulty.changed(lambda body: {**body, "nextPageToken": "long " * 40_000}))
    second = rig.channel.fetch(stream, first.cursor)
    assert [message.text for message in second.messages] == ["And where?"] and len(second.cursor) < 1_000
    assert rig.channel.fetch(stream, second.cursor).messages == second.messages


def test_a_talk_that_is_refused_from_its_beginning_is_told_as_refused(bench: Bench) -> None:
    rig, server = bench
    live = channel_of(rig).plan_live(PLAN)
    server.trouble_talk(403, "forbidden")
    with pytest.raises(Rejected):
        rig.channel.fetch(f"live:{live.remote_id}", "")


def test_a_talk_never_read_is_missing_from_its_beginning_and_an_old_place_claims_nothing(bench: Bench) -> None:
    rig, server = bench
    server.hurry()
    live = channel_of(rig).plan_live(PLAN)
    assert rig.channel.fetch(f"live:{live.remote_id}", "over before it began?").missing == ()
    channel_of(rig).go_live(live.remote_id)
    cast(Clock, server._house.now).now += timedelta(hours=1)
    channel_of(rig).end_live(live.remote_id)
    batch = rig.channel.fetch(f"live:{live.remote_id}", "")
    (missing,) = batch.missing
    assert timedelta(hours=1) <= missing.to_at - missing.from_at < timedelta(hours=1, minutes=1)
    assert rig.channel.fetch(f"live:{live.remote_id}", batch.cursor).missing == ()
    old = json.dumps({"chat": f"chat-{live.remote_id}", "page": "0"})
    assert rig.channel.fetch(f"live:{live.remote_id}", old).missing == ()


def test_every_call_is_booked_before_it_is_made(bench: Bench) -> None:
    rig, _ = bench
    rig.channel.fetch("comments", "")
    assert rig.noted.spent == [(UNITS, READ)]
    rig.channel.publish(rig.piece())
    assert (UNITS, WRITE) in rig.noted.spent
    live = channel_of(rig).plan_live(PLAN)
    rig.channel.fetch(f"live:{live.remote_id}", "")
    assert rig.noted.spent[-1] == (UNITS, LIVE_READ)


@pytest.mark.parametrize(("code", "headers"), [(403, {}), (429, {"Retry-After": "1"})])
def test_a_used_up_quota_comes_back_at_midnight_in_california(bench: Bench, code: int, headers: dict[str, str]) -> None:
    rig, _ = bench
    told = {"code": code, "message": "Quota exceeded", "errors": [{"reason": "quotaExceeded"}]}
    rig.front.misbehave(faulty.answered(code, faulty.as_json({"error": told}), headers))
    with pytest.raises(RateLimited) as caught:
        rig.channel.fetch("comments", "")
    assert caught.value.until == next_quota(datetime.now(UTC))


def test_a_wait_told_beside_another_code_than_too_many_is_heard(bench: Bench) -> None:
    rig, _ = bench
    told = {"code": 403, "message": "Slower", "errors": [{"reason": "rateLimitExceeded"}]}
    rig.front.misbehave(faulty.answered(403, faulty.as_json({"error": told}), {"Retry-After": "3600"}))
    with pytest.raises(RateLimited) as caught:
        rig.channel.fetch("comments", "")
    assert caught.value.until - datetime.now(UTC) > timedelta(minutes=59)
    with pytest.raises(RateLimited):
        rig.channel.fetch("comments", "")
    assert len(rig.front.seen) == 1


@pytest.mark.parametrize(
    ("now", "then"),
    [
        (datetime(2026, 11, 25, 12, tzinfo=UTC), datetime(2026, 11, 26, 8, tzinfo=UTC)),
        (datetime(2026, 7, 1, 6, 59, tzinfo=UTC), datetime(2026, 7, 1, 7, tzinfo=UTC)),
        (datetime(2026, 11, 1, 8, tzinfo=UTC), datetime(2026, 11, 2, 8, tzinfo=UTC)),
    ],
)
def test_the_quota_day_follows_california_s_clocks(now: datetime, then: datetime) -> None:
    assert next_quota(now) == then


def test_a_sign_in_that_google_renews_for_a_week_only_tells_when_it_ends() -> None:
    with youtube_rig() as rig:
        assert rig.channel.check().expires_at is None
        rig.secrets["renewing_ends_at"] = (MADE_AT + timedelta(days=7)).isoformat()
        assert rig.channel.check().expires_at == MADE_AT + timedelta(days=7)
