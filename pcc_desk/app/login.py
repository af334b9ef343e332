"""Starting with the person's sign-in to Windows: one value in their own part of the registry, off until they ask."""

import subprocess
import sys
from typing import Protocol

RUN = r"Software\Microsoft\Windows\CurrentVersion\Run"
ALLOWED = r"Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run"
NAME = "PCC Desk"  # the setup removes the value of this name
TRAY = "--tray"


class Registry(Protocol):
    """The person's own part of the registry."""

    def read(self, key: str, name: str) -> bytes | str | None:
        """Give a value, or None when it is not there."""

    def write(self, key: str, name: str, words: str) -> None:
        """Keep words under a name. Raises: OSError."""

    def remove(self, key: str, name: str) -> None:
        """Forget a name; an absent one is fine. Raises: OSError."""


class LogIn:
    """Whether this program starts when the person signs in."""

    def __init__(self, registry: Registry, program: str, name: str = NAME) -> None:
        """Keep the whole path of `program` under `name`."""
        self._registry, self._name = registry, name
        self._command = subprocess.list2cmdline([program, TRAY])

    def starts(self) -> bool:
        """Tell whether it starts, which Windows' own list of start programs can forbid."""
        forbidden = self._registry.read(ALLOWED, self._name)
        # The first byte is odd when the person switched it off in the Task Manager.
        switched_off = isinstance(forbidden, bytes) and bool(forbidden[:1]) and forbidden[0] % 2 == 1
        return self._registry.read(RUN, self._name) == self._command and not switched_off

    def choose(self, starts: bool) -> None:
        """Start at sign-in from now on, or no more. Raises: OSError."""
        if starts:
            self._registry.write(RUN, self._name, self._command)
            self._registry.remove(ALLOWED, self._name)
        else:
            self._registry.remove(RUN, self._name)


def this_program() -> LogIn | None:
    """Give the sign-in of the installed program; None where it is not installed or this is not Windows."""
    registry = own_registry()
    return LogIn(registry, sys.executable) if registry is not None and getattr(sys, "frozen", False) else None


def own_registry() -> Registry | None:
    """Give the person's own part of the registry; None where there is none."""
    if sys.platform == "win32":
        return WindowsRegistry()
    return None


if sys.platform == "win32":
    import winreg

    class WindowsRegistry:
        """HKEY_CURRENT_USER."""

        def read(self, key: str, name: str) -> bytes | str | None:
            """Give a value, or None when it is not there."""
            try:
                with winreg.OpenKey(winreg.HKEY_CURRENT_USER, key) as opened:
                    value: bytes | str = winreg.QueryValueEx(opened, name)[0]
                    return value
            except FileNotFoundError:
                return None

        def write(self, key: str, name: str, words: str) -> None:
            """Keep words under a name. Raises: OSError."""
            with winreg.CreateKey(winreg.HKEY_CURRENT_USER, key) as opened:
                winreg.SetValueEx(opened, name, 0, winreg.REG_SZ, words)

        def remove(self, key: str, name: str) -> None:
            """Forget a name; an absent one is fine. Raises: OSError."""
            try:
                with winreg.OpenKey(winreg.HKEY_CURRENT_USER, key, 0, winreg.KEY_SET_VALUE) as opened:
                    winreg.DeleteValue(opened, name)
            except FileNotFoundError:
                return
