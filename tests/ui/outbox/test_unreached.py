"""Whom an email did not reach, in a real window: who, why, and the list to take along."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from pcc_desk.model.delivery import Delivery
from pcc_desk.model.unreached import STEP
from pcc_desk.services.keeping import AccountSteps
from pcc_desk.ui.outbox.unreached import SHOWN, UnreachedPeople
from tests.ui.screen import Screen, button_of, open_screen, words_of


@pytest.fixture
def screen(tmp_path: Path, qtbot: QtBot) -> Iterator[Screen]:
    """A connected desk."""
    with open_screen(tmp_path, qtbot) as opened:
        yield opened


def sent(screen: Screen, *addresses: str) -> Delivery:
    """Send something that did not reach these addresses."""
    screen.publish("The plan", "Words.")
    account, _ = screen.desk.accounts
    services = screen.desk.services
    (delivery,) = (line.delivery for line in services.outbox.page() if line.delivery.account_id == account.id)
    for address in addresses:
        steps = AccountSteps(services.hosting._store, account)
        steps.put(delivery.frozen.key, f"{STEP}{address}", "550 5.1.1 <b>Nobody</b> here")
    return delivery


def show(screen: Screen, delivery: Delivery) -> UnreachedPeople:
    shown = UnreachedPeople(screen.desk.services, screen.background, delivery)
    screen.qtbot.addWidget(shown)
    return shown


def test_each_is_named_with_what_the_server_said_and_can_be_copied(screen: Screen) -> None:
    shown = show(screen, sent(screen, "bob@out.example", "ann@out.example"))
    screen.wait(shown.isVisible)
    words = words_of(shown)
    assert "2 people did not get it" in words and "550 5.1.1 <b>Nobody</b> here" in words
    button_of(shown, "Copy the addresses").click()
    assert QGuiApplication.clipboard().text() == "ann@out.example\nbob@out.example"


def test_a_long_list_is_shortened_and_saved_whole(screen: Screen, tmp_path: Path) -> None:
    shown = show(screen, sent(screen, *(f"p{number:02}@out.example" for number in range(SHOWN + 3))))
    screen.wait(shown.isVisible)
    assert "And 3 more: save the list to see them all." in words_of(shown)
    button_of(shown, "Save the list").click()
    (dialog,) = shown.findChildren(QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "list.csv"))
    dialog.close()
    screen.wait(lambda: "Saved as list.csv." in words_of(shown))
    assert len((tmp_path / "list.csv").read_text("utf-8-sig").splitlines()) == SHOWN + 4


def test_where_everybody_got_it_nothing_is_said(screen: Screen) -> None:
    delivery = sent(screen)
    shown = show(screen, delivery)
    screen.wait(screen.background.is_quiet)
    assert not shown.isVisible()
