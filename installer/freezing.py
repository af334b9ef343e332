"""Freezing: the program, its libraries and its resources put into one folder by PyInstaller."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from dev_tools.environment import only_one
from dev_tools.places import BUILD_LOCK, ROOT, cache
from installer.generating import write_order
from installer.machines import Machine
from installer.plan import Plan

SPEC = ROOT / "installer" / "pcc-desk.spec"
LONGEST = 2_400.0  # seconds; under Wine it took 720 on two cores that ten other programs wanted
# What the frozen folder is made of, beside what is generated for it.
FROM = ("pcc_desk", "resources", "requirements", "installer/pcc-desk.spec", "installer/freezing.py", "LICENSE")
MOST_KEPT = 2


def freeze(plan: Plan, machine: Machine, python: Path) -> str:
    """Freeze with `python`, which belongs to `machine`. Raises: BuildFailed.

    A verification takes what was frozen before from the very same files, unless the plan wants it fresh.
    """
    kept = cache() / f"frozen-{digest_of_inputs(plan, python)}"
    again = plan.mode == "wine" and not plan.fresh and kept.exists()
    if again:
        shutil.copytree(kept, plan.frozen)
    else:
        _freeze(plan, machine, python)
    _date(plan.frozen)
    if plan.mode == "wine" and not again:
        _keep(plan.frozen, kept)
    files = [each for each in plan.frozen.rglob("*") if each.is_file()]
    how = ", as frozen before from the same files" if again else ""
    return f"{sum(each.stat().st_size for each in files) / 1e6:.1f} MB in {len(files)} files{how}"


def date_of_commit() -> str:
    """Give the moment of the last commit to what is frozen, in seconds since 1970.

    So a build depends neither on when it runs nor on commits to anything else.
    """
    command: Sequence[str] = ["git", "log", "-1", "--format=%ct", "--", *FROM]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "1767225600"


def digest_of_inputs(plan: Plan, python: Path) -> str:
    """Give one number for everything that decides what the frozen folder holds."""
    total = hashlib.sha256(f"{plan.mode} {plan.version} {date_of_commit()} {python.parent.name}".encode())
    total.update(BUILD_LOCK.read_bytes())
    for root, path in _inputs(plan):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        total.update(f"{path.relative_to(root).as_posix()} {content}\n".encode())
    return total.hexdigest()[:16]


def _inputs(plan: Plan) -> Iterator[tuple[Path, Path]]:
    generated = [plan.work / "licences", plan.work / "version.txt", plan.work / "manifest.xml"]
    for root, places in ((ROOT, [ROOT / each for each in FROM]), (plan.work, generated)):
        for place in places:
            files = [place] if place.is_file() else sorted(each for each in place.rglob("*") if each.is_file())
            yield from ((root, each) for each in files if "__pycache__" not in each.parts)


def _freeze(plan: Plan, machine: Machine, python: Path) -> None:
    settings = {
        "PCC_DESK_ORDER": machine.name(write_order(plan, machine.name)),
        # The same tree gives the same bytes: no chance in the order of sets, and the commit's own date.
        "PYTHONHASHSEED": "0",
        "SOURCE_DATE_EPOCH": date_of_commit(),
        "PYINSTALLER_CONFIG_DIR": machine.name(plan.work / "pyinstaller"),  # else it writes into the person's home
    }
    command = [machine.name(python), "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN"]
    command += ["--distpath", machine.name(plan.frozen.parent), "--workpath", machine.name(plan.work / "work")]
    machine.run([*command, machine.name(SPEC)], LONGEST, settings).expect(0, "PyInstaller")


def _date(frozen: Path) -> None:
    """Give every file the commit's date: a setup keeps the dates of what it packs."""
    moment = int(date_of_commit())
    for each in frozen.rglob("*"):
        os.utime(each, (moment, moment))


def _keep(frozen: Path, place: Path) -> None:
    """Keep a frozen folder for the next build of the same files, and only a few of them."""
    with only_one(cache() / "frozen.lock"):
        with tempfile.TemporaryDirectory(dir=cache(), ignore_cleanup_errors=True) as scratch:
            # Copied beside its place and moved there whole: what exists is finished.
            copied = Path(shutil.copytree(frozen, Path(scratch) / place.name))
            shutil.rmtree(place, ignore_errors=True)
            copied.rename(place)
        kept = sorted(cache().glob("frozen-*"), key=lambda each: each.stat().st_mtime)
        for old in kept[:-MOST_KEPT]:
            shutil.rmtree(old, ignore_errors=True)
