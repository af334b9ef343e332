"""Reading on at a Mastodon server: by the place it names itself, and past a spoiled one where it names none."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from pcc_desk.channels.mastodon_walk import Bookmark, is_beyond, read_link
from tests.channels import faulty
from tests.channels.bench_mastodon import mastodon_rig
from tests.channels.rigs import Rig

FORGED = str(10**18)


@pytest.fixture
def bench() -> Iterator[Rig]:
    """A server with the office on it, and one answer that was read."""
    with mastodon_rig() as rig:
        yield rig


def begun(rig: Rig) -> tuple[str, str]:
    """Publish, let one answer come and read it; give the post and the cursor."""
    post = rig.channel.publish(rig.piece()).remote_id
    rig.arrive(post, "First")
    return post, walk(rig, "")[1]


def walk(rig: Rig, cursor: str) -> tuple[list[str], str]:
    """Read until there is no more."""
    read, more = list[str](), True
    for _ in range(20):
        batch = rig.channel.fetch(rig.stream, cursor)
        read += [message.text for message in batch.messages]
        cursor, more = batch.cursor, batch.more
        if not more:
            return read, cursor
    raise AssertionError("the reading does not end")


def forge(body: Any) -> Any:
    """Give the newest piece an id that lies far beyond every other."""
    return [{**one, "id": FORGED} if place == 0 else one for place, one in enumerate(body)]


def without_link(exchange: faulty.Exchange) -> None:
    """Answer as a server does that names no places, with a forged one in the list."""
    code, body = exchange.forward()
    exchange.answer(code, json.dumps(forge(json.loads(body))).encode())


def silent(exchange: faulty.Exchange) -> None:
    """Answer as a server does that names no places."""
    exchange.answer(*exchange.forward())


def test_a_forged_place_in_the_list_moves_nothing_where_the_server_names_its_own(bench: Rig) -> None:
    post, cursor = begun(bench)
    bench.arrive(post, "Second")
    bench.front.misbehave(faulty.changed(forge), bench.reads)
    assert walk(bench, cursor)[0] == ["Second"]
    cursor = bench.channel.fetch(bench.stream, cursor).cursor
    assert FORGED not in cursor
    bench.front.behave()
    bench.arrive(post, "Third")
    assert walk(bench, cursor)[0] == ["Third"]


@pytest.mark.parametrize("link", [without_link, silent], ids=["forged", "honest"])
def test_where_the_server_names_none_what_comes_after_a_forged_place_is_read_all_the_same(
    bench: Rig, link: faulty.Fault
) -> None:
    post, cursor = begun(bench)
    bench.arrive(post, "Second")
    bench.front.misbehave(link, bench.reads)
    read = bench.channel.fetch(bench.stream, cursor)
    assert [message.text for message in read.messages] == ["Second"]
    assert FORGED not in read.cursor
    bench.front.misbehave(silent, bench.reads)
    bench.arrive(post, "Third")
    read_on, cursor = walk(bench, read.cursor)
    assert "Third" in read_on
    bench.arrive(post, "Fourth")
    assert set(walk(bench, cursor)[0]) == {"Third", "Fourth"}  # it stays one behind the newest


def test_a_first_reading_goes_back_as_far_where_the_server_names_its_places_and_where_not(bench: Rig) -> None:
    post = bench.channel.publish(bench.piece()).remote_id
    for number in range(90):
        bench.arrive(post, f"Answer {number}")
    told = walk(bench, "")
    bench.front.misbehave(silent, bench.reads)
    guessed = walk(bench, "")
    assert len(told[0]) == len(set(guessed[0])) == 90
    assert Bookmark.read(told[1]).told and not Bookmark.read(guessed[1]).told


def test_a_server_that_names_its_places_is_asked_once_when_there_is_nothing_new(bench: Rig) -> None:
    _, cursor = begun(bench)
    before = len(bench.front.seen)
    assert walk(bench, cursor) == ([], cursor)
    assert len(bench.front.seen) == before + 1


@pytest.mark.parametrize(
    ("header", "places"),
    [
        (
            '<https://a.example/x?limit=40&max_id=12>; rel="next", <https://a.example/x?min_id=99>; rel="prev"',
            ("99", "12"),
        ),
        ('<https://a.example/x?min_id=01JABC>; rel="prev"', ("01JABC", "")),
        ('<https://a.example/x?min_id=../../etc>; rel="prev"', ("", "")),
        ("<https://[?min_id=1>; rel=prev", ("", "")),
        ("", ("", "")),
        (";;;,,<<>>", ("", "")),
    ],
)
def test_a_header_is_read_for_the_places_it_names(header: str, places: tuple[str, str]) -> None:
    assert read_link(header) == places


def test_what_lies_beyond_the_newest_is_told_by_the_servers_own_order() -> None:
    assert is_beyond(FORGED, "12") and is_beyond("10", "9") and is_beyond("01JB", "01JA") and is_beyond("1", "")
    assert not is_beyond("9", "10") and not is_beyond("12", "12") and not is_beyond("01JA", "01JB")
