"""Each reason for which the setup for one person refuses, brought about for real; nothing may have changed afterwards.

The others are where they belong in the story: an older one (33) after the upgrade, a copy for everybody (36) with that.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PureWindowsPath

from installer.pc import OWN_KEY, Pc, Setups, contents_of, ended, expect, unchanged, wait

RUNNING, NOT_UNPACKED, IN_USE, NOT_OURS = 32, 34, 35, 37
LETTER = "letter.txt"


def refuse_a_folder_of_somebody_else(pc: Pc, setups: Setups) -> str:
    """Choose a folder that holds something else, before anything is installed. Raises: BuildFailed."""
    letters = pc.temporary / "letters"
    letters.mkdir()
    (letters / LETTER).write_text("Dear Commissioner")
    with unchanged(letters, "a folder of somebody else's"):
        pc.set_up(setups.own, NOT_OURS, "Installing into a folder that holds a letter", letters)
    expect(not pc.registry(OWN_KEY), "no mark of an installed copy in the registry")
    return f"a folder that holds something else is refused with {NOT_OURS}, nothing changed"


def refuse_while_running(pc: Pc, setups: Setups) -> str:
    """Set up while a desk is open that is not asked. Raises: BuildFailed.

    A rehearsal has a folder of its own, so the setup's asking does not reach it and it stays open.
    """
    others = set(pc.temporary.glob("pcc-desk-rehearsal-*"))
    with unchanged(pc.own, "a refused setup"), pc.open_desk(pc.own, "--rehearsal") as desk:
        wait(lambda: bool(set(pc.temporary.glob("pcc-desk-rehearsal-*")) - others), "The rehearsal did not start.")
        pc.set_up(setups.own_next, RUNNING, "Installing while the desk is open")
        expect(desk.poll() is None, "the open desk going on")
    return f"refused with {RUNNING} while a desk is open, nothing changed"


def refuse_what_cannot_be_unpacked(pc: Pc, setups: Setups) -> str:
    """Let something in use stand where the program would be unpacked. Raises: BuildFailed."""
    in_the_way = pc.own / "new" / "pcc-desk.exe"
    in_the_way.mkdir(parents=True)
    with unchanged(pc.own, "a setup that could not unpack"), _standing_in(pc, in_the_way):
        pc.set_up(setups.own_next, NOT_UNPACKED, "Installing where a file cannot be written")
    return f"a file that cannot be written is refused with {NOT_UNPACKED}, nothing changed"


def refuse_on_a_full_disk(pc: Pc, setups: Setups) -> str:
    """Let the disk be full in the midst of the largest file. Raises: BuildFailed."""
    with unchanged(pc.own, "a setup that ran out of room"):
        ran = pc.machine.run_short_of_room(pc.silently(setups.own_next))
        if ran is None:
            return "a full disk: not tried on this machine"
        ran.expect(NOT_UNPACKED, "Installing on a full disk")
    return f"a full disk is refused with {NOT_UNPACKED}, nothing changed"


def refuse_a_copy_in_use(pc: Pc, setups: Setups) -> str:
    """Let another program stand in the old copy's folder, which Windows then lets nobody move. Raises: BuildFailed."""
    with unchanged(pc.own, "a setup that could not move the old copy"), _standing_in(pc, pc.own / "_internal"):
        pc.set_up(setups.own_next, IN_USE, "Installing over a copy that is in use")
    return f"an old copy in use is refused with {IN_USE}, nothing changed"


def finish_what_a_power_cut_left(pc: Pc, setups: Setups) -> str:
    """Leave the folder as a power cut in the midst of the swap does, then set up again. Raises: BuildFailed."""
    before = contents_of(pc.own)
    (pc.own / "_internal").rename(pc.own / "_internal.old")
    (pc.own / "pcc-desk.exe").rename(pc.own / "pcc-desk.exe.old")
    (pc.own / "new" / "_internal").mkdir(parents=True)
    pc.set_up(setups.own, 0, "Installing after a power cut")
    expect(contents_of(pc.own).keys() == before.keys(), "the whole copy and nothing else, after a power cut")
    return "a swap that a power cut ended halfway is put right"


@contextmanager
def _standing_in(pc: Pc, folder: Path) -> Iterator[None]:
    """Have another program stand in a folder; it waits there for words, and ends when none can come any more."""
    standing = pc.temporary / "standing"
    standing.unlink(missing_ok=True)
    shell = str(PureWindowsPath("C:\\windows", "system32", "cmd.exe"))
    with ended(pc.machine.start([shell, "/k", f"echo here>{pc.machine.name(standing)}"], folder)) as holder:
        wait(standing.exists, f"No program could be made to stand in {folder}.")
        yield
        if holder.stdin is not None:
            holder.stdin.close()
        wait(lambda: holder.poll() is not None, f"The program that stood in {folder} did not go.")
