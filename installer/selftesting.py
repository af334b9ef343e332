"""The frozen program's own self-test, run where it will be used."""

import json
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from dev_tools.checks import IN_A_SESSION
from installer.machines import Machine
from installer.plan import BuildFailed

LONGEST = 1_500.0  # seconds; the program gives up by itself when it stands still, and only a dead one takes so long
PANELS = 7
NO_NEWS = "dbus-daemon["  # around a Linux program: it cannot raise its limits in a container


def examine(machine: Machine, program: Path, out: Path) -> str:
    """Let `program` examine itself and write what it found to `out`, its pictures beside that. Raises: BuildFailed."""
    pictures = out.with_name(f"{out.stem}-pictures")
    shutil.rmtree(pictures, ignore_errors=True)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.unlink(missing_ok=True)
    command = [machine.name(program), "--selftest", "--out", machine.name(out)]
    with _surroundings(command) as (wrapped, settings):
        ran = machine.run(wrapped, LONGEST, settings)
    if not out.exists():
        raise BuildFailed(f"The self-test wrote nothing and ended with {ran.code}.\n{ran.said[-2000:]}")
    report = json.loads(out.read_text("utf-8"))
    failed = [f"{each['name']}: {each['seen']}" for each in report["findings"] if not each["passed"]]
    said = [line for line in ran.said.splitlines() if line.strip() and not line.startswith(NO_NEWS)]
    if failed or ran.code or not report["passed"] or said:
        raise BuildFailed(f"The self-test ended with {ran.code}: {'; '.join([*failed, *said])}")
    drawn = len(list(pictures.glob("*.png")))
    if drawn != PANELS or not report["frozen"]:
        raise BuildFailed(f"The self-test drew {drawn} of {PANELS} panels; frozen: {report['frozen']}.")
    return f"{len(report['findings'])} findings, {drawn} panels on {report['screen']}"


@contextmanager
def _surroundings(command: Sequence[str]) -> Iterator[tuple[Sequence[str], dict[str, str]]]:
    """Give the command and its settings; a Linux program gets a keyring, a home of its own and no screen."""
    if sys.platform != "linux" or command[0].endswith(".exe"):
        yield command, {}
        return
    with tempfile.TemporaryDirectory(prefix="pcc-desk-proof-", ignore_cleanup_errors=True) as home:
        settings = {f"XDG_{kind}_HOME": home for kind in ("CONFIG", "DATA", "STATE")}
        settings |= {"XDG_RUNTIME_DIR": home, "QT_QPA_PLATFORM": "offscreen", "HOME": home}
        yield ["dbus-run-session", "--", "sh", "-c", IN_A_SESSION, "sh", *command], settings
