"""Comments of ours under other channels' videos on YouTube: said once, and never called missing when held back."""

from collections.abc import Iterator
from typing import cast

import pytest

from pcc_desk.channels.youtube import YouTubeChannel
from pcc_desk.errors import Rejected, Unconfirmed
from pcc_desk.rehearsal.youtube import YouTubeServer
from tests.channels import faulty
from tests.channels.bench_youtube import TAG, TAGGED, US, searching_bench
from tests.channels.rigs import Rig, piece

Bench = tuple[Rig, YouTubeServer]


@pytest.fixture
def bench() -> Iterator[Bench]:
    """YouTube with the office's channel, and a desk with the same clock."""
    with searching_bench() as made:
        yield made


def found(rig: Rig, server: YouTubeServer, talk: str = "open") -> str:
    """Let a video be found; give the reply token."""
    server.show("Hello", TAG, talk)
    (message,) = rig.channel.fetch(TAGGED, "").messages
    return message.reply_token


def test_a_found_video_is_commented_on_once_and_the_comment_can_be_corrected_and_taken_back(bench: Bench) -> None:
    rig, server = bench
    said = piece("3m6abcdefgh2b", "Come to the meeting", answers=found(rig, server))
    for number in range(3):
        server.arrive(server._films.all[0].id, f"Comment {number}")
    receipt = rig.channel.publish(said)
    assert rig.channel.publish(said) == rig.channel.find(said) == receipt
    (ours,) = [comment for comment in server.comments if comment.author == US]
    assert (ours.text, ours.video, receipt.remote_id) == ("Come to the meeting", server._films.all[0].id, ours.id)
    cast(YouTubeChannel, rig.channel).edit(receipt, piece(text="Come on Tuesday"))
    assert [comment.text for comment in server.comments if comment.author == US] == ["Come on Tuesday"]
    rig.channel.withdraw(receipt)
    assert rig.public() == 0


def test_what_is_said_under_another_channel_s_video_does_not_come_in_as_a_comment_on_ours(bench: Bench) -> None:
    rig, server = bench
    server.arrive(server.show("Hello", TAG), "Not for you")
    batch = rig.channel.fetch("comments", "")
    assert not batch.messages and not batch.spoiled


@pytest.mark.parametrize("worked", [True, False])
def test_a_comment_without_a_clear_answer_is_looked_for_and_never_said_again_unseen(bench: Bench, worked: bool) -> None:
    rig, server = bench
    said = piece("3m6abcdefgh2b", "Come", answers=found(rig, server))
    lost = faulty.afterwards(faulty.reset) if worked else faulty.reset
    rig.front.misbehave(lost, lambda seen: seen.method == "POST")
    with pytest.raises(Unconfirmed):
        rig.channel.publish(said)
    rig.front.behave()
    if worked:
        assert rig.channel.find(said) is not None
    else:  # it may wait for the channel to allow it, where only that channel sees it
        with pytest.raises(Rejected, match="does not see"):
            rig.channel.find(said)
    assert rig.public() == worked


def test_a_comment_the_channel_looks_at_first_is_never_called_missing(bench: Bench) -> None:
    rig, server = bench
    said = piece("3m6abcdefgh2b", "Come", answers=found(rig, server, "held"))
    rig.channel.publish(said)
    with pytest.raises(Rejected, match="allow it first"):
        rig.channel.find(said)


def test_a_video_that_takes_no_comments_says_so(bench: Bench) -> None:
    rig, server = bench
    with pytest.raises(Rejected, match="disabled comments"):
        rig.channel.publish(piece("3m6abcdefgh2b", "Come", answers=found(rig, server, "closed")))
    assert rig.public() == 0
