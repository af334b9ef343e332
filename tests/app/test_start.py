"""How the program starts: what it loads, what it refuses, and what it leaves behind."""

import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest
from PySide6.QtCore import QLockFile

from pcc_desk.app.desk import Start
from pcc_desk.app.instance import LOCK
from pcc_desk.app.run import Program
from pcc_desk.errors import StoreUnreachable


def run_desk(*words: str) -> subprocess.CompletedProcess[str]:
    """Run the program with these words, on no screen."""
    return subprocess.run(
        [sys.executable, "-m", "pcc_desk", *words],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_version_is_told_without_a_window() -> None:
    assert run_desk("--version").stdout.startswith("PCC Desk 0.")


def test_the_rehearsal_draws_every_panel_and_leaves_nothing_behind(tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    settings = os.environ | {"QT_QPA_PLATFORM": "offscreen", "TMPDIR": str(scratch)}
    command = [sys.executable, "-m", "pcc_desk", "--rehearsal", "--shots", str(tmp_path / "shots")]
    ended = subprocess.run(command, env=settings, capture_output=True, text=True, timeout=240, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    drawn = sorted(each.name for each in (tmp_path / "shots").iterdir())
    assert len(drawn) == 42
    assert {"inbox-light-100.png", "compose-dark-150.png"} <= set(drawn)
    assert list(scratch.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="needs a folder nobody can write in")
def test_a_folder_that_cannot_be_written_is_not_mistaken_for_an_open_office() -> None:
    with ExitStack() as held, pytest.raises(StoreUnreachable) as refusal:
        Program(Start(Path("/proc/self/fdinfo")), held).begin()
    assert "cannot write in the folder /proc/self/fdinfo" in refusal.value.sentence


# Starts the program, and says what its box says instead of waiting until somebody has read it.
READ_BOX = """
import sys
from pathlib import Path
from PySide6.QtWidgets import QMessageBox
from pcc_desk.app.desk import Start
from pcc_desk.app.run import run
QMessageBox.exec = lambda box: print(box.text())
sys.exit(run(Start(Path(sys.argv[1]))))
"""


def test_a_second_desk_on_the_same_office_is_refused(tmp_path: Path) -> None:
    lock = QLockFile(str(tmp_path / LOCK))
    assert lock.tryLock(0)
    settings = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", READ_BOX, str(tmp_path)]
    second = subprocess.run(command, env=settings, capture_output=True, text=True, timeout=120, check=False)
    assert second.stdout == "PCC Desk is open already with this office. Look for its window on the taskbar.\n"
    assert second.returncode == 1
    assert sorted(each.name for each in tmp_path.iterdir()) == [LOCK]
    lock.unlock()
