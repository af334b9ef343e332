"""What is not right just now, and what each server said, folded away until somebody wants to read or copy it."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from pcc_desk.ui.trouble_sheet import FINE, TroubleSheet
from pcc_desk.ui.widgets.details import Details
from tests.ui.screen import Screen, open_screen, words_of


def open_sheet(screen: Screen, window: QWidget) -> TroubleSheet:
    """Open the sheet over a window, and wait until it says something."""
    screen.show(window)
    sheet = TroubleSheet(screen.desk.services, screen.background, window)
    sheet.open()
    screen.wait(lambda: len(words_of(sheet).splitlines()) > 2)
    return sheet


def test_what_a_server_said_is_folded_away_and_can_be_copied(tmp_path: Path, qtbot: QtBot) -> None:
    window = QWidget()  # held, because the sheet goes with it
    with open_screen(tmp_path, qtbot) as screen:
        screen.fetch()
        screen.desk.bluesky.__exit__(None, None, None)
        screen.fetch()
        (trouble,) = screen.desk.services.troubles()
        assert "127.0.0.1" in trouble.detail and "127.0.0.1" not in trouble.sentence
        sheet = open_sheet(screen, window)
        assert trouble.sentence in words_of(sheet) and "127.0.0.1" not in words_of(sheet)
        (details,) = sheet.findChildren(Details)
        details.button.click()
        assert "127.0.0.1" in words_of(sheet)
        assert details.text.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse
        details.button.click()
        assert "127.0.0.1" not in words_of(sheet)
        sheet.close()


def test_when_everything_works_again_the_sheet_says_so(tmp_path: Path, qtbot: QtBot) -> None:
    window = QWidget()  # held, because the sheet goes with it
    with open_screen(tmp_path, qtbot) as screen:
        sheet = open_sheet(screen, window)
        assert FINE in words_of(sheet)
        sheet.close()
