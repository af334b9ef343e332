"""A small frozen folder and what it is made of, for tests that need no freezing."""

from dataclasses import replace
from pathlib import Path

from installer.contents import NOTICES, Folder
from installer.ingredients import Ingredient, notices
from installer.locked import Package
from installer.plan import Plan

REQUESTS = Ingredient(Package("requests", "2.34.2", ("a" * 64,)), "Apache-2.0", "Apache words", frozenset({"requests"}))
REGEX = Ingredient(Package("regex", "2026.11.15", ("b" * 64, "c" * 64)), "CNRI", "CNRI words", frozenset({"regex"}))
CPYTHON = Ingredient(Package("cpython", "3.12.9", ()), "PSF-2.0", "PSF words", frozenset())
INGREDIENTS = (REQUESTS, REGEX, CPYTHON)


def plan_in(folder: Path, mode: str = "wine") -> Plan:
    """Give a plan that works and hands out in `folder`."""
    return replace(Plan(mode), out=folder / "out", work_root=folder / "build")


def write_frozen(place: Path) -> Folder:
    """Write a frozen folder that holds little, and give what is in it."""
    files = {"pcc-desk.exe": b"MZ", "_internal/regex/_regex.pyd": b"", NOTICES: notices(INGREDIENTS).encode()}
    for name, content in files.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(content)
    return Folder(place, tuple(files), frozenset({"pcc_desk.app", "requests.api", "json"}))
