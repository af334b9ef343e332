"""The program examines itself, and says so when something an office relies on does not work."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QImage

from pcc_desk.app.selftest import LONGEST_SECONDS, Report, Standstill, look_at
from pcc_desk.store.schema import SCHEMA_NUMBER

RESOURCES = Path(__file__).parents[2] / "resources"


def examine(folder: Path, **settings: str) -> tuple[int, dict[str, Any], str]:
    """Run the self-test; give its exit code, its report and what it said on the error stream."""
    out = folder / "report.json"
    done = subprocess.run(
        [sys.executable, "-m", "pcc_desk", "--selftest", "--out", str(out)],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen", "TMPDIR": str(folder)} | settings,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return done.returncode, json.loads(out.read_text("utf-8")), done.stderr


def test_everything_an_office_relies_on_is_tried(tmp_path: Path, secret_store: None) -> None:
    code, report, said = examine(tmp_path)
    failed = [each for each in report["findings"] if not each["passed"]]
    assert (code, failed, said) == (0, [], "")
    assert report["passed"]
    seen = {each["name"]: each["seen"] for each in report["findings"]}
    assert len(seen) == 16
    assert seen["an announcement out, its answers back"] == "2 deliveries sent, 2 answers found by a word"
    assert len(list((tmp_path / "report-pictures").glob("*.png"))) == 7
    assert sorted(each.name for each in tmp_path.iterdir()) == ["report-pictures", "report.json"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows always has its Credential Manager")
def test_a_missing_keyring_fails_it_and_is_named(tmp_path: Path) -> None:
    code, report, _ = examine(tmp_path, DBUS_SESSION_BUS_ADDRESS="unix:path=/nowhere")
    failed = [each["name"] for each in report["findings"] if not each["passed"]]
    assert (code, report["passed"], failed) == (1, False, ["an encrypted office and this PC's keyring"])


def test_an_empty_panel_is_found(tmp_path: Path) -> None:
    blank = QImage(1360, 860, QImage.Format.Format_RGB32)
    blank.fill(0xFFFFFF)
    blank.save(str(tmp_path / "blank.png"))
    with pytest.raises(ValueError, match="of 1 colours"):
        look_at(tmp_path / "blank.png")
    with pytest.raises(ValueError, match="of 0 colours"):
        look_at(tmp_path / "absent.png")


def test_a_self_test_that_stopped_half_way_has_not_passed(tmp_path: Path) -> None:
    report = Report(tmp_path / "report.json")
    assert report.take("one", lambda: "seen")
    assert not json.loads((tmp_path / "report.json").read_text("utf-8"))["passed"]
    report.finish()
    assert json.loads((tmp_path / "report.json").read_text("utf-8"))["passed"]


def test_a_slow_self_test_goes_on_and_one_that_stands_still_is_ended() -> None:
    standstill = Standstill()
    assert not standstill.lasts(6, 1_000.0)
    assert not standstill.lasts(7, 1_000.0 + LONGEST_SECONDS * 3), "something new was reached"
    assert not standstill.lasts(7, 1_000.0 + LONGEST_SECONDS * 4)
    assert standstill.lasts(7, 1_001.0 + LONGEST_SECONDS * 4)


def test_every_released_database_has_its_sample() -> None:
    samples = {path.name for path in (RESOURCES / "released-schemas").glob("*.sql")}
    assert samples == {f"{number}.sql" for number in range(1, SCHEMA_NUMBER)}
