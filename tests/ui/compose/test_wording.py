"""What typing does to an announcement."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from pcc_desk.channels.platforms import ADAPTERS
from pcc_desk.model.account import AccountId
from pcc_desk.model.announcement import Announcement, AnnouncementId, Picture, PictureId, PlacedPicture
from pcc_desk.model.film import Film, FilmId, PlacedFilm
from pcc_desk.ui.compose import wording

ONE, OTHER = AccountId(1), AccountId(2)
DRAFT = Announcement(AnnouncementId(7), text="Shared", accounts=(ONE, OTHER))
TEXTS = st.text(max_size=20)


@given(TEXTS, TEXTS)
def test_words_for_one_account_leave_the_others_alone(shared: str, own: str) -> None:
    written = wording.write(wording.write(DRAFT, None, shared), ONE, own)
    assert written.wording_for(ONE) == own
    assert written.wording_for(OTHER) == written.text == shared


@given(TEXTS)
def test_the_same_words_as_the_shared_text_are_no_own_wording(text: str) -> None:
    shared = wording.write(DRAFT, None, text)
    assert wording.write(wording.write(shared, ONE, text + "!"), ONE, text) == shared


def test_a_change_of_the_shared_text_makes_an_own_wording_stale_until_a_person_decides() -> None:
    apart = wording.write(DRAFT, ONE, "Apart")
    assert not wording.is_stale(apart, ONE)
    changed = wording.write(apart, None, "Shared, changed")
    assert wording.is_stale(changed, ONE)
    assert wording.is_stale(wording.write(changed, ONE, "Apart, longer"), ONE)
    kept = wording.confirm(changed, ONE)
    assert not wording.is_stale(kept, ONE)
    assert kept.wording_for(ONE) == "Apart"
    shared = wording.share(changed, ONE)
    assert not wording.is_stale(shared, ONE)
    assert shared.wording_for(ONE) == "Shared, changed"


def test_an_account_left_out_and_chosen_again_keeps_its_words() -> None:
    apart = wording.write(DRAFT, ONE, "Apart")
    left = wording.choose(apart, ONE, on=False)
    assert left.accounts == (OTHER,)
    again = wording.choose(wording.choose(left, ONE, on=True), ONE, on=True)
    assert set(again.accounts) == {ONE, OTHER}
    assert len(again.accounts) == 2
    assert again.wording_for(ONE) == "Apart"


def test_a_picture_is_placed_once() -> None:
    placed = PlacedPicture(Picture(PictureId("a" * 64), "a.png", "image/png", 4, 3, 99))
    once = wording.add_picture(DRAFT, placed)
    assert wording.add_picture(once, placed) == once
    assert len(once.pictures) == 1


def test_an_announcement_without_a_title_is_called_by_its_first_words() -> None:
    assert wording.name_of(Announcement(AnnouncementId(1))) == "New announcement"
    assert wording.name_of(Announcement(AnnouncementId(1), title=" Budget  survey ")) == "Budget survey"
    name = wording.name_of(Announcement(AnnouncementId(1), text="word\n" * 100))
    assert name.endswith("word…")
    assert len(name) <= wording.NAME_LENGTH + 1


def test_numbers_are_said_with_their_thing() -> None:
    assert [wording.say_count(count, "channel") for count in (0, 1, 2, 1200)] == [
        "0 channels",
        "1 channel",
        "2 channels",
        "1,200 channels",
    ]


def test_a_thread_is_chosen_for_one_account_and_chosen_away_again() -> None:
    one = wording.thread(Announcement(wording.NO_ID), AccountId(2), on=True)
    assert wording.thread(one, AccountId(3), on=True).threads == (2, 3)
    assert wording.thread(one, AccountId(2), on=False).threads == ()


def test_what_a_platform_cannot_do_without_is_said_until_it_is_there() -> None:
    placed = PlacedPicture(Picture(PictureId("a"), "a.png", "image/png", 10, 10, 100))
    film = PlacedFilm(Film(FilmId("b"), "b.mp4", "video/mp4", 100, 20.0, 1280, 720))
    words = Announcement(wording.NO_ID, text="Words.")
    said = {
        name: [
            wording.say_missing(state, ADAPTERS[name].platform)
            for state in (words, replace(words, pictures=(placed,)), replace(words, film=film))
        ]
        for name in ("bluesky", "instagram", "youtube")
    }
    assert said == {
        "bluesky": ["", "", ""],
        "instagram": ["needs a picture", "", ""],
        "youtube": ["needs a film", "needs a film", ""],
    }
