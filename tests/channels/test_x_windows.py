"""X is asked within its windows of calls, goes on by itself after them, and what was read is paid for once."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from pcc_desk.channels.manners import Manners
from pcc_desk.channels.wire import Wire
from pcc_desk.channels.x_money import LOOK_MILLS, PRIVATE_MILLS
from pcc_desk.errors import RateLimited
from pcc_desk.model.channel import Channel
from pcc_desk.model.cost import MILLS
from pcc_desk.rehearsal.x import XServer
from tests.channels import faulty
from tests.channels.bench_x import clock_of, x_bench
from tests.channels.rigs import Rig, piece

Bench = tuple[Rig, XServer]


@pytest.fixture
def bench() -> Iterator[Bench]:
    """X with the office."""
    with x_bench() as made:
        yield made


def in_step(rig: Rig, server: XServer) -> Channel:
    """Give a channel of a desk whose clock is the server's."""
    return rig.open(Wire(rig.front.url, now=lambda: clock_of(server).now, manners=Manners(spacing=0.0)))


def asked(rig: Rig, path: str) -> int:
    return sum(seen.path == path for seen in rig.front.seen)


def test_private_messages_are_read_fifteen_times_in_a_quarter_of_an_hour_and_the_sixteenth_is_not_asked(
    bench: Bench,
) -> None:
    rig, server = bench
    channel, cursor = in_step(rig, server), ""
    for _ in range(15):
        cursor = channel.fetch("direct", cursor).cursor
    for _ in range(20):
        with pytest.raises(RateLimited) as caught:
            channel.fetch("direct", cursor)
    assert asked(rig, "/2/dm_events") == 15
    clock = clock_of(server)
    assert timedelta() < caught.value.until - clock.now <= timedelta(minutes=15)
    clock.now = caught.value.until
    channel.fetch("direct", cursor)
    assert asked(rig, "/2/dm_events") == 16


def test_control_an_x_that_does_not_tell_what_is_left_is_asked_once_too_often_and_then_left_alone(bench: Bench) -> None:
    rig, server = bench
    rig.front.misbehave(lambda exchange: exchange.answer(*exchange.forward()))  # without the server's own headers
    channel = in_step(rig, server)
    for _ in range(18):
        try:
            channel.fetch("direct", "")
        except RateLimited:
            continue
    assert asked(rig, "/2/dm_events") == 16


def test_a_closed_window_for_one_thing_stops_nothing_else(bench: Bench) -> None:
    rig, server = bench
    channel = in_step(rig, server)
    for _ in range(15):
        channel.fetch("direct", "")
    with pytest.raises(RateLimited):
        channel.fetch("direct", "")
    channel.fetch("mentions", "")
    assert channel.publish(piece()).remote_id


def test_more_private_messages_than_a_window_has_room_for_all_come_in(bench: Bench) -> None:
    rig, server = bench
    channel = in_step(rig, server)
    server.whisper("ann", "office", "The first")
    cursor = channel.fetch("direct", "").cursor
    for number in range(200):
        server.whisper("ann", "office", f"Message {number}")
    words = list[str]()
    more = True
    while more:
        try:
            batch = channel.fetch("direct", cursor)
        except RateLimited as limited:
            clock_of(server).now = limited.until
            continue
        words += [message.text for message in batch.messages]
        cursor, more = batch.cursor, batch.more
    assert sorted(words) == sorted(f"Message {number}" for number in range(200))
    assert asked(rig, "/2/dm_events") == 22  # one at first, twenty pages of ten, and the one where it had ended


def test_the_limit_of_a_day_is_kept_as_well(bench: Bench) -> None:
    rig, server = bench
    ends = clock_of(server).now + timedelta(hours=20)  # by X's own clock, which is another one than ours
    told = {"x-user-limit-24hour-remaining": "0", "x-user-limit-24hour-reset": str(round(ends.timestamp()))}
    rig.front.misbehave(lambda exchange: exchange.answer(*exchange.forward(), told), rig.publishes)
    rig.channel.publish(piece())
    with pytest.raises(RateLimited) as caught:
        rig.channel.publish(piece("3m6abcdefgh2b", "Another"))
    waits = caught.value.until - datetime.now(UTC)
    assert timedelta(hours=19, minutes=50) < waits <= timedelta(hours=20, seconds=1)
    assert sum(map(rig.publishes, rig.front.seen)) == 1


def test_each_private_message_is_paid_for_once_a_day_however_often_it_is_seen(bench: Bench) -> None:
    rig, server = bench
    for number in range(3):
        server.whisper("ann", "office", f"Message {number}")
    first = rig.channel.fetch("direct", "")
    again = rig.channel.fetch("direct", first.cursor)
    assert rig.noted.spent == [(MILLS, 3 * PRIVATE_MILLS)]
    server.whisper("ann", "office", "One more")
    rig.channel.fetch("direct", again.cursor)
    assert rig.noted.spent == [(MILLS, 3 * PRIVATE_MILLS), (MILLS, PRIVATE_MILLS)]
    yesterday = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
    today = datetime.now(UTC).date().isoformat()
    rig.channel.fetch("direct", again.cursor.replace(today, yesterday))
    assert rig.noted.spent[-1] == (MILLS, 4 * PRIVATE_MILLS)


def test_looking_for_a_private_answer_is_paid_for_too(bench: Bench) -> None:
    rig, server = bench
    server.whisper("ann", "office", "Between us")
    (message,) = rig.channel.fetch("direct", "").messages
    rig.noted.spent.clear()
    assert rig.channel.find(piece(text="Thank you.", answers=message.reply_token)) is None
    assert rig.noted.spent == [(MILLS, PRIVATE_MILLS)]


def test_mentions_are_paid_for_by_the_piece_and_nothing_new_costs_nothing(bench: Bench) -> None:
    rig, _ = bench
    about = rig.channel.publish(piece())
    rig.arrive(about.remote_id, "When?")
    rig.noted.spent.clear()
    batch = rig.channel.fetch("mentions", "")
    rig.channel.fetch("mentions", batch.cursor)
    assert rig.noted.spent == [(MILLS, LOOK_MILLS)]


def test_a_window_is_told_by_x_and_not_guessed(bench: Bench) -> None:
    rig, _ = bench
    told = faulty.answered(429, faulty.as_json({"title": "Too Many Requests"}), {"x-rate-limit-reset": "soon"})
    rig.front.misbehave(told, rig.reads)
    with pytest.raises(RateLimited) as caught:
        rig.channel.fetch("mentions", "")
    assert timedelta(seconds=50) < caught.value.until - datetime.now(UTC) <= timedelta(seconds=60)
