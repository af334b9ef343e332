"""Writes the lock: every package, its exact version and hashes, for Linux and Windows and each Python we support."""

import subprocess
import sys
import tempfile
from pathlib import Path

from dev_tools.places import BUILD_LOCK, LOCK, ROOT, RUN_LOCK, venv_python

UV = "uv==0.13.9"


def write(upgrade: bool = False) -> None:
    """Resolve pyproject.toml's needs and write the three lock files; versions stay unless `upgrade`."""
    with tempfile.TemporaryDirectory(prefix="pcc-desk-lock-") as scratch:
        subprocess.run([sys.executable, "-m", "venv", scratch], check=True)
        python = venv_python(Path(scratch))
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", UV], check=True)
        resolve = [
            str(python),
            "-m",
            "uv",
            "pip",
            "compile",
            "--quiet",
            "--universal",
            "--generate-hashes",
            *(["--upgrade"] if upgrade else []),
        ]
        resolve += ["--python-version", "3.11", "--no-header", "pyproject.toml"]
        run, build, dev = (path.relative_to(ROOT).as_posix() for path in (RUN_LOCK, BUILD_LOCK, LOCK))
        subprocess.run([*resolve, "-o", run], cwd=ROOT, check=True)
        subprocess.run([*resolve, "--group", "build", "-c", run, "-o", build], cwd=ROOT, check=True)
        subprocess.run([*resolve, "--group", "dev", "-c", build, "-o", dev], cwd=ROOT, check=True)
