"""Opening an office while the window is there already."""

import threading
from concurrent.futures import CancelledError, Future
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from pcc_desk.app.opening import ComingServices, Opened, Opening
from pcc_desk.errors import VaultError

LOCKED = VaultError("The keyring is locked.", "Unlock it.")


class ScriptedSource:
    """An office that opens as a script says: a failure, or services."""

    def __init__(self, *endings: Opened | VaultError) -> None:
        self._endings = list(endings)

    def read_first_page(self) -> None:
        """Give nothing."""

    def open(self) -> Opened:
        """End as the script says."""
        ending = self._endings.pop(0)
        if isinstance(ending, VaultError):
            raise ending
        return ending


def some_office(closed: list[str]) -> Opened:
    services: Any = SimpleNamespace(inbox="the inbox")
    return Opened(services, lambda: closed.append("closed"))


def test_a_worker_that_asks_too_early_waits_until_the_office_is_open(qtbot: QtBot) -> None:
    coming: Future[Opened] = Future()
    got: list[object] = []
    asker = threading.Thread(target=lambda: got.append(ComingServices(coming).inbox))
    asker.start()
    assert got == []
    opening = Opening(ScriptedSource(some_office([])), coming)
    with qtbot.waitSignal(opening.opened):
        opening.begin()
    asker.join(5)
    assert got == ["the inbox"]


def test_opening_can_be_begun_again_after_a_failure(qtbot: QtBot) -> None:
    coming: Future[Opened] = Future()
    opening = Opening(ScriptedSource(LOCKED, some_office([])), coming)
    with qtbot.waitSignal(opening.failed) as failed:
        opening.begin()
    assert failed.args == [LOCKED]
    assert not coming.done()
    with qtbot.waitSignal(opening.opened):
        opening.begin()
    services: Any = coming.result().services
    assert services.inbox == "the inbox"


class ShownSource(ScriptedSource):
    """An office whose first page is read at once."""

    def read_first_page(self) -> Any:
        """Give a page."""
        return "the page", "the counts"


def test_nothing_more_is_loaded_until_the_first_page_is_shown(qtbot: QtBot) -> None:
    coming: Future[Opened] = Future()
    opening = Opening(ShownSource(some_office([])), coming)
    shown: list[bool] = []

    def show(page: object, counts: object) -> None:
        shown.append(coming.done())
        opening.go_on()

    opening.first_page_read.connect(show)
    with qtbot.waitSignal(opening.opened):
        opening.begin()
    assert shown == [False]


def test_an_office_opens_although_nobody_shows_its_first_page(qtbot: QtBot) -> None:
    opening = Opening(ShownSource(some_office([])), Future())
    with qtbot.waitSignal(opening.opened):
        opening.begin()


def test_an_office_that_opens_after_the_window_has_gone_is_closed_again(qtbot: QtBot) -> None:
    closed: list[str] = []
    coming: Future[Opened] = Future()
    assert coming.cancel()
    Opening(ScriptedSource(some_office(closed)), coming).begin()
    qtbot.waitUntil(lambda: closed == ["closed"])
    with pytest.raises(CancelledError):
        coming.result()


def test_a_folder_without_a_key_says_so_and_offers_the_recovery_key(tmp_path: Path, secret_store: None) -> None:
    from pcc_desk.app.sources import OfficeSource

    with pytest.raises(VaultError) as told:
        OfficeSource(tmp_path).read_first_page()
    assert "recovery key" in told.value.next_step
