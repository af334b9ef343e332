"""Freezes the desk for this kind of PC and proves that the frozen program draws every panel."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent
BUILD = ROOT / "build"
PROGRAM = BUILD / "dist" / "pcc-desk" / ("pcc-desk.exe" if sys.platform == "win32" else "pcc-desk")
SECONDS = 300
PANELS = 7


class BuildFailed(Exception):
    """A step that must not fail did; the sentence says which and what to look at."""


def freeze() -> None:
    """Put the program, its libraries and its resources into one folder with PyInstaller."""
    import PyInstaller.__main__

    PyInstaller.__main__.run(
        [
            *("--noconfirm", "--clean", "--onedir", "--windowed", "--log-level", "WARN", "--name", "pcc-desk"),
            *("--distpath", str(BUILD / "dist"), "--workpath", str(BUILD / "work"), "--specpath", str(BUILD)),
            *("--add-data", f"{ROOT / 'resources'}{os.pathsep}resources", "--collect-submodules", "pcc_desk"),
            *("--collect-data", "tzdata", "--collect-submodules", "sqlalchemy.dialects.sqlite"),
            str(ROOT / "pcc_desk" / "__main__.py"),
        ]
    )


def prove() -> None:
    """Start the frozen program on the rehearsal office and count the pictures it draws.

    Raises:
        BuildFailed: it did not end well, or a panel is missing.
    """
    with tempfile.TemporaryDirectory(prefix="pcc-desk-proof-") as folder:
        drawn = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
        command = [str(PROGRAM), "--rehearsal", "--shots", folder]
        ended = subprocess.run(command, env=drawn, timeout=SECONDS, check=False).returncode
        pictures = len(list(Path(folder).glob("*-light-100.png")))
    if ended or pictures != PANELS:
        raise BuildFailed(f"The frozen program ended with {ended} and drew {pictures} of {PANELS} panels.")


def main() -> int:
    """Take each step in turn, telling its seconds, and give the exit code."""
    steps: dict[str, Callable[[], None]] = {"freeze": freeze, "prove": prove}
    for name, step in steps.items():
        began = time.monotonic()
        print(f"{name} …", flush=True)
        try:
            step()
        except BuildFailed as reason:
            print(f"{name} failed. {reason}", file=sys.stderr)
            return 1
        print(f"{name} done in {time.monotonic() - began:.0f} s", flush=True)
    size = sum(each.stat().st_size for each in PROGRAM.parent.rglob("*") if each.is_file())
    print(f"{PROGRAM.parent}: {size / 1e6:.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
