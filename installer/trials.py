"""What must hold when a setup is run on a PC: installing, refusing, upgrading and removing."""

import hashlib
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from installer import selftesting
from installer.machines import Machine
from installer.plan import BuildFailed, Plan

OWN_KEY = r"HKCU\Software\PCCDesk"
MACHINE_KEY = r"HKLM\Software\PCCDesk"
REMOVAL = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\PCCDesk"
RUN = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Run"
RUNNING, DOWNGRADE, FOR_EVERYBODY = 32, 33, 36
LONGEST = 400.0
OFFICE = b"what the office wrote"
CODE = 0xFF  # a Linux parent sees the last byte of an exit code


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

    def set_up(self, setup: Path, expected: int, what: str) -> None:
        """Run a setup silently and hold it to its exit code. Raises: BuildFailed."""
        windows = self.machine.name(setup)
        silent = ["msiexec", "/i", windows, "/qn"] if setup.suffix == ".msi" else [windows, "/S"]
        self.machine.run(silent, LONGEST).expect(expected, what)

    def registry(self, key: str, value: str = "") -> str:
        """Read a key, or one value of it; "" when it is not there."""
        ran = self.machine.run(["reg", "query", key, *(["/v", value] if value else [])], 60)
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


def contents_of(place: Path) -> dict[str, str]:
    """Give the digest of every file below a folder, by its name."""
    return {
        each.relative_to(place).as_posix(): hashlib.sha256(each.read_bytes()).hexdigest()
        for each in place.rglob("*")
        if each.is_file()
    }


def try_own_setup(plan: Plan, machine: Machine, setups: Setups) -> list[str]:
    """Install for one person, and everything that can come after. Raises: BuildFailed."""
    pc = Pc(plan, machine)
    program = pc.own / plan.program
    found = []
    pc.set_up(setups.own, 0, "Installing")
    pc.same_as_frozen(pc.own, {"uninstall.exe"})
    _expect(f"DisplayVersion    REG_SZ    {plan.version}" in pc.registry(REMOVAL), "the entry under Apps")
    _expect(bool(pc.registry(OWN_KEY)) and pc.entry.exists(), "the mark in the registry and the Start menu's entry")
    found.append("installed: files as frozen, the entry under Apps, the Start menu")
    found.append(selftesting.examine(machine, program, plan.work / "trials" / "own.json"))
    found.append(_refuse_while_running(pc, program, setups))
    found.append(_upgrade_over_an_open_desk(pc, program, setups))
    before = contents_of(pc.own)
    pc.set_up(setups.own, DOWNGRADE, "Installing an older one")
    _expect(contents_of(pc.own) == before, "a refused downgrade that changes nothing")
    found.append(f"an older one is refused with {DOWNGRADE}, nothing changed")
    refused = machine.run(["msiexec", "/i", machine.name(setups.everybody), "/qn"], LONGEST)
    _expect(refused.code != 0 and not pc.everybody.exists(), "the setup for everybody refusing beside this one")
    found.append("the setup for everybody refuses beside it")
    found.append(_remove_own(pc))
    return found


def try_setup_for_everybody(plan: Plan, machine: Machine, setups: Setups) -> list[str]:
    """Install for everybody on the PC, and everything that can come after. Raises: BuildFailed."""
    pc = Pc(plan, machine)
    pc.office.mkdir(parents=True, exist_ok=True)
    (pc.office / "desk.db").write_bytes(OFFICE)
    pc.set_up(setups.everybody, 0, "Installing for everybody")
    pc.same_as_frozen(pc.everybody, set())
    found = ["installed for everybody: files as frozen"]
    found.append(selftesting.examine(machine, pc.everybody / plan.program, plan.work / "trials" / "everybody.json"))
    pc.set_up(setups.own, FOR_EVERYBODY, "Installing an own copy beside it")
    _expect(not pc.own.exists(), "no own copy beside the one for everybody")
    found.append(f"an own copy beside it is refused with {FOR_EVERYBODY}")
    pc.set_up(setups.everybody_next, 0, "Upgrading for everybody")
    pc.same_as_frozen(pc.everybody, set())
    older = machine.run(["msiexec", "/i", machine.name(setups.everybody), "/qn"], LONGEST)
    _expect(older.code != 0, "an older one for everybody being refused")
    found.append("upgraded; an older one is refused")
    machine.run(["msiexec", "/x", machine.name(setups.everybody_next), "/qn"], LONGEST).expect(0, "Removing")
    _expect(not pc.everybody.exists() and not pc.registry(MACHINE_KEY), "nothing left of the one for everybody")
    _expect((pc.office / "desk.db").read_bytes() == OFFICE, "the office's own folder")
    found.append("removed; what the office wrote is kept")
    return found


def _refuse_while_running(pc: Pc, program: Path, setups: Setups) -> str:
    """A rehearsal has a folder of its own, so the setup's asking does not reach it and it stays open."""
    before, others = contents_of(pc.own), set(pc.temporary.glob("pcc-desk-rehearsal-*"))
    desk = pc.machine.start([pc.machine.name(program), "--rehearsal"])
    try:
        _wait(lambda: bool(set(pc.temporary.glob("pcc-desk-rehearsal-*")) - others), "The rehearsal did not start.")
        pc.set_up(setups.own_next, RUNNING, "Installing while the desk is open")
        _expect(desk.poll() is None, "the open desk going on")
    finally:
        _end(desk)
    _expect(contents_of(pc.own) == before, "a refused setup that changes nothing")
    return f"refused with {RUNNING} while a desk is open, nothing changed"


def _upgrade_over_an_open_desk(pc: Pc, program: Path, setups: Setups) -> str:
    (pc.own / "_internal" / "stale.txt").write_text("of an older one")
    desk = pc.machine.start([pc.machine.name(program)])
    try:
        # It opens this file after it began to hear what later starts ask.
        _wait(lambda: (pc.office / "logs" / "crash.log").exists(), "The desk did not start.")
        pc.set_up(setups.own_next, 0, "Upgrading")
        _wait(lambda: desk.poll() is not None, "The desk did not close when the setup asked it to.")
    finally:
        _end(desk)
    pc.same_as_frozen(pc.own, {"uninstall.exe"})
    (pc.office / "desk.db").write_bytes(OFFICE)
    return "upgraded: an open desk was asked to close and did, the stale file is gone"


def _remove_own(pc: Pc) -> str:
    pc.machine.run(["reg", "add", RUN, "/v", "PCC Desk", "/d", "x", "/f"], 60).expect(0, "Starting at log-in")
    pc.machine.run([pc.machine.name(pc.own / "uninstall.exe"), "/S"], LONGEST)
    # The program that removes goes on from a copy of itself after this call is back.
    _wait(lambda: not pc.own.exists() and not pc.registry(REMOVAL), "Something of the program was left behind.")
    left = [each for each in (pc.registry(OWN_KEY), pc.registry(RUN, "PCC Desk")) if each]
    _expect(not left and not pc.entry.exists(), "nothing left in the registry and the Start menu")
    _expect((pc.office / "desk.db").read_bytes() == OFFICE, "the office's own folder")
    return "removed: program, Start menu, registry and log-in; what the office wrote is kept"


def _expect(holds: bool, what: str) -> None:
    if not holds:
        raise BuildFailed(f"Not seen: {what}.")


def _wait(until: Callable[[], bool], sentence: str, seconds: float = 180.0) -> None:
    ends = time.monotonic() + seconds
    while not until():
        if time.monotonic() > ends:
            raise BuildFailed(sentence)
        time.sleep(0.5)


def _end(desk: "subprocess.Popen[bytes]") -> None:
    if desk.poll() is None:
        desk.kill()
    desk.wait()
