"""Connecting with a code from the web browser in a real window, against a rehearsal server."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QRadioButton, QWidget
from pytestqt.qtbot import QtBot

from pcc_desk.channels.platforms import ADAPTERS
from pcc_desk.model.account import Account
from pcc_desk.rehearsal.mastodon import MastodonServer
from pcc_desk.services.accounts import Accounts
from pcc_desk.ui.background import Background
from pcc_desk.ui.settings.connect_form import OPEN_BROWSER, ConnectDialog
from tests.channels.test_oauth_code import code_of
from tests.desk import open_store
from tests.services.rehearsed import open_wire
from tests.ui.screen import dress, words_of


class Desk:
    """A dialog over real accounts and a server that shows codes."""

    def __init__(self, server: MastodonServer, folder: Path, qtbot: QtBot) -> None:
        dress()
        self.server, self.qtbot = server, qtbot
        self.pages: list[str] = []
        self.opened = threading.Event()
        self.store = open_store(folder)
        self.accounts = Accounts(self.store, ADAPTERS, open_wire, self._visit)
        self.background = Background()
        self.owner = QWidget()
        qtbot.addWidget(self.owner)
        self.dialog = ConnectDialog(lambda: self.accounts, self.background, self.owner)
        self.form = self.dialog.form
        self.connected: list[Account] = []
        self.form.connected.connect(self.connected.append)
        self.dialog.open()
        qtbot.waitUntil(lambda: bool(self.form.platforms()))

    def begin(self) -> None:
        """Choose the code, type the address, and open the web browser, with the keyboard."""
        self.form.choose("mastodon")
        (choice,) = (each for each in self.form.findChildren(QRadioButton) if each.text() == "Sign in with a code")
        choice.click()
        assert self.form.connect_button.text() == OPEN_BROWSER
        QTest.keyClicks(self.form.way_form.rows["address"].line, self.server.url)
        QTest.keyClick(self.form.way_form.rows["address"].line, Qt.Key.Key_Return)
        self.qtbot.waitUntil(lambda: bool(self.pages))

    def close(self) -> None:
        """Let everything go."""
        self.accounts.stop()
        self.background.stop(20)
        self.store.close()

    def _visit(self, url: str) -> None:
        self.pages.append(url)


@pytest.fixture
def desk(tmp_path: Path, qtbot: QtBot) -> Iterator[Desk]:
    """A dialog with a server of codes behind it."""
    with MastodonServer() as server:
        server.add_account("office")
        made = Desk(server, tmp_path, qtbot)
        yield made
        made.close()


def test_the_code_is_asked_for_while_the_browser_is_open_and_enter_goes_on_with_it(desk: Desk) -> None:
    desk.begin()
    entry = desk.form.code_entry
    assert entry.isVisible() and desk.dialog.focusWidget() is entry.line and not entry.button.isEnabled()
    assert "paste it here" in words_of(desk.dialog)
    assert desk.form.cancel_button.isVisible()
    QTest.keyClicks(entry.line, f" {code_of(desk.pages[0])} ")
    QTest.keyClick(entry.line, Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: bool(desk.connected))
    assert not entry.isVisible() and entry.line.text() == ""
    assert desk.accounts.all() == (desk.connected[0],)


def test_enter_pressed_twice_gives_nothing_up(desk: Desk) -> None:
    desk.begin()
    entry = desk.form.code_entry
    entry.line.setText(code_of(desk.pages[0]))
    QTest.keyClick(entry.line, Qt.Key.Key_Return)
    there = desk.dialog.focusWidget()
    assert there is not None and there is not desk.form.cancel_button
    QTest.keyClick(there, Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: bool(desk.connected))


def test_a_wrong_code_is_told_and_the_address_is_still_there(desk: Desk) -> None:
    desk.begin()
    desk.form.code_entry.line.setText("wrong")
    desk.form.code_entry.button.click()
    desk.qtbot.waitUntil(desk.form.failure.isVisible)
    assert "Start the sign-in again." in desk.form.failure.text()
    assert desk.form.way_form.values() == {"address": desk.server.url} and not desk.form.code_entry.isVisible()


def test_giving_up_takes_the_field_away_and_a_second_try_begins_with_an_empty_one(desk: Desk) -> None:
    desk.begin()
    desk.form.code_entry.line.setText("half a co")
    desk.form.cancel_button.click()
    assert not desk.form.is_waiting() and not desk.form.code_entry.isVisible()
    desk.form.connect_button.click()
    desk.qtbot.waitUntil(lambda: len(desk.pages) == 2)
    assert desk.form.code_entry.line.text() == ""
