"""Freezing: the program, its libraries and its resources put into one folder by PyInstaller."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from dev_tools.places import ROOT
from installer.generating import write_order
from installer.machines import Machine
from installer.plan import Plan

SPEC = ROOT / "installer" / "pcc-desk.spec"
LONGEST = 1_800.0  # seconds; under Wine it took 720 on two cores that ten other programs wanted


def freeze(plan: Plan, machine: Machine, python: Path) -> str:
    """Freeze with `python`, which belongs to `machine`. Raises: BuildFailed."""
    settings = {
        "PCC_DESK_ORDER": machine.name(write_order(plan, machine.name)),
        # The same tree gives the same bytes: no chance in the order of sets, and the commit's own date.
        "PYTHONHASHSEED": "0",
        "SOURCE_DATE_EPOCH": date_of_commit(),
        "PYINSTALLER_CONFIG_DIR": machine.name(plan.work / "pyinstaller"),  # else it writes into the person's home
    }
    command = [machine.name(python), "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN"]
    command += ["--distpath", machine.name(plan.frozen.parent), "--workpath", machine.name(plan.work / "work")]
    machine.run([*command, machine.name(SPEC)], LONGEST, settings).expect(0, "PyInstaller")
    files = [each for each in plan.frozen.rglob("*") if each.is_file()]
    return f"{sum(each.stat().st_size for each in files) / 1e6:.1f} MB in {len(files)} files"


def date_of_commit() -> str:
    """Give the moment of the last commit, in seconds since 1970, so that a build does not depend on when it runs."""
    command: Sequence[str] = ["git", "log", "-1", "--format=%ct"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "1767225600"
