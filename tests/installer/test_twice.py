"""Two builds of one commit are the same, or it is told what is not and why."""

from pathlib import Path

import pytest

from installer import twice
from installer.plan import BuildFailed, Plan
from tests.installer.samples import plan_in, write_frozen


def built_twice(folder: Path) -> tuple[Plan, Plan]:
    """Give two builds that are the same."""
    plan = plan_in(folder, "linux")
    second = twice.second_of(plan)
    for each in (plan, second):
        write_frozen(each.frozen)
        each.out.mkdir(parents=True)
        (each.out / "PCCDesk-notices.txt").write_text("words")
    return plan, second


def test_the_same_bytes_are_told_to_be_the_same(tmp_path: Path) -> None:
    plan, second = built_twice(tmp_path)
    (plan.out / "of-an-older-version.txt").write_text("older")
    assert twice.compare(plan, second) == [
        "frozen: 3 files the same to the last byte",
        "list and notices: 1 files the same to the last byte",
    ]
    assert second.fresh, "a second build takes nothing of the first"


def test_one_other_byte_and_a_file_too_many_are_found(tmp_path: Path) -> None:
    plan, second = built_twice(tmp_path)
    (second.frozen / "pcc-desk.exe").write_bytes(b"MX")
    (second.frozen / "_internal" / "more.dll").write_bytes(b"")
    with pytest.raises(BuildFailed, match=r"not the same: _internal/more\.dll, pcc-desk\.exe"):
        twice.compare(plan, second)


def test_what_may_differ_is_told_with_its_reason(tmp_path: Path) -> None:
    plan, second = built_twice(tmp_path)
    for number, each in enumerate((plan, second)):
        (each.frozen / "setup.msi").write_text(str(number))
    assert "setup.msi differs: its package code" in twice.compare(plan, second)[0]
