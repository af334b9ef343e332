"""A film is known by its boxes, says nothing of where it was filmed, and rubbish is refused in plain words."""

import io
import random
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcc_desk.errors import BadFilm
from pcc_desk.media.films import MOST_BYTES, inspect, stretches
from pcc_desk.media.mp4 import MOST_BOXES
from pcc_desk.media.mp4 import inspect as read_boxes
from pcc_desk.media.values import FilmFacts
from tests.media.films import PLACE, Sample, box, film, film_file, located


def facts_of(content: bytes) -> FilmFacts:
    return read_boxes(io.BytesIO(content), len(content))


def cleaned(content: bytes, length: int) -> bytes:
    return b"".join(stretches(io.BytesIO(content), facts_of(content), length))


@pytest.mark.parametrize("wide", [False, True])
def test_length_size_and_codecs_are_read_in_another_process(tmp_path: Path, wide: bool) -> None:
    path = film_file(tmp_path, film(Sample(wide=wide)))
    facts = inspect(path, path.name)
    assert facts == FilmFacts(path.stat().st_size, 20.0, 1280, 720, ("avc1", "mp4a"), (), False)


def test_a_film_held_upright_is_as_wide_as_it_is_shown() -> None:
    facts = facts_of(film(Sample(turned=True)))
    assert (facts.width, facts.height) == (720, 1280)


def test_a_film_without_sound_is_a_film() -> None:
    assert facts_of(film(Sample(sound=b""))).codecs == ("avc1",)


@pytest.mark.parametrize("length", [1, 7, 100, 1_048_576])
def test_where_a_film_was_made_is_taken_out_and_nothing_else_moves(length: int) -> None:
    content = film(Sample(notes=located()))
    assert PLACE in content and facts_of(content).told_place
    clean = cleaned(content, length)
    place = content.index(b"udta")
    end = place - 4 + len(located())
    assert clean == content[:place] + b"free" + bytes(end - place - 4) + content[end:]
    assert facts_of(clean).notes == () and not facts_of(clean).told_place


def test_what_stands_before_and_behind_the_film_is_cleaned_too() -> None:
    content = film() + box(b"uuid", bytes(16), b"<exif:GPSLatitude>") + box(b"meta", bytes(4), b"com.apple location")
    clean = cleaned(content, 64)
    assert facts_of(content).told_place and len(clean) == len(content)
    assert b"GPS" not in clean and b"location" not in clean and clean.startswith(film())


def test_control_a_film_without_notes_stays_as_it_is() -> None:
    assert cleaned(film(), 100) == film()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "This file is not an MP4 film."),
        (b"GIF89a" + bytes(100), "This file is not an MP4 film."),
        (film(Sample(brand=b"qt  ")), "This is a film, but not an MP4 film that networks take."),
        (film(Sample(picture=b"hvc1")), "The picture of this film is of a kind that not every network takes."),
        (film(Sample(sound=b"ac-3")), "The sound of this film is of a kind that not every network takes."),
        (film(Sample(hidden=b"meta")), "This film has a hidden track that may tell where it was filmed."),
        (film(Sample(notes=box(b"mvex"))), "This film is in fragments, as for a web player."),
        (film() + box(b"moof"), "This film is in fragments, as for a web player."),
        (film()[:-1], "This film is damaged, or only a part of it is here."),
        (film(Sample(seconds=0)), "This film is damaged, or only a part of it is here."),
        (film(Sample(width=0)), "This film is damaged, or only a part of it is here."),
        (film() + box(b"free") * MOST_BOXES, "This film is damaged, or only a part of it is here."),
        (film() + struct.pack(">I4sQ", 1, b"free", 2**63), "This film is damaged, or only a part of it is here."),
    ],
)
def test_what_no_network_takes_is_refused_in_plain_words(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "odd.mp4"
    path.write_bytes(content)
    with pytest.raises(BadFilm) as refused:
        inspect(path, path.name)
    assert refused.value.sentence == f"“odd.mp4” was not added. {sentence}" and refused.value.next_step


def test_a_film_that_is_gone_or_too_large_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFilm, match="cannot be opened"):
        inspect(tmp_path / "gone.mp4", "gone.mp4")
    with (tmp_path / "huge.mp4").open("wb") as huge:
        huge.truncate(MOST_BYTES + 1)
    with pytest.raises(BadFilm, match="larger than 2 GB"):
        inspect(tmp_path / "huge.mp4", "huge.mp4")


def spoil(seed: int) -> bytes:
    chance, content = random.Random(seed), bytearray(film(Sample(notes=located(), content=b"")))
    for _ in range(chance.randint(1, 6)):
        content[chance.randrange(len(content))] = chance.randrange(256)
    return bytes(content[: chance.randint(0, len(content))] if chance.random() < 0.3 else content)


@pytest.mark.parametrize("make", [spoil, lambda seed: random.Random(seed).randbytes(200)])
def test_whatever_is_broken_is_read_or_refused_and_never_crashes(make: Callable[[int], bytes]) -> None:
    for seed in range(3_000):
        content = make(seed)
        try:
            assert facts_of(content).seconds > 0
        except BadFilm as refused:
            assert refused.sentence and refused.next_step


@given(st.binary(max_size=300))
def test_any_bytes_behind_a_good_beginning_are_read_or_refused(tail: bytes) -> None:
    try:
        facts_of(film(Sample(content=b"")) + tail)
    except BadFilm as refused:
        assert refused.sentence
