"""What must hold when a setup is run on a PC: installing, refusing, upgrading and removing."""

import shutil
import time
from collections.abc import Callable

from installer import refusals, selftesting
from installer.machines import Machine
from installer.pc import LONGEST, MACHINE_KEY, OFFICE, OWN_KEY, REMOVAL, RUN, Pc, Setups, expect, unchanged, wait
from installer.plan import Plan

DOWNGRADE, FOR_EVERYBODY = 33, 36
LOCK = "desk.lock"  # of an open desk, in the office's folder


class Story:
    """What is tried one after another, and what each was seen to do, with its seconds."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.found: list[str] = []

    def take(self, trial: Callable[[], str]) -> None:
        """Try one thing more. Raises: BuildFailed."""
        began = time.monotonic()
        seen = trial()
        self.found.append(f"{seen} ({time.monotonic() - began:.0f} s)")
        print(f"  {self.found[-1]}", flush=True)


def try_own_setup(plan: Plan, machine: Machine, setups: Setups) -> list[str]:
    """Install for one person, and everything that can come after. Raises: BuildFailed."""
    pc, story = Pc(plan, machine), Story()
    program, out = pc.own / plan.program, plan.work / "trials" / "own.json"
    story.take(lambda: refusals.refuse_a_folder_of_somebody_else(pc, setups))
    story.take(lambda: _install_own(plan, pc, setups))
    story.take(lambda: f"self-test where it is installed: {selftesting.examine(machine, program, out)}")
    story.take(lambda: refusals.refuse_while_running(pc, setups))
    story.take(lambda: refusals.refuse_what_cannot_be_unpacked(pc, setups))
    story.take(lambda: refusals.refuse_on_a_full_disk(pc, setups))
    story.take(lambda: refusals.refuse_a_copy_in_use(pc, setups))
    story.take(lambda: refusals.finish_what_a_power_cut_left(pc, setups))
    story.take(lambda: _upgrade_over_an_open_desk(pc, setups))
    story.take(lambda: _refuse_an_older_one(pc, setups))
    story.take(lambda: _refuse_the_other_beside_it(pc, setups))
    story.take(lambda: _remove_own(pc))
    return story.found


def try_setup_for_everybody(plan: Plan, machine: Machine, setups: Setups) -> list[str]:
    """Install for everybody on the PC, and everything that can come after. Raises: BuildFailed."""
    pc, story = Pc(plan, machine), Story()
    program, out = pc.everybody / plan.program, plan.work / "trials" / "everybody.json"
    shutil.rmtree(pc.office, ignore_errors=True)
    story.take(lambda: _install_for_everybody(pc, setups))
    story.take(lambda: f"self-test where it is installed: {selftesting.examine(machine, program, out)}")
    story.take(lambda: _refuse_an_own_copy(pc, setups))
    story.take(lambda: _upgrade_for_everybody(pc, setups))
    story.take(lambda: _refuse_an_older_one_for_everybody(pc, setups))
    story.take(lambda: _remove_for_everybody(pc, setups))
    return story.found


def _install_own(plan: Plan, pc: Pc, setups: Setups) -> str:
    pc.set_up(setups.own, 0, "Installing")
    pc.same_as_frozen(pc.own, {"uninstall.exe"})
    expect(f"DisplayVersion    REG_SZ    {plan.version}" in pc.registry(REMOVAL), "the entry under Apps")
    expect(bool(pc.registry(OWN_KEY)) and pc.entry.exists(), "the mark in the registry and the Start menu's entry")
    return "installed: files as frozen, the entry under Apps, the Start menu"


def _upgrade_over_an_open_desk(pc: Pc, setups: Setups) -> str:
    (pc.own / "_internal" / "stale.txt").write_text("of an older one")
    with pc.open_desk(pc.own) as desk:
        wait((pc.office / LOCK).exists, "The desk did not start.")  # one that hears nothing yet is asked again
        pc.set_up(setups.own_next, 0, "Upgrading")
        wait(lambda: desk.poll() is not None, "The desk did not close when the setup asked it to.")
    pc.same_as_frozen(pc.own, {"uninstall.exe"})
    (pc.office / "desk.db").write_bytes(OFFICE)
    return "upgraded: an open desk was asked to close and did, the stale file is gone"


def _refuse_an_older_one(pc: Pc, setups: Setups) -> str:
    with unchanged(pc.own, "a refused downgrade"):
        pc.set_up(setups.own, DOWNGRADE, "Installing an older one")
    return f"an older one is refused with {DOWNGRADE}, nothing changed"


def _refuse_the_other_beside_it(pc: Pc, setups: Setups) -> str:
    refused = pc.machine.run(pc.silently(setups.everybody), LONGEST)
    expect(refused.code != 0 and not pc.everybody.exists(), "the setup for everybody refusing beside this one")
    return "the setup for everybody refuses beside it"


def _remove_own(pc: Pc) -> str:
    pc.machine.run(["reg", "add", RUN, "/v", "PCC Desk", "/d", "x", "/f"], 120).expect(0, "Starting at log-in")
    pc.machine.run([pc.machine.name(pc.own / "uninstall.exe"), "/S"], LONGEST)
    # The program that removes goes on from a copy of itself after this call is back.
    wait(lambda: not pc.own.exists() and not pc.registry(REMOVAL), "Something of the program was left behind.")
    left = [each for each in (pc.registry(OWN_KEY), pc.registry(RUN, "PCC Desk")) if each]
    expect(not left and not pc.entry.exists(), "nothing left in the registry and the Start menu")
    expect((pc.office / "desk.db").read_bytes() == OFFICE, "the office's own folder")
    return "removed: program, Start menu, registry and log-in; what the office wrote is kept"


def _install_for_everybody(pc: Pc, setups: Setups) -> str:
    pc.set_up(setups.everybody, 0, "Installing for everybody")
    pc.same_as_frozen(pc.everybody, set())
    return "installed for everybody: files as frozen"


def _refuse_an_own_copy(pc: Pc, setups: Setups) -> str:
    pc.set_up(setups.own, FOR_EVERYBODY, "Installing an own copy beside it")
    expect(not pc.own.exists(), "no own copy beside the one for everybody")
    return f"an own copy beside it is refused with {FOR_EVERYBODY}"


def _upgrade_for_everybody(pc: Pc, setups: Setups) -> str:
    with pc.open_desk(pc.everybody) as desk:
        wait((pc.office / LOCK).exists, "The desk for everybody did not start.")
        pc.set_up(setups.everybody_next, 0, "Upgrading for everybody")
        wait(lambda: desk.poll() is not None, "The desk did not close when the setup for everybody asked it to.")
    pc.same_as_frozen(pc.everybody, set())
    (pc.office / "desk.db").write_bytes(OFFICE)
    return "upgraded: an open desk was asked to close and did"


def _refuse_an_older_one_for_everybody(pc: Pc, setups: Setups) -> str:
    with unchanged(pc.everybody, "a refused downgrade"):
        older = pc.machine.run(pc.silently(setups.everybody), LONGEST)
        expect(older.code != 0, "an older one for everybody being refused")
    return "an older one is refused, nothing changed"


def _remove_for_everybody(pc: Pc, setups: Setups) -> str:
    remove = ["msiexec", "/x", pc.machine.name(setups.everybody_next), "/qn"]
    pc.machine.run(remove, LONGEST).expect(0, "Removing")
    expect(not pc.everybody.exists() and not pc.registry(MACHINE_KEY), "nothing left of the one for everybody")
    expect((pc.office / "desk.db").read_bytes() == OFFICE, "the office's own folder")
    return "removed; what the office wrote is kept"
