"""Of a picture a platform does not show whole, the largest part it does show is left, about the point chosen."""

import random

import pytest

from pcc_desk.model.announcement import Picture, PictureId, PlacedPicture
from pcc_desk.model.cropping import Box, Focus, Shape

INSTAGRAM = Shape(0.8, 1.91)


@pytest.mark.parametrize(
    ("size", "focus", "box"),
    [
        ((3000, 1000), Focus(), (545, 0, 2455, 1000)),
        ((3000, 1000), Focus(0.0, 0.9), (0, 0, 1910, 1000)),
        ((3000, 1000), Focus(1.0, 0.5), (1090, 0, 3000, 1000)),
        ((1080, 1920), Focus(0.5, 0.1), (0, 0, 1080, 1350)),
        ((1080, 1920), Focus(0.5, 1.0), (0, 570, 1080, 1920)),
        ((1080, 1350), Focus(0.1, 0.1), (0, 0, 1080, 1350)),
    ],
)
def test_the_part_lies_about_the_point_as_far_as_the_picture_goes(
    size: tuple[int, int], focus: Focus, box: tuple[int, int, int, int]
) -> None:
    assert INSTAGRAM.crop(*size, focus) == box


def test_every_part_is_inside_shown_and_as_large_as_can_be() -> None:
    dice = random.Random(11)
    for _ in range(3_000):
        wide, high = dice.randint(1, 6_000), dice.randint(1, 6_000)
        box = INSTAGRAM.crop(wide, high, Focus(dice.random(), dice.random()))
        assert 0 <= box.left < box.right <= wide and 0 <= box.top < box.bottom <= high
        assert not INSTAGRAM.is_too_wide(box.width, box.height) or box.width == 1
        assert not INSTAGRAM.is_too_tall(box.width, box.height) or box.height == 1
        larger = (box.width + 1, box.height) if box.width < wide else (box.width, box.height + 1)
        assert box == (0, 0, wide, high) or INSTAGRAM.is_too_wide(*larger) or INSTAGRAM.is_too_tall(*larger)


def test_without_a_limit_or_without_a_person_s_word_nothing_is_cropped() -> None:
    placed = PlacedPicture(Picture(PictureId("a" * 64), "a.png", "image/png", 3000, 1000, 99))
    assert placed.crop_for(INSTAGRAM) is None
    chosen = PlacedPicture(placed.picture, focus=Focus())
    assert chosen.crop_for(Shape()) is None and chosen.crop_for(INSTAGRAM) == Box(545, 0, 2455, 1000)
