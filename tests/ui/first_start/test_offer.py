"""The recovery key comes again until somebody has kept it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from pcc_desk.ui.first_start.offer import KeyOffer
from tests.ui.screen import Screen, button_of, open_screen, words_of


@pytest.fixture
def screen(tmp_path: Path, qtbot: QtBot) -> Iterator[Screen]:
    """A whole desk whose office has just been made."""
    with open_screen(tmp_path, qtbot) as opened:
        opened.desk.services.office.begin("Gwent OPCC", "Elin", opened.desk.clock())
        yield opened


def offer(screen: Screen) -> KeyOffer:
    """Offer the key, as at a start."""
    shown = KeyOffer(screen.desk.services, screen.background, "Gwent OPCC", None)
    shown.open()
    assert screen.desk.services.office.recovery_key().split()[0] in words_of(shown)
    return shown


def owes(screen: Screen) -> bool:
    """Tell whether the key is still to be kept."""
    return screen.desk.services.office.profile().recovery_owed


def test_closed_without_an_answer_it_is_still_owed(screen: Screen) -> None:
    offer(screen).reject()
    assert owes(screen)


def test_said_to_be_kept_it_is_owed_no_more(screen: Screen) -> None:
    shown = offer(screen)
    assert not shown.page.go_on.isEnabled()
    shown.page.kept.click()
    with screen.qtbot.waitSignal(shown.accepted):
        shown.page.go_on.click()
    screen.wait(lambda: not owes(screen))


def test_saved_it_is_owed_no_more_even_when_closed(screen: Screen) -> None:
    shown = offer(screen)
    shown.page.sheet.saved.emit()
    shown.reject()
    screen.wait(lambda: not owes(screen))


def test_done_without_it_is_owed_no_more(screen: Screen) -> None:
    shown = offer(screen)
    button_of(shown, "Go on without it…").click()
    with screen.qtbot.waitSignal(shown.accepted):
        button_of(shown, "Go on without it").click()
    screen.wait(lambda: not owes(screen))
