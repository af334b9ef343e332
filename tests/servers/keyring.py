"""Real states of the system's secret store: open, locked, and not there at all."""

import os
import subprocess
from collections.abc import Sequence
from enum import Enum
from pathlib import Path

from tests.servers.process import find_program

UNLOCK = 'printf rehearsal | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; exec "$@"'
LOCKED = 'gnome-keyring-daemon --start --components=secrets >/dev/null 2>&1; exec "$@"'
A_BUS = ("DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY")


class KeyringState(Enum):
    """What the desk may find when it asks the system for its key."""

    OPEN = "open"
    LOCKED = "locked"
    ABSENT = "absent"


def run_in(state: KeyringState, home: Path, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run `command` with a private home and a secret store in `state`, and return what it said."""
    settings = {name: value for name, value in os.environ.items() if name not in A_BUS}
    for name in ("XDG_RUNTIME_DIR", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        place = home / name.lower()
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        settings[name] = str(place)
    if state is not KeyringState.ABSENT:
        find_program("gnome-keyring-daemon")
        prepare = UNLOCK if state is KeyringState.OPEN else LOCKED
        command = [find_program("dbus-run-session"), "--", "sh", "-c", prepare, "sh", *command]
    return subprocess.run(command, env=settings, capture_output=True, text=True, timeout=60, check=False)
