"""A PC to install on: what is installed there, what a person would find, and waiting for what happens there."""

import hashlib
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from installer.machines import Machine
from installer.plan import BuildFailed, Plan

OWN_KEY = r"HKCU\Software\PCCDesk"
MACHINE_KEY = r"HKLM\Software\PCCDesk"
REMOVAL = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\PCCDesk"
RUN = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Run"
LONGEST = 600.0  # seconds for one setup, on a PC that ten other programs want
FREE = "free"
OFFICE = b"what the office wrote"


@dataclass(frozen=True, slots=True)
class Setups:
    """The two setups of this version, and the same of the next one, to upgrade to."""

    own: Path
    own_next: Path
    everybody: Path
    everybody_next: Path


class Pc:
    """A PC to install on: what is installed there, and what a person would find."""

    def __init__(self, plan: Plan, machine: Machine) -> None:
        """Use a machine that nothing of ours is installed on."""
        self._plan, self.machine = plan, machine
        local, roaming = machine.folder("LOCALAPPDATA"), machine.folder("APPDATA")
        self.own = local / "Programs" / "PCC Desk"
        self.everybody = machine.folder("ProgramW6432") / "PCC Desk"
        self.office = local / "PCC Desk"
        self.entry = roaming / "Microsoft" / "Windows" / "Start Menu" / "Programs" / "PCC Desk.lnk"
        self.temporary = machine.folder("TEMP")

    def set_up(self, setup: Path, expected: int, what: str, place: Path | None = None) -> None:
        """Run a setup silently, into `place` if that is given, and hold it to its exit code. Raises: BuildFailed."""
        self.machine.run(self.silently(setup, place), LONGEST).expect(expected, what)

    def silently(self, setup: Path, place: Path | None = None) -> list[str]:
        """Give the command that runs a setup and asks nobody."""
        windows = self.machine.name(setup)
        if setup.suffix == ".msi":
            return ["msiexec", "/i", windows, "/qn"]
        return [windows, "/S", *([f"/D={self.machine.name(place)}"] if place else [])]

    def registry(self, key: str, value: str = "") -> str:
        """Read a key, or one value of it; "" when it is not there."""
        ran = self.machine.run(["reg", "query", key, *(["/v", value] if value else [])], 120)
        return "" if ran.code else ran.said

    def same_as_frozen(self, place: Path, besides: set[str]) -> None:
        """Hold an installed folder against the frozen one, file by file. Raises: BuildFailed."""
        there, wanted = contents_of(place), contents_of(self._plan.frozen)
        for name in besides:
            if there.pop(name, None) is None:
                raise BuildFailed(f"{name} was not installed.")
        differing = sorted(name for name in there.keys() | wanted.keys() if there.get(name) != wanted.get(name))
        if differing:
            raise BuildFailed(f"Installed other files than were frozen: {', '.join(differing[:10])}.")

    @contextmanager
    def open_desk(self, place: Path, *words: str) -> Iterator["subprocess.Popen[bytes]"]:
        """Have the desk that is installed in `place` open; afterwards nothing of it runs. Raises: BuildFailed."""
        with ended(self.machine.start([self.machine.name(place / self._plan.program), *words])) as desk:
            yield desk
        # One that is ended leaves the child that looks at pictures behind, until that has noticed.
        wait(lambda: self._is_free(place), "Something of a desk that was ended still runs.")

    def _is_free(self, place: Path) -> bool:
        # Nothing is added to the program's file. One that runs from it forbids that, and that is said beside the word.
        words = ["cmd", "/c", f"type nul>>{self._plan.program}&&echo {FREE}"]
        with ended(self.machine.start(words, place)) as asked:
            return asked.stdout is not None and asked.stdout.read().decode(errors="replace").split() == [FREE]


def contents_of(place: Path) -> dict[str, str]:
    """Give the digest of every file below a folder, by its name."""
    return {
        each.relative_to(place).as_posix(): hashlib.sha256(each.read_bytes()).hexdigest()
        for each in sorted(place.rglob("*"))
        if each.is_file()
    }


@contextmanager
def unchanged(place: Path, what: str) -> Iterator[None]:
    """Hold a folder to being the same afterwards. Raises: BuildFailed."""
    before = contents_of(place)
    yield
    expect(contents_of(place) == before, f"{what} that changes nothing")


@contextmanager
def ended(program: "subprocess.Popen[bytes]") -> Iterator["subprocess.Popen[bytes]"]:
    """Have a program run, and end it afterwards if it still does."""
    try:
        yield program
    finally:
        if program.poll() is None:
            program.kill()
        program.wait()
        for stream in (program.stdin, program.stdout):
            if stream is not None:
                stream.close()


def expect(holds: bool, what: str) -> None:
    """Go on when something holds. Raises: BuildFailed."""
    if not holds:
        raise BuildFailed(f"Not seen: {what}.")


def wait(until: Callable[[], bool], sentence: str, seconds: float = 400.0) -> None:
    """Wait until something holds. Raises: BuildFailed with the sentence after `seconds`."""
    ends = time.monotonic() + seconds
    while not until():
        if time.monotonic() > ends:
            raise BuildFailed(sentence)
        time.sleep(0.5)
