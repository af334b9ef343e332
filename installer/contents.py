"""What the frozen folder must hold and must not, each rule on its own."""

import re
import struct
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PyInstaller.archive.readers import CArchiveReader

from installer.ingredients import Ingredient, check_notices
from installer.plan import BuildFailed, Plan

BUDGET = 90_000_000  # bytes; a council's network and a slow disk
LONGEST = 120  # letters below the program's folder, so that Windows' limit of 260 is far
AMD64 = 0x8664
EVERYWHERE = (r"resources/icons/inbox\.svg", r"resources/style/desk\.qss", r"resources/sample-office/office\.json")
NOTICES = "_internal/licences/THIRD-PARTY-NOTICES.txt"
WINDOWS_NEEDS = (
    r"plugins/platforms/qwindows\.dll",
    r"plugins/platforms/qoffscreen\.dll",
    r"plugins/tls/qschannelbackend\.dll",
    r"plugins/networkinformation/qnetworklistmanager\.dll",
    r"plugins/iconengines/qsvgicon\.dll",
    r"plugins/imageformats/q(svg|jpeg|webp|gif|ico)\.dll",
    r"sqlcipher3/_sqlite3.*\.pyd",
    r"libcrypto-3.*\.dll",
    r"vcruntime140\.dll",
    r"tzdata/zoneinfo/Europe/London",
)
FORBIDDEN = re.compile(
    r"(^|/)(icuuc|mscms|winedbg)\.dll$|opengl32sw|Qt6?(Qml|Quick|Pdf|WebEngine|VirtualKeyboard)"
    r"|(^|/)(tests?|conftest\.py)(/|$)|\.(pdb|env|key|pfx|p12|db|sqlite|log)$|(^|/)\.git|_avif|d3dcompiler",
    re.IGNORECASE,
)
# What a locked package may miss without harm, and why.
NOT_FROZEN = {
    "certifi": "its list of authorities is never asked: the PC's own is",
    "importlib-metadata": "Python 3.12 has its own",
    "typing-extensions": "only where types are checked",
    "tzdata": "its files are there, its module is not needed",
    "mako": "writes new revisions for developers",
    "markupsafe": "as mako",
    "pycparser": "reads C where another package is built",
}
OF_THE_FREEZER = {"_pyi_rth_utils", "pyimod01_archive", "pyimod02_importers", "pyimod03_ctypes", "pyimod04_pywin32"}
NEWER_PYTHONS = {"_pydatetime", "_pylong", "_opcode_metadata", "_colorize"}  # the builder's own Python may be older


@dataclass(frozen=True, slots=True)
class Folder:
    """A frozen program's folder, the names of its files, and the modules packed into the program itself."""

    place: Path
    names: tuple[str, ...]
    modules: frozenset[str]


def look_into(place: Path, program: str) -> Folder:
    """Read a frozen folder. Raises: BuildFailed when the program in it cannot be read."""
    names = sorted(each.relative_to(place).as_posix() for each in place.rglob("*") if each.is_file())
    packed = _packed(place / program)
    return Folder(place, tuple(names), frozenset(packed.toc))


def check(plan: Plan, folder: Folder, ingredients: Sequence[Ingredient], private: Sequence[str]) -> str:
    """Hold a frozen folder against every rule; `private` are words of this machine that must be nowhere in it.

    Raises:
        BuildFailed: with everything that is wrong.
    """
    wrong = [
        *missing(folder.names, (*EVERYWHERE, *(WINDOWS_NEEDS if plan.windows else ()))),
        *unwanted(folder.names),
        *misplaced(folder.names, plan.program),
        *unaccounted(folder, ingredients),
        *private_words(folder, plan.program, private),
    ]
    size = sum((folder.place / name).stat().st_size for name in folder.names)
    if plan.windows:
        wrong += [*foreign(folder), *_version_of(folder.place / plan.program, plan.version)]
        wrong += [f"{size / 1e6:.0f} MB is over the budget of {BUDGET / 1e6:.0f} MB"] if size > BUDGET else []
    if NOTICES in folder.names:
        check_notices((folder.place / NOTICES).read_text("utf-8"), ingredients)
    if wrong:
        raise BuildFailed("The frozen folder is not right:\n  " + "\n  ".join(wrong))
    longest = max(map(len, folder.names))
    return f"{size / 1e6:.1f} MB, {len(folder.names)} files, {len(folder.modules)} modules, longest path {longest}"


def missing(names: Sequence[str], needed: Sequence[str]) -> Iterator[str]:
    """Find what must be there and is not."""
    for pattern in needed:
        if not any(re.search(pattern, name, re.IGNORECASE) for name in names):
            yield f"missing: {pattern}"
    if NOTICES not in names:
        yield f"missing: {NOTICES}"


def unwanted(names: Sequence[str]) -> Iterator[str]:
    """Find what must not be handed out."""
    return (f"must not be there: {name}" for name in names if FORBIDDEN.search(name))


def misplaced(names: Sequence[str], program: str) -> Iterator[str]:
    """Find what the setup would not swap, and paths too long for Windows."""
    for name in names:
        if name != program and not name.startswith("_internal/"):
            yield f"beside the program: {name}"
        if len(name) > LONGEST:
            yield f"a path of {len(name)} letters: {name}"


def unaccounted(folder: Folder, ingredients: Sequence[Ingredient]) -> Iterator[str]:
    """Find locked packages that were not frozen, and frozen modules that no locked package brought."""
    tops = {name.split(".")[0] for name in folder.modules}
    tops |= {name.split("/")[1].split(".")[0] for name in folder.names if name.startswith("_internal/")}
    for each in ingredients:
        if each.modules and not each.modules & tops and each.package.name not in (*NOT_FROZEN, "pyinstaller"):
            yield f"locked, and not frozen: {each.package.name}"
    known = {"pcc_desk", *sys.stdlib_module_names, *OF_THE_FREEZER, *NEWER_PYTHONS}
    known |= {top for each in ingredients for top in each.modules}
    tops = {name.split(".")[0] for name in folder.modules}
    for top in sorted(each for each in tops - known if not each.startswith("_sysconfigdata")):
        yield f"frozen, and in no lock: {top}"


def private_words(folder: Folder, program: str, private: Sequence[str]) -> Iterator[str]:
    """Find words of the machine that built it: its folders and its person's name."""
    sought = [word.encode(coding) for word in private for coding in ("utf-8", "utf-16-le")]
    for name in folder.names:
        content = (folder.place / name).read_bytes()
        yield from (f"{name} names {word!r} of this machine" for word in sought if word in content)
    packed = _packed(folder.place / program)
    for name in packed.toc:
        content = packed.extract(name, raw=True) or b""
        yield from (f"the module {name} names {word!r} of this machine" for word in sought if word in content)


def foreign(folder: Folder) -> Iterator[str]:
    """Find programs and libraries that are not for 64-bit Windows."""
    for name in folder.names:
        if name.endswith((".exe", ".dll", ".pyd")) and (kind := machine_of(folder.place / name)) != AMD64:
            yield f"not for 64-bit Windows: {name} ({kind:#x})"


def machine_of(path: Path) -> int:
    """Read for which processor a Windows program or library is; 0 when it is none."""
    with path.open("rb") as file:
        head = file.read(64)
        if len(head) < 64 or head[:2] != b"MZ":
            return 0
        file.seek(struct.unpack_from("<I", head, 60)[0])
        mark = file.read(6)
    return int(struct.unpack_from("<H", mark, 4)[0]) if mark[:4] == b"PE\0\0" else 0


def _version_of(program: Path, version: str) -> Iterator[str]:
    # A version resource pads each name with zeros to a multiple of four bytes.
    said = re.compile(
        "ProductVersion".encode("utf-16-le") + rb"\0{2,6}" + re.escape(version.encode("utf-16-le")) + rb"\0\0"
    )
    if not said.search(program.read_bytes()):
        yield f"its version is not {version}"


def _packed(program: Path) -> "CArchiveReader":
    archive = CArchiveReader(str(program))
    return archive.open_embedded_archive("PYZ.pyz" if "PYZ.pyz" in archive.toc else "PYZ-00.pyz")
