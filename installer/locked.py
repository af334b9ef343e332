"""The packages of a lock file, as far as they are for one kind of machine."""

import re
from dataclasses import dataclass
from pathlib import Path

from packaging.markers import Marker

LINE = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)\s*(?:;\s*([^\\]+?))?\s*\\?$")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Package:
    """One locked package: its name in lower case with hyphens, its exact version, and the hashes of its files."""

    name: str
    version: str
    hashes: tuple[str, ...]


def read_lock(path: Path, windows: bool, python: str) -> tuple[Package, ...]:
    """Read which packages of a lock go into a program for Windows or Linux with a Python such as "3.12.9"."""
    machine = {
        "sys_platform": "win32" if windows else "linux",
        "platform_system": "Windows" if windows else "Linux",
        "os_name": "nt" if windows else "posix",
        "platform_python_implementation": "CPython",
        "implementation_name": "cpython",
        "python_full_version": python,
        "python_version": ".".join(python.split(".")[:2]),
    }
    found: list[tuple[re.Match[str], list[str]]] = []
    for line in path.read_text("utf-8").splitlines():
        if match := LINE.match(line):
            found.append((match, []))
        elif found:
            found[-1][1].extend(HASH.findall(line))
    return tuple(
        Package(normal(match[1]), match[2], tuple(hashes))
        for match, hashes in found
        if match[3] is None or Marker(match[3]).evaluate(machine)
    )


def normal(name: str) -> str:
    """Write a package's name as every index compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()
