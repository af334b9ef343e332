"""Where the checkout and the things it makes are."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / ".ready"
LOCK = ROOT / "requirements" / "dev.txt"
RUN_LOCK = ROOT / "requirements" / "run.txt"
BUILD_LOCK = ROOT / "requirements" / "build.txt"
WINDOWS = sys.platform == "win32"


def venv_python(venv: Path = VENV) -> Path:
    """Return the Python program inside a virtual environment."""
    return venv / ("Scripts/python.exe" if WINDOWS else "bin/python")


def cache() -> Path:
    """Return the folder for parts too slow to fetch on every run: the user's cache, shared by all checkouts."""
    home = os.environ.get("PCC_PARTS")
    return Path(home) if home else Path.home() / ".cache" / "pcc-desk"
