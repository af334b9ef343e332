"""The same commit built a second time: what is the same to the last byte, and why the rest is not."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from installer.pc import contents_of
from installer.plan import BuildFailed, Plan
from installer.setup_exe import make_setup
from installer.setup_msi import make_msi
from installer.signing import NoSigner

# What may differ between two builds, and why. Everything else must not.
MAY_DIFFER = {".msi": "its package code and its dates are new each time, as Windows Installer wants of each packing"}
SIGNED = "Signed files differ by the signature's time and, where it is thrown away, by the certificate."


def second_of(plan: Plan) -> Plan:
    """Give the plan of the second build, which hands out nothing and takes nothing that was frozen before."""
    root = plan.work_root / "again"
    return replace(plan, work_root=root, out=root / "out", fresh=True)


def compare(plan: Plan, second: Plan) -> list[str]:
    """Hold two builds that are not signed yet against each other, byte by byte. Raises: BuildFailed."""
    found = [
        _same("frozen", contents_of(plan.frozen), contents_of(second.frozen)),
        _same("list and notices", _texts(plan, second), _texts(second, second)),
    ]
    if plan.windows:
        found.append(_same("packed", *(_packed(each) for each in (plan, second))))
        found.append(SIGNED)
    return found


def _same(what: str, one: dict[str, str], other: dict[str, str]) -> str:
    differing = sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
    unexplained = [name for name in differing if Path(name).suffix not in MAY_DIFFER]
    if unexplained:
        raise BuildFailed(f"Built twice, and not the same: {', '.join(unexplained)}.")
    reasons = [f"{name} differs: {MAY_DIFFER[Path(name).suffix]}" for name in differing]
    return "; ".join([f"{what}: {len(one) - len(differing)} files the same to the last byte", *reasons])


def _texts(plan: Plan, second: Plan) -> dict[str, str]:
    # An older version's files may lie beside those of this one.
    return {name: digest for name, digest in contents_of(plan.out).items() if (second.out / name).exists()}


def _packed(plan: Plan) -> dict[str, str]:
    place = plan.work / "unsigned"
    packers: Sequence[tuple[str, Callable[..., str]]] = (("-setup.exe", make_setup), ("-x64.msi", make_msi))
    for ending, pack in packers:
        pack(plan, NoSigner(), place / plan.output(ending).name, plan.version)
    return contents_of(place)
