"""Films on Instagram: brought up by us byte for byte, gone on with after a break, alone or among pictures."""

from collections.abc import Iterator

import pytest

from pcc_desk.errors import Rejected, Unauthorized, Unreachable
from pcc_desk.rehearsal.instagram import InstagramServer
from tests.channels import faulty, judge_graph
from tests.channels.bench_instagram import instagram_bench
from tests.channels.reels import make_film
from tests.channels.rigs import Rig, piece

Bench = tuple[Rig, InstagramServer]


@pytest.fixture
def bench() -> Iterator[Bench]:
    with instagram_bench() as made:
        yield made


def test_a_film_goes_out_as_a_reel_byte_for_byte_and_needs_no_website(bench: Bench) -> None:
    rig, server = bench
    film, reel = make_film()
    wanted = piece(video=film)
    assert rig.channel.publish(wanted) == rig.channel.find(wanted)
    (post,) = server.posts
    assert (post.form["media_type"], post.films) == ("REELS", (reel.content,))
    assert "video_url" not in post.form and "alt_text" not in post.form


def test_a_film_stands_among_pictures(bench: Bench) -> None:
    rig, server = bench
    film, reel = make_film()
    wanted = rig.piece(pictures=(rig.picture("One"), rig.picture("Two")), video=film)
    assert rig.channel.publish(wanted) == rig.channel.find(wanted)
    forms = [judge_graph.written(seen) for seen in rig.front.seen if rig.prepares(seen)]
    kinds = [(form.get("media_type"), form.get("is_carousel_item")) for form in forms]
    assert kinds == [(None, "true"), (None, "true"), ("VIDEO", "true"), ("CAROUSEL", None)]
    assert [(post.pictures, post.films) for post in server.posts] == [(3, (reel.content,))]


@pytest.mark.parametrize("alone", [True, False])
def test_a_film_that_was_cut_off_goes_on_from_there(bench: Bench, alone: bool) -> None:
    rig, server = bench
    film, reel = make_film()
    wanted = piece(video=film) if alone else rig.piece(video=film)
    server.containers.cut = 2_200_000
    with pytest.raises(Unreachable):
        rig.channel.publish(wanted)
    assert (rig.public(), rig.channel.find(wanted)) == (0, None)
    rig.channel.publish(wanted)
    assert [post.films for post in server.posts] == [(reel.content,)]
    offsets = [seen.headers["offset"] for seen in rig.front.seen if "ig-api-upload" in seen.path]
    assert offsets == ["0", "2200000"]
    assert rig.public() == 1


def test_a_film_whose_last_answer_was_lost_is_not_sent_again(bench: Bench) -> None:
    rig, server = bench
    film, reel = make_film()
    rig.front.misbehave(faulty.afterwards(faulty.reset), lambda seen: "ig-api-upload" in seen.path)
    with pytest.raises(Unreachable):
        rig.channel.publish(piece(video=film))
    rig.front.behave()
    rig.channel.publish(piece(video=film))
    assert [post.films for post in server.posts] == [(reel.content,)]
    assert len([seen for seen in rig.front.seen if "ig-api-upload" in seen.path]) == 1


@pytest.mark.parametrize(
    ("told", "error"),
    [
        ({"debug_info": {"retriable": False, "message": "Request processing failed"}}, Rejected),
        ({"debug_info": {"retriable": True, "message": "Busy"}}, Unreachable),
        ({"error": {"code": 190, "message": "Session expired"}}, Unauthorized),
    ],
)
def test_a_film_that_is_refused_is_told_and_brought_up_anew(
    bench: Bench, told: dict[str, object], error: type[Exception]
) -> None:
    rig, server = bench
    film, reel = make_film(9)
    refusal = faulty.answered(400, faulty.as_json(told))
    rig.front.misbehave(refusal, lambda seen: "ig-api-upload" in seen.path)
    with pytest.raises(error):
        rig.channel.publish(piece(video=film))
    rig.front.behave()
    rig.channel.publish(piece(video=film))
    assert [post.films for post in server.posts] == [(reel.content,)]


def test_an_address_told_for_the_film_leads_nowhere_else(bench: Bench) -> None:
    rig, server = bench
    elsewhere = faulty.changed(lambda body: {**body, "uri": "https://evil.example/take/it"})
    rig.front.misbehave(elsewhere, rig.prepares)
    film, reel = make_film(9)
    rig.channel.publish(piece(video=film))
    assert [post.films for post in server.posts] == [(reel.content,)]
