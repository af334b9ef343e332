"""A desk whose window is closed goes on sending beside the clock, if the person wants that, and says how it stands."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QCheckBox
from pytestqt.qtbot import QtBot

from pcc_desk.app.desk import Desk, Start
from pcc_desk.app.look import Look
from pcc_desk.app.opening import Opened
from pcc_desk.app.tray import PAUSED, Tray, say_state
from pcc_desk.paths import SETTINGS
from pcc_desk.settings import SettingsFile
from pcc_desk.ui.settings.staying import Staying
from tests.desk import NOW, open_desk


class TestSource:
    """An office that is there already."""

    __test__ = False

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read_early(self) -> None:
        """Give nothing."""

    def open(self) -> Opened:
        """Open the office."""
        return Opened(open_desk(self._folder), lambda: None)


@pytest.fixture
def look(desk_dir: Path, qapp: QApplication) -> Look:
    """The settings of a desk."""
    look = Look(desk_dir)
    look.put_on()
    return look


@pytest.fixture
def desk(desk_dir: Path, look: Look, qtbot: QtBot) -> Iterator[Desk]:
    """A desk that is open, on its own office."""
    desk, ended = Desk(Start(desk_dir), TestSource(desk_dir), look), list[int]()
    desk.ended.connect(ended.append)
    desk.show()
    desk.background.ask(lambda: desk.services.situation(), lambda _: None)
    qtbot.waitUntil(lambda: desk.window.place() == "Inbox")
    yield desk
    desk.put_away_when(lambda: False)
    desk.window.close()
    qtbot.waitUntil(lambda: ended == [0])


def test_closing_ends_a_desk_that_was_not_asked_to_stay(desk: Desk, look: Look, qtbot: QtBot) -> None:
    assert not look.settings.stays
    desk.put_away_when(Tray(desk, look).takes)
    with qtbot.waitSignal(desk.ended):
        desk.window.close()


def test_a_desk_that_stays_is_only_put_away_and_comes_back(desk: Desk, qtbot: QtBot) -> None:
    ended: list[int] = []
    desk.ended.connect(ended.append)
    desk.put_away_when(lambda: True)
    desk.window.close()
    assert not desk.window.isVisible()
    assert desk.services.situation().office.paused_at is None, "its services go on"
    desk.renew_window()  # as when the text size follows the settings of another window
    qtbot.waitUntil(lambda: desk.window.isVisible())
    desk.window.close()
    assert not desk.window.isVisible(), "a window made anew is put away too"
    assert ended == []


def test_leaving_by_the_tray_ends_the_desk(desk: Desk, look: Look, qtbot: QtBot) -> None:
    tray = Tray(desk, look)
    desk.put_away_when(lambda: not tray.is_leaving())
    desk.window.close()
    assert not desk.window.isVisible()
    with qtbot.waitSignal(desk.ended):
        tray.leave()


def test_signing_out_of_windows_is_never_held_up(desk: Desk, look: Look, qtbot: QtBot) -> None:
    tray = Tray(desk, look)
    desk.put_away_when(lambda: not tray.is_leaving())
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    app.commitDataRequest.emit(None)
    with qtbot.waitSignal(desk.ended):
        desk.window.close()


def test_the_tray_says_whether_sending_continues(desk_dir: Path) -> None:
    services = open_desk(desk_dir)
    quiet = services.situation()
    assert say_state(quiet) == "Sending continues. Nothing is waiting."
    assert say_state(replace(quiet, outbox=replace(quiet.outbox, waiting=3))) == (
        "Sending continues. 3 waiting to be sent."
    )
    services.office.pause(NOW)
    assert say_state(services.situation()) == PAUSED


def test_the_wish_to_stay_is_kept_and_off_at_first(desk_dir: Path, look: Look) -> None:
    assert not look.settings.stays
    assert look.stay(True) is None
    assert SettingsFile(desk_dir / SETTINGS).read()[0].stays
    assert look.choose("dark", 125) is None
    assert SettingsFile(desk_dir / SETTINGS).read()[0].stays


def test_the_settings_offer_both_and_tell_what_was_chosen(qtbot: QtBot) -> None:
    page = Staying(False, False)
    qtbot.addWidget(page)
    with qtbot.waitSignal(page.stays_chosen) as stays:
        page.stays.click()
    with qtbot.waitSignal(page.starts_chosen) as starts:
        page.starts.click()
    assert (stays.args, starts.args) == ([True], [True])
    elsewhere = Staying(True, None)  # no Windows: signing in starts nothing
    qtbot.addWidget(elsewhere)
    assert elsewhere.stays.isChecked()
    assert [box.text() for box in elsewhere.findChildren(QCheckBox)] == [elsewhere.stays.text()]
