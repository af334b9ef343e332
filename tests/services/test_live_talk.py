"""The talk of a live video: read to its end, and what of it was not is told."""

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from pcc_desk.errors import RateLimited, StoreFull, Unauthorized
from pcc_desk.model.account import AccountState
from pcc_desk.model.changes import Changes
from pcc_desk.model.live import LiveState
from pcc_desk.model.message import Gap
from pcc_desk.model.watch import Window
from pcc_desk.services.inbox import Inbox
from pcc_desk.services.live import Live
from pcc_desk.store import accounts, streams
from tests.desk import NOW
from tests.services.on_air import OnAir, begin_on, only_now, open_on_air, said, use_up


@pytest.fixture
def on_air(tmp_path: Path) -> Iterator[OnAir]:
    """Begin one."""
    with open_on_air(tmp_path) as begun:
        yield begun


def test_what_is_said_while_the_quota_is_used_up_is_read_when_the_video_is_ended_here(on_air: OnAir) -> None:
    desk = on_air.desk
    use_up(desk, on_air.account)
    for words in ("Second", "Third"):
        on_air.say(words)
        on_air.clock.advance(minutes=10)
        assert said(desk) == ["First"]
    forecast = desk.services.live.forecast(only_now(desk, on_air.video), on_air.clock())
    assert "once when you end the video here" in forecast
    on_air.end()
    assert said(desk) == ["First", "Second", "Third"]
    assert desk.services.inbox.gaps(NOW - timedelta(days=900)) == ()


def test_what_was_said_and_never_read_is_a_gap_from_the_last_reading_to_the_end(on_air: OnAir) -> None:
    read_at = on_air.clock()
    on_air.say("Never seen here")
    on_air.clock.advance(minutes=20)
    on_air.server.end(on_air.video.remote_id)  # on YouTube itself, while this PC was off
    ended_at = on_air.clock()
    on_air.clock.advance(hours=28)
    assert said(on_air.desk) == ["First"] == said(on_air.desk)
    (gap,) = on_air.desk.services.inbox.gaps(read_at - timedelta(days=1))
    assert (gap.account_id, gap.stream) == (on_air.account.id, f"live:{on_air.video.remote_id}")
    assert read_at - timedelta(seconds=11) <= gap.from_at <= read_at
    assert abs(gap.to_at - ended_at) <= timedelta(seconds=1) and "replay" in gap.reason


def test_what_hinders_the_last_reading_hinders_no_end(on_air: OnAir) -> None:
    def full(_: object) -> Changes:
        raise StoreFull("The disk is full.")

    on_air.clock.advance(minutes=5)
    live = Live(on_air.desk.store, on_air.desk.services.accounts, full)
    live.end(on_air.video.id, on_air.clock())
    assert on_air.server.broadcasts[0].stage == "complete"


def test_a_slow_reading_keeps_an_end_waiting_for_two_seconds_and_no_longer(on_air: OnAir) -> None:
    let_go, began = threading.Event(), time.monotonic()

    def slow(_: object) -> Changes:
        let_go.wait(60)
        return Changes.NONE

    on_air.clock.advance(minutes=5)
    Live(on_air.desk.store, on_air.desk.services.accounts, slow).end(on_air.video.id, on_air.clock())
    assert on_air.server.broadcasts[0].stage == "complete" and time.monotonic() - began < 30
    let_go.set()


def test_a_talk_read_lately_is_not_read_again_before_its_end(on_air: OnAir) -> None:
    asked = list[object]()

    def read(now: object) -> Changes:
        asked.append(now)
        return Changes.NONE

    Live(on_air.desk.store, on_air.desk.services.accounts, read).end(on_air.video.id, on_air.clock())
    assert not asked and on_air.server.broadcasts[0].stage == "complete"


@pytest.mark.parametrize("reason", ["rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded"])
def test_a_talk_that_may_not_be_read_keeps_nobody_from_ending_its_video(on_air: OnAir, reason: str) -> None:
    on_air.clock.advance(minutes=2)
    on_air.server.trouble_talk(403, reason)
    on_air.end()
    assert on_air.server.broadcasts[0].stage == "complete"


def test_a_talk_read_too_often_closes_the_door_to_this_talk_and_no_other(on_air: OnAir) -> None:
    on_air.server.trouble_talk(403, "rateLimitExceeded")
    on_air.clock.advance(minutes=1)
    said(on_air.desk)
    on_air.desk.services.accounts.check(on_air.account.id, on_air.clock())
    on_air.server.trouble_talk(403, "userRateLimitExceeded")
    on_air.clock.advance(minutes=10)
    said(on_air.desk)
    with pytest.raises(RateLimited) as caught:
        on_air.desk.services.live.begin(on_air.video.id, on_air.clock())
    assert caught.value.next_step.startswith("Press the same button again after")


def test_more_than_a_page_at_the_end_is_a_gap_from_the_last_word_read(on_air: OnAir) -> None:
    use_up(on_air.desk, on_air.account)
    for number in range(2_500):
        on_air.say(f"{number:04}")
        on_air.clock.advance(1)
    on_air.end()
    on_air.clock.advance(minutes=7)
    said(on_air.desk)
    (gap,) = gaps(on_air)
    last = on_air.desk.services.live.talk(on_air.video, 1)[0]
    assert last.text == "1999" and gap.from_at == last.created_at


def gaps(on_air: OnAir) -> list[Gap]:
    """Give what of the talk is known to be missing."""
    return [each for each in on_air.desk.services.inbox.gaps(NOW - timedelta(days=900)) if "live:" in each.stream]


def test_a_hitch_in_the_middle_of_a_talk_costs_nothing(on_air: OnAir) -> None:
    on_air.clock.advance(minutes=30)
    on_air.say("Second")
    assert said(on_air.desk) == ["First", "Second"]
    on_air.server.trouble_talk(404, "liveChatNotFound")
    said(on_air.desk)
    on_air.server.trouble_talk()
    on_air.clock.advance(minutes=1)
    on_air.say("Third")
    assert said(on_air.desk) == ["First", "Second", "Third"]
    on_air.server.end(on_air.video.remote_id)
    assert said(on_air.desk) == ["First", "Second", "Third"] and gaps(on_air) == []


def test_an_end_that_is_told_late_is_waited_for(on_air: OnAir) -> None:
    on_air.clock.advance(minutes=30)
    on_air.say("Second")
    assert said(on_air.desk) == ["First", "Second"]
    on_air.server.tell_end(False)
    on_air.server.end(on_air.video.remote_id)
    for _ in range(3):
        said(on_air.desk)
    on_air.server.tell_end(True)
    said(on_air.desk)
    assert gaps(on_air) == []


def test_where_the_last_reading_failed_and_the_end_is_never_told_there_is_one_gap(on_air: OnAir) -> None:
    read_at = on_air.clock()
    on_air.clock.advance(minutes=20)
    on_air.server.trouble_talk(500, "backendError")
    on_air.server.tell_end(False)
    on_air.end()
    on_air.server.trouble_talk()
    ended_at = on_air.clock()
    for _ in range(60):
        said(on_air.desk)
    on_air.server.tell_end(True)
    said(on_air.desk)
    (gap,) = gaps(on_air)
    assert abs(gap.from_at - read_at) <= timedelta(seconds=15) and ended_at <= gap.to_at


def test_a_desk_that_died_while_it_ended_a_video_reads_its_talk_on(on_air: OnAir) -> None:
    with on_air.desk.store.write() as conn:
        name = f"live:{on_air.video.remote_id}"
        streams.keep_window(conn, on_air.account.id, name, Window(None, on_air.clock()))
    said(on_air.desk)
    on_air.say("Second")
    assert said(on_air.desk) == ["First"]
    again = Inbox(on_air.desk.store, on_air.desk.services.accounts)
    again.fetch_due(on_air.clock)
    again.stop()
    assert said(on_air.desk) == ["First", "Second"]


def test_a_video_nobody_ends_here_is_read_for_half_a_day_and_no_longer(on_air: OnAir) -> None:
    on_air.clock.advance(hours=13)
    on_air.say("Second")
    assert said(on_air.desk) == ["First", "Second"]
    on_air.say("Third")
    assert said(on_air.desk) == ["First", "Second"]


def test_two_live_videos_share_the_daily_quota(on_air: OnAir) -> None:
    alone = on_air.desk.services.live.forecast(only_now(on_air.desk, on_air.video), on_air.clock())
    begin_on(on_air.desk, on_air.account)
    both = on_air.desk.services.live.forecast(only_now(on_air.desk, on_air.video), on_air.clock())
    assert alone != both


def test_a_live_video_that_could_not_be_ended_goes_on_being_read(on_air: OnAir) -> None:
    on_air.server.revoke()
    with pytest.raises(Unauthorized):
        on_air.end()
    assert only_now(on_air.desk, on_air.video).state is LiveState.LIVE
    with on_air.desk.store.write() as conn:
        accounts.set_state(conn, on_air.account.id, AccountState.CONNECTED)  # signed in again
        now = on_air.clock() + timedelta(seconds=12)
        (going,) = [each for each in streams.lease(conn, now, now) if each.stream.startswith("live:")]
    assert not going.last
