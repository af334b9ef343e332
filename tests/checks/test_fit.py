"""What keeps an announcement from fitting a platform is said in one plain sentence each."""

from dataclasses import replace

from pcc_desk.channels.platforms import ADAPTERS
from pcc_desk.checks.fit import (
    Measured,
    find_advice,
    find_alt_problems,
    find_overrun,
    find_picture_advice,
    find_picture_problems,
    find_text_problems,
)
from pcc_desk.model.announcement import Announcement, AnnouncementId, Picture, PictureId, PlacedPicture
from pcc_desk.model.channel import Ability
from pcc_desk.model.cropping import Focus
from pcc_desk.model.delivery import Frozen

BLUESKY, WEBSITE = ADAPTERS["bluesky"].platform, ADAPTERS["wordpress"].platform
EMPTY = Announcement(AnnouncementId(1))
PICTURE = Picture(PictureId("a"), "stall.png", "image/png", 10, 10, 100)


def measured(text: str) -> Measured:
    return Measured(text, len(text), len(text.encode()))


def test_a_text_that_fits_has_no_problem() -> None:
    assert find_text_problems(EMPTY, BLUESKY, measured("Hello")) == ()


def test_a_text_too_long_says_by_how_much() -> None:
    told = find_text_problems(EMPTY, BLUESKY, measured("x" * 304))
    assert told == ("Bluesky takes 300 characters. This is 4 too many.",)


def test_accents_and_emoji_count_in_bytes_too() -> None:
    told = find_text_problems(EMPTY, BLUESKY, Measured("é", 300, 3_001))
    assert told == ("Bluesky cannot take this many accents and emoji. Use fewer, or shorten the text.",)


def test_a_title_too_long_says_by_how_much() -> None:
    youtube = ADAPTERS["youtube"].platform
    assert find_text_problems(replace(EMPTY, title="x" * 100), youtube, measured("Hello")) == ()
    told = find_text_problems(replace(EMPTY, title="x" * 103), youtube, measured("Hello"))
    assert told == ("YouTube takes a title of 100 characters. This one has 3 too many.",)


def test_too_many_hashtags_are_told() -> None:
    thirty = replace(BLUESKY, title="Instagram", limits=replace(BLUESKY.limits, tags=30))
    assert find_text_problems(EMPTY, thirty, replace(measured("#a"), tags=30)) == ()
    told = find_text_problems(EMPTY, thirty, replace(measured("#a"), tags=32))
    assert told == ("Instagram takes 30 hashtags. Take 2 away.",)


def test_more_hashtags_than_may_count_are_advised_against_and_stop_nothing() -> None:
    instagram = ADAPTERS["instagram"].platform
    assert find_advice(instagram, 5) == find_advice(BLUESKY, 40) == ()
    (told,) = find_advice(instagram, 6)
    assert told == "Instagram may count only 5 hashtags. This has 6: keep the 5 that matter most."
    assert find_text_problems(EMPTY, instagram, replace(measured("a"), tags=30)) == ()
    assert find_advice(instagram, 31) == (), "that is stopped, with a sentence of its own"
    assert find_text_problems(EMPTY, instagram, replace(measured("a"), tags=31)) != ()


def test_too_many_links_are_told_before_and_when_it_is_due() -> None:
    five = replace(BLUESKY, title="Threads", limits=replace(BLUESKY.limits, links=5))
    assert find_text_problems(EMPTY, five, replace(measured("a"), links=5)) == ()
    told = find_text_problems(EMPTY, five, replace(measured("a"), links=7))
    assert told == ("Threads takes 5 links. Take 2 away.",)
    assert find_overrun(Frozen("a"), five, replace(measured("a"), links=5), ()) == ""
    due = find_overrun(Frozen("a"), five, replace(measured("a"), links=6), ())
    assert due == "Threads takes 5 links now. This has 6."


def test_more_than_one_cashtag_is_told_before_and_when_it_is_due() -> None:
    x = ADAPTERS["x"].platform
    assert find_text_problems(EMPTY, x, replace(measured("$BP"), cashtags=1)) == ()
    told = find_text_problems(EMPTY, x, replace(measured("$BP $RDSA"), cashtags=2))
    assert told == ("X takes 1 name with a $ before it, such as $BP, in one post. Take 1 away.",)
    assert find_text_problems(EMPTY, BLUESKY, replace(measured("$BP $RDSA"), cashtags=2)) == ()
    assert find_overrun(Frozen("a"), x, replace(measured("a"), cashtags=1), ()) == ""
    due = find_overrun(Frozen("a"), x, replace(measured("a"), cashtags=2), ())
    assert due == "X takes 1 name with a $ before it, such as $BP, now. This has 2."


def test_a_website_wants_a_title_and_bluesky_does_not() -> None:
    assert find_text_problems(EMPTY, WEBSITE, measured("Hello")) == ("WordPress shows a title. Give this one a title.",)
    assert find_text_problems(replace(EMPTY, title="News"), WEBSITE, measured("Hello")) == ()


def test_a_picture_needs_a_description_or_a_reason_for_none() -> None:
    bare, told = PlacedPicture(PICTURE), PlacedPicture(PICTURE, alt="A stall")
    decorative = PlacedPicture(PICTURE, decorative_because="A plain line")
    assert [each[:9] for each in find_alt_problems((told, bare, decorative))] == ["Picture 2"]
    assert find_alt_problems((PlacedPicture(PICTURE, alt="  "),)) != ()


def test_too_many_pictures_and_too_long_descriptions_are_told() -> None:
    five = (PlacedPicture(PICTURE, alt="A stall"),) * 5
    assert find_picture_problems(five, BLUESKY) == ("Bluesky takes 4 pictures. Take 1 away.",)
    long = (PlacedPicture(PICTURE, alt="x" * 2_001),)
    assert find_picture_problems(long, BLUESKY) == (
        "The description of picture 1 is too long for Bluesky: 2,000 characters at most.",
    )


def test_a_platform_without_pictures_says_so() -> None:
    blind = replace(BLUESKY, abilities=Ability.ANSWER)
    told = find_picture_problems((PlacedPicture(PICTURE, alt="A stall"),), blind)
    assert told == ("Bluesky takes no pictures. Take them away, or leave Bluesky out.",)


def test_a_text_too_long_for_one_post_may_go_as_a_thread() -> None:
    long = "x" * 700
    offered = find_text_problems(EMPTY, BLUESKY, Measured(long, 700, 700, thread_of=3))
    assert offered == ("Bluesky takes 300 characters. This is 400 too many. Shorten it, or send it as a thread of 3.",)
    assert find_text_problems(EMPTY, BLUESKY, Measured(long, 700, 700, thread_of=3, threaded=True)) == ()
    assert find_text_problems(EMPTY, BLUESKY, Measured(long, 700, 700, thread_of=0, threaded=True)) != ()


INSTAGRAM = ADAPTERS["instagram"].platform


def shaped(width: int, height: int) -> PlacedPicture:
    return PlacedPicture(replace(PICTURE, width=width, height=height), alt="A stall")


def test_a_platform_that_lives_of_pictures_needs_one() -> None:
    assert find_picture_problems((), INSTAGRAM) == ("Instagram needs a picture. Add one, or leave Instagram out.",)
    assert find_picture_problems((), BLUESKY) == ()


def test_pictures_that_will_be_cut_to_the_shape_of_the_first_are_named() -> None:
    square, tall, wide = shaped(1000, 1000), shaped(1080, 1350), shaped(3000, 1000)
    told = "Instagram shows every picture in the shape of the first."
    assert find_picture_advice((square, tall, square, tall), INSTAGRAM) == (
        f"{told} Pictures 2 and 4 have another shape and will be cut.",
    )
    cropped = replace(wide, focus=Focus())
    assert find_picture_advice((cropped, shaped(1910, 1000)), INSTAGRAM) == ()
    assert find_picture_advice((cropped, square), INSTAGRAM) == (
        f"{told} Picture 2 has another shape and will be cut.",
    )
    assert find_picture_advice((square, tall), BLUESKY) == find_picture_advice((tall,), INSTAGRAM) == ()


def test_a_picture_of_a_shape_that_a_platform_does_not_show_is_named() -> None:
    fits = (shaped(1080, 1350), shaped(1080, 1080), shaped(1910, 1000))
    assert find_picture_problems(fits, INSTAGRAM) == ()
    told = find_picture_problems((shaped(1000, 1000), shaped(1000, 1300), shaped(2000, 1000)), INSTAGRAM)
    assert told == (
        "Picture 2 is too tall for Instagram. Press “Crop it” beside the picture, or choose another one.",
        "Picture 3 is too wide for Instagram. Press “Crop it” beside the picture, or choose another one.",
    )
    assert find_picture_problems((shaped(10, 1000), shaped(1000, 10)), BLUESKY) == ()
