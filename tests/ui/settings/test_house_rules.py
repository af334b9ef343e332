"""The office's own rules, changed in a real window and offered where something is hidden."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from pcc_desk.model.moderation import HOUSE_RULES
from pcc_desk.ui.settings.house_rules import HouseRules
from tests.ui.screen import Screen, open_screen, words_of

OURS = "No swearing.\nByddwch yn gwrtais."


@pytest.fixture
def screen(tmp_path: Path, qtbot: QtBot) -> Iterator[Screen]:
    """A connected desk."""
    with open_screen(tmp_path, qtbot) as opened:
        yield opened


def open_rules(screen: Screen) -> HouseRules:
    """Show the rules and wait until they are read."""
    section = HouseRules(screen.desk.services, screen.background)
    screen.show(section, 700, 400)
    screen.wait(lambda: section.text.toPlainText() != "")
    return section


def test_a_new_office_begins_with_rules_and_saves_its_own(screen: Screen) -> None:
    section = open_rules(screen)
    assert section.text.toPlainText() == "\n".join(HOUSE_RULES) and not section.save.isEnabled()
    section.text.setPlainText(f"{OURS}\n\n  No   swearing. \n")
    section.save.click()
    screen.wait(lambda: "The rules are saved." in words_of(section))
    assert screen.desk.services.moderation.rules() == tuple(OURS.split("\n"))
    screen.wait(lambda: section.text.toPlainText() == OURS and not section.save.isEnabled())


def test_rules_that_cannot_be_kept_are_told_and_stay_as_typed(screen: Screen) -> None:
    section = open_rules(screen)
    section.text.setPlainText("x" * 121)
    section.save.click()
    screen.wait(lambda: "is longer than 120 characters." in words_of(section))
    assert section.text.toPlainText() == "x" * 121 and screen.desk.services.moderation.rules() == HOUSE_RULES


def test_the_programs_own_rules_are_filled_in_and_kept_only_when_saved(screen: Screen) -> None:
    screen.desk.services.moderation.keep_rules(["Only this."])
    section = open_rules(screen)
    section.usual.click()
    assert section.text.toPlainText() == "\n".join(HOUSE_RULES) and section.save.isEnabled()
    assert screen.desk.services.moderation.rules() == ("Only this.",)


def test_what_is_being_typed_goes_on_in_another_window(screen: Screen) -> None:
    section = open_rules(screen)
    assert section.hand_over() is None
    section.text.setPlainText("Half a ru")
    typed = section.hand_over()
    assert typed == "Half a ru"
    another = open_rules(screen)
    another.take_over(typed)
    assert another.hand_over() == "Half a ru"
