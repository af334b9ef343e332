"""Faults nobody foresaw are told and written down, without a word of the office's."""

import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pcc_desk.app.faults import log_to, tell_faults, write_report
from pcc_desk.errors import DeskError

SECRET = "app-password-1234"


@pytest.fixture
def told(tmp_path: Path) -> Iterator[list[DeskError]]:
    """What the person is told, with the process's own hooks put back afterwards."""
    before, before_threads = sys.excepthook, threading.excepthook
    errors: list[DeskError] = []
    tell_faults(errors.append, tmp_path)
    yield errors
    sys.excepthook, threading.excepthook = before, before_threads


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    """The desk's log file, let go of afterwards."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    log_to(tmp_path)
    yield tmp_path / "logs" / "desk.log"
    for added in [each for each in root.handlers if each not in before]:
        root.removeHandler(added)
        added.close()
    root.setLevel(level)


@pytest.mark.skipif(sys.platform == "win32", reason="needs a disk that is always full")
def test_a_full_disk_costs_the_log_and_nothing_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = list(logging.getLogger().handlers)
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "desk.log").symlink_to("/dev/full")
    log_to(tmp_path)
    logging.getLogger("desk").info("not written")
    [added] = [each for each in logging.getLogger().handlers if each not in before]
    logging.getLogger().removeHandler(added)
    with suppress(OSError):
        added.close()
    assert capsys.readouterr().err == ""


def test_a_folder_that_takes_no_log_is_no_fault(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log.parent.write_text("in the way")
    logging.getLogger("desk").info("not written")
    assert capsys.readouterr().err == ""
    assert log.parent.read_text("utf-8") == "in the way"


def test_a_log_is_begun_with_its_first_line(log: Path) -> None:
    assert not log.parent.exists()
    logging.getLogger("desk").info("a line")
    assert log.read_text("utf-8").endswith(" INFO desk a line\n")


def break_down() -> None:
    raise ValueError(f"could not use {SECRET}")


def test_a_fault_is_told_with_its_place_and_without_its_words(
    told: list[DeskError], log: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        break_down()
    except ValueError as fault:
        sys.excepthook(type(fault), fault, fault.__traceback__)
    assert told[0].sentence.startswith("PCC Desk met a fault")
    for kept in (told[0].detail, log.read_text("utf-8"), capsys.readouterr().err, caplog.text):
        assert "break_down" in kept
        assert "ValueError" in kept
        assert SECRET not in kept
    [report] = (log.parent).glob("fault-*.txt")
    assert str(report) in told[0].next_step
    assert "break_down" in report.read_text("utf-8")
    assert SECRET not in report.read_text("utf-8")


def test_the_ten_newest_reports_are_kept(tmp_path: Path) -> None:
    begins = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    written = [write_report(tmp_path, "somewhere", begins + timedelta(seconds=number)) for number in range(12)]
    assert sorted((tmp_path / "logs").iterdir()) == written[2:]


def test_a_fault_where_no_report_can_be_written_is_told_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("in the way")
    assert write_report(tmp_path, "somewhere", datetime(2026, 11, 24, tzinfo=UTC)) is None


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a process otherwise")
def test_a_crash_of_the_program_itself_says_where(tmp_path: Path) -> None:
    crash = "import ctypes, sys; from pathlib import Path; from pcc_desk.app.faults import keep_crashes;"
    crash += "keep_crashes(Path(sys.argv[1])); ctypes.string_at(0)"
    ended = subprocess.run([sys.executable, "-c", crash, str(tmp_path)], capture_output=True, timeout=60, check=False)
    assert ended.returncode < 0
    assert "Segmentation fault" in (tmp_path / "logs" / "crash.log").read_text("utf-8")


def test_a_fault_in_any_thread_is_told_too(
    told: list[DeskError], caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    worker = threading.Thread(target=break_down)
    worker.start()
    worker.join()
    assert len(told) == 1
