"""Everything that must hold before the code is right: style, types, floors, tests."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from dev_tools.parts import KEYRING
from dev_tools.places import ROOT, WINDOWS

TYPED = ("pcc_desk", "benchmarks", "dev.py", "dev_tools", "installer", "build_installer.py", "tests")
FLOORS = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports())"
UNLOCK = "printf rehearsal | env -u DISPLAY -u WAYLAND_DISPLAY gnome-keyring-daemon --unlock --components=secrets"
# The daemon's own chatter (it cannot raise its limits in a container) is no news.
IN_A_SESSION = f'{UNLOCK} >/dev/null 2>&1; exec "$@"'


def lint(python: Path) -> list[str]:
    """Run the style, type and floor checks, each to its end, and return the names of those that failed."""
    typed = [path for path in TYPED if (ROOT / path).exists()]
    checks = {
        "style (ruff check)": ["-m", "ruff", "check", "--quiet", "."],
        "layout (ruff format)": ["-m", "ruff", "format", "--check", "--quiet", "."],
        "types (mypy --strict)": ["-m", "mypy", "--strict", "--no-error-summary", *typed],
        "floors (import-linter)": ["-c", FLOORS],
    }
    return [name for name, arguments in checks.items() if _run(name, [str(python), *arguments])]


def run_tests(python: Path, arguments: Sequence[str]) -> int:
    """Run pytest with a private home, an unlocked keyring and no screen; return its exit code."""
    command = [str(python), "-m", "pytest", *arguments]
    with tempfile.TemporaryDirectory(prefix="pcc-desk-tests-", ignore_cleanup_errors=True) as home:
        if _has_keyring():
            command = ["dbus-run-session", "--", "sh", "-c", IN_A_SESSION, "sh", *command]
        return subprocess.run(command, cwd=ROOT, env=_private(Path(home)), check=False).returncode


def _private(home: Path) -> Mapping[str, str]:
    places = {name: home / name.lower() for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")}
    places["XDG_RUNTIME_DIR"] = home / "run"
    for place in places.values():
        place.mkdir(mode=0o700)
    kept = {name: value for name, value in os.environ.items() if name != "DBUS_SESSION_BUS_ADDRESS"}
    return kept | {name: str(place) for name, place in places.items()} | {"QT_QPA_PLATFORM": "offscreen"}


def _has_keyring() -> bool:
    return not WINDOWS and KEYRING.is_here()


def _run(name: str, command: Sequence[str]) -> int:
    print(f"-- {name}", file=sys.stderr, flush=True)
    return subprocess.run(command, cwd=ROOT, check=False).returncode
