"""One build from the order to the proof: the steps in their order, for the machine that a mode builds on."""

import hashlib
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from dev_tools import environment
from dev_tools.places import BUILD_LOCK, ROOT, cache
from installer import contents, controls, generating, ingredients, preflight, selftesting, setup_exe, setup_msi, twice
from installer.freezing import date_of_commit, freeze
from installer.machines import Here, Machine
from installer.plan import BuildFailed, Plan
from installer.progress import Progress
from installer.sbom import write_sbom
from installer.signing import NoSigner, Signer, signer_for


@dataclass
class Bench:
    """What the steps of one build hand on: where it runs, the Python that freezes, and what it is made of."""

    plan: Plan
    machine: Machine
    python: Path
    signer: Signer
    parts: tuple[ingredients.Ingredient, ...] = ()
    made: list[Path] = field(default_factory=list)


def build(plan: Plan, progress: Progress) -> None:
    """Take every step of a build. Raises: BuildFailed with the first thing that is not right."""
    progress.step("preflight", lambda: preflight.check(plan))
    _clear(plan)
    with ExitStack() as held:
        bench = held.enter_context(_bench(plan, progress))
        _freeze(bench, progress)
        _pack(bench, progress)
        progress.step("sums", lambda: _write_sums(bench))
        if plan.verify_install:
            _install(bench, progress)
    progress.finish()


def _freeze(bench: Bench, progress: Progress) -> None:
    plan, machine = bench.plan, bench.machine
    progress.step("generate", lambda: _generate(bench))
    progress.step("freeze", lambda: freeze(plan, machine, bench.python))
    progress.step("check the folder", lambda: _check_folder(bench))
    if plan.twice:
        progress.step("built twice", lambda: _build_again(bench))
    progress.step("self-test", lambda: selftesting.examine(machine, plan.frozen / plan.program, _selftest_of(plan)))
    progress.step("controls of the folder", lambda: controls.try_contents(plan, bench.parts))
    progress.step("control of the self-test", lambda: controls.try_selftest(plan, machine))


def _build_again(bench: Bench) -> list[str]:
    second = twice.second_of(bench.plan)
    _clear(second)
    _generate(replace(bench, plan=second, made=[]))
    freeze(second, bench.machine, bench.python)
    found = twice.compare(bench.plan, second)
    shutil.rmtree(second.work_root)
    return found


def _pack(bench: Bench, progress: Progress) -> None:
    plan, signer = bench.plan, bench.signer
    if not plan.windows:
        progress.step("pack", lambda: _pack_linux(bench))
        return
    program = plan.frozen / plan.program
    progress.step(f"sign ({plan.sign})", lambda: _sign(signer, program))
    wanted = {".exe": "nsis", ".msi": "msi"}
    for name, setup in _setups_of(plan).items():
        if setup.parent == plan.out and wanted[setup.suffix] in plan.formats:
            bench.made.append(setup)
            progress.step(name, lambda setup=setup: _make(bench, setup, plan.version))  # type: ignore[misc]  # bound early
    if bench.made and not isinstance(signer, NoSigner):
        progress.step("control of the signature", lambda: controls.try_signature(plan, signer, bench.made[-1]))


def _install(bench: Bench, progress: Progress) -> None:
    # Known on Windows and in the pretended one only.
    from installer import trials
    from installer.pc import Setups

    plan = bench.plan
    if not plan.windows or set(plan.formats) != {"nsis", "msi"}:
        raise BuildFailed("Installing on trial needs Windows, or Wine, and both setups.")
    major, minor, patch = plan.version.split(".")
    later = f"{major}.{minor}.{int(patch) + 1}"
    setups = Setups(*_setups_of(plan).values())
    progress.step("the next setup", lambda: _make(bench, setups.own_next, later))
    progress.step("the next setup for everybody", lambda: _make(bench, setups.everybody_next, later))
    with ExitStack() as held:
        if plan.mode == "wine":
            pc = progress.enter("a fresh PC", held, lambda: _pretended(plan, "install"))
        else:
            pc = bench.machine
        progress.step("install for one person", lambda: trials.try_own_setup(plan, pc, setups))
        progress.step("install for everybody", lambda: trials.try_setup_for_everybody(plan, pc, setups))


def _setups_of(plan: Plan) -> dict[str, Path]:
    """Name the two setups of this version, which are handed out, and the same of the next, which are not."""
    own, everybody = plan.output("-setup.exe"), plan.output("-x64.msi")
    aside = plan.work / "next"
    return {
        "setup for one person": own,
        "its next": aside / own.name,
        "setup for everybody": everybody,
        "the next for everybody": aside / everybody.name,
    }


def _sign(signer: Signer, program: Path) -> str:
    signer.sign(program)
    signer.verify(program)
    return program.name


def _make(bench: Bench, setup: Path, version: str) -> str:
    if setup.suffix == ".msi":
        return setup_msi.make_msi(bench.plan, bench.signer, setup, version)
    handed_out = setup.parent == bench.plan.out  # one that is only upgraded to need not be small
    return setup_exe.make_setup(bench.plan, bench.signer, setup, version, pressed=handed_out)


def _generate(bench: Bench) -> str:
    plan = bench.plan
    version = bench.machine.run([bench.machine.name(bench.python), "-c", "import sys; print(sys.version)"], 120)
    number = version.expect(0, "The Python that freezes").said.split()[0]
    bench.parts = ingredients.gather(bench.python, plan.windows, number)
    text = ingredients.notices(bench.parts)
    licences = plan.work / "licences"
    licences.mkdir(parents=True, exist_ok=True)
    (licences / Path(contents.NOTICES).name).write_text(text, "utf-8")
    shutil.copy(ROOT / "LICENSE", licences / "LICENSE.txt")
    plan.out.mkdir(parents=True, exist_ok=True)
    made_at = datetime.fromtimestamp(int(date_of_commit()), UTC)
    listed, noted = plan.output("-sbom.cdx.json"), plan.output("-notices.txt")
    listed.write_text(write_sbom(plan.version, bench.parts, made_at), "utf-8")
    noted.write_text(text, "utf-8")
    bench.made += [listed, noted]
    icon = generating.write_parts(plan)
    return f"Python {number}, {len(bench.parts)} ingredients with their licences, icon of {icon}"


def _check_folder(bench: Bench) -> str:
    folder = contents.look_into(bench.plan.frozen, bench.plan.program)
    places = {str(ROOT), str(cache()), str(bench.python.parent)}
    private = places | {place.replace("/", "\\") for place in places}
    return contents.check(bench.plan, folder, bench.parts, sorted(private))


def _pack_linux(bench: Bench) -> str:
    target = bench.plan.output(".tar.gz")
    shutil.make_archive(str(target).removesuffix(".tar.gz"), "gztar", bench.plan.frozen.parent, bench.plan.frozen.name)
    bench.made.append(target)
    return f"{target.name}, {target.stat().st_size / 1e6:.1f} MB"


def _write_sums(bench: Bench) -> str:
    sums = [f"{hashlib.sha256(each.read_bytes()).hexdigest()}  {each.name}" for each in sorted(bench.made)]
    (bench.plan.out / "SHA256SUMS").write_text("\n".join(sums) + "\n", "utf-8")
    return f"{len(sums)} files"


def _selftest_of(plan: Plan) -> Path:
    return plan.out / "selftest.json"


def _clear(plan: Plan) -> None:
    shutil.rmtree(plan.work, ignore_errors=True)
    plan.work.mkdir(parents=True)


@contextmanager
def _bench(plan: Plan, progress: Progress) -> Iterator[Bench]:
    """Give what the build works with; a pretended PC ends with it."""
    with ExitStack() as held:
        found: list[Path] = []
        if plan.mode == "wine":
            from installer import windows_python

            progress.step("a Windows Python", lambda: found.append(windows_python.ensure()))
            machine: Machine = progress.enter("a pretended PC", held, lambda: _pretended(plan, "build"))
        else:
            progress.step("a Python to freeze with", lambda: found.append(_own_python()))
            machine = Here()
        yield Bench(plan, machine, found[0], signer_for(plan))


@contextmanager
def _pretended(plan: Plan, name: str) -> Iterator[Machine]:
    from installer.wine import pretended_pc, screen

    with screen() as display, pretended_pc(plan.work / f"pc-{name}", display, plan.keep) as pc:
        yield pc


def _own_python() -> Path:
    digest = hashlib.sha256(BUILD_LOCK.read_bytes()).hexdigest()[:12]
    # In this checkout, not in the cache all checkouts share: an environment knows which checkout it is for.
    return environment.ensure(ROOT / "build" / f"freezer-{sys.version_info.minor}-{digest}", BUILD_LOCK)
