"""Replies on Threads that nobody else sees until the office approves them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from pcc_desk.channels.threads import ThreadsChannel
from pcc_desk.errors import Unauthorized
from pcc_desk.model.message import MessageKind
from pcc_desk.rehearsal.threads import ThreadsServer
from tests.channels.bench_threads import threads_bench
from tests.channels.graph_bench import refused
from tests.channels.rigs import Rig, piece
from tests.channels.streams import came

Bench = tuple[Rig, ThreadsServer]


@pytest.fixture
def bench() -> Iterator[Bench]:
    with threads_bench() as made:
        yield made


def test_a_reply_that_waits_for_approval_comes_in_as_held_and_is_approved_or_ignored(bench: Bench) -> None:
    rig, server = bench
    about = rig.channel.publish(piece())
    waiting = server.wait_for_approval(about.remote_id, "When is it?")
    ((held,), cursor) = came(rig, "held")
    assert (held.kind, held.remote_id, held.answers) == (MessageKind.HELD, waiting, about.remote_id)
    assert came(rig, "replies")[0] == []
    channel = rig.channel
    assert isinstance(channel, ThreadsChannel)
    channel.hide(waiting, held.reply_token, True)
    channel.hide(waiting, held.reply_token, False)
    assert came(rig, "held", cursor)[0] == []
    ((shown,), _) = came(rig, "replies")
    assert (shown.kind, shown.remote_id) == (MessageKind.REPLY, waiting)
    assert shown.reply_token != held.reply_token, "from now on it is hidden like every other reply"


def test_a_post_whose_replies_need_no_approval_stops_no_other(bench: Bench) -> None:
    rig, server = bench
    open_post, other = rig.channel.publish(piece("k1")), rig.channel.publish(piece("k2", "Other words"))
    waiting = server.wait_for_approval(other.remote_id, "Hello")
    rig.front.misbehave(refused(400, "No"), lambda seen: seen.path.endswith(f"/{open_post.remote_id}/pending_replies"))
    assert [each.remote_id for each in came(rig, "held")[0]] == [waiting]
    rig.front.misbehave(refused(401, "Session has expired"), lambda seen: seen.path.endswith("/pending_replies"))
    with pytest.raises(Unauthorized):
        rig.channel.fetch("held", "")


def test_an_old_post_is_not_asked_for_replies_that_wait(bench: Bench) -> None:
    rig, server = bench
    server.arrive("", "An old post", by=server.handle, at=datetime.now(UTC) - timedelta(days=15))
    asked = len(rig.front.seen)
    came(rig, "held")
    assert len(rig.front.seen) == asked + 1
