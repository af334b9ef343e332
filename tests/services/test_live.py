"""Live videos: planned once, begun and ended by a person, and their talk read at its own pace meanwhile."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pcc_desk.errors import InputError, Rejected, Unconfirmed, Unreachable
from pcc_desk.model.channel import Ability
from pcc_desk.model.event import Event
from pcc_desk.model.live import LiveState
from pcc_desk.model.message import MessageKind
from pcc_desk.model.schedule import on_wall
from pcc_desk.services.events import Events
from pcc_desk.services.ics import write_calendar
from pcc_desk.services.live import Live
from pcc_desk.store import spending
from tests.desk import NOW, Clock
from tests.services.on_air import begin_on, event_at, only, only_now
from tests.services.on_servers import desk_on_servers
from tests.services.tap import TAPPED, Desk, open_tapped

LOST = Unconfirmed("No clear answer came.")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk with one account that has live videos."""
    opened = open_tapped(tmp_path, platform=replace(TAPPED, abilities=Ability.ANSWER | Ability.LIVE))
    opened.connect("office")
    yield opened
    opened.inbox.stop()
    opened.store.close()


def planned(desk: Desk) -> tuple[Live, Event]:
    """Give what runs live videos on this desk, and an event in two hours."""
    event = Events(desk.store, (), write_calendar).save(event_at(NOW + timedelta(hours=2)), NOW)
    return Live(desk.store, desk.accounts), event


def test_a_live_video_is_planned_begun_and_ended(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    live, event = planned(desk)
    states = []
    live.plan(event, desk.id_of("office"), NOW)
    states.append(only(live, event).state)
    assert live.stream_key(only(live, event).id) == "hidden-key"
    live.begin(only(live, event).id, NOW)
    states.append(only(live, event).state)
    live.end(only(live, event).id, NOW)
    states.append(only(live, event).state)
    assert states == [LiveState.PLANNED, LiveState.LIVE, LiveState.ENDED]
    assert live.stream_key(only(live, event).id) == ""
    assert "hidden-key" not in caplog.text and "hidden-key" not in repr(only(live, event))


def test_an_unclear_answer_is_asked_again_under_the_same_key(desk: Desk) -> None:
    live, event = planned(desk)
    tap, office = desk.taps["office"], desk.id_of("office")
    tap.answers = [LOST, LOST]
    with pytest.raises(Unconfirmed, match="It may have worked"):
        live.plan(event, office, NOW)
    assert only(live, event).state is LiveState.ASKED
    live.plan(event, office, NOW)
    assert only(live, event).state is LiveState.PLANNED
    assert len(set(tap.measures)) == 1 and len(tap.measures) == 3


@pytest.mark.parametrize("clear", [Unreachable("No network."), Rejected("No.")], ids=lambda each: type(each).__name__)
def test_what_was_surely_not_planned_leaves_nothing(desk: Desk, clear: Exception) -> None:
    live, event = planned(desk)
    desk.taps["office"].answers = [clear]
    with pytest.raises(type(clear)):
        live.plan(event, desk.id_of("office"), NOW)
    assert live.of_events([event.id]) == ()


def test_what_may_stand_there_stays_when_a_later_answer_is_clear(desk: Desk) -> None:
    live, event = planned(desk)
    desk.taps["office"].answers = [LOST, LOST, Unreachable("No network.")]
    for wanted in (Unconfirmed, Unreachable):
        with pytest.raises(wanted):
            live.plan(event, desk.id_of("office"), NOW)
    assert only(live, event).state is LiveState.ASKED


def test_an_account_without_live_videos_and_a_second_plan_are_refused(desk: Desk, tmp_path: Path) -> None:
    live, event = planned(desk)
    live.plan(event, desk.id_of("office"), NOW)
    with pytest.raises(InputError, match="planned there already"):
        live.plan(event, desk.id_of("office"), NOW)
    (tmp_path / "other").mkdir()
    other = open_tapped(tmp_path / "other")
    other.connect("office")
    elsewhere, event = planned(other)
    with pytest.raises(InputError, match="no live videos"):
        elsewhere.plan(event, other.id_of("office"), NOW)
    other.inbox.stop()
    other.store.close()


def test_what_is_said_on_facebook_comes_in_within_seconds_and_is_answered(tmp_path: Path) -> None:
    with desk_on_servers(tmp_path) as desk:
        server, account = desk.facebook()
        video = begin_on(desk, account)
        server.wall.arrive(video.remote_id, "Will there be more officers?", at=desk.clock())
        (message,) = desk.fetch(seconds=1)
        assert (message.kind, message.root) == (MessageKind.LIVE, video.remote_id)
        server.wall.arrive(video.remote_id, "And buses?", at=desk.clock())
        assert len(desk.fetch(seconds=6)) == 2
        assert [each.text for each in desk.services.live.talk(video, 5)] == [
            "And buses?",
            "Will there be more officers?",
        ]
        desk.services.inbox.answer(message.id, "Yes, ten.", desk.clock())
        desk.services.outbox.run_due(desk.clock)
        assert [each.text for each in server.wall.comments][-1] == "Yes, ten."
        assert desk.services.live.forecast(video, desk.clock()) == ""
        desk.services.live.end(video.id, desk.clock.advance(1))
        server.wall.arrive(video.remote_id, "Thank you", at=desk.clock())
        assert len(desk.fetch(seconds=30)) == 3  # read once more
        assert len(desk.fetch(minutes=7)) == 3
        server.wall.arrive(video.remote_id, "Anybody there?", at=desk.clock.advance(60))
        assert len(desk.fetch(minutes=5)) == 3


def test_what_is_said_on_youtube_comes_in_and_its_quota_is_forecast(tmp_path: Path) -> None:
    clock = Clock(datetime.now(UTC).replace(hour=18, minute=0, second=0, microsecond=0))
    with desk_on_servers(tmp_path, clock) as desk:
        server, account = desk.youtube()
        video = begin_on(desk, account)
        server.say(video.remote_id, "Hello")
        (message,) = [each for each in desk.fetch(seconds=1) if each.kind is MessageKind.LIVE]
        assert message.text == "Hello"
        shown = only_now(desk, video)
        assert "is enough until it begins anew at" in desk.services.live.forecast(shown, clock()) or "lasts until" in (
            desk.services.live.forecast(shown, clock())
        )
        with desk.store.write() as conn:
            used = spending.total(conn, account.id, "units", *[clock().date()] * 2)
            spending.add(conn, account.id, "units", clock().date(), 9_500 - used - 5 * 360)  # 500 are kept back
        lasts = on_wall(clock() + timedelta(hours=1)).strftime("%H:%M")
        told = f"At this pace YouTube's daily quota lasts until {lasts}."
        assert desk.services.live.forecast(shown, clock()) == told
        with desk.store.write() as conn:
            spending.add(conn, account.id, "units", clock().date(), 10_000)
        assert "daily quota is used up" in desk.services.live.forecast(shown, clock())
        desk.services.live.end(video.id, clock())
        assert server.broadcasts[0].stage == "complete"


def test_the_quota_of_a_youtube_live_to_come_is_forecast_from_its_beginning(tmp_path: Path) -> None:
    clock = Clock(datetime.now(UTC).replace(hour=14, minute=0, second=0, microsecond=0))
    with desk_on_servers(tmp_path, clock) as desk:
        _, account = desk.youtube()
        event = desk.services.events.save(event_at(clock() + timedelta(hours=2)), clock())
        desk.services.live.plan(event, account.id, clock())
        with desk.store.write() as conn:
            used = spending.total(conn, account.id, "units", *[clock().date()] * 2)
            spending.add(conn, account.id, "units", clock().date(), 9_500 - used - 5 * 360)
        begins, lasts = (on_wall(clock() + timedelta(hours=each)).strftime("%H:%M") for each in (2, 3))
        told = f"If it begins at {begins}, YouTube's daily quota lasts until {lasts}."
        assert desk.services.live.forecast(only(desk.services.live, event), clock()) == told


def test_a_planned_talk_is_not_read_days_ahead(tmp_path: Path) -> None:
    with desk_on_servers(tmp_path) as desk:
        server, account = desk.facebook()
        event = desk.services.events.save(event_at(desk.clock() + timedelta(days=2)), desk.clock())
        desk.services.live.plan(event, account.id, desk.clock())
        video = only(desk.services.live, event)
        server.wall.arrive(video.remote_id, "Too early", at=desk.clock())
        assert desk.fetch(hours=1) == ()
        desk.clock.advance(hours=46, minutes=50)
        assert [each.text for each in desk.fetch()] == ["Too early"]
