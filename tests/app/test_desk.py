"""The ways on when an office does not open, in a real window on a real folder."""

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from pcc_desk.app.desk import Desk, Start
from pcc_desk.app.look import Look
from pcc_desk.app.opening import Opened
from pcc_desk.app.sources import OfficeSource
from pcc_desk.errors import VaultError
from pcc_desk.services.first_start import FirstStart
from pcc_desk.ui.first_start.offer import KeyOffer
from pcc_desk.ui.first_start.wizard import Wizard
from pcc_desk.ui.trouble import Trouble
from tests.desk import NOW
from tests.keyrings import PretendedKeyring
from tests.ui.screen import button_of, buttons_of, words_of


@pytest.fixture
def recovery(desk_dir: Path) -> str:
    """The recovery key of an office that was made on another PC and lies in this one's folder."""
    return FirstStart(desk_dir, PretendedKeyring().vault()).create("Gwent OPCC", "Elin", NOW)


def open_desk(folder: Path, qtbot: QtBot, pc: PretendedKeyring | None = None) -> Desk:
    """Start the desk on a folder, on this PC or on a pretended one."""
    look, source = Look(folder), OfficeSource(folder)
    look.put_on()
    source._vault = pc.vault() if pc is not None else None
    desk = Desk(Start(folder), source, look)
    qtbot.addWidget(desk.window)
    desk.show()
    return desk


@pytest.fixture
def desk(desk_dir: Path, recovery: str, qtbot: QtBot) -> Iterator[Desk]:
    """A desk on an office that this PC holds no key for."""
    yield open_desk(desk_dir, qtbot)
    for each in QApplication.topLevelWidgets():
        each.close()


def close(desk: Desk, qtbot: QtBot) -> None:
    """Close the desk and wait until it has let go of everything."""
    with qtbot.waitSignal(desk.ended):
        desk.window.close()


def shown(kind: type[QWidget]) -> list[QWidget]:
    """Give the windows of a kind that are on the screen."""
    return [each for each in QApplication.topLevelWidgets() if isinstance(each, kind) and each.isVisible()]


def test_an_office_this_pc_has_no_key_for_can_be_opened_with_its_recovery_key(desk: Desk, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: bool(shown(Trouble)))
    button_of(shown(Trouble)[0], "Open with the recovery key").click()
    qtbot.waitUntil(lambda: bool(shown(Wizard)))
    wizard = shown(Wizard)[0]
    assert "Recovery key: 13 groups of 5 letters and digits" in words_of(wizard)
    assert not [each for each in buttons_of(wizard) if each.text() == "Back" and each.isVisible()]


@pytest.fixture
def without_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    """A PC whose session has no secret store to talk to."""
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/at/all")


def open_with_key(desk: Desk, recovery: str, qtbot: QtBot) -> None:
    """Type the recovery key, wait until the office is there, and read what is told then."""
    qtbot.waitUntil(lambda: bool(shown(Wizard)))
    wizard = shown(Wizard)[0]
    assert isinstance(wizard, Wizard)
    assert "This PC keeps no key of your office" in words_of(wizard)
    assert not wizard.open_page.place.isVisible()
    wizard.open_page.key.setPlainText(recovery)
    with qtbot.waitSignal(desk._opening.opened):
        wizard.open_page.open.click()
    qtbot.waitUntil(lambda: "asks for the recovery key at each start" in words_of(desk.window))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows always has a credential store")
@pytest.mark.usefixtures("without_keyring")
def test_without_a_keyring_the_office_opens_with_its_recovery_key_at_each_start(
    desk_dir: Path, recovery: str, qtbot: QtBot
) -> None:
    first = open_desk(desk_dir, qtbot)
    qtbot.waitUntil(lambda: bool(shown(Trouble)))
    button_of(shown(Trouble)[0], "Open with the recovery key").click()
    open_with_key(first, recovery, qtbot)
    first.services.office.rename("Dyfed OPCC", "Elin")
    close(first, qtbot)
    second = open_desk(desk_dir, qtbot)
    open_with_key(second, recovery, qtbot)  # asked for at once this time
    assert second.services.office.profile().name == "Dyfed OPCC"
    close(second, qtbot)


def test_a_recovery_key_nobody_kept_is_offered_at_each_start_until_it_is(desk_dir: Path, qtbot: QtBot) -> None:
    pc = PretendedKeyring()
    FirstStart(desk_dir, pc.vault()).create("Gwent OPCC", "Elin", NOW)
    for kept in (False, True):
        desk = open_desk(desk_dir, qtbot, pc)
        qtbot.waitUntil(lambda: bool(shown(KeyOffer)))
        offer = shown(KeyOffer)[0]
        assert isinstance(offer, KeyOffer)
        if kept:
            offer.page.kept.click()
            offer.page.go_on.click()
        else:
            offer.close()
        close(desk, qtbot)
    desk = open_desk(desk_dir, qtbot, pc)
    answered: list[str] = []
    qtbot.waitUntil(desk._coming.opened.done)
    desk.background.ask(lambda: desk.services.office.profile(), lambda office: answered.append(office.name))
    qtbot.waitUntil(lambda: answered == ["Gwent OPCC"])  # asked after the desk asked, and answered in order
    assert not shown(KeyOffer)
    close(desk, qtbot)


def test_enter_takes_the_first_way(desk: Desk, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: bool(shown(Trouble)))
    first = shown(Trouble)[0]
    assert isinstance(first, Trouble)
    ways: list[str] = []
    first.way_requested.connect(lambda way: ways.append(way))
    first.activateWindow()
    qtbot.waitUntil(lambda: (at := QApplication.focusWidget()) is not None and at.window() is first)
    QTest.keyClick(QApplication.focusWidget() or first, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: ways == ["again"])


def test_closing_the_desk_after_a_failed_opening_ends_it_once(desk: Desk, qtbot: QtBot) -> None:
    ended: list[int] = []
    desk.ended.connect(ended.append)
    qtbot.waitUntil(lambda: bool(shown(Trouble)))
    button_of(shown(Trouble)[0], "Close PCC Desk").click()
    desk.window.close()
    assert ended == [0]


class SlowToFail:
    """An office whose opening fails, once it is let."""

    def __init__(self) -> None:
        self.begun, self.may_fail, self.failed = threading.Event(), threading.Event(), threading.Event()

    def read_early(self) -> None:
        """Give nothing."""

    def open(self) -> Opened:
        """Fail when let."""
        self.begun.set()
        self.may_fail.wait(60)
        self.failed.set()
        raise VaultError("The keyring is locked.", "Unlock it.")


def test_an_opening_that_fails_after_the_window_was_closed_asks_nobody_anything(desk_dir: Path, qtbot: QtBot) -> None:
    source, ended = SlowToFail(), list[int]()
    desk = Desk(Start(desk_dir), source, Look(desk_dir))
    qtbot.addWidget(desk.window)
    desk.ended.connect(ended.append)
    desk.show()
    qtbot.waitUntil(source.begun.is_set)
    desk.window.close()
    assert ended == [0]
    source.may_fail.set()
    qtbot.waitUntil(lambda: source.failed.is_set() and "opening" not in [each.name for each in threading.enumerate()])
    QApplication.processEvents()
    assert not shown(Trouble)
    assert ended == [0]
