"""A pretended Windows PC: a fresh Wine prefix, a pretended screen, and what Wine 8 lacks.

Wine stands in for Windows to verify a build without one; what it makes is never handed out.
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from dev_tools.environment import only_one
from dev_tools.places import cache
from installer.machines import Ran, finish, start
from installer.plan import BuildFailed

COMPILER = "x86_64-w64-mingw32-gcc"
SCREEN = ("-screen", "0", "1400x900x24", "-nolisten", "tcp")
BOOT_SECONDS = 400.0
FULL_SECONDS = 600.0
ROOM = 8_000_000  # bytes: the program's own file is larger, Wine's registry is not
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

    def start(self, command: Sequence[str], place: Path | None = None) -> "subprocess.Popen[bytes]":
        """Start a Windows command, in the folder `place` if that is given, and go on."""
        return start(["wine", *command], place, self._settings)

    def run_short_of_room(self, command: Sequence[str]) -> Ran | None:
        """Run a Windows command that cannot write further than `ROOM` into any file, as on a disk that gets full."""
        limit = ["env", "--ignore-signal=XFSZ", "prlimit", f"--fsize={ROOM}:{ROOM}", "--"]
        return finish([*limit, "wine", *command], FULL_SECONDS, self._settings)

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
        self._prefix.mkdir(parents=True)
        self.run(["wineboot", "-i"], BOOT_SECONDS).expect(0, "Making the pretended Windows PC")
        _compile_stand_in(self._prefix / "drive_c" / "windows" / "system32" / STAND_IN)
        for alias in ("Segoe UI", "Tahoma", "MS Shell Dlg", "MS Shell Dlg 2"):
            key = r"HKCU\Software\Wine\Fonts\Replacements"
            self.run(["reg", "add", key, "/v", alias, "/d", FONT, "/f"], 120).expect(0, "Naming a font")
        self._wait()  # what was set is written when the last program has ended

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
    """Give a fresh pretended PC, and end and remove it afterwards unless it is to be kept. Raises: BuildFailed."""
    shutil.rmtree(prefix, ignore_errors=True)
    prefix.parent.mkdir(parents=True, exist_ok=True)
    _copy(_fresh_pc(display), prefix)
    pc = Wine(prefix, display)
    try:
        yield pc
    finally:
        pc.stop()
        if not keep:
            shutil.rmtree(prefix, ignore_errors=True)


def _fresh_pc(display: str) -> Path:
    """Have a pretended PC that nothing was done on yet, made once for each version of Wine and of this file."""
    told = finish(["wine", "--version"], 60, os.environ).said + str(Path.home())
    digest = hashlib.sha256(told.encode() + Path(__file__).read_bytes()).hexdigest()[:12]
    place = cache() / f"windows-pc-{digest}"
    cache().mkdir(parents=True, exist_ok=True)
    with only_one(cache() / "windows-pc.lock"):
        if not place.exists():
            # Made beside its place and moved there whole: what exists is finished.
            with tempfile.TemporaryDirectory(dir=cache(), ignore_cleanup_errors=True) as scratch:
                pc = Wine(Path(scratch) / "pc", display)
                try:
                    pc.boot()
                finally:
                    pc.stop()
                (Path(scratch) / "pc").rename(place)
    return place


def _copy(place: Path, target: Path) -> None:
    finish(["cp", "-a", "--reflink=auto", str(place), str(target)], 600, os.environ).expect(0, "Copying a fresh PC")


def _compile_stand_in(target: Path) -> None:
    names = [*CALLBACKS, *(f"ucnv_{name}" for name in CONVERTERS)]
    source = target.with_suffix(".c")
    source.write_text("".join(f"__declspec(dllexport) void *{name}(void) {{ return 0; }}\n" for name in names))
    try:
        command = [COMPILER, "-shared", "-O1", "-s", "-o", str(target), str(source)]
        finish(command, 120, os.environ).expect(0, "Compiling what Wine lacks")
    finally:
        source.unlink()
