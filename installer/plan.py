"""What one run of build_installer.py is asked to do, and how it says that it cannot."""

import argparse
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dev_tools.places import ROOT
from pcc_desk import __version__

NAME = "pcc-desk"  # of the program's file
MODES = ("windows", "wine", "linux")
SIGNERS = ("none", "osslsigncode", "signtool", "azure")
FORMATS = ("nsis", "msi")
FAILED, MISSING = 2, 3  # exit codes: a check failed; a tool is missing
# What each mode's files are called, so that nobody can take one that was only made to be looked at for the real one.
MARKS = {"windows": "", "wine": "-verify", "linux": "-NOT-WINDOWS"}


class BuildFailed(Exception):
    """A step that must not fail did; the sentence says which, and what was seen."""


class ToolMissing(BuildFailed):
    """A program or a package is not on this machine; the sentence names the line that installs it."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What one run makes, out of what, and how far it proves it."""

    mode: str
    sign: str = "none"
    formats: tuple[str, ...] = FORMATS
    fast: bool = False
    release: bool = False
    verify_install: bool = False
    keep: bool = False
    fresh: bool = False
    twice: bool = False
    out: Path = ROOT / "dist"
    work_root: Path = ROOT / "build"
    version: str = __version__

    @property
    def windows(self) -> bool:
        """Whether the frozen program is one for Windows."""
        return self.mode != "linux"

    @property
    def program(self) -> str:
        """The name of the frozen program's file."""
        return f"{NAME}.exe" if self.windows else NAME

    @property
    def work(self) -> Path:
        """The folder for everything that is not handed out."""
        return self.work_root / self.mode

    @property
    def frozen(self) -> Path:
        """The folder of the frozen program."""
        return self.work / "dist" / NAME

    def output(self, ending: str) -> Path:
        """Name a file to hand out."""
        return self.out / f"PCCDesk-{self.version}{MARKS[self.mode]}{ending}"


def read_plan(arguments: Sequence[str]) -> Plan:
    """Read the command line; see `--help` for each word."""
    parser = argparse.ArgumentParser(prog="build_installer.py", description="Makes and proves what an office installs.")
    parser.add_argument("--mode", choices=("auto", *MODES), default="auto", help="where and for what to build")
    parser.add_argument("--sign", choices=SIGNERS, help="who signs; wine mode signs with a certificate it throws away")
    parser.add_argument("--formats", default=",".join(FORMATS), help="nsis (one person), msi (everybody on the PC)")
    parser.add_argument("--fast", action="store_true", help="pack quickly and larger")
    parser.add_argument("--release", action="store_true", help="demand all that a release needs")
    parser.add_argument(
        "--verify-install", action="store_true", help="install, upgrade and remove it; wine always does"
    )
    parser.add_argument("--keep", action="store_true", help="keep the pretended PC of wine mode to look at")
    parser.add_argument("--fresh", action="store_true", help="freeze anew though nothing has changed; wine mode only")
    parser.add_argument("--twice", action="store_true", help="freeze and pack a second time and compare every byte")
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="the folder for what is handed out")
    given = parser.parse_args(arguments)
    mode = choose_mode() if given.mode == "auto" else given.mode
    formats = tuple(given.formats.split(","))
    if not set(formats) <= set(FORMATS):
        parser.error(f"--formats takes {' and '.join(FORMATS)}")
    return Plan(
        mode=mode,
        sign=given.sign or ("osslsigncode" if mode == "wine" else "none"),
        formats=formats,
        fast=given.fast or mode == "wine",
        release=given.release,
        verify_install=given.verify_install or mode == "wine",
        keep=given.keep,
        fresh=given.fresh,
        twice=given.twice,
        out=given.out.resolve(),
    )


def choose_mode() -> str:
    """Give the mode that proves most on this machine."""
    if sys.platform == "win32":
        return "windows"
    return "wine" if shutil.which("wine") and shutil.which("makensis") else "linux"
