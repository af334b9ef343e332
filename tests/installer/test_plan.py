"""What the command line of a build means, and what each mode's files are called."""

from pathlib import Path

import pytest

from installer.plan import read_plan


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
