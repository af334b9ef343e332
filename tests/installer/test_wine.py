"""The whole build on a pretended Windows PC: frozen, self-tested, signed, installed, upgraded and removed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from dev_tools.places import ROOT
from installer.plan import MISSING
from tests.servers.process import go_without

MOST_SECONDS = 50 * 60  # a quiet machine of two cores takes a third of that
STEPS = ("freeze", "check the folder", "self-test", "setup for one person", "setup for everybody")
PROOFS = ("install for one person", "install for everybody", "control of the self-test", "control of the signature")


@pytest.mark.wine
@pytest.mark.timeout(MOST_SECONDS + 60)
@pytest.mark.skipif(sys.platform != "linux", reason="Windows builds the real one")
def test_the_windows_program_is_built_and_proved(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = [sys.executable, str(ROOT / "build_installer.py"), "--mode", "wine", "--out", str(tmp_path)]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=MOST_SECONDS, stdin=subprocess.DEVNULL, check=False
    )
    if done.returncode == MISSING:
        go_without(f"What pretends a Windows PC ({done.stderr.strip()})")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "ALL CHECKS PASSED" in done.stdout
    report = json.loads((tmp_path / "build-report.json").read_text("utf-8"))
    taken = {each["name"]: each["passed"] for each in report["steps"]}
    assert report["passed"] and all(taken.get(name) for name in (*STEPS, *PROOFS))
    assert len(list((tmp_path / "selftest-pictures").glob("*.png"))) == 7
    made = [each.name for each in tmp_path.glob("PCCDesk-*")]
    assert made and all("-verify" in name for name in made)
    with capsys.disabled():  # how long it took is asked for whenever this ran
        print(f"\nproved in {report['seconds']:.0f} s: {', '.join(list(report['time'].values())[:6])}")
