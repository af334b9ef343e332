"""A later start tells the desk that is open what it wanted."""

import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest
from PySide6.QtNetwork import QLocalSocket
from pytestqt.qtbot import QtBot

from pcc_desk.app.instance import LOCK, QUIT, SHOW, OnlyDesk, ask_to_quit, name_for
from pcc_desk.errors import StoreBusy


def start(folder: Path, *words: str) -> "subprocess.Popen[bytes]":
    """Start the program once more."""
    command = [sys.executable, "-m", "pcc_desk", "--data", str(folder), *words]
    return subprocess.Popen(command, env=os.environ | {"QT_QPA_PLATFORM": "offscreen"}, stdout=subprocess.DEVNULL)


def test_a_second_start_brings_the_open_desk_to_the_front(tmp_path: Path, qtbot: QtBot) -> None:
    with ExitStack() as held:
        desk = OnlyDesk(tmp_path)
        desk.take(held)
        desk.listen()
        with qtbot.waitSignal(desk.asked, timeout=60_000) as told:
            second = start(tmp_path)
        assert told.args == [SHOW]
        qtbot.waitUntil(lambda: second.poll() is not None, timeout=60_000)
        assert second.returncode == 0


def test_a_desk_that_is_asked_to_quit_closes_and_lets_go_of_its_folder(tmp_path: Path, qtbot: QtBot) -> None:
    open_desk = start(tmp_path)
    qtbot.waitUntil(lambda: (tmp_path / LOCK).exists(), timeout=60_000)
    asker = start(tmp_path, "--quit")  # asked while it starts, which is asked again until it hears
    assert asker.wait(120) == 0, "it waits until the desk is closed"
    assert open_desk.wait(60) == 0
    assert not (tmp_path / LOCK).exists()


def test_a_desk_that_does_not_close_is_told_of(tmp_path: Path) -> None:
    with ExitStack() as held:
        OnlyDesk(tmp_path).take(held)
        assert not ask_to_quit(tmp_path, 0.2)
    assert ask_to_quit(tmp_path, 0.2)


def test_asking_where_no_desk_is_open_opens_none(tmp_path: Path) -> None:
    asker = start(tmp_path, "--quit")
    assert asker.wait(60) == 0
    assert list(tmp_path.iterdir()) == []


def test_two_desks_never_hold_one_folder(tmp_path: Path) -> None:
    with ExitStack() as held:
        OnlyDesk(tmp_path).take(held)
        with pytest.raises(StoreBusy):
            OnlyDesk(tmp_path).take(held)


def test_what_is_no_wish_is_not_heard(tmp_path: Path, qtbot: QtBot) -> None:
    with ExitStack() as held:
        desk = OnlyDesk(tmp_path)
        desk.take(held)
        desk.listen()
        wishes: list[str] = []
        desk.asked.connect(wishes.append)
        caller = QLocalSocket()
        for wish in ("open every door", QUIT):  # the second is heard, so the first was read and let go
            caller.connectToServer(name_for(tmp_path))
            assert caller.waitForConnected(5_000)
            caller.write(f"{wish}\n".encode())
            caller.flush()
            qtbot.waitUntil(lambda: caller.state() is QLocalSocket.LocalSocketState.UnconnectedState, timeout=20_000)
        qtbot.waitUntil(lambda: bool(wishes), timeout=20_000)
        assert wishes == [QUIT]


def test_each_folder_has_a_name_of_its_own(tmp_path: Path) -> None:
    assert name_for(tmp_path) == name_for(tmp_path / "inside" / "..")
    assert name_for(tmp_path) != name_for(tmp_path / "inside")
