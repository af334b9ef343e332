"""The settings in a real window, on a real desk."""

import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from pcc_desk.model.account import AccountState
from pcc_desk.settings import Settings
from pcc_desk.ui.reading.endings import say_ending
from pcc_desk.ui.reading.moments import present
from pcc_desk.ui.settings.panel import SettingsPanel, ThisPc
from tests.desk import EDITOR, HANDLE, PASSWORD
from tests.ui.screen import Screen, button_of, buttons_of, open_screen, words_of


@pytest.fixture
def screen(tmp_path: Path, qtbot: QtBot) -> Iterator[Screen]:
    """A connected desk."""
    with open_screen(tmp_path, qtbot) as opened:
        opened.desk.services.office.rename("Gwent OPCC", "Elin")
        yield opened


def open_settings(screen: Screen, here: ThisPc | None = None) -> SettingsPanel:
    """Show the settings and wait until they are filled."""
    panel = SettingsPanel(screen.desk.services, screen.background, here)
    screen.show(panel, 900, 1400)
    screen.wait(lambda: HANDLE in words_of(panel.accounts) and panel.names.office.text())
    return panel


def test_the_names_are_saved_when_they_change(screen: Screen) -> None:
    panel = open_settings(screen)
    assert (panel.names.office.text(), panel.names.person.text()) == ("Gwent OPCC", "Elin")
    assert not panel.names.save.isEnabled()
    panel.names.person.setText("Tomos")
    panel.names.save.click()
    screen.wait(lambda: screen.desk.services.office.profile().person.name == "Tomos")
    screen.wait(lambda: "The names are saved." in words_of(panel.names))


def test_a_name_being_typed_is_not_overwritten_by_what_is_kept(screen: Screen) -> None:
    panel = open_settings(screen)
    panel.names.person.setText("Tom")
    screen.background.changed.emit(screen.desk.services.office.rename("Dyfed OPCC", "Elin"))
    screen.qtbot.wait(300)
    assert panel.names.person.text() == "Tom"


def test_each_account_says_in_words_how_it_stands(screen: Screen) -> None:
    screen.desk.services.accounts.sign_out_seen(screen.desk.accounts[1].id)
    panel = open_settings(screen)
    seen = words_of(panel.accounts)
    assert "Connected" in seen and "Signed out: sign in again" in seen
    assert "Sign in again…" in seen


def test_a_sign_in_that_ends_soon_says_when_and_can_be_renewed(screen: Screen) -> None:
    first, second = screen.desk.accounts
    now = present()
    screen.desk.end_sign_in(first, now + timedelta(days=5))
    screen.desk.end_sign_in(second, now + timedelta(days=50))
    panel = open_settings(screen)
    seen = words_of(panel.accounts)
    assert say_ending("Bluesky", now + timedelta(days=5), now) in seen
    assert say_ending("WordPress", now + timedelta(days=50), now) in seen
    assert seen.count("Ends soon: sign in again") == 1
    button_of(panel.accounts, "Sign in again…").click()
    dialog = panel.accounts.dialog
    assert dialog is not None
    screen.wait(lambda: dialog.form.way_form.values().get("handle") == HANDLE)
    dialog.form.way_form.rows["secret"].line.setText(PASSWORD)
    dialog.form.connect_button.click()
    screen.wait(lambda: "Ends soon: sign in again" not in words_of(panel.accounts))
    assert [each.id for each in screen.desk.services.accounts.all()] == [first.id, second.id]


def test_check_asks_the_platform_and_says_what_it_answered(screen: Screen) -> None:
    panel = open_settings(screen)
    next(button for button in buttons_of(panel.accounts) if button.text() == "Check").click()
    screen.wait(lambda: "Bluesky answered. The sign-in works." in words_of(panel.accounts))
    screen.desk.bluesky.revoke(HANDLE)
    next(button for button in buttons_of(panel.accounts) if button.text() == "Check").click()
    screen.wait(lambda: "does not accept the sign-in any more" in words_of(panel.accounts))
    screen.wait(lambda: "Signed out: sign in again" in words_of(panel.accounts))


def test_disconnecting_asks_first_and_keeps_the_history(screen: Screen) -> None:
    screen.publish("Noson Ewlo", "Come and ask the Commissioner.")
    panel = open_settings(screen)
    off = next(button for button in buttons_of(panel.accounts) if button.text() == "Disconnect…")
    off.click()
    button_of(panel, "Keep it connected").click()
    assert len(screen.desk.services.accounts.all()) == 2
    off.click()
    button_of(panel, "Disconnect Bluesky").click()
    screen.wait(lambda: len(screen.desk.services.accounts.all()) == 1)
    screen.wait(lambda: HANDLE not in words_of(panel.accounts))
    assert len(screen.desk.services.outbox.page()) == 2


def test_a_failed_connection_says_why_and_loses_nothing_typed(screen: Screen) -> None:
    panel = open_settings(screen)
    panel.accounts.connect_button.click()
    dialog = panel.accounts.dialog
    assert dialog is not None
    form = dialog.form
    screen.wait(form.platforms)
    form.choose("bluesky")
    form.way_form.rows["address"].line.setText(screen.desk.bluesky.url)
    form.way_form.rows["handle"].line.setText(HANDLE)
    assert not form.connect_button.isEnabled()
    form.way_form.rows["secret"].line.setText("wrong-wrong-wrong-word")
    form.connect_button.click()
    screen.wait(form.failure.isVisible)
    typed = {"address": screen.desk.bluesky.url, "handle": HANDLE, "secret": "wrong-wrong-wrong-word"}
    assert form.way_form.values() == typed
    assert form.connect_button.isEnabled() and form.connect_button.text() == "Connect"
    form.way_form.rows["secret"].line.setText(PASSWORD)
    form.connect_button.click()
    screen.wait(lambda: panel.accounts.dialog is None)
    screen.wait(lambda: "is connected. Messages arrive from now on." in words_of(panel.accounts))


def test_a_signed_out_account_signs_in_again_with_its_address_filled_in(screen: Screen) -> None:
    screen.desk.services.accounts.sign_out_seen(screen.desk.accounts[1].id)
    panel = open_settings(screen)
    button_of(panel.accounts, "Sign in again…").click()
    dialog = panel.accounts.dialog
    assert dialog is not None
    form = dialog.form
    screen.wait(lambda: (platform := form.platform()) is not None and platform.name == "wordpress")
    assert form.way_form.rows["handle"].line.text() == EDITOR
    form.way_form.rows["secret"].line.setText(PASSWORD)
    form.connect_button.click()
    screen.wait(lambda: [each.state for each in screen.desk.services.accounts.all()] == [AccountState.CONNECTED] * 2)


def test_the_recovery_key_is_shown_only_after_a_question_and_hidden_again(screen: Screen) -> None:
    panel = open_settings(screen)
    key = screen.desk.services.office.recovery_key()
    panel.recovery.show_button.click()
    assert key.split()[0] not in words_of(panel)
    button_of(panel, "Show it").click()
    screen.wait(lambda: all(group in words_of(panel.recovery) for group in key.split()))
    panel.recovery.show_button.click()
    assert key.split()[0] not in words_of(panel)
    assert panel.recovery.sheet.recovery().key == ""


def test_the_recovery_key_goes_to_paper_and_into_a_file(screen: Screen, tmp_path: Path) -> None:
    panel = open_settings(screen)
    panel.recovery.show_button.click()
    button_of(panel, "Show it").click()
    screen.wait(panel.recovery.sheet.isVisible)
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "key.pdf"))
    with screen.qtbot.waitSignal(panel.recovery.sheet.saved):
        panel.recovery.sheet.print_on(printer)
    assert (tmp_path / "key.pdf").read_bytes().startswith(b"%PDF")
    assert sys.platform == "win32" or (tmp_path / "key.pdf").stat().st_mode & 0o077 == 0
    button_of(panel, "Save to a file…").click()
    dialog = panel.findChild(QFileDialog)
    assert dialog is not None
    with screen.qtbot.waitSignal(panel.recovery.sheet.saved):
        dialog.fileSelected.emit(str(tmp_path / "key.txt"))
        dialog.reject()
    written = (tmp_path / "key.txt").read_text("utf-8")
    assert all(group in written for group in screen.desk.services.office.recovery_key().split())
    assert "Gwent OPCC" in written
    # Windows gives a file the rights of its folder, whatever mode is asked for.
    assert sys.platform == "win32" or (tmp_path / "key.txt").stat().st_mode & 0o077 == 0


def test_a_backup_is_made_when_asked_and_its_place_is_told(screen: Screen) -> None:
    panel = open_settings(screen)
    panel.backups.make.click()
    screen.wait(lambda: "Today's backup is" in words_of(panel.backups))
    assert panel.backups.make.isEnabled()


def test_the_look_is_chosen_at_once(screen: Screen) -> None:
    panel = open_settings(screen, ThisPc(Settings(theme="dark", text_size=125), Path("/somewhere/desk")))
    assert panel.appearance.themes["dark"].isChecked() and panel.appearance.sizes[125].isChecked()
    with screen.qtbot.waitSignal(panel.look_chosen) as chosen:
        panel.appearance.sizes[150].click()
    assert chosen.args == ["dark", 150]
    with screen.qtbot.waitSignal(panel.look_chosen) as chosen:
        panel.appearance.themes["system"].click()
    assert chosen.args == ["system", 150]
    assert "/somewhere/desk" in words_of(panel.about) and "PCC Desk 0.1.0" in words_of(panel.about)
