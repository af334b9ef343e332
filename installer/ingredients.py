"""What the program is made of, as found where it is frozen: each locked package with its licence and its modules."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path, PurePosixPath

from dev_tools.places import ROOT, RUN_LOCK
from installer.locked import Package, normal, read_lock
from installer.plan import BuildFailed

LICENCE_FILE = re.compile(r"(licen[cs]e|copying|notice)", re.IGNORECASE)
# Their wheels bring the commercial terms only; we use them under the LGPL, whose two texts are ours to add.
LGPL = {"pyside6-essentials", "shiboken6"}
LGPL_TEXTS = ("LGPL-3.0.txt", "GPL-3.0.txt")
LGPL_WORDS = (
    "PCC Desk uses Qt and Qt for Python under the GNU Lesser General Public License, version 3. They are separate files"
    " in the program's folder and may be replaced by other builds of the same version. Their source code is at"
    " download.qt.io and code.qt.io.\n\n"
)


@dataclass(frozen=True, slots=True)
class Ingredient:
    """One thing the program contains: its licence's short name, the licence's words, and its top modules."""

    package: Package
    licence: str
    words: str
    modules: frozenset[str]


def gather(python: Path, windows: bool, version: str) -> tuple[Ingredient, ...]:
    """Find every package of the run lock, and the Python itself, where `python` (of a `version`) keeps them.

    Raises:
        BuildFailed: a package is not there in the locked version, or comes without its licence.
    """
    site = site_packages(python)
    there = {normal(each.metadata["Name"]): each for each in distributions(path=[str(site)])}
    wanted = read_lock(RUN_LOCK, windows, version)
    for package in wanted:
        if package.name not in there or there[package.name].version != package.version:
            raise BuildFailed(f"{package.name} {package.version} of the lock is not in {site}.")
    found = [_ingredient(package, there[package.name]) for package in wanted]
    bootloader = there["pyinstaller"]
    found.append(_ingredient(Package("pyinstaller", bootloader.version, ()), bootloader))
    found.append(Ingredient(Package("cpython", version, ()), "PSF-2.0", _python_licence(python), frozenset()))
    return tuple(found)


def site_packages(python: Path) -> Path:
    """Give the folder where a Python keeps its packages."""
    for place in (python.parent / "Lib", python.parent.parent / "Lib", *python.parent.parent.glob("lib/python3*")):
        if (place / "site-packages").is_dir():
            return place / "site-packages"
    raise BuildFailed(f"{python} has no packages.")


def notices(ingredients: Sequence[Ingredient]) -> str:
    """Write the notices that the licences of all ingredients ask for."""
    head = "PCC Desk is made with the work of others. Here are their names, versions and licences.\n"
    parts = [f"{heading(each.package)}\n{each.licence}\n\n{each.words.strip()}\n" for each in ingredients]
    return "\n\n".join([head, *parts])


def heading(package: Package) -> str:
    """Write the line above a package's licence."""
    return f"=== {package.name} {package.version} ==="


def check_notices(text: str, ingredients: Sequence[Ingredient]) -> None:
    """Find an ingredient that the notices do not name, or name without its licence. Raises: BuildFailed."""
    for each in ingredients:
        _, _, after = text.partition(heading(each.package))
        if not each.words.strip() or each.words.strip() not in after.partition("\n=== ")[0]:
            raise BuildFailed(f"The notices do not hold the licence of {each.package.name} {each.package.version}.")


def _ingredient(package: Package, found: Distribution) -> Ingredient:
    told = [found.metadata[name] for name in ("License-Expression", "License") if name in found.metadata]
    licence = told[0].splitlines()[0] if told and told[0].strip() else "see below"
    files = [PurePosixPath(str(each)) for each in found.files or ()]
    words = "\n\n".join(
        Path(str(found.locate_file(str(each)))).read_text("utf-8")
        for each in sorted(files)
        if any(part.endswith(".dist-info") for part in each.parts) and LICENCE_FILE.search(each.name)
    )
    if package.name in LGPL:
        texts = [(ROOT / "resources" / "licences" / name).read_text("utf-8") for name in LGPL_TEXTS]
        licence, words = "LGPL-3.0-only", LGPL_WORDS + "\n\n".join(texts)
    if not words.strip():
        raise BuildFailed(f"{package.name} {package.version} comes without the words of its licence.")
    tops = {each.parts[0].split(".")[0] for each in files if each.suffix in (".py", ".pyd", ".so", ".dll")}
    return Ingredient(package, licence, words, frozenset(tops - {"", "__pycache__"}))


def _python_licence(python: Path) -> str:
    home = python.resolve().parent
    for place in (home, home.parent, *home.parent.glob("lib/python3*")):
        for name in ("LICENSE.txt", "LICENSE"):
            if (place / name).is_file():
                return (place / name).read_text("utf-8")
    configured = python.parent.parent / "pyvenv.cfg"
    if configured.is_file():
        base = re.search(r"^home\s*=\s*(.+)$", configured.read_text("utf-8"), re.MULTILINE)
        if base and Path(base[1].strip()) != home:
            return _python_licence(Path(base[1].strip()) / "python")
    raise BuildFailed(f"The licence of {python} was not found.")
