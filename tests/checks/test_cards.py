"""Which link card stands under a post, and what it says when nobody wrote one."""

from dataclasses import replace

import pytest

from pcc_desk.channels.platforms import ADAPTERS
from pcc_desk.channels.text import Reading
from pcc_desk.checks.cards import find_card, find_card_problems, find_place
from pcc_desk.model.announcement import (
    Announcement,
    AnnouncementId,
    FitPart,
    LinkCard,
    Picture,
    PictureId,
    PlacedPicture,
)
from pcc_desk.model.film import Film, FilmId, PlacedFilm

BLUESKY = ADAPTERS["bluesky"].platform
TEXT = "The plan is out. It has five aims ŷ. Read it: https://example.org/plan and tell us https://example.org/say"
PLAN = Announcement(AnnouncementId(1), title="The plan is out", text=TEXT)
PICTURE = Picture(PictureId("a"), "map.png", "image/png", 640, 480, 9)


def card_of(announcement: Announcement, platform: str = "bluesky") -> LinkCard | None:
    """Give the card as the desk would."""
    taken = ADAPTERS[platform].platform
    return find_card(announcement, taken, lambda: Reading(announcement.text).spans(taken))


def test_a_card_is_made_of_the_title_and_the_first_words_for_the_first_link() -> None:
    card = card_of(PLAN)
    assert card == LinkCard("https://example.org/plan", "The plan is out", "It has five aims ŷ. Read it: and tell us")


@pytest.mark.parametrize(
    "changed",
    [
        replace(PLAN, text="No link in it"),
        replace(PLAN, title=" "),
        replace(PLAN, pictures=(PlacedPicture(PICTURE),)),
        replace(PLAN, film=PlacedFilm(Film(FilmId("f"), "a.mp4", "video/mp4", 9, 1.0, 2, 2))),
        replace(PLAN, card=LinkCard("https://example.org/plan")),
    ],
    ids=["no link", "no title", "a picture", "a film", "a person wants none"],
)
def test_no_card_stands_there(changed: Announcement) -> None:
    assert card_of(changed) is None


def test_a_network_that_makes_its_own_gets_none() -> None:
    assert card_of(PLAN, "mastodon") is None and card_of(PLAN, "wordpress") is None


def test_a_person_s_own_card_holds_for_the_link_it_was_made_for_and_for_no_other() -> None:
    own = LinkCard("https://example.org/say", "Have your say", "Until 3 May", PICTURE)
    assert card_of(replace(PLAN, card=own)) == own
    gone = card_of(replace(PLAN, text="Now at https://example.org/elsewhere", card=own))
    assert gone is not None and gone.address == "https://example.org/elsewhere" and gone.title == "The plan is out"


def test_long_words_are_cut_between_words() -> None:
    card = card_of(replace(PLAN, title="word " * 60, text=f"https://example.org {'llŷn ' * 100}"))
    assert card is not None and len(card.title) <= 120 and card.title.endswith("word…")
    assert len(card.description) <= 300 and card.description.endswith("llŷn…")


def test_a_card_that_is_too_long_is_told_before_anything_is_sent() -> None:
    long = replace(PLAN, card=LinkCard("https://example.org/plan", "t" * 121, "d" * 302))
    assert find_card_problems(long, BLUESKY) == (
        "The title of the link card may have 120 characters. Take 1 away.",
        "The words of the link card may have 300 characters. Take 2 away.",
    )
    assert find_card_problems(PLAN, BLUESKY) == find_card_problems(long, ADAPTERS["x"].platform) == ()


def test_in_a_thread_the_card_stands_where_its_link_does() -> None:
    words = ("First words.", "Read https://example.org/plan now.", "And more.")
    parts = tuple(FitPart(text, len(text), Reading(text).spans(BLUESKY)) for text in words)
    assert find_place("https://example.org/plan", parts) == 1
    assert find_place("https://example.org/plan", ()) == find_place("https://example.org/x", parts) == 0
