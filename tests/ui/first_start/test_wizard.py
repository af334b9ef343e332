"""The first minutes on a PC, with a real database and real sign-ins."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from pcc_desk.rehearsal.bluesky import BlueskyServer
from pcc_desk.services.first_start import FirstStart
from pcc_desk.services.office import Office
from pcc_desk.ui.background import Background
from pcc_desk.ui.first_start.wizard import Wizard
from pcc_desk.ui.settings.connect_form import Connecting
from tests.desk import HANDLE, NOW, PASSWORD, Clock, open_accounts
from tests.keyrings import PretendedKeyring
from tests.ui.screen import button_of, dress, words_of


@dataclass(frozen=True)
class First:
    """A wizard on an empty folder."""

    wizard: Wizard
    first_start: FirstStart
    keys: PretendedKeyring
    qtbot: QtBot

    def wait(self, until: Callable[[], object]) -> None:
        """Wait until something is so."""
        self.qtbot.waitUntil(lambda: bool(until()))

    def owes(self) -> bool:
        """Open the office made, and tell whether its recovery key is still to be kept."""
        opened = self.first_start.open()
        try:
            return Office(opened.store, opened.key).profile().recovery_owed
        finally:
            opened.store.close()

    def name(self) -> str:
        """Open the office made, and read its name."""
        opened = self.first_start.open()
        try:
            return Office(opened.store, opened.key).profile().name
        finally:
            opened.store.close()


@pytest.fixture
def first(desk_dir: Path, qtbot: QtBot) -> Iterator[First]:
    """A wizard on an empty folder."""
    dress()
    keys, background = PretendedKeyring(), Background()
    first_start = FirstStart(desk_dir, keys.vault())

    def accounts() -> Connecting:
        """Open the office just made and give its accounts."""
        return open_accounts(first_start.open().store, Clock())

    wizard = Wizard(first_start, accounts, background)
    qtbot.addWidget(wizard)
    wizard.show()
    yield First(wizard, first_start, keys, qtbot)
    background.stop(60)


def make_office(first: First) -> None:
    """Fill in the names and wait for the recovery key."""
    first.wizard.welcome.new.click()
    assert not first.wizard.names.make.isEnabled()
    first.wizard.names.office.setText("Gwent OPCC")
    first.wizard.names.person.setText("Elin")
    first.wizard.names.make.click()
    first.wait(lambda: first.wizard.page() is first.wizard.key)


def test_a_new_office_is_made_and_its_key_must_be_kept_first(first: First) -> None:
    make_office(first)
    groups = first.wizard.key.sheet.recovery().key.split()
    assert len(groups) == 13 and all(group in words_of(first.wizard) for group in groups)
    assert not first.wizard.key.go_on.isEnabled()
    first.wizard.key.kept.click()
    first.wizard.key.go_on.click()
    assert groups[0] not in words_of(first.wizard)
    first.wait(lambda: not first.owes())
    page = first.wizard.connect_page
    assert page is not None and page.finish.text() == "Skip this for now"
    first.wait(page.form.platforms)
    with first.qtbot.waitSignal(first.wizard.opened):
        page.finish.click()
    assert first.name() == "Gwent OPCC" and not first.wizard.isVisible()


def test_a_key_that_is_saved_needs_no_more_words_and_one_left_alone_stays_owed(first: First) -> None:
    make_office(first)
    assert first.owes()
    first.wizard.key.sheet.saved.emit()
    first.wait(lambda: not first.owes())
    assert first.wizard.key.go_on.isEnabled()


def test_a_person_may_go_on_without_the_key_after_a_question(first: First) -> None:
    make_office(first)
    button_of(first.wizard, "Go on without it…").click()
    button_of(first.wizard, "Keep it now").click()
    assert first.owes() and first.wizard.page() is first.wizard.key
    button_of(first.wizard, "Go on without it…").click()
    button_of(first.wizard, "Go on without it").click()
    first.wait(lambda: first.wizard.connect_page is not None and not first.owes())


def test_the_first_account_is_connected_by_a_real_sign_in(first: First) -> None:
    with BlueskyServer() as server:
        server.add_account(HANDLE, PASSWORD, "Gwent OPCC")
        make_office(first)
        first.wizard.key.kept.click()
        first.wizard.key.go_on.click()
        page = first.wizard.connect_page
        assert page is not None
        first.wait(page.form.platforms)
        page.form.choose("bluesky")
        page.form.way_form.rows["address"].line.setText(server.url)
        page.form.way_form.rows["handle"].line.setText(HANDLE)
        page.form.way_form.rows["secret"].line.setText(PASSWORD)
        page.form.connect_button.click()
        first.wait(lambda: page.finish.text() == "Open PCC Desk")
        assert page.form.way_form.rows["secret"].line.text() == ""
        assert f"{HANDLE} is connected." in words_of(page)
        assert not page.form.connect_button.isEnabled()  # the password is spent


def test_a_locked_keyring_is_told_in_place_and_can_be_tried_again(first: First) -> None:
    first.keys.locked = True
    first.wizard.welcome.new.click()
    first.wizard.names.office.setText("Gwent OPCC")
    first.wizard.names.person.setText("Elin")
    first.wizard.names.make.click()
    first.wait(first.wizard.notice.isVisible)
    assert "locked" in first.wizard.notice.text() and "Unlock the keyring" in first.wizard.notice.text()
    assert not first.first_start.exists() and first.wizard.names.office.text() == "Gwent OPCC"
    first.keys.locked = False
    button_of(first.wizard, "Try again").click()
    first.wait(lambda: first.wizard.page() is first.wizard.key)
    assert not first.wizard.notice.isVisible()


def test_a_pc_without_a_keyring_can_have_an_office_whose_key_is_asked_for(first: First) -> None:
    first.keys.locked = True
    first.wizard.welcome.new.click()
    first.wizard.names.office.setText("Gwent OPCC")
    first.wizard.names.person.setText("Elin")
    assert not first.wizard.names.without.isVisible()
    first.wizard.names.make.click()
    first.wait(first.wizard.notice.isVisible)
    button_of(first.wizard, "Go on without a keyring").click()
    first.wait(lambda: first.wizard.page() is first.wizard.key)
    assert "asks for this one each time it starts" in words_of(first.wizard)
    assert not first.wizard.key.go_on.isEnabled() and not first.wizard.key.without.isVisible()
    assert first.name() == "Gwent OPCC" and first.keys.kept == {}
    first.wizard.close()
    button_of(first.wizard, "Keep the key").click()
    assert first.wizard.isVisible()
    first.wizard.key.kept.click()
    first.wizard.close()
    assert not first.wizard.isVisible()


def test_an_office_of_another_pc_is_opened_with_its_recovery_key(first: First, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    key = FirstStart(other, PretendedKeyring().vault()).create("Dyfed OPCC", "Tom", NOW)
    first.wizard.welcome.open.click()
    page = first.wizard.open_page
    page.key.setPlainText("00000 " + key[6:])
    page.place.setText(str(other))
    page.open.click()
    first.wait(first.wizard.notice.isVisible)
    assert page.place.text() == str(other) and not first.first_start.exists()
    page.key.setPlainText(key.lower())
    with first.qtbot.waitSignal(first.wizard.opened):
        page.open.click()
    assert first.name() == "Dyfed OPCC"


def test_back_leads_to_the_ways_to_begin_and_the_rehearsal_is_one(first: First) -> None:
    first.wizard.welcome.open.click()
    button_of(first.wizard, "Back").setFocus()
    button_of(first.wizard, "Back").click()
    assert first.wizard.page() is first.wizard.welcome
    first.wizard.welcome.open.click()
    assert first.wizard.focusWidget() is first.wizard.open_page.key
    button_of(first.wizard, "Back").click()
    first.wizard.welcome.new.click()
    assert first.wizard.focusWidget() is first.wizard.names.office
    button_of(first.wizard, "Back").click()
    with first.qtbot.waitSignal(first.wizard.rehearsal_requested):
        first.wizard.welcome.rehearse.click()
    assert not first.first_start.exists()
