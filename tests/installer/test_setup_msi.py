"""The setup for everybody, as it is described to the program that packs it."""

from pathlib import Path

import pytest

from installer.plan import Plan
from installer.setup_msi import describe
from tests.installer.samples import plan_in, write_frozen


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    """A plan with a small frozen folder."""
    plan = plan_in(tmp_path)
    write_frozen(plan.frozen)
    return plan


def test_every_file_is_in_one_component_and_every_component_is_wanted(plan: Plan) -> None:
    wix = describe(plan, "1.0.0")
    files = {each.attrib["Source"] for each in wix.iter("File")}
    assert files == {each.relative_to(plan.work).as_posix() for each in plan.frozen.rglob("*") if each.is_file()}
    components = [each.attrib["Id"] for each in wix.iter("Component")]
    assert sorted(components) == sorted(each.attrib["Id"] for each in wix.iter("ComponentRef"))
    assert len({each.attrib["Guid"] for each in wix.iter("Component")}) == len(components)


def test_components_keep_their_numbers_and_a_version_has_its_own(plan: Plan) -> None:
    first, second = describe(plan, "1.0.0"), describe(plan, "1.0.1")
    assert [each.attrib["Guid"] for each in first.iter("Component")] == [
        each.attrib["Guid"] for each in second.iter("Component")
    ]
    one, other = (next(each.iter("Product")).attrib for each in (first, second))
    assert one["UpgradeCode"] == other["UpgradeCode"]
    assert one["Id"] != other["Id"]


def test_it_refuses_beside_an_own_copy_and_before_a_newer_one(plan: Plan) -> None:
    wix = describe(plan, "1.0.0")
    condition = next(wix.iter("Condition"))
    assert condition.text == "NOT OWNCOPY OR Installed"
    assert "Remove that copy first" in condition.attrib["Message"]
    assert "newer" in next(wix.iter("MajorUpgrade")).attrib["DowngradeErrorMessage"]


def test_a_copy_that_is_there_asks_its_open_desk_to_close_before_files_in_use_are_looked_for(plan: Plan) -> None:
    wix = describe(plan, "1.0.0")
    asked, order = next(wix.iter("CustomAction")).attrib, next(wix.iter("Custom"))
    program = next(each for each in wix.iter("File") if each.attrib["Name"] == "pcc-desk.exe")
    assert (asked["FileKey"], asked["ExeCommand"]) == (program.attrib["Id"], "--quit")
    assert asked["Return"] == "ignore", "a desk that cannot be asked holds nobody up"
    assert (order.attrib["Action"], order.text) == (asked["Id"], "Installed OR WIX_UPGRADE_DETECTED")
    assert 1000 < int(order.attrib["Sequence"]) < 1400
