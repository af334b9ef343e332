"""What did not change is not frozen again, and what did is; nothing that was broken afterwards is taken for it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from dev_tools.places import cache
from installer.freezing import MOST_KEPT, digest_of_inputs, freeze
from installer.machines import Here, Ran
from installer.plan import Plan
from tests.installer.samples import plan_in, write_frozen


class Freezer(Here):
    """A machine whose PyInstaller writes a small folder at once."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.times = plan, 0

    def run(self, command: Sequence[str], seconds: float, settings: Mapping[str, str] | None = None) -> Ran:
        assert "PyInstaller" in command
        self.times += 1
        write_frozen(self.plan.frozen)
        return Ran(0, "")


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Plan:
    """A plan with a cache of its own."""
    monkeypatch.setenv("PCC_PARTS", str(tmp_path / "cache"))
    cache().mkdir()
    return begun(plan_in(tmp_path), "notices")


def begun(plan: Plan, notices: str) -> Plan:
    """Give a plan whose generated files say `notices`."""
    (plan.work / "licences").mkdir(parents=True, exist_ok=True)
    (plan.work / "licences" / "notices.txt").write_text(notices)
    return plan


def again(plan: Plan, name: str) -> Plan:
    """Give the same plan in a folder of its own, as a later build has it."""
    return begun(replace(plan, work_root=plan.work_root.with_name(name)), "notices")


def test_the_same_files_are_frozen_once(plan: Plan) -> None:
    first, python = Freezer(plan), Path("python-1", "python.exe")
    assert "as frozen before" not in freeze(plan, first, python)
    later = again(plan, "later")
    second = Freezer(later)
    assert "as frozen before" in freeze(later, second, python)
    assert (first.times, second.times) == (1, 0)
    assert (later.frozen / "pcc-desk.exe").read_bytes() == (plan.frozen / "pcc-desk.exe").read_bytes()


def test_a_plan_that_wants_it_fresh_and_a_real_build_freeze_always(plan: Plan) -> None:
    python = Path("python-1", "python.exe")
    freeze(plan, Freezer(plan), python)
    for other in (replace(again(plan, "fresh"), fresh=True), begun(replace(plan, mode="windows"), "notices")):
        freezer = Freezer(other)
        freeze(other, freezer, python)
        assert freezer.times == 1


def test_what_is_broken_on_purpose_later_is_not_taken_for_what_was_frozen(plan: Plan) -> None:
    python = Path("python-1", "python.exe")
    freeze(plan, Freezer(plan), python)
    (plan.frozen / "pcc-desk.exe").write_bytes(b"broken")
    later = again(plan, "later")
    freeze(later, Freezer(later), python)
    assert (later.frozen / "pcc-desk.exe").read_bytes() == b"MZ"


def test_other_files_have_another_number(plan: Plan) -> None:
    python = Path("python-1", "python.exe")
    first = digest_of_inputs(plan, python)
    assert digest_of_inputs(again(plan, "later"), python) == first
    assert digest_of_inputs(plan, Path("python-2", "python.exe")) != first
    assert digest_of_inputs(begun(plan, "other notices"), python) != first


def test_only_a_few_are_kept(plan: Plan) -> None:
    for number in range(MOST_KEPT + 2):
        changed = begun(plan, str(number))
        freeze(changed, Freezer(changed), Path("python-1", "python.exe"))
    assert len(list(cache().glob("frozen-*"))) == MOST_KEPT


def test_every_file_has_the_commit_s_date_so_that_what_packs_it_packs_the_same(plan: Plan) -> None:
    freeze(plan, Freezer(plan), Path("python-1", "python.exe"))
    assert len({each.stat().st_mtime for each in plan.frozen.rglob("*")}) == 1
