"""What the command line of a build means, and what each mode's files are called."""

import subprocess
import sys
from pathlib import Path

import pytest

from dev_tools.places import ROOT
from installer.plan import FAILED, read_plan


def test_wine_proves_everything_and_marks_what_it_makes() -> None:
    plan = read_plan(["--mode", "wine"])
    assert (plan.verify_install, plan.fast, plan.sign) == (True, True, "osslsigncode")
    assert plan.output("-setup.exe").name == f"PCCDesk-{plan.version}-verify-setup.exe"
    assert plan.program == "pcc-desk.exe"


def test_what_linux_makes_cannot_be_taken_for_windows() -> None:
    plan = read_plan(["--mode", "linux", "--out", "somewhere"])
    assert plan.output(".tar.gz").name == f"PCCDesk-{plan.version}-NOT-WINDOWS.tar.gz"
    assert (plan.program, plan.sign, plan.out) == ("pcc-desk", "none", Path("somewhere").resolve())


def test_windows_hands_out_plain_names() -> None:
    plan = read_plan(["--mode", "windows", "--sign", "azure", "--formats", "msi"])
    assert plan.output("-x64.msi").name == f"PCCDesk-{plan.version}-x64.msi"
    assert (plan.formats, plan.verify_install, plan.fast) == (("msi",), False, False)


def test_an_unknown_format_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        read_plan(["--formats", "rpm"])
    assert "nsis and msi" in capsys.readouterr().err


def test_a_build_that_is_not_right_says_so_and_ends_with_its_own_code(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "build_installer.py"), "--mode", "linux", "--release", "--out", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == FAILED
    assert "NOT RIGHT: This is no release: it must be built on Windows" in done.stderr
    assert "ALL CHECKS PASSED" not in done.stdout


def test_what_was_not_asked_for_is_not_done_twice_or_afresh() -> None:
    plan = read_plan(["--mode", "wine"])
    assert (plan.fresh, plan.twice) == (False, False)
    plan = read_plan(["--mode", "wine", "--fresh", "--twice"])
    assert (plan.fresh, plan.twice) == (True, True)
