"""The window tells of a sign-in that ends: in the line at the foot, and by a notice for each of the days ahead."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from pcc_desk.model.changes import Changes
from pcc_desk.ui.rail import PLACES
from pcc_desk.ui.reading.endings import say_ending
from pcc_desk.ui.widgets.banner import Banner
from pcc_desk.ui.window import Window
from tests.ui.screen import Screen, open_screen


@pytest.fixture
def screen(tmp_path: Path, qtbot: QtBot) -> Iterator[Screen]:
    """A connected desk."""
    with open_screen(tmp_path, qtbot) as opened:
        yield opened


def open_window(screen: Screen) -> Window:
    """Show a window with empty panels."""
    factories = {place.name: lambda _services, _background: QWidget() for place in PLACES}
    window = Window(screen.desk.services, screen.background, factories, screen.desk.clock)
    screen.show(window, 1360, 860)
    return window


def test_a_sign_in_that_ends_is_told_once_for_each_of_the_days_ahead(screen: Screen) -> None:
    window = open_window(screen)
    clock, (account, _) = screen.desk.clock, screen.desk.accounts
    ends_at = clock() + timedelta(days=20)

    def told_at(days: int) -> list[str]:
        """Let it be so many days before the end, and give what the notices have told since the time before."""
        clock.now = ends_at - timedelta(days=days)
        for banner in window._notices.findChildren(Banner):
            banner._close.click()
        screen.background.changed.emit(Changes.ACCOUNTS)
        screen.wait(lambda: not window._asking)
        screen.wait(lambda: (say_ending("Bluesky", ends_at, clock()) in line.sentence()) is (days <= 14))
        return window._notices.sentences()

    line = window._bottom
    screen.desk.end_sign_in(account, ends_at)
    assert told_at(20) == []
    for days in (14, 7, 2):
        assert told_at(days) == [say_ending("Bluesky", ends_at, clock())]
        assert told_at(days) == []
    assert "Online" in line.sentence()  # nothing is wrong yet
    endings = screen.desk.services.endings
    screen.wait(lambda: endings.all()[0].told == 2)
    again = open_window(screen)
    screen.wait(lambda: "Sign in again before then." in again._bottom.sentence())
    assert again._notices.sentences() == []  # at the next start it is not told once more
