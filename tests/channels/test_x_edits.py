"""A post on X is changed while X lets it, once however often it is asked, and what is answered later still finds it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest

from pcc_desk.channels import reply_tokens
from pcc_desk.channels.x import XChannel
from pcc_desk.channels.x_money import LINK_MILLS, LOOK_MILLS, POST_MILLS
from pcc_desk.errors import Gone, Rejected, Unconfirmed, Unreachable
from pcc_desk.model.cost import MILLS
from pcc_desk.rehearsal.x import XServer
from tests.channels import faulty
from tests.channels.bench_x import x_bench
from tests.channels.rigs import PICTURE, Clock, Rig, piece

Bench = tuple[Rig, XServer]
RIGHT = "The plan is out on Thursday."


@pytest.fixture
def bench() -> Iterator[Bench]:
    """X with an office that has X Premium, and whose clock is X's."""
    with x_bench() as (rig, server):
        rig.channel = rig.open(rig.wire(now=lambda: clock_of(server).now))
        yield rig, server


def clock_of(server: XServer) -> Clock:
    clock = server._now
    assert isinstance(clock, Clock)
    return clock


def channel_of(rig: Rig) -> XChannel:
    return cast(XChannel, rig.channel)


def standing(server: XServer) -> list[str]:
    return [post.text for post in server.posts if post.author.handle == "office"]


def test_other_words_take_the_place_of_a_post_with_its_pictures(bench: Bench) -> None:
    rig, server = bench
    said = piece(pictures=(PICTURE,))
    posted = rig.channel.publish(said)
    changed = channel_of(rig).edit(posted, replace(said, text=RIGHT))
    (there,) = server.posts
    assert (there.text, len(there.media), there.history) == (RIGHT, 1, (posted.remote_id,))
    assert changed.remote_id == posted.remote_id  # the office knows it as before
    assert changed.url.endswith(f"/status/{there.id}")
    assert reply_tokens.read(changed.reply_token)["id"] == there.id


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("the pcc speaks on tuesday.", "the PCC speaks on Tuesday."),
        ("First.\nSecond.", "First.\n\nSecond."),
        ("Read example.org/plan", "Read example.org/Plan"),
    ],
)
def test_a_change_of_nothing_but_capital_letters_or_lines_is_made_too_and_once(
    bench: Bench, wrong: str, right: str
) -> None:
    rig, server = bench
    posted = rig.channel.publish(piece(text=wrong))
    for _ in range(2):
        channel_of(rig).edit(posted, piece(text=right))
        assert standing(server) == [right] and len(server.posts[-1].history) == 1


def test_a_change_whose_answer_was_lost_is_not_made_twice(bench: Bench) -> None:
    rig, server = bench
    posted = rig.channel.publish(piece())
    rig.front.misbehave(faulty.afterwards(faulty.reset), rig.publishes)
    with pytest.raises(Unconfirmed):
        channel_of(rig).edit(posted, piece(text=RIGHT))
    rig.front.behave()
    changed = channel_of(rig).edit(posted, piece(text=RIGHT))
    (there,) = server.posts
    assert len(there.history) == 1 and changed.url.endswith(there.id)


@pytest.mark.parametrize(
    "spoilt",
    [{"text": 7}, {"text": None}, {"id": "../../.."}, {"id": "1900000000000000999", "text": RIGHT}],
    ids=["no text", "nothing", "no id", "another post"],
)
def test_a_post_that_cannot_be_read_before_a_change_is_told_as_not_changed_yet(
    bench: Bench, spoilt: dict[str, object]
) -> None:
    rig, server = bench
    posted = rig.channel.publish(piece())
    rig.front.misbehave(
        faulty.changed(lambda body: {"data": {**body["data"], **spoilt}}), lambda seen: seen.method == "GET"
    )
    with pytest.raises(Unreachable):
        channel_of(rig).edit(posted, piece(text=RIGHT))
    assert standing(server) == [piece().text]
    rig.front.behave()
    channel_of(rig).edit(posted, piece(text=RIGHT))
    assert standing(server) == [RIGHT]


def test_what_is_answered_to_any_version_is_an_answer_to_the_same_post(bench: Bench) -> None:
    rig, server = bench
    posted = rig.channel.publish(piece())
    first = channel_of(rig).edit(posted, piece(text=RIGHT))
    second = channel_of(rig).edit(first, piece(text="The plan is out on Friday."))
    newest = reply_tokens.read(second.reply_token)["id"]
    about = rig.arrive(newest, "When is it?")
    server.arrive("bob", "@office I wonder too", about)
    messages = rig.channel.fetch("mentions", "").messages
    assert {message.text: (message.answers, message.root) for message in messages} == {
        "When is it?": (posted.remote_id, posted.remote_id),
        "@office I wonder too": (about, posted.remote_id),
    }
    answer = rig.channel.publish(piece("3m6abcdefgh2b", "On Friday.", answers=second.reply_token))
    assert next(post for post in server.posts if post.id == answer.remote_id).answers == newest


def test_a_changed_post_is_taken_down_whole(bench: Bench) -> None:
    rig, server = bench
    changed = channel_of(rig).edit(rig.channel.publish(piece()), piece(text=RIGHT))
    for _ in range(2):
        rig.channel.withdraw(changed)
    assert standing(server) == []
    with pytest.raises(Gone):
        channel_of(rig).edit(changed, piece(text="Once more"))


def test_an_hour_later_nothing_is_sent_and_the_way_out_is_told(bench: Bench) -> None:
    rig, server = bench
    posted = rig.channel.publish(piece())
    clock_of(server).now += timedelta(minutes=61)
    with pytest.raises(Rejected, match="only for a while") as caught:
        channel_of(rig).edit(posted, piece(text=RIGHT))
    assert "in an answer" in caught.value.next_step and len(posts_sent(rig)) == 1


def posts_sent(rig: Rig) -> list[faulty.Seen]:
    return [seen for seen in rig.front.seen if rig.publishes(seen)]


def test_after_five_changes_there_is_no_sixth(bench: Bench) -> None:
    rig, server = bench
    receipt = rig.channel.publish(piece())
    for number in range(5):
        receipt = channel_of(rig).edit(receipt, piece(text=f"{RIGHT} {number}"))
    with pytest.raises(Rejected, match="five times"):
        channel_of(rig).edit(receipt, piece(text="A sixth"))
    assert standing(server) == [f"{RIGHT} 4"] and len(posts_sent(rig)) == 6


def test_an_answer_to_somebody_cannot_be_changed(bench: Bench) -> None:
    rig, _ = bench
    rig.arrive(rig.channel.publish(piece()).remote_id, "When is it?")
    (message,) = rig.channel.fetch("mentions", "").messages
    said = piece("3m6abcdefgh2b", "On Tuesday.", answers=message.reply_token)
    answer = rig.channel.publish(said)
    with pytest.raises(Rejected, match="does not let this post be changed"):
        channel_of(rig).edit(answer, replace(said, text="On Wednesday."))


def test_a_part_of_our_own_thread_can_be_changed_and_stays_in_it(bench: Bench) -> None:
    rig, server = bench
    first = rig.channel.publish(piece())
    said = piece("3m6abcdefgh2b", "Second part", answers=first.reply_token)
    channel_of(rig).edit(rig.channel.publish(said), replace(said, text="Other second part"))
    assert [(post.text, post.answers) for post in server.posts][1:] == [("Other second part", first.remote_id)]


@pytest.mark.parametrize(("subscription", "most"), [("Premium", 5), ("PremiumPlus", 5), ("Basic", 5), ("None", 0)])
def test_who_may_change_posts_is_known_before_anybody_tries(bench: Bench, subscription: str, most: int) -> None:
    rig, server = bench
    server.subscription = subscription
    limits = rig.channel.check().limits
    assert (limits.edits, limits.edit_seconds) == (most, 3_600)


def test_an_account_that_tells_nothing_is_asked_when_it_comes_to_it(bench: Bench) -> None:
    rig, server = bench
    server.subscription = ""
    assert rig.channel.check().limits.edits == 5
    posted = rig.channel.publish(piece())
    server.subscription = "None"
    with pytest.raises(Rejected, match="not permitted to edit"):
        channel_of(rig).edit(posted, piece(text=RIGHT))
    assert standing(server) == [piece().text]


def test_a_change_costs_a_look_and_a_post(bench: Bench) -> None:
    rig, _ = bench
    posted = rig.channel.publish(piece())
    rig.noted.spent.clear()
    changed = channel_of(rig).edit(posted, piece(text=RIGHT))
    assert rig.noted.spent == [(MILLS, LOOK_MILLS + POST_MILLS)]
    channel_of(rig).edit(changed, piece(text="See https://gwent.pcc.police.uk"))
    assert rig.noted.spent[-1] == (MILLS, LOOK_MILLS + LINK_MILLS)


def test_the_older_spelling_of_the_history_is_read_as_well(bench: Bench) -> None:
    rig, server = bench
    posted = rig.channel.publish(piece())
    changed = channel_of(rig).edit(posted, piece(text=RIGHT))
    older = faulty.rewritten(b"edit_history_post_ids", b"edit_history_tweet_ids")
    rig.front.misbehave(older, lambda seen: seen.method == "GET")
    again = channel_of(rig).edit(replace(changed, reply_token=posted.reply_token), piece(text=RIGHT))
    assert again == changed and len(server.posts) == 1
    assert timedelta() == again.at - posted.at
