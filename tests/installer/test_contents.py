"""Each rule of the frozen folder finds what breaks it."""

import struct
from dataclasses import replace
from pathlib import Path

import pytest

from installer import contents
from installer.contents import AMD64, LONGEST, NOTICES, Folder
from installer.controls import must_fail, replaced
from installer.plan import BuildFailed
from tests.installer.samples import INGREDIENTS, REQUESTS, write_frozen


@pytest.mark.parametrize(
    "name",
    [
        "_internal/icuuc.dll",
        "_internal/PySide6/MSCMS.dll",
        "_internal/PySide6/opengl32sw.dll",
        "_internal/PySide6/Qt6Quick.dll",
        "_internal/tests/test_desk.py",
        "_internal/secret.key",
        "_internal/desk.db",
        "_internal/.env",
    ],
)
def test_what_must_not_be_handed_out_is_found(name: str) -> None:
    assert list(contents.unwanted([name]))


def test_what_belongs_there_is_left_alone() -> None:
    names = ["_internal/PySide6/plugins/platforms/qwindows.dll", "_internal/tzdata/zoneinfo/Europe/London"]
    assert not list(contents.unwanted(names))


def test_what_the_program_cannot_do_without_is_missed() -> None:
    needed = (r"platforms/qwindows\.dll", r"VCRUNTIME140\.dll")
    there = ["_internal/vcruntime140.dll", NOTICES]
    assert list(contents.missing(there, needed)) == [r"missing: platforms/qwindows\.dll"]
    assert list(contents.missing([], ())) == [f"missing: {NOTICES}"]


def test_only_the_program_and_its_one_folder_may_stand_there() -> None:
    names = ["pcc-desk.exe", "_internal/a", "readme.txt", "_internal/" + "a" * LONGEST]
    found = list(contents.misplaced(names, "pcc-desk.exe"))
    assert [each.split(":")[0] for each in found] == ["beside the program", f"a path of {LONGEST + 10} letters"]


def test_a_locked_package_that_was_not_frozen_and_a_module_of_nobody_are_found(tmp_path: Path) -> None:
    folder = write_frozen(tmp_path)
    assert not list(contents.unaccounted(folder, INGREDIENTS))
    bare = replace(folder, modules=frozenset({"pcc_desk.app", "json", "stowaway.core"}))
    assert list(contents.unaccounted(bare, INGREDIENTS)) == [
        f"locked, and not frozen: {REQUESTS.package.name}",
        "frozen, and in no lock: stowaway",
    ]


def test_a_program_for_another_processor_is_found(tmp_path: Path) -> None:
    head = b"MZ".ljust(60, b"\0") + struct.pack("<I", 64)
    for name, kind in (("good.dll", AMD64), ("old.dll", 0x14C)):
        (tmp_path / name).write_bytes(head + b"PE\0\0" + struct.pack("<H", kind))
    (tmp_path / "none.pyd").write_text("no library at all")
    folder = Folder(tmp_path, ("good.dll", "old.dll", "none.pyd"), frozenset())
    found = list(contents.foreign(folder))
    assert found == ["not for 64-bit Windows: old.dll (0x14c)", "not for 64-bit Windows: none.pyd (0x0)"]


def test_a_control_that_finds_nothing_fails() -> None:
    def fail() -> None:
        raise BuildFailed("seen")

    assert must_fail("a thing", "seen", fail) == "a thing: found (seen)"
    with pytest.raises(BuildFailed, match="A control was not found: a thing"):
        must_fail("a thing", "seen", lambda: None)
    with pytest.raises(BuildFailed, match="something else than a thing: seen"):
        must_fail("a thing", "a name", fail)


def test_what_a_control_breaks_is_put_back(tmp_path: Path) -> None:
    kept, planted = tmp_path / "kept", tmp_path / "planted"
    kept.write_bytes(b"before")
    with replaced(kept, b"broken"), replaced(planted, b"new"):
        assert (kept.read_bytes(), planted.read_bytes()) == (b"broken", b"new")
    assert kept.read_bytes() == b"before"
    assert not planted.exists()
