"""Films on LinkedIn: brought up in the stretches it names, with captions, and shown only once they are ready.

LinkedIn publishes no machine-readable description; the requests here are frozen from its own pages and are ours.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

import pytest

from pcc_desk.channels import linkedin_media
from pcc_desk.channels.linkedin import LinkedInChannel
from pcc_desk.channels.platforms import ADAPTERS
from pcc_desk.channels.subrip import as_subrip
from pcc_desk.checks.films import find_film_problems
from pcc_desk.errors import Rejected, Unconfirmed, Unreachable
from pcc_desk.model import film as films
from pcc_desk.model.channel import Piece
from pcc_desk.model.film import PieceVideo
from pcc_desk.rehearsal.linkedin import LinkedInServer
from pcc_desk.rehearsal.linkedin_films import STRETCH
from tests.channels import faulty
from tests.channels.bench_linkedin import US, linkedin_bench
from tests.channels.bench_youtube import Film
from tests.channels.rigs import Rig, piece

WORDS = "WEBVTT\n\n00:00:01.000 --> 00:00:02.500 line:0\n<v Jane>Croeso &amp; <b>welcome</b>\nback\n"
SIZE = 2 * STRETCH + 700

Bench = tuple[Rig, LinkedInServer]


@pytest.fixture
def bench() -> Iterator[Bench]:
    """LinkedIn with one page, for a desk that does not wait long."""
    with linkedin_bench() as (rig, server):
        quick(rig)
        yield rig, server


def quick(rig: Rig) -> None:
    """Wait in no time."""
    cast(LinkedInChannel, rig.channel).uploads._wait = lambda seconds: None


def film(captions: str = WORDS) -> PieceVideo:
    return PieceVideo("talk.mp4", "video/mp4", SIZE, 20.0, 1280, 720, Film(SIZE), captions)


def said(**more: Any) -> Piece:
    return piece(video=film(), **more)


def is_stretch(number: int) -> Any:
    return lambda seen: seen.path.startswith("/film-uploads/") and seen.path.endswith(f"/{number}")


def test_a_film_goes_in_stretches_with_its_captions_and_is_found_again(bench: Bench) -> None:
    rig, server = bench
    receipt = rig.channel.publish(said())
    (one,) = server.films
    assert one.content == Film(SIZE).read(0, SIZE) and sorted(map(len, one.parts.values())) == [700, STRETCH, STRETCH]
    assert one.captions == "1\n00:00:01,000 --> 00:00:02,500\nCroeso & <b>welcome</b>\nback\n"
    assert one.locale == {"country": "GB", "language": "EN"}
    assert server.posts[0].content == {"media": {"id": one.urn, "title": "The plan is out"}}
    assert rig.channel.find(said()) == receipt
    assert rig.channel.find(piece("3m6abcdefgh2z")) is None


def test_what_begins_and_ends_an_upload_is_what_linkedin_s_page_shows(bench: Bench) -> None:
    rig, server = bench
    rig.channel.publish(said())
    begun, ended = [json.loads(seen.content) for seen in rig.front.seen if seen.path == "/rest/videos"]
    wanted = {"owner": US, "fileSizeBytes": SIZE, "uploadCaptions": True, "uploadThumbnail": False}
    assert begun == {"initializeUploadRequest": wanted}
    ids = [f"/ambry-video/signedId/{server.films[0].urn.rpartition(':')[2]}-{number}.bin" for number in range(3)]
    assert ended == {"finalizeUploadRequest": {"video": server.films[0].urn, "uploadToken": "", "uploadedPartIds": ids}}


def test_a_welsh_film_has_welsh_captions(bench: Bench) -> None:
    rig, server = bench
    rig.channel.publish(said(language="cy"))
    assert server.films[0].locale["language"] == "CY"


def test_an_upload_that_breaks_goes_on_where_it_was(bench: Bench) -> None:
    rig, server = bench
    rig.front.misbehave(faulty.reset, is_stretch(1))
    with pytest.raises(Unreachable):
        rig.channel.publish(said())
    rig.front.behave()
    before = len(rig.front.seen)
    rig.channel.publish(said())
    again = [seen.path[-1] for seen in rig.front.seen[before:] if "/film-uploads/" in seen.path]
    assert again == ["1", "2"] and len(server.films) == 1


def test_an_upload_linkedin_has_forgotten_begins_again(bench: Bench) -> None:
    rig, server = bench
    rig.front.misbehave(faulty.reset, is_stretch(1))
    with pytest.raises(Unreachable):
        rig.channel.publish(said())
    rig.front.behave()
    server.forget_uploads()
    with pytest.raises(Unreachable, match="forgotten"):
        rig.channel.publish(said())
    rig.channel.publish(said())
    assert [one.whole for one in server.films] == [True] and rig.public() == 1


@pytest.mark.parametrize("words", [faulty.HTML, b"", b'{"message": "gone"}'])
def test_an_upload_that_is_over_is_known_by_its_code_whatever_words_stand_with_it(bench: Bench, words: bytes) -> None:
    rig, _ = bench
    rig.front.misbehave(faulty.answered(404, words), is_stretch(1))
    with pytest.raises(Unreachable, match="forgotten"):
        rig.channel.publish(said())
    rig.front.behave()
    rig.channel.publish(said())


def test_a_film_that_takes_long_is_waited_for_and_not_sent_again(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    rig, server = bench
    monkeypatch.setattr(linkedin_media, "_WAITS", (0.0,))
    with pytest.raises(Unreachable, match="still preparing"):
        rig.channel.publish(said())
    assert rig.public() == 0 and rig.channel.find(said()) is None
    rig.channel.publish(said())
    assert rig.public() == len(server.films) == 1


def test_a_film_linkedin_cannot_use_is_told_and_brought_up_anew(bench: Bench) -> None:
    rig, server = bench
    failed = faulty.answered(200, faulty.as_json({"status": "PROCESSING_FAILED"}))
    rig.front.misbehave(failed, lambda seen: seen.method == "GET" and seen.path.startswith("/rest/videos/"))
    with pytest.raises(Rejected, match="could not use this film"):
        rig.channel.publish(said())
    rig.front.behave()
    rig.channel.publish(said())
    assert len(server.films) == 2 and rig.public() == 1


def test_a_post_whose_answer_was_lost_is_known_by_its_own_film(bench: Bench) -> None:
    rig, _ = bench
    rig.front.misbehave(faulty.afterwards(faulty.reset), rig.publishes)
    with pytest.raises(Unconfirmed):
        rig.channel.publish(said())
    rig.front.behave()
    found = rig.channel.find(said())
    assert found is not None and rig.public() == 1
    assert rig.channel.find(replace(said(), key="3m6abcdefgh2z")) is None


def test_the_token_goes_to_linkedin_and_to_nobody_else(bench: Bench) -> None:
    rig, server = bench
    server.outside = rig.front.url.replace("127.0.0.1", "localhost")
    rig.channel.publish(said())
    stretches = [seen for seen in rig.front.seen if "/film-uploads/" in seen.path]
    assert len(stretches) == 3 and not any("authorization" in seen.headers for seen in stretches)


def test_compose_offers_linkedin_for_films() -> None:
    platform = ADAPTERS["linkedin"].platform
    placed = films.PlacedFilm(films.Film(films.FilmId("f"), "talk.mp4", "video/mp4", SIZE, 20.0, 1280, 720), WORDS)
    assert find_film_problems(placed, False, platform) == ()
    long = replace(placed, film=replace(placed.film, seconds=1_801.0))
    assert "30:00" in find_film_problems(long, False, platform)[0]


def test_subrip_says_what_the_captions_say_and_nothing_else() -> None:
    assert as_subrip("WEBVTT\n") == ""
    two = "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nOne\n\n00:00:03.000 --> 01:00:04.000\nTwo &lt;3\n"
    assert as_subrip(two) == ("1\n00:00:01,000 --> 00:00:02,000\nOne\n\n2\n00:00:03,000 --> 01:00:04,000\nTwo <3\n")
