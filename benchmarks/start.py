"""How long until the desk is painted, shows the inbox, answers a filter and is whole, beside a bare PySide6 window.

The desk opens an encrypted office of a million messages with the key from a real keyring.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from benchmarks import data
from benchmarks.figure import Figure
from dev_tools.checks import IN_A_SESSION
from pcc_desk.paths import DATABASE, SETTINGS
from pcc_desk.settings import Settings, SettingsFile
from pcc_desk.store import driver

METRICS = ("start_to_paint", "start_to_inbox", "start_to_usable", "start_to_whole")  # S0, S1, S2, and all loaded
MARKS = ("painted", "inbox", "usable", "whole")
ROUNDS = 9
BASELINE = "bare PySide6 window painted"


def measure() -> Iterator[Figure]:
    """Start a bare window and the desk in turn, inside a session with an unlocked keyring."""
    with tempfile.TemporaryDirectory(prefix="pcc-desk-start-") as home:
        _make_office(Path(home), data.database(data.LARGE))
        rounds = _run_in_session(Path(home))
    for metric, mark in zip(METRICS, MARKS, strict=True):
        ratio = median(each[mark] / each["bare"] for each in rounds)
        yield Figure(metric, median(each[mark] for each in rounds), "ms", ratio, BASELINE, len(rounds))


def _make_office(folder: Path, database: Path) -> None:
    # A link and not a copy: a start reads the database and hardly writes, and a copy would take a gigabyte.
    for each in (DATABASE, DATABASE + ".proof"):
        os.symlink(database.with_name(each), folder / each)
    SettingsFile(folder / SETTINGS).write(Settings(vault_id=driver.prove(data.KEY), theme="light"))


def _run_in_session(home: Path) -> list[dict[str, float]]:
    runtime = home / "run"
    runtime.mkdir(mode=0o700)
    private = os.environ | {"XDG_RUNTIME_DIR": str(runtime), "XDG_DATA_HOME": str(home / "data")}
    # An installed desk keeps its compiled modules, as Qt's are kept; both programs are measured that way.
    for name in ("DBUS_SESSION_BUS_ADDRESS", "PYTHONDONTWRITEBYTECODE"):
        private.pop(name, None)
    inside = [sys.executable, "-m", "benchmarks.start", str(home)]
    command = ["dbus-run-session", "--", "sh", "-c", IN_A_SESSION, "sh", *inside]
    told = subprocess.run(command, env=private, stdout=subprocess.PIPE, check=True)
    rounds: list[dict[str, float]] = json.loads(told.stdout.splitlines()[-1])
    return rounds


def _rounds(folder: Path) -> list[dict[str, float]]:
    """Start both in turn; the first round warms the caches and is not counted."""
    from pcc_desk.vault import Vault, system_keyring

    Vault(system_keyring()).keep(driver.prove(data.KEY), data.KEY)
    marks = folder / "marks"
    desk = [sys.executable, "-m", "pcc_desk", "--data", str(folder), "--marks", str(marks)]
    rounds = []
    for _ in range(ROUNDS + 1):
        bare = _start([sys.executable, "-m", "benchmarks.bare_window"])["painted"]
        marks.unlink(missing_ok=True)
        rounds.append({"bare": bare} | _start(desk, marks))
        shutil.rmtree(folder / "backups", ignore_errors=True)
    return rounds[1:]


def _start(command: list[str], marks: Path | None = None) -> dict[str, float]:
    """Run a program to its end and give its marks in ms since it was started."""
    began = time.monotonic_ns()
    said = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=120).stdout
    lines = said if marks is None else marks.read_text("utf-8")
    return {mark: (int(at) - began) / 1e6 for mark, at in (line.split() for line in lines.splitlines())}


if __name__ == "__main__":
    print(json.dumps(_rounds(Path(sys.argv[1]))))
