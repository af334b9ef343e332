"""The link card on the screen: in the preview of the channel that shows it, as it will be sent."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from pcc_desk.model.announcement import LinkCard
from pcc_desk.ui.compose.card_place import CardPlace
from pcc_desk.ui.compose.preview_card import PreviewCard
from tests.channels.test_pages import Web
from tests.ui.compose.writing import Writing, open_writing
from tests.ui.screen import button_of, words_of


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


def place(writing: Writing) -> CardPlace:
    """Give the place under the words, once it is seen."""
    found = writing.editor.card
    writing.screen.wait(found.isVisible)
    return found


def field(place: CardPlace, name: str) -> QLineEdit:
    return next(each for each in place.findChildren(QLineEdit) if each.accessibleName() == name)


TITLE, WORDS = "Title of the link card", "Words of the link card"


def test_the_card_can_be_written_anew_left_out_and_brought_back(writing: Writing) -> None:
    writing.write("It has five aims. https://example.org/plan", "The plan is out")
    shown = place(writing)
    writing.screen.wait(lambda: field(shown, TITLE).text() == "The plan is out")
    assert field(shown, WORDS).text() == "It has five aims."
    field(shown, TITLE).setFocus()
    field(shown, TITLE).selectAll()
    QTest.keyClicks(field(shown, TITLE), "Have your say")
    own = LinkCard("https://example.org/plan", "Have your say", "It has five aims.")
    writing.screen.wait(lambda: writing.editor.announcement().card == own)
    writing.screen.wait(lambda: "Have your say" in words_of(writing.panel))
    button_of(shown, "No card").click()
    writing.screen.wait(lambda: writing.editor.announcement().card == LinkCard("https://example.org/plan"))
    writing.screen.wait(lambda: not cards(writing))
    writing.screen.wait(lambda: button_of(shown, "Show a card").isVisible())
    button_of(shown, "Show a card").click()
    assert writing.editor.announcement().card is None
    writing.screen.wait(lambda: cards(writing))
    writing.settle()
    assert writing.stored().card is None


def test_a_card_is_fetched_only_when_somebody_asks_and_shows_what_the_page_says(writing: Writing) -> None:
    with Web() as web:
        link = web.page('<title>Y Cynllun</title><meta name="description" content="Pum nod">')
        writing.write(f"Read it: {link}", "The plan is out")
        shown = place(writing)
        writing.screen.wait(lambda: cards(writing))
        assert web.asked == []
        button_of(shown, "Fetch the card").click()
        writing.screen.wait(lambda: field(shown, TITLE).text() == "Y Cynllun")
        assert writing.editor.announcement().card == LinkCard(link, "Y Cynllun", "Pum nod")
        button_of(shown, "Use the announcement's words").click()
        writing.screen.wait(lambda: field(shown, TITLE).text() == "The plan is out")
        assert [path for path, _ in web.asked] == ["/plan"]


def test_a_page_that_cannot_be_fetched_is_told_and_the_card_stays(writing: Writing) -> None:
    with Web() as web:
        writing.write(f"Read it: {web.url}/nothing", "The plan is out")
        shown = place(writing)
        writing.screen.wait(lambda: cards(writing))
        button_of(shown, "Fetch the card").click()
        writing.screen.wait(lambda: web.asked and button_of(shown, "Fetch the card").isEnabled())
        assert writing.editor.announcement().card is None and cards(writing)
