"""What an answer cannot truly tell is not believed: no id and no state that no platform has makes the desk lie."""

from collections.abc import Callable
from typing import Any, cast

import pytest

from pcc_desk.errors import ServiceDown, Unconfirmed, Unreachable
from pcc_desk.model.channel import Moderates, Piece
from tests.channels import faulty
from tests.channels.bench_bluesky import bluesky_bench
from tests.channels.bench_facebook import facebook_rig
from tests.channels.bench_instagram import instagram_bench
from tests.channels.bench_wordpress import wordpress_rig
from tests.channels.bench_x import x_bench
from tests.channels.bench_youtube import youtube_rig
from tests.channels.faulty import Seen
from tests.channels.footage import film
from tests.channels.rigs import Rig, piece
from tests.channels.streams import came
from tests.torture.streams import STREAMS

NAMES = frozenset({"id", "uri", "commentUrn", "dm_event_id", "message_id"})
OTHERS = frozenset({"from", "referenced_posts"})  # what else has an id beside a piece
FORGED = ("", "../../..", "\ufffd", "id with spaces", "at://", "<b>", 0, -1)  # no platform names anything so


def renamed(new: Any) -> faulty.Fault:
    """Pass on, with every id of the answer forged."""
    return told(lambda name, value: new if name in NAMES else value)


def told(change: Callable[[str, Any], Any]) -> faulty.Fault:
    """Pass on, with every field of the answer changed by its name."""

    def forge(value: Any) -> Any:
        if isinstance(value, list):
            return [forge(each) for each in value]
        if isinstance(value, dict):
            return {name: each if name in OTHERS else change(name, forge(each)) for name, each in value.items()}
        return value

    return faulty.changed(forge)


def writes(seen: Seen) -> bool:
    return seen.method == "POST"


def reads(seen: Seen) -> bool:
    return seen.method == "GET"


def stay_unsure(rig: Rig, said: Piece, new: Any, sends: Callable[[Seen], bool]) -> None:
    """Say something and look for it while every id is another: neither is believed."""
    rig.front.misbehave(renamed(new), sends)
    with pytest.raises(Unconfirmed):
        rig.channel.publish(said)
    rig.front.misbehave(renamed(new), reads)
    with pytest.raises(ServiceDown):
        rig.channel.find(said)
    rig.front.behave()


@pytest.mark.parametrize("new", FORGED)
def test_an_answer_of_ours_under_no_true_id_is_unsure_and_found(rig: Rig, new: Any) -> None:
    about = rig.channel.publish(rig.piece())
    rig.arrive(about.remote_id, "When is it?")
    ((message,), _) = came(rig, rig.stream)
    answer = rig.piece("3m6abcdefgh2b", "On Tuesday", answers=message.reply_token)
    stay_unsure(rig, answer, new, rig.publishes)
    assert rig.channel.find(answer) is not None and rig.public() == 2


@pytest.mark.parametrize("new", FORGED)
@pytest.mark.parametrize(
    ("name", "stream"), [("bluesky", "direct"), ("facebook", "messages"), ("instagram", "messages"), ("x", "direct")]
)
def test_a_private_answer_under_no_true_id_is_unsure_and_found(name: str, stream: str, new: Any) -> None:
    with STREAMS[name][stream]() as rig:
        rig.arrive("", "May I ask something?")
        ((message,), _) = came(rig, stream)
        answer = piece(text="Please do", answers=message.reply_token)
        stay_unsure(rig, answer, new, writes)
        assert rig.channel.find(answer) is not None


def test_a_number_longer_than_any_id_of_x_is_none() -> None:
    with x_bench() as (rig, _):
        rig.front.misbehave(renamed(10**60), rig.publishes)
        with pytest.raises(Unconfirmed):
            rig.channel.publish(rig.piece())


@pytest.mark.parametrize("new", FORGED)
def test_a_container_under_no_true_id_is_made_again_before_anything_is_public(new: Any) -> None:
    with instagram_bench() as (rig, server):
        rig.front.misbehave(renamed(new), rig.prepares)
        with pytest.raises(Unreachable):
            rig.channel.publish(rig.piece())
        rig.front.behave()
        rig.channel.publish(rig.piece())
        assert server.seen == 1


def test_a_container_that_tells_no_state_is_not_forgotten_and_nothing_goes_out_twice() -> None:
    with instagram_bench() as (rig, server):
        rig.front.misbehave(faulty.afterwards(faulty.reset), rig.publishes)
        with pytest.raises(Unconfirmed):
            rig.channel.publish(rig.piece())
        rig.front.behave()
        rig.front.misbehave(told(lambda name, value: "" if name == "status_code" else value), reads)
        with pytest.raises(ServiceDown):
            rig.channel.find(rig.piece())
        rig.front.behave()
        assert rig.channel.publish(rig.piece()) == rig.channel.find(rig.piece())
        assert server.seen == 1


def test_a_film_whose_state_nobody_knows_is_unsure_and_not_called_kept_back() -> None:
    with youtube_rig() as rig:
        rig.front.misbehave(told(lambda name, value: "yesterday" if name == "privacyStatus" else value), rig.publishes)
        with pytest.raises(Unconfirmed):
            rig.channel.publish(rig.piece())
        rig.front.misbehave(told(lambda name, value: "yesterday" if name == "privacyStatus" else value), reads)
        with pytest.raises(ServiceDown):
            rig.channel.find(rig.piece())
        rig.front.behave()
        assert rig.channel.find(rig.piece()) is not None


@pytest.mark.parametrize("state", ["yesterday", "", "draft"])
def test_a_website_that_tells_no_true_state_of_a_post_is_asked_again(state: str) -> None:
    spoil = told(lambda name, value: state if name == "status" else value)
    with wordpress_rig() as rig:
        rig.front.misbehave(spoil, rig.publishes)
        assert rig.channel.publish(rig.piece()) == rig.channel.find(rig.piece())
    with wordpress_rig() as rig:
        rig.front.misbehave(spoil, rig.publishes)
        rig.front.misbehave(faulty.reset, lambda seen: reads(seen) and any(map(rig.publishes, rig.front.seen)))
        with pytest.raises(Unconfirmed):
            rig.channel.publish(rig.piece())


def test_a_website_that_tells_of_another_post_leaves_ours_unsure() -> None:
    with wordpress_rig() as rig:
        rig.front.misbehave(told(lambda name, value: 7_777 if name == "id" else value), rig.publishes)
        with pytest.raises(Unconfirmed):
            rig.channel.publish(rig.piece())
        rig.front.behave()
        assert rig.channel.find(rig.piece()) is not None


def test_a_website_that_puts_our_answer_elsewhere_leaves_it_unsure() -> None:
    with wordpress_rig() as rig:
        about = rig.channel.publish(rig.piece())
        rig.arrive(about.remote_id, "When is it?")
        ((message,), _) = came(rig, rig.stream)
        answer = piece("3m6abcdefgh2b", "On Tuesday", answers=message.reply_token)
        rig.front.misbehave(told(lambda name, value: 7_777 if name == "post" else value), rig.publishes)
        with pytest.raises(Unconfirmed):
            rig.channel.publish(answer)


def test_a_post_told_under_another_address_than_its_key_is_unsure() -> None:
    with bluesky_bench() as (rig, _):
        other = f"at://{rig.account.remote_id}/app.bsky.feed.post/3m6abcdefgh2z"
        rig.front.misbehave(renamed(other), rig.publishes)
        with pytest.raises(Unconfirmed):
            rig.channel.publish(rig.piece())
        rig.front.behave()
        assert rig.channel.find(rig.piece()) is not None


@pytest.mark.parametrize(("field", "new"), [("value", None), ("hiddenReplies", "none")])
def test_a_list_of_hidden_answers_that_cannot_be_read_is_never_written_anew(field: str, new: Any) -> None:
    with bluesky_bench() as (rig, server):
        about = rig.channel.publish(rig.piece())
        for words in ("Something nasty", "Something else"):
            rig.arrive(about.remote_id, words)
        (one, other) = came(rig, rig.stream)[0]
        channel = cast(Moderates, rig.channel)
        channel.hide(one.remote_id, one.reply_token, True)
        rig.front.misbehave(told(lambda name, value: new if name == field else value), reads)
        with pytest.raises(ServiceDown):
            channel.hide(other.remote_id, other.reply_token, True)
        (gate,) = server.gates.values()
        assert gate["hiddenReplies"] == [one.remote_id]


def test_a_count_of_nothing_beside_posts_that_came_hides_none_of_them() -> None:
    with x_bench() as (rig, _):
        about = rig.channel.publish(rig.piece())
        rig.arrive(about.remote_id, "When is it?")
        rig.front.misbehave(told(lambda name, value: 0 if name == "result_count" else value), reads)
        assert [message.text for message in came(rig, rig.stream)[0]] == ["When is it?"]
        assert rig.channel.find(rig.piece()) == about


@pytest.mark.parametrize(
    ("field", "new"),
    [("status", {"publishing_phase": {"status": 7}}), ("status", {"publishing_phase": "yes"}), ("published", "no")],
)
def test_a_film_whose_end_cannot_be_read_is_not_called_missing(field: str, new: Any) -> None:
    with facebook_rig() as rig:
        said = piece(video=film(40_000, captions=""))
        receipt = rig.channel.publish(said)
        rig.front.misbehave(told(lambda name, value: new if name == field else value), reads)
        with pytest.raises(ServiceDown):
            rig.channel.find(said)
        rig.front.behave()
        assert rig.channel.find(said) == receipt


def test_a_film_whose_post_has_no_true_id_is_known_by_its_own() -> None:
    with facebook_rig() as rig:
        rig.front.misbehave(told(lambda name, value: "no post" if name == "post_id" else value), reads)
        assert rig.channel.publish(piece(video=film(40_000, captions=""))).remote_id.isdecimal()


def test_a_film_of_which_nobody_tells_how_far_it_came_is_begun_anew() -> None:
    with facebook_rig() as rig:
        said = piece(video=film(40_000, captions=""))
        rig.front.misbehave(
            told(lambda name, value: "far" if name == "start_offset" else value),
            lambda seen: b"transfer" in seen.content,
        )
        with pytest.raises(Unreachable):
            rig.channel.publish(said)
        rig.front.behave()
        with pytest.raises(Unreachable):
            rig.channel.publish(said)
        assert rig.channel.publish(said) == rig.channel.find(said)


def test_a_comment_of_ours_without_an_id_is_looked_for_again() -> None:
    with facebook_rig() as rig:
        about = rig.channel.publish(rig.piece())
        rig.arrive(about.remote_id, "When is it?")
        ((message,), _) = came(rig, rig.stream)
        answer = piece("3m6abcdefgh2b", "On Tuesday", answers=message.reply_token)
        rig.channel.publish(answer)
        rig.front.misbehave(renamed(None), reads)
        with pytest.raises(ServiceDown):
            rig.channel.find(answer)
