"""The steps of every sign-in can be followed by somebody who has never done it."""

import pytest

from pcc_desk.channels import facebook, graph_ways, instagram
from pcc_desk.channels.platforms import ADAPTERS
from pcc_desk.model.channel import Platform, Way

WAYS = [
    pytest.param(adapter.platform, way, id=f"{name}, {way.name}")
    for name, adapter in ADAPTERS.items()
    for way in adapter.platform.ways
]


@pytest.mark.parametrize(("platform", "way"), WAYS)
def test_each_way_is_told_in_short_whole_sentences(platform: Platform, way: Way) -> None:
    steps = way.steps.splitlines()
    assert len(steps) >= 3 or platform.by_hand
    for step in steps:
        assert step.endswith(".") and len(step) <= 250, step
        for sentence in step.split(". "):
            assert len(sentence.split()) <= 35, sentence


@pytest.mark.parametrize(("platform", "way"), WAYS)
def test_the_button_a_step_names_is_the_one_that_is_there(platform: Platform, way: Way) -> None:
    assert ("“Open your web browser”" in way.steps) == way.browser
    assert "press Connect" not in way.steps
    assert not way.page or way.page.startswith("https://")


@pytest.mark.parametrize(("platform", "way"), WAYS)
def test_every_field_says_what_belongs_there(platform: Platform, way: Way) -> None:
    names = [field.name for field in way.fields]
    assert len(names) == len(set(names)) and all(field.label for field in way.fields)
    assert all(
        field.secret for field in way.fields if "password" in field.label.lower() or field.label.lower() == "token"
    )


def test_the_permissions_to_tick_are_those_the_desk_asks_for() -> None:
    assert set(facebook._NEEDED) <= set(graph_ways.PAGE_BOXES.replace(",", "").split())
    assert set(instagram._NEEDED) <= set(graph_ways.INSTAGRAM_BOXES.replace(",", "").split())
