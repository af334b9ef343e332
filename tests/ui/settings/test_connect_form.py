"""Connecting an account in a real window: by mouse, by keyboard, through the browser, and giving up."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QRadioButton, QWidget
from pytestqt.qtbot import QtBot

from pcc_desk.channels.platforms import ADAPTERS
from pcc_desk.model.account import Account
from pcc_desk.rehearsal.authorizer import Authorizer
from pcc_desk.services.accounts import Accounts
from pcc_desk.services.signing_in import CANCELLED
from pcc_desk.ui.background import Background
from pcc_desk.ui.settings.connect_form import OPEN_BROWSER, ConnectDialog, ConnectForm
from pcc_desk.ui.settings.way_form import KEPT
from tests.channels.visiting import APP, Person, honest
from tests.desk import open_store
from tests.servers.mail import MailSystem
from tests.services.rehearsed import PLATFORM, Rehearsed, open_wire
from tests.ui.screen import button_of, dress, words_of

TOKEN = "a-token-of-some-length"


class Desk:
    """A dialog over real accounts, with a person in front of the browser."""

    def __init__(self, server: Authorizer, folder: Path, qtbot: QtBot) -> None:
        dress()
        self.server, self.qtbot = server, qtbot
        self.person = Person(honest, server)
        self.store = open_store(folder)
        adapters = {PLATFORM.name: Rehearsed(server).adapter(), **ADAPTERS}
        self.accounts = Accounts(self.store, adapters, open_wire, self.person.visit)
        self.background = Background()
        self.owner = QWidget()
        qtbot.addWidget(self.owner)

    def open(self, account: Account | None = None) -> ConnectForm:
        """Open the dialog and wait for its channels."""
        self.dialog = ConnectDialog(lambda: self.accounts, self.background, self.owner)
        self.connected: list[Account] = []
        self.dialog.form.connected.connect(self.connected.append)
        if account is not None:
            self.dialog.form.start_again(account)
        self.dialog.open()
        self.dialog.activateWindow()
        self.qtbot.waitUntil(lambda: bool(self.dialog.form.platforms()) and self.dialog.isActiveWindow())
        return self.dialog.form

    def wait_for(self, words: str) -> None:
        """Wait until words are on the screen."""
        self.qtbot.waitUntil(lambda: words in words_of(self.dialog))

    def close(self) -> None:
        """Let everything go."""
        self.accounts.stop()
        self.background.stop(20)
        self.store.close()


@pytest.fixture
def desk(tmp_path: Path, qtbot: QtBot) -> Iterator[Desk]:
    """A desk whose platform knows the office's app."""
    with Authorizer({APP.client_id: APP.secret}) as server:
        made = Desk(server, tmp_path, qtbot)
        yield made
        made.close()


def line(form: ConnectForm, name: str) -> QLineEdit:
    """Give the line of a field."""
    return form.way_form.rows[name].line


def fill_app(form: ConnectForm) -> None:
    """Choose the platform and type the office's app."""
    form.choose(PLATFORM.name)
    line(form, "app_id").setText(APP.client_id)
    line(form, "app_secret").setText(APP.secret)


def test_every_channel_is_offered_by_its_name_and_the_first_one_has_the_keyboard(desk: Desk) -> None:
    form = desk.open()
    titles = [adapter.platform.title for adapter in ADAPTERS.values()]
    assert [button.text() for button in form.choice.buttons.values()] == ["Rehearsal", *titles]
    desk.qtbot.waitUntil(form.choice.buttons[PLATFORM.name].hasFocus)
    assert form.platform() is None and not form.connect_button.isVisible()


def test_an_account_is_connected_with_the_keyboard_only(desk: Desk) -> None:
    form = desk.open()
    first = form.choice.buttons[PLATFORM.name]
    desk.qtbot.waitUntil(first.hasFocus)
    QTest.keyClick(first, Qt.Key.Key_Return)
    assert form.window().focusWidget() is line(form, "app_id") and form.connect_button.text() == OPEN_BROWSER
    QTest.keyClicks(line(form, "app_id"), APP.client_id)
    assert not form.connect_button.isEnabled()
    QTest.keyClick(line(form, "app_id"), Qt.Key.Key_Tab)
    assert form.window().focusWidget() is line(form, "app_secret")
    QTest.keyClicks(line(form, "app_secret"), APP.secret)
    QTest.keyClick(line(form, "app_secret"), Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: bool(desk.connected))
    assert desk.accounts.all() == (desk.connected[0],) and not desk.dialog.isVisible()


def test_the_steps_are_numbered_and_stay_readable_while_the_browser_is_open(desk: Desk) -> None:
    desk.person.act = lambda person: None
    form = desk.open()
    fill_app(form)
    assert "1.\nMake an app.\n2.\nPaste its ID." in words_of(form)
    form.connect_button.click()
    desk.wait_for("Your web browser opens.")
    assert (
        form.is_waiting() and form.window().focusWidget() is form.cancel_button and not form.connect_button.isVisible()
    )
    assert not line(form, "app_id").isEnabled() and form.way_form.isEnabled()
    assert [words for words in ("Close", "Cancel the sign-in") if words in words_of(desk.dialog)] == [
        "Cancel the sign-in"
    ]


def test_cancel_ends_the_sign_in_and_keeps_what_was_typed(desk: Desk) -> None:
    desk.person.act = lambda person: None
    form = desk.open()
    fill_app(form)
    form.connect_button.click()
    desk.qtbot.waitUntil(lambda: bool(desk.person.page))
    form.cancel_button.click()
    assert not form.is_waiting() and form.connect_button.isEnabled()
    assert form.way_form.values() == {"app_id": APP.client_id, "app_secret": APP.secret}
    desk.person.act = honest
    form.connect_button.click()
    desk.qtbot.waitUntil(lambda: bool(desk.connected))
    assert len(desk.accounts.all()) == 1


def test_escape_gives_up_the_sign_in_before_it_closes_the_dialog(desk: Desk) -> None:
    desk.person.act = lambda person: None
    form = desk.open()
    fill_app(form)
    form.connect_button.click()
    desk.qtbot.waitUntil(lambda: bool(desk.person.page))
    QTest.keyClick(desk.dialog, Qt.Key.Key_Escape)
    assert desk.dialog.isVisible() and not form.is_waiting()
    QTest.keyClick(desk.dialog, Qt.Key.Key_Escape)
    assert not desk.dialog.isVisible()


def test_a_refusal_is_one_sentence_and_nothing_typed_is_lost(desk: Desk) -> None:
    desk.server.terms.refuses = "access_denied"
    form = desk.open()
    fill_app(form)
    form.connect_button.click()
    desk.qtbot.waitUntil(form.failure.isVisible)
    assert form.failure.text().startswith("The sign-in was refused on the page of Rehearsal.")
    assert form.way_form.values() == {"app_id": APP.client_id, "app_secret": APP.secret}
    assert CANCELLED not in words_of(form) and desk.accounts.all() == ()


def test_what_was_typed_is_kept_from_one_way_to_another(desk: Desk) -> None:
    form = desk.open()
    fill_app(form)
    browser, token = form.findChildren(QRadioButton)
    assert (browser.text(), token.text()) == ("With your web browser", "With a token you copy")
    assert browser.isChecked()
    token.click()
    assert form.connect_button.text() == "Connect" and list(form.way_form.rows) == ["secret"]
    browser.click()
    assert form.way_form.values() == {"app_id": APP.client_id, "app_secret": APP.secret}
    token.click()
    line(form, "secret").setText(TOKEN)
    form.connect_button.click()
    desk.qtbot.waitUntil(lambda: bool(desk.connected))


def test_another_channel_can_be_chosen_and_sees_nothing_of_the_first(desk: Desk) -> None:
    form = desk.open()
    fill_app(form)
    button_of(form, "Choose another channel").click()
    assert form.window().focusWidget() is form.choice.buttons[PLATFORM.name] and not form.connect_button.isVisible()
    form.choice.buttons["bluesky"].click()
    assert form.way_form.values() == {"handle": "", "secret": "", "address": ""}
    assert not form.findChildren(QRadioButton) or not any(each.isVisible() for each in form.findChildren(QRadioButton))
    form.choose(PLATFORM.name)
    assert form.way_form.values() == {"app_id": "", "app_secret": ""}


@pytest.mark.servers
def test_what_a_server_said_stands_under_details_without_the_password(desk: Desk, mail: MailSystem) -> None:
    form = desk.open()
    form.choose("email")
    typed = {"handle": "office@desk.example", "secret": "not-the-password", "imap": mail.imap, "smtp": mail.smtp}
    form.way_form.fill(typed)
    form.connect_button.click()
    desk.qtbot.waitUntil(form.failure.isVisible)
    assert form.failure.text() == (
        "The mail server does not accept this sign-in. Check what you typed, then try again."
    )
    assert "AUTHENTICATIONFAILED" not in words_of(form)
    button_of(form, "Details").click()
    shown = words_of(form)
    assert "AUTHENTICATIONFAILED" in shown and "not-the-password" not in shown
    assert form.way_form.values()["handle"] == "office@desk.example"


def test_a_file_is_chosen_rather_than_typed(desk: Desk, tmp_path: Path) -> None:
    form = desk.open()
    form.choose("email")
    listed = form.way_form.rows["recipients"]
    assert listed.choose_button.isVisible() and not form.way_form.rows["handle"].choose_button.isVisible()
    listed.choose_button.click()
    (dialog,) = listed.findChildren(QFileDialog)
    assert "*.csv" in dialog.nameFilters()[0]
    dialog.fileSelected.emit(str(tmp_path / "people.csv"))
    dialog.close()
    assert form.way_form.values()["recipients"] == str(tmp_path / "people.csv")


def test_a_secret_is_hidden_until_it_is_shown(desk: Desk) -> None:
    form = desk.open()
    fill_app(form)
    row = form.way_form.rows["app_secret"]
    assert row.line.echoMode() is QLineEdit.EchoMode.Password and row.line.accessibleName() == "App secret"
    row.show_button.click()
    assert row.line.echoMode() is QLineEdit.EchoMode.Normal and row.show_button.text() == "Hide"
    assert line(form, "app_id").echoMode() is QLineEdit.EchoMode.Normal
    assert not form.way_form.rows["app_id"].show_button.isVisible()


def test_the_office_s_app_is_offered_again_and_its_secret_stays_where_it_is(desk: Desk) -> None:
    form = desk.open()
    fill_app(form)
    form.connect_button.click()
    desk.qtbot.waitUntil(lambda: bool(desk.connected))
    form = desk.open(desk.connected[0])
    desk.qtbot.waitUntil(lambda: line(form, "app_id").text() == APP.client_id)
    assert line(form, "app_secret").text() == "" and line(form, "app_secret").placeholderText() == KEPT
    assert "Choose another channel" not in words_of(form)
    assert form.connect_button.isEnabled()
    form.connect_button.click()
    desk.qtbot.waitUntil(lambda: bool(desk.connected))
    assert len(desk.accounts.all()) == 1


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_the_buttons_are_always_in_sight(desk: Desk, scale: float) -> None:
    dress(scale=scale)
    desk.person.act = lambda person: None
    form = desk.open()
    desk.dialog.resize(desk.dialog.width(), 400)  # a small screen
    fill_app(form)
    QApplication.processEvents()
    for button in (form.connect_button, form.cancel_button):
        desk.qtbot.waitUntil(button.isVisible)
        corner = button.mapTo(desk.dialog, button.rect().bottomRight())
        assert desk.dialog.rect().contains(corner)
        button.click() if button is form.connect_button else None
