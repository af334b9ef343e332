"""Opening an office while the window is there already."""

import threading
from concurrent.futures import CancelledError
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from pcc_desk.app.opening import Coming, ComingServices, Opened, Opening
from pcc_desk.errors import VaultError

LOCKED = VaultError("The keyring is locked.", "Unlock it.")


class ScriptedSource:
    """An office that opens as a script says: a failure, or services."""

    def __init__(self, *endings: Opened | VaultError) -> None:
        self._endings = list(endings)

    def read_early(self) -> None:
        """Give nothing."""

    def open(self) -> Opened:
        """End as the script says."""
        ending = self._endings.pop(0)
        if isinstance(ending, VaultError):
            raise ending
        return ending


def some_office(closed: list[str]) -> Opened:
    services: Any = SimpleNamespace(inbox="the inbox", outbox="the outbox")
    return Opened(services, lambda: closed.append("closed"))


def test_a_worker_that_asks_too_early_waits_until_the_office_is_open(qtbot: QtBot) -> None:
    coming = Coming()
    got: list[object] = []
    asker = threading.Thread(target=lambda: got.append(ComingServices(coming).outbox))
    asker.start()
    assert got == []
    opening = Opening(ScriptedSource(some_office([])), coming)
    with qtbot.waitSignal(opening.opened):
        opening.begin()
    asker.join(60)
    assert got == ["the outbox"]


def test_opening_can_be_begun_again_after_a_failure(qtbot: QtBot) -> None:
    coming = Coming()
    opening = Opening(ScriptedSource(LOCKED, some_office([])), coming)
    with qtbot.waitSignal(opening.failed) as failed:
        opening.begin()
    assert failed.args == [LOCKED]
    assert not coming.opened.done()
    with qtbot.waitSignal(opening.opened):
        opening.begin()
    services: Any = coming.opened.result().services
    assert services.inbox == "the inbox"


class Echo:
    """Reads early: a page is the filter that was asked for."""

    def __init__(self) -> None:
        self.closed = False

    def page(self, which: object, before: object, limit: int) -> object:
        """Give the filter back, until closed."""
        return None if self.closed else which

    def counts(self) -> object:
        """Give something."""
        return "the counts"

    def close(self) -> None:
        """Read nothing more."""
        self.closed = True


class ShownSource(ScriptedSource):
    """An office whose first page is read at once."""

    def read_early(self) -> Any:
        """Give what answers each question with the question."""
        return Echo()


def test_nothing_more_is_loaded_until_the_first_page_is_shown(qtbot: QtBot) -> None:
    coming = Coming()
    opening = Opening(ShownSource(some_office([])), coming)
    shown: list[bool] = []

    def show(page: object, counts: object) -> None:
        shown.append(coming.opened.done())
        opening.go_on()

    opening.first_page_read.connect(show)
    with qtbot.waitSignal(opening.opened):
        opening.begin()
    assert shown == [False]


def test_a_choice_of_filters_is_answered_before_the_office_is_open(qtbot: QtBot) -> None:
    coming, may_open = Coming(), threading.Event()

    class Slow(ShownSource):
        """An office that takes its time."""

        def open(self) -> Opened:
            """Open when let."""
            assert may_open.wait(60)
            return super().open()

    opening = Opening(Slow(some_office([])), coming)
    opening.first_page_read.connect(lambda page, counts: opening.go_on())
    with qtbot.waitSignal(opening.first_page_read):
        opening.begin()
    assert ComingServices(coming).inbox.page("a filter") == "a filter"
    assert not coming.opened.done()
    with qtbot.waitSignal(opening.opened):
        may_open.set()
    early = coming.early.result()
    assert isinstance(early, Echo) and early.closed, "so that a damaged file can be put aside"
    assert ComingServices(coming).inbox == "the inbox"


def test_what_cannot_be_read_early_is_asked_of_the_open_office(qtbot: QtBot) -> None:
    coming = Coming()
    early = Echo()
    early.close()
    coming.early.set_result(early)  # type: ignore[arg-type]  # it reads no messages
    services: Any = SimpleNamespace(inbox=SimpleNamespace(page=lambda *asked: asked))
    inbox = ComingServices(coming).inbox
    coming.opened.set_result(Opened(services, lambda: None))
    assert inbox.page("a filter") == ("a filter", None, 50)


def test_an_office_opens_although_nobody_shows_its_first_page(qtbot: QtBot) -> None:
    opening = Opening(ShownSource(some_office([])), Coming())
    with qtbot.waitSignal(opening.opened):
        opening.begin()


def test_an_office_that_opens_after_the_window_has_gone_is_closed_again(qtbot: QtBot) -> None:
    closed: list[str] = []
    coming = Coming()
    assert coming.cancel()
    Opening(ScriptedSource(some_office(closed)), coming).begin()
    qtbot.waitUntil(lambda: closed == ["closed"])
    with pytest.raises(CancelledError):
        coming.opened.result()


def test_a_folder_without_a_key_says_so_and_offers_the_recovery_key(tmp_path: Path, secret_store: None) -> None:
    from pcc_desk.app.sources import OfficeSource

    with pytest.raises(VaultError) as told:
        OfficeSource(tmp_path).read_early()
    assert "recovery key" in told.value.next_step
