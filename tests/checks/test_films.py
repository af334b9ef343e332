"""What keeps a film from a platform is said in one plain sentence each."""

from dataclasses import replace

import pytest

from pcc_desk.channels.platforms import ADAPTERS
from pcc_desk.checks.films import find_film_advice, find_film_gaps, find_film_problems, say_bytes, say_length
from pcc_desk.checks.fit import Measured, find_overrun, find_picture_problems
from pcc_desk.model.announcement import Picture, PictureId, PlacedPicture
from pcc_desk.model.delivery import Frozen
from pcc_desk.model.film import Film, FilmId, FrozenFilm, PlacedFilm

TALK = Film(FilmId("a"), "talk.mp4", "video/mp4", 9_000_000, 20.0, 1280, 720)
PLACED = PlacedFilm(TALK, captions="WEBVTT\n", alt="The commissioner speaks")


def problems(platform: str, placed: PlacedFilm | None, has_pictures: bool = False) -> tuple[str, ...]:
    return find_film_problems(placed, has_pictures, ADAPTERS[platform].platform)


def test_a_film_needs_captions_and_a_description_or_a_reason_for_none() -> None:
    assert find_film_gaps(PLACED) == find_film_gaps(None) == ()
    assert find_film_gaps(PlacedFilm(TALK, captions=" ", alt="\n")) == (
        "The film needs captions for people who cannot hear it, or a reason why it needs none.",
        "The film needs a description for people who cannot see it, or a reason why it needs none.",
    )
    assert find_film_gaps(PlacedFilm(TALK, uncaptioned_because="No sound", undescribed_because="Only words")) == ()


@pytest.mark.parametrize("platform", ["youtube", "x", "facebook", "mastodon", "instagram", "threads"])
def test_control_an_ordinary_film_fits(platform: str) -> None:
    assert problems(platform, PLACED) == ()


def test_youtube_needs_a_film_and_instagram_a_picture_or_a_film() -> None:
    assert problems("youtube", None) == ("YouTube takes films only. Add one, or leave YouTube out.",)
    assert problems("instagram", None) == problems("x", None) == ()
    assert find_picture_problems((), ADAPTERS["instagram"].platform) != ()
    assert find_picture_problems((), ADAPTERS["instagram"].platform, has_film=True) == ()


def test_email_takes_no_films() -> None:
    assert problems("email", PLACED) == ("Email takes no films. Take the film away, or leave Email out.",)


def test_a_film_that_is_too_large_too_long_or_too_narrow_is_told() -> None:
    film = replace(TALK, size=600_000_000, seconds=200.4, width=4_000, height=1_000)
    assert problems("x", replace(PLACED, film=film)) == (
        "X takes films of up to 512 MB. This one has 600 MB. Make it smaller.",
        "X takes films of up to 2:20. This one lasts 3:20. Cut it.",
        "This film is too narrow for X: its long side may be 3 times its short side.",
    )


def test_pictures_and_a_film_do_not_go_together() -> None:
    both = "{0} takes pictures or a film, not both. Take one of them away, or leave {0} out."
    assert problems("mastodon", PLACED, has_pictures=True) == (both.format("Mastodon"),)
    assert problems("youtube", PLACED, has_pictures=True) == (), "it says already that it takes no pictures"


@pytest.mark.parametrize(("platform", "most"), [("instagram", 10), ("threads", 20)])
def test_where_a_film_stands_among_pictures_it_counts_as_one(platform: str, most: int) -> None:
    assert problems(platform, PLACED, has_pictures=True) == ()
    known = ADAPTERS[platform].platform
    full = (PlacedPicture(Picture(PictureId("a"), "a.jpg", "image/jpeg", 640, 480, 1), alt="A stall"),) * most
    assert find_picture_problems(full, known) == find_picture_problems(full[1:], known, has_film=True) == ()
    (told,) = find_picture_problems(full, known, has_film=True)
    assert told == f"{known.title} takes {most} pictures and films in all. Take 1 away."


def test_a_description_too_long_for_a_film_is_told_where_it_is_sent() -> None:
    long = replace(PLACED, alt="x" * 1_001)
    assert problems("threads", long) == (
        "The description of the film is too long for Threads: 1,000 characters at most.",
    )
    assert problems("instagram", long) == (), "it takes none"


def test_where_captions_do_not_go_along_that_is_said_and_stops_nothing() -> None:
    for platform, silent in (
        ("instagram", False),
        ("threads", False),
        ("facebook", True),
        ("x", True),
        ("email", True),
    ):
        assert (find_film_advice(PLACED, ADAPTERS[platform].platform) == ()) is silent
    bare = replace(PLACED, captions="", uncaptioned_because="Nobody speaks")
    instagram = ADAPTERS["instagram"].platform
    assert find_film_advice(bare, instagram) == find_film_advice(None, instagram) == ()


def test_lengths_and_sizes_are_said_as_people_say_them() -> None:
    assert [say_length(each) for each in (0.4, 59.6, 140, 3_723)] == ["0:01", "1:00", "2:20", "1:02:03"]
    assert [say_bytes(each) for each in (10, 900_000, 12_340_000, 2_000_000_000)] == [
        "1 KB",
        "900 KB",
        "12.34 MB",
        "2 GB",
    ]


def test_a_film_that_fits_no_more_when_it_is_due_is_told() -> None:
    x = ADAPTERS["x"].platform
    film = FrozenFilm(TALK.id, TALK.name, TALK.mime, TALK.size, TALK.seconds, TALK.width, TALK.height)
    frozen, measured = Frozen("Words", film=film), Measured("Words", 5, 5)
    assert find_overrun(frozen, x, measured, ()) == ""
    small = replace(x, limits=replace(x.limits, video_bytes=1_000))
    assert find_overrun(frozen, small, measured, ()) == "The film is larger than X takes now."
    short = replace(x, limits=replace(x.limits, video_seconds=5.0))
    assert find_overrun(frozen, short, measured, ()) == "The film is longer than X takes now."
