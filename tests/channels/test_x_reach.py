"""What X gives no longer when it is read again is marked once, and nothing is marked that was only quiet."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pcc_desk.channels import x_walk
from pcc_desk.model.channel import Channel, Missing
from pcc_desk.rehearsal.x import XServer
from tests.channels.bench_x import clock_of, x_bench
from tests.channels.rigs import Rig

Bench = tuple[Rig, XServer]


@pytest.fixture
def bench() -> Iterator[Bench]:
    """X with the office."""
    with x_bench() as made:
        yield made


def known_since(server: XServer, rig: Rig, read_at: datetime) -> str:
    """Read a private message that came 41 days ago, and give where the reading stands when it last ended at a time."""
    clock_of(server).now = datetime.now(UTC) - timedelta(days=41)
    server.whisper("ann", "office", "Long ago")
    mark = x_walk.Bookmark.read(rig.channel.fetch("direct", "").cursor)
    clock_of(server).now = datetime.now(UTC) - timedelta(hours=1)
    return replace(mark, at=read_at.isoformat()).written()


def read(channel: Channel, stream: str, cursor: str = "") -> tuple[int, list[Missing], str]:
    """Read a stream to its end: how many came, what is marked, and where it stands."""
    count, missing, more = 0, list[Missing](), True
    while more:
        batch = channel.fetch(stream, cursor)
        count, cursor, more = count + len(batch.messages), batch.cursor, batch.more
        missing += batch.missing
    return count, missing, cursor


@pytest.mark.parametrize("newer", [0, 1, 15])
def test_private_messages_older_than_x_gives_are_marked_once(bench: Bench, newer: int) -> None:
    rig, server = bench
    long_ago = datetime.now(UTC) - timedelta(days=40)
    cursor = known_since(server, rig, long_ago)
    for number in range(newer):
        server.whisper("ann", "office", f"Message {number}")
    count, (gap,), cursor = read(rig.channel, "direct", cursor)
    assert count == newer and gap.from_at == long_ago and "thirty days" in gap.reason
    assert timedelta(days=29, hours=23) < datetime.now(UTC) - gap.to_at < timedelta(days=30, hours=1)
    assert read(rig.channel, "direct", cursor)[:2] == (0, [])


def test_a_quiet_month_of_private_messages_is_no_gap(bench: Bench) -> None:
    rig, server = bench
    cursor = known_since(server, rig, datetime.now(UTC) - timedelta(hours=2))
    server.whisper("ann", "office", "At last")
    assert read(rig.channel, "direct", cursor)[:2] == (1, [])


def test_more_mentions_than_x_gives_are_marked_once(bench: Bench) -> None:
    rig, server = bench
    server.arrive("ann", "@office The first")
    _, missing, cursor = read(rig.channel, "mentions")
    assert not missing
    for number in range(805):
        server.arrive("ann", f"@office Number {number}")
    count, (gap,), cursor = read(rig.channel, "mentions", cursor)
    assert count == 800 and "800 newest" in gap.reason and gap.from_at < gap.to_at
    assert read(rig.channel, "mentions", cursor)[:2] == (0, [])


def test_many_mentions_that_x_gives_all_are_no_gap(bench: Bench) -> None:
    rig, server = bench
    server.arrive("ann", "@office The first")
    cursor = read(rig.channel, "mentions")[2]
    for number in range(650):
        server.arrive("ann", f"@office Number {number}")
    assert read(rig.channel, "mentions", cursor)[:2] == (650, [])


def test_a_first_reading_misses_nothing(bench: Bench) -> None:
    rig, server = bench
    for number in range(805):
        server.arrive("ann", f"@office Number {number}")
    assert read(rig.channel, "mentions")[:2] == (800, [])


def test_a_cursor_of_before_is_read_on() -> None:
    assert x_walk.Bookmark.read('{"after": "7", "at": "2026-11-24T09:00:00+00:00"}').seen == 0
    assert x_walk.Bookmark.read('{"after": "7", "seen": "many"}') == x_walk.Bookmark()
