"""What GitHub is told to run is there, with the words it is given."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

import dev
from dev_tools.places import ROOT
from installer.plan import MODES, Plan, read_plan

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
OURS = re.compile(r"\bdev\.py (.+)$", re.MULTILINE)
FILE = re.compile(r"\b(?:requirements|dist|tests|installer)/[\w./*-]+")


def steps(path: Path) -> Iterator[dict[str, object]]:
    """Read every step of a workflow."""
    for job in yaml.safe_load(path.read_text("utf-8"))["jobs"].values():
        yield from job["steps"]


def commands(path: Path) -> Iterator[list[str]]:
    """Read what a workflow asks of dev.py."""
    for step in steps(path):
        yield from (shlex.split(words) for words in OURS.findall(str(step.get("run", ""))))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_command_of_a_workflow_is_there(path: Path) -> None:
    asked = list(commands(path))
    assert asked, "a workflow runs what a developer runs"
    for name, *rest in asked:
        assert name in dev.COMMANDS
        if name == "installer":
            assert read_plan(rest).mode in MODES


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_of_a_workflow_has_its_version_and_every_file_it_reads_is_there(path: Path) -> None:
    for step in steps(path):
        if "uses" in step:
            assert re.fullmatch(r"[\w-]+/[\w-]+@v\d+", str(step["uses"]))
        for named in FILE.findall(str(step.get("run", ""))):
            assert named.startswith("dist/") or (ROOT / named).is_file()


def test_what_is_uploaded_is_what_a_build_hands_out() -> None:
    told = (ROOT / ".github" / "workflows" / "installer.yml").read_text("utf-8")
    assert "dist/PCCDesk-*" in told
    for ending in ("-setup.exe", "-x64.msi", "-sbom.cdx.json", "-notices.txt"):
        made = Plan("windows").output(ending).relative_to(ROOT)
        assert made.match("dist/PCCDesk-*")


def test_a_release_is_only_made_signed_and_tried() -> None:
    plans = [read_plan(rest) for path in WORKFLOWS for name, *rest in commands(path) if name == "installer"]
    releases = [plan for plan in plans if plan.release]
    assert [(plan.sign, plan.verify_install) for plan in releases] == [("azure", True)]
