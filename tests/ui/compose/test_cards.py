"""The link card on the screen: in the preview of the channel that shows it, as it will be sent."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from pcc_desk.ui.compose.preview_card import PreviewCard
from tests.ui.compose.writing import Writing, open_writing
from tests.ui.screen import words_of


@pytest.fixture
def writing(tmp_path: Path, qtbot: QtBot) -> Iterator[Writing]:
    """A new announcement on the screen."""
    with open_writing(tmp_path, qtbot) as writing:
        yield writing


def cards(writing: Writing) -> list[PreviewCard]:
    """Give the cards that are seen."""
    return [card for card in writing.panel.findChildren(PreviewCard) if card.isVisible()]


def test_a_link_shows_its_card_in_the_preview_of_bluesky_only_as_long_as_it_is_there(writing: Writing) -> None:
    writing.write("It has five aims. https://example.org/plan", "The plan is out")
    writing.screen.wait(lambda: cards(writing))
    (card,) = cards(writing)
    said = words_of(card)
    assert "The plan is out" in said and "It has five aims." in said and "example.org" in said
    assert "The plan is out" in card.accessibleName()
    writing.box.selectAll()
    writing.box.insertPlainText("No link any more.")
    writing.screen.wait(lambda: not cards(writing))
