"""System packages: what is missing, and how it comes."""

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from dev_tools.stop import Stop

# What Qt opens for itself when it starts, and the Debian package each comes in.
QT_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libglib-2.0.so.0": "libglib2.0-0",
}
SCREEN_LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
}
CLUSTER_SETTINGS = Path("/etc/postgresql-common/createcluster.conf")


def ensure_qt(screen: bool) -> None:
    """Have the system libraries that Qt needs, with or without a real `screen`. Raises: Stop."""
    if sys.platform != "linux":
        return
    wanted = QT_LIBRARIES | (SCREEN_LIBRARIES if screen else {})
    missing = missing_packages(wanted)
    if missing:
        install(missing, "open a window")


def missing_packages(libraries: Mapping[str, str]) -> list[str]:
    """Return the Debian packages of those `libraries` that this machine cannot open."""
    return [package for library, package in libraries.items() if not _can_open(library)]


def can_install() -> bool:
    """Tell whether this user may install system packages here."""
    return sys.platform == "linux" and shutil.which("apt-get") is not None and os.geteuid() == 0


def apt_line(packages: Sequence[str]) -> str:
    """Return the one line that installs `packages`."""
    return "sudo apt-get install --no-install-recommends " + " ".join(packages)


def install(packages: Sequence[str], purpose: str) -> None:
    """Install system packages as root. Raises: Stop, with the one line to type, where we may not."""
    if not can_install():
        raise Stop(f"This machine lacks what PCC Desk needs to {purpose}. Please run:\n  {apt_line(packages)}")
    print(f"Installing {' '.join(packages)} ...", file=sys.stderr, flush=True)
    _apt("update", "-qq")
    if "postgresql" in packages:
        _forbid_a_standing_cluster()
    _apt("install", "-y", "-qq", "--no-install-recommends", *packages)


def _forbid_a_standing_cluster() -> None:
    _apt("install", "-y", "-qq", "--no-install-recommends", "postgresql-common")
    text = CLUSTER_SETTINGS.read_text() if CLUSTER_SETTINGS.exists() else ""
    lines = [line for line in text.splitlines() if "create_main_cluster" not in line]
    CLUSTER_SETTINGS.write_text("\n".join([*lines, "create_main_cluster = false", ""]))


def _apt(*arguments: str) -> None:
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(
        ["apt-get", *arguments], env=quiet, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    if done.returncode:
        print(done.stdout.decode(errors="replace")[-2000:], file=sys.stderr)
        raise Stop(
            f"`apt-get {' '.join(arguments)}` failed. Its last words are above. Check the network and run this again."
        )


def _can_open(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
