"""A desk whose disk is full when it starts opens to read, says so, and goes on by itself once there is room."""

import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from pcc_desk.app.desk import Desk, Start
from pcc_desk.app.instance import LOCK, OnlyDesk
from pcc_desk.app.look import Look
from pcc_desk.app.sources import OfficeSource
from pcc_desk.errors import StoreFull
from pcc_desk.services.first_start import FirstStart
from tests.desk import NOW
from tests.disk import fill_up
from tests.keyrings import PretendedKeyring
from tests.ui.screen import dress, words_of


@pytest.fixture
def full(small_disk: Path) -> Iterator[tuple[Path, Path, PretendedKeyring]]:
    """A whole office on a disk without room: its folder, what fills the disk, and the keyring of this PC."""
    pc = PretendedKeyring()
    FirstStart(small_disk, pc.vault()).create("Gwent OPCC", "Elin", NOW)
    yield small_disk, fill_up(small_disk), pc


def test_the_desk_opens_to_read_and_goes_on_by_itself(
    full: tuple[Path, Path, PretendedKeyring], qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    folder, ballast, pc = full
    dress()
    source = OfficeSource(folder)
    source._vault = pc.vault()
    hooks = sys.excepthook, threading.excepthook
    desk = Desk(Start(folder), source, Look(folder))
    qtbot.addWidget(desk.window)
    with qtbot.waitSignal(desk._opening.opened):
        desk.show()
    qtbot.waitUntil(lambda: "You can read everything, but nothing new is saved" in words_of(desk.window))
    with qtbot.waitSignal(desk.background.failed):
        desk.background.do(lambda: desk.services.office.rename("Dyfed OPCC", "Elin"))
    assert words_of(desk.window).count("disk is full") == 1
    assert desk.services.office.profile().name == "Gwent OPCC"
    with pytest.raises(StoreFull):
        desk.services.office.rename("Dyfed OPCC", "Elin")
    ballast.unlink()
    desk.background.do(lambda: desk.services.office.rename("Dyfed OPCC", "Elin"))
    qtbot.waitUntil(lambda: desk.services.office.profile().name == "Dyfed OPCC")
    qtbot.waitUntil(lambda: "disk is full" not in words_of(desk.window))
    with qtbot.waitSignal(desk.ended):
        desk.window.close()
    sys.excepthook, threading.excepthook = hooks


def test_a_full_disk_does_not_stand_in_for_another_desk(
    full: tuple[Path, Path, PretendedKeyring], monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    folder, ballast, _ = full
    monkeypatch.setattr("pcc_desk.app.instance.AGAIN_MS", 100)
    with ExitStack() as held:
        only = OnlyDesk(folder)
        only.take(held)
        assert not (folder / LOCK).exists()
        ballast.unlink()
        qtbot.waitUntil((folder / LOCK).exists)
    assert not (folder / LOCK).exists()
