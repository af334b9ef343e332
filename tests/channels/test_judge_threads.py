"""The judge of Threads: every name the adapter sends or asks for, changed, would be found out."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest

from pcc_desk.channels import graph, graph_containers, graph_publishing
from pcc_desk.channels.threads import ThreadsChannel
from pcc_desk.rehearsal.threads import ThreadsServer
from tests.channels import judge_threads, mutations
from tests.channels.bench_threads import threads_bench
from tests.channels.faulty import Seen
from tests.channels.reels import make_film
from tests.channels.rigs import MADE_AT, Rig, piece
from tests.channels.streams import came

pytestmark = pytest.mark.skipif(not judge_threads.examples(), reason="Meta's collection is not at hand")
MODULES = (*mutations.modules_of("threads"), graph, graph_containers, graph_publishing)
# Names in the adapter's source that are no field of Meta's: our own notes of where an answer goes, and a header.
OURS = {"reply_to", "pending", "closed", "Authorization"}
FILM = make_film(9, address="https://example.org/a.mp4", alt="The commissioner speaks")[0]


@pytest.fixture
def requests() -> Iterator[list[Seen]]:
    """Everything the adapter ever sends."""
    with threads_bench() as (rig, server):
        use(rig, server)
        yield list(rig.front.seen)


def use(rig: Rig, server: ThreadsServer) -> None:
    """Use every part of Threads once."""
    channel = cast(ThreadsChannel, rig.channel)
    for number in range(20):  # more than one page of what we wrote
        server.arrive("", f"Old post {number}", server.handle, MADE_AT - timedelta(days=1))
    about = channel.publish(piece("k1", "The plan", pictures=(rig.picture("A map"), rig.picture("A bus"))))
    channel.publish(piece("k2", "A film", video=FILM))
    server.arrive(about.remote_id, "Hello @the.office")
    server.wait_for_approval(about.remote_id, "Hello")
    for stream in ("replies", "answers", "mentions", "held", "tag:ourplan"):
        for message in came(rig, stream)[0]:
            channel.publish(piece(f"a{stream}", f"Answer to {stream}", answers=message.reply_token))
            channel.find(piece(f"b{stream}", f"Answer to {stream}", answers=message.reply_token))
            channel.hide(message.remote_id, message.reply_token, True)
    channel.find(piece("k9"))
    channel.withdraw(about)
    rig.open(rig.wire(now=lambda: datetime.now(UTC) + timedelta(days=20))).check()


def names(requests: list[Seen]) -> set[str]:
    """Give every name the judge was given changed."""
    return {
        word
        for seen in requests
        for name, _ in judge_threads.mutations(seen)
        for word in re.findall("[a-z_]+", name.partition("=")[0])
    }


def test_every_name_in_the_adapter_is_sent_here(requests: list[Seen]) -> None:
    written = mutations.names_written(MODULES) | mutations.fields_written(MODULES)
    assert written - OURS - names(requests) == set()


def test_any_other_name_would_be_found_out(requests: list[Seen]) -> None:
    assert mutations.overlooked(requests, judge_threads.faults_of, judge_threads.mutations) == set()


def test_what_a_person_wrote_down_and_the_turning_of_pages_are_judged_as_well(requests: list[Seen]) -> None:
    by_hand = {"pending_replies", "approval_status", "reverse", "manage_pending_reply", "approve"}
    assert by_hand | {"limit", "after", "reply_quota_usage", "reply_config"} <= names(requests)
