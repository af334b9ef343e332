"""The parts written before freezing, the order of the steps, and the machines commands run on."""

import ast
import json
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from dev_tools.places import ROOT
from installer.generating import MANIFEST, version_resource, write_parts
from installer.icon import SIZES, sizes_in
from installer.machines import Here, Ran
from installer.plan import BuildFailed, Plan
from installer.preflight import check
from installer.progress import Progress, where_time_goes
from tests.installer.samples import plan_in


def test_the_icon_holds_every_size_windows_shows(tmp_path: Path) -> None:
    plan = plan_in(tmp_path)
    write_parts(plan)
    assert sizes_in((plan.work / "pcc-desk.ico").read_bytes()) == SIZES
    assert "asInvoker" in (plan.work / "manifest.xml").read_text("utf-8")


def test_the_version_is_told_in_british_english() -> None:
    written = version_resource("1.2.3")
    ast.parse(written)
    assert "(1, 2, 3, 0)" in written
    assert "StringTable('080904b0'" in written


def test_the_manifest_asks_for_no_administrator_and_for_long_paths() -> None:
    assert 'level="asInvoker"' in MANIFEST
    assert "longPathAware" in MANIFEST
    assert "PerMonitorV2" in MANIFEST


def test_the_report_keeps_every_step_and_passes_only_at_the_end(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    progress = Progress(plan_in(tmp_path))
    progress.step("one", lambda: "seen")
    report = tmp_path / "out" / "build-report.json"
    assert not json.loads(report.read_text("utf-8"))["passed"]
    progress.finish()
    told = json.loads(report.read_text("utf-8"))
    assert told["passed"]
    assert [(each["name"], each["passed"], each["found"]) for each in told["steps"]] == [("one", True, "seen")]
    assert "ALL CHECKS PASSED" in capsys.readouterr().out


def test_a_step_that_fails_is_in_the_report_and_ends_the_build(tmp_path: Path) -> None:
    progress = Progress(plan_in(tmp_path))

    def fail() -> None:
        raise BuildFailed("not right")

    with pytest.raises(BuildFailed):
        progress.step("one", fail)
    told = json.loads((tmp_path / "out" / "build-report.json").read_text("utf-8"))
    assert (told["passed"], told["steps"][0]["passed"], told["steps"][0]["found"]) == (False, False, "not right")


def test_the_report_tells_where_the_time_went_the_longest_first() -> None:
    steps = [{"name": "one", "seconds": 10.0}, {"name": "two", "seconds": 30.0}]
    assert list(where_time_goes(steps).values()) == ["two 30 s (75 %)", "one 10 s (25 %)"]


def test_what_is_made_as_a_step_ends_with_the_build(tmp_path: Path) -> None:
    ended: list[str] = []

    @contextmanager
    def thing() -> Iterator[str]:
        yield "thing"
        ended.append("ended")

    with ExitStack() as held:
        assert Progress(plan_in(tmp_path)).enter("a thing", held, thing) == "thing"
        assert not ended
    assert ended


def test_a_command_is_held_to_its_exit_code_and_its_time() -> None:
    ran = Here().run([sys.executable, "-c", "print('said'); raise SystemExit(3)"], 60)
    assert (ran.code, ran.said.strip()) == (3, "said")
    assert ran.expect(3, "It") is ran
    with pytest.raises(BuildFailed, match="It ended with 3 instead of 0"):
        ran.expect(0, "It")
    with pytest.raises(BuildFailed, match="did not end within"):
        Here().run([sys.executable, "-c", "import time; time.sleep(60)"], 0.5)


def test_a_command_has_nothing_to_read_and_the_settings_it_is_given() -> None:
    echo = "import os, sys; print(sys.stdin.read() + os.environ['MARK'])"
    assert Here().run([sys.executable, "-c", echo], 60, {"MARK": "given"}) == Ran(0, f"given{os.linesep}")


def test_a_release_demands_what_a_release_needs() -> None:
    with pytest.raises(BuildFailed) as refusal:
        check(Plan("wine", release=True, fast=True))
    for said in ("built on Windows", "signed", "without --fast", "--verify-install", "tag must be"):
        assert said in str(refusal.value)


def test_the_setup_and_the_spec_name_what_is_there() -> None:
    spec = (ROOT / "installer" / "pcc-desk.spec").read_text("utf-8")
    ast.parse(spec)
    script = (ROOT / "installer" / "setup.nsi").read_text("utf-8")
    for code in (32, 33, 34, 35, 36, 37):
        assert f"Refuse {code} " in script
    assert "RequestExecutionLevel user" in script
    assert "SetErrorLevel 34" in script.partition("Function .onInstFailed")[2].partition("FunctionEnd")[0]
