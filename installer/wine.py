"""A pretended Windows PC: a fresh Wine prefix, a pretended screen, and what Wine 8 lacks.

Wine stands in for Windows to verify a build without one; what it makes is never handed out.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from installer.machines import Ran, finish
from installer.plan import BuildFailed

COMPILER = "x86_64-w64-mingw32-gcc"
SCREEN = ("-screen", "0", "1400x900x24", "-nolisten", "tcp")
BOOT_SECONDS = 180.0
# Qt's core links to the converters of Windows' ICU, which Wine has from 11.5 on. Nothing of ours asks them anything.
CONVERTERS = (
    *("open", "close", "reset", "getMaxCharSize", "getName", "getToUCallBack", "getFromUCallBack", "setToUCallBack"),
    *("setFromUCallBack", "cbToUWriteUChars", "toUnicode", "cbFromUWriteUChars", "toUCountPending"),
    *("fromUCountPending", "getStandardName", "getAvailableName", "countAvailable", "fromUnicode"),
)
CALLBACKS = ("UCNV_FROM_U_CALLBACK_SUBSTITUTE", "UCNV_TO_U_CALLBACK_SUBSTITUTE")
STAND_IN = "icuuc.dll"  # must never reach what is handed out
# Without a debugger or the menus of a desktop, and without two large parts that a Qt program does not use.
OVERRIDES = "mscoree=;mshtml=;winedbg.exe=d;winemenubuilder.exe=d"
FONT = "DejaVu Sans"  # stands for the font of Windows, which is not free


class Wine:
    """One pretended PC; commands wait for nothing and what they say is caught."""

    def __init__(self, prefix: Path, display: str) -> None:
        """Use the prefix `prefix` on the X screen `display`."""
        self._prefix = prefix
        self._settings = {
            **{name: kept for name, kept in os.environ.items() if not name.startswith(("QT_", "PYTHON"))},
            "WINEPREFIX": str(prefix),
            "WINEARCH": "win64",
            "WINEDEBUG": "-all",
            "WINEDLLOVERRIDES": OVERRIDES,
            "DISPLAY": display,
        }

    def run(self, command: Sequence[str], seconds: float, settings: Mapping[str, str] | None = None) -> Ran:
        """Run a Windows command to its end, in at most `seconds`. Raises: BuildFailed when it takes longer."""
        return finish(["wine", *command], seconds, self._settings | dict(settings or {}))

    def start(self, command: Sequence[str]) -> "subprocess.Popen[bytes]":
        """Start a Windows command and go on."""
        none = subprocess.DEVNULL
        # Its output goes into a pipe that nobody reads: Wine's Python dies of a file in that place.
        return subprocess.Popen(
            ["wine", *command], stdin=none, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=self._settings
        )

    def name(self, path: Path) -> str:
        """Give the Windows name of a file of ours."""
        inside = self._prefix / "drive_c"
        if path.is_relative_to(inside):
            return "C:\\" + str(path.relative_to(inside)).replace("/", "\\")
        return "Z:" + str(path).replace("/", "\\")

    def folder(self, variable: str) -> Path:
        """Give the folder that an environment variable of the person there names."""
        # The last line: Wine itself may have something to say before.
        said = self.run(["cmd", "/c", f"echo %{variable}%"], 60).said.strip().splitlines()
        if not said or not said[-1].startswith("C:\\"):
            raise BuildFailed(f"Wine does not know %{variable}%: {said}")
        return self._prefix / "drive_c" / said[-1].strip()[3:].replace("\\", "/")

    def boot(self) -> None:
        """Make the prefix, with the stand-in and a font. Raises: BuildFailed."""
        shutil.rmtree(self._prefix, ignore_errors=True)
        self._prefix.mkdir(parents=True)
        self.run(["wineboot", "-i"], BOOT_SECONDS).expect(0, "Making the pretended Windows PC")
        self._wait()
        _compile_stand_in(self._prefix / "drive_c" / "windows" / "system32" / STAND_IN)
        for alias in ("Segoe UI", "Tahoma", "MS Shell Dlg", "MS Shell Dlg 2"):
            key = r"HKCU\Software\Wine\Fonts\Replacements"
            self.run(["reg", "add", key, "/v", alias, "/d", FONT, "/f"], 60).expect(0, "Naming a font")

    def stop(self) -> None:
        """End everything that runs on this pretended PC."""
        subprocess.run(["wineserver", "-k"], env=self._settings, check=False, capture_output=True, timeout=60)

    def _wait(self) -> None:
        subprocess.run(["wineserver", "-w"], env=self._settings, check=False, capture_output=True, timeout=BOOT_SECONDS)


@contextmanager
def screen() -> Iterator[str]:
    """Show windows on a pretended screen and give its name."""
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), *SCREEN]
    shown = subprocess.Popen(command, pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as told:
        number = told.readline().strip()
    try:
        if not number:
            raise BuildFailed("Xvfb, which pretends a screen, did not start.")
        yield f":{number}"
    finally:
        shown.terminate()
        shown.wait()


@contextmanager
def pretended_pc(prefix: Path, display: str, keep: bool = False) -> Iterator[Wine]:
    """Give a freshly made pretended PC, and end and remove it afterwards unless it is to be kept."""
    pc = Wine(prefix, display)
    try:
        pc.boot()
        yield pc
    finally:
        pc.stop()
        if not keep:
            shutil.rmtree(prefix, ignore_errors=True)


def _compile_stand_in(target: Path) -> None:
    names = [*CALLBACKS, *(f"ucnv_{name}" for name in CONVERTERS)]
    source = target.with_suffix(".c")
    source.write_text("".join(f"__declspec(dllexport) void *{name}(void) {{ return 0; }}\n" for name in names))
    try:
        command = [COMPILER, "-shared", "-O1", "-s", "-o", str(target), str(source)]
        finish(command, 120, os.environ).expect(0, "Compiling what Wine lacks")
    finally:
        source.unlink()
