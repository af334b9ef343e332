"""What stands under a post on Bluesky, and what the network is asked about answers and hashtags, on the bench."""

import json
from collections.abc import Iterator
from typing import Any, cast

import pytest

from pcc_desk.errors import Rejected, ServiceDown, Unreachable
from pcc_desk.model.channel import Moderates, PieceCard
from pcc_desk.model.film import STRETCH
from pcc_desk.rehearsal.bluesky import BlueskyServer
from tests.channels import faulty
from tests.channels.bench_bluesky import bluesky_rig
from tests.channels.faulty import Exchange
from tests.channels.footage import Footage, film
from tests.channels.rigs import PASSWORD, PICTURE, Clock, Rig, piece

CARD = PieceCard("https://example.org/plan", "The plan", "Five aims", PICTURE)


@pytest.fixture
def bench() -> Iterator[Rig]:
    """Bluesky with the office on it."""
    with bluesky_rig() as rig:
        yield rig


def record_of(rig: Rig) -> Any:
    """Give the record that was sent last."""
    return [json.loads(seen.content)["record"] for seen in rig.front.seen if rig.publishes(seen)][-1]


def test_a_card_s_picture_is_put_there_before_the_post_that_shows_it(bench: Rig) -> None:
    bench.channel.publish(piece(card=CARD))
    paths = [seen.path.rpartition(".")[2] for seen in bench.front.seen]
    assert paths.index("uploadBlob") < paths.index("putRecord")
    shown = record_of(bench)["embed"]["external"]
    assert (shown["uri"], shown["title"], shown["description"]) == (CARD.address, "The plan", "Five aims")


def test_a_card_whose_picture_cannot_be_put_there_leaves_nothing_posted(bench: Rig) -> None:
    bench.front.misbehave(faulty.refused(502, "UpstreamFailure"), bench.prepares)
    with pytest.raises(Unreachable):
        bench.channel.publish(piece(card=CARD))
    assert bench.public() == 0


def test_pictures_and_films_come_before_a_card(bench: Rig) -> None:
    bench.channel.publish(piece(card=CARD, pictures=(PICTURE,)))
    assert record_of(bench)["embed"]["$type"] == "app.bsky.embed.images"
    bench.channel.publish(piece("3m6abcdefgh2b", card=CARD, video=film(1_000)))
    assert record_of(bench)["embed"]["$type"] == "app.bsky.embed.video"


def test_a_film_goes_a_stretch_at_a_time_and_whole_again_when_the_sign_in_was_stale(bench: Rig) -> None:
    bench.secrets["access"] = "stale"
    video = film(3_000_000)
    bench.channel.publish(piece(video=video))
    uploads = [seen for seen in bench.front.seen if bench.prepares(seen)]
    footage = cast(Footage, video.reel)
    assert [seen.content == footage.whole() for seen in uploads[:2]] == [True, True]  # refused, then taken
    assert footage.reads >= 6 and max(footage.lengths) <= STRETCH


def test_a_film_without_captions_and_description_says_nothing_of_them(bench: Rig) -> None:
    bench.channel.publish(piece(video=film(1_000, captions="", alt="")))
    assert record_of(bench)["embed"].keys() == {"$type", "video", "aspectRatio"}


@pytest.fixture
def network(bench: Rig) -> Iterator[BlueskyServer]:
    """A network of the test's own behind the bench."""
    with BlueskyServer(Clock()) as server:
        server.add_account("office.test", PASSWORD)
        bench.front.behind = server.url
        bench.secrets["access"] = "stale"
        yield server


def answered(rig: Rig, server: BlueskyServer) -> tuple[str, str]:
    """Let Ann answer a post of the office; give her answer and its token."""
    receipt = rig.channel.publish(piece())
    answer = server.arrive("ann.test", "Something nasty", answers=receipt.remote_id)
    (message,) = rig.channel.fetch("notifications", "").messages
    return answer, message.reply_token


def test_a_list_changed_at_the_same_moment_is_read_again_and_nothing_of_it_is_lost(
    bench: Rig, network: BlueskyServer
) -> None:
    answer, token = answered(bench, network)
    other, tries = "at://did:plc:ann/app.bsky.feed.post/other", list[str]()

    def meanwhile(exchange: Exchange) -> None:
        tries.append(exchange.seen.path)
        if len(tries) == 1:  # somebody hides another answer with the network's own app just before we do
            given = json.loads(exchange.seen.content)
            uri = f"at://{given['repo']}/{given['collection']}/{given['rkey']}"
            network._gates[uri] = {**given["record"], "hiddenReplies": [other]}
        exchange.pass_on()

    bench.front.misbehave(meanwhile, bench.publishes)
    cast(Moderates, bench.channel).hide(answer, token, True)
    (gate,) = network.gates.values()
    assert (gate["hiddenReplies"], len(tries)) == ([other, answer], 2)


def test_a_list_that_is_always_changed_is_given_up(bench: Rig, network: BlueskyServer) -> None:
    answer, token = answered(bench, network)
    bench.front.misbehave(faulty.answered(400, b'{"error": "InvalidSwap"}'), bench.publishes)
    with pytest.raises(ServiceDown, match="at the same moment"):
        cast(Moderates, bench.channel).hide(answer, token, True)
    assert network.gates == {}


def test_more_hidden_answers_than_the_network_takes_are_told(bench: Rig, network: BlueskyServer) -> None:
    answer, token = answered(bench, network)
    channel = cast(Moderates, bench.channel)
    channel.hide(answer, token, True)
    (uri,) = network.gates
    full = [f"at://did:plc:ann/app.bsky.feed.post/{number}" for number in range(300)]
    network._gates[uri] = {**network.gates[uri], "hiddenReplies": full}
    with pytest.raises(Rejected, match="300"):
        channel.hide(answer, token, True)


@pytest.mark.parametrize("token", ["", "x", "[]", '{"root": 3}', '{"root": {"uri": "at://did:plc:x/y/z"}}'])
def test_a_token_that_is_not_ours_hides_nothing(bench: Rig, token: str) -> None:
    with pytest.raises(Rejected):
        cast(Moderates, bench.channel).hide("at://did:plc:ann/app.bsky.feed.post/1", token, True)


def test_a_hashtag_is_asked_for_in_lower_case_and_read_without_a_gap(bench: Rig, network: BlueskyServer) -> None:
    for number in range(230):
        network.arrive("ann.test", f"Number {number} #OurPlan")
    network.arrive("ann.test", "About #OurPlanning")
    found, cursor, more = list[str](), "", True
    while more:
        batch = bench.channel.fetch("tag:ourplan", cursor)
        cursor, more = batch.cursor, batch.more
        found += [message.text for message in batch.messages]
    assert sorted(found) == sorted(f"Number {number} #OurPlan" for number in range(230))
    (asked,) = {seen.query["q"][0] for seen in bench.front.seen if seen.path.endswith("searchPosts")}
    assert asked == "#ourplan"
    network.arrive("ann.test", "Once more #ourplan")
    assert [message.text for message in bench.channel.fetch("tag:ourplan", cursor).messages] == ["Once more #ourplan"]
