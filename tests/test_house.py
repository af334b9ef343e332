"""The house keeps its own rules; beside each rule stands a sample that breaks it."""

import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from tests import house
from tests.house import Source

ROOT = Path(__file__).parent.parent
FOLDERS = ("pcc_desk", "tests", "benchmarks", "dev_tools", "installer")
READABLE = {".py", ".md", ".toml", ".txt", ".cjs", ".php", ".json", ""}
Rule = Callable[[Source], Iterable[str]]
LONG_FUNCTION = "def walk() -> None:\n" + "    pass\n" * house.FUNCTION_LINES
LONG_CLASS = "class Walk:\n" + "    a = 1\n" * house.CLASS_LINES
BREAKERS: list[tuple[Rule, str, str]] = [
    (house.too_long, "pcc_desk/a.py", "\n" * (house.FILE_LINES + 1)),
    (house.too_long, "pcc_desk/a.py", LONG_FUNCTION),
    (house.too_long, "pcc_desk/a.py", LONG_CLASS),
    (house.too_many_arguments, "pcc_desk/a.py", "def f(self, a, b, c, d, e, *, g): ..."),
    (house.unused_words, "pcc_desk/a.py", "class OutboxManager: ..."),
    (house.unused_words, "pcc_desk/a.py", "def f(user_data): ..."),
    (house.unused_words, "pcc_desk/a.py", "for item in (): ..."),
    (house.unused_words, "pcc_desk/store/utils.py", ""),
    (house.globals_changed, "pcc_desk/a.py", "def f():\n    global x\n    x = 1"),
    (house.excuses, "pcc_desk/a.py", "x = 1  # no" + "qa: E501"),
    (house.borrowed_rooms, "pcc_desk/services/a.py", "from PySide6.QtCore import QObject"),
    (house.borrowed_rooms, "pcc_desk/ui/a.py", "def f():\n    import requests"),
    (house.borrowed_rooms, "pcc_desk/services/a.py", "import keyring"),
    (house.sql_outside_the_store, "pcc_desk/services/a.py", "x = 'SELECT id FROM message'"),
    (house.rich_text, "pcc_desk/ui/a.py", "label = QLabel(text)"),
    (house.rich_text, "pcc_desk/ui/a.py", "button.setToolTip(text)"),
    (house.late_or_early_imports, "pcc_desk/store/a.py", "def f():\n    import json"),
    (house.late_or_early_imports, "pcc_desk/ui/a.py", "from pcc_desk.services.outbox import Outbox"),
    (house.rich_text, "pcc_desk/ui/widgets/a.py", "label.setTextFormat(Qt.TextFormat.RichText)"),
]
RULES = sorted({rule for rule, _, _ in BREAKERS}, key=lambda rule: str(getattr(rule, "__name__", "")))


def sources() -> dict[str, Source]:
    """Read every Python file of the house."""
    files = [*ROOT.glob("*.py"), *(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))]
    return {(path := each.relative_to(ROOT).as_posix()): Source(path, each.read_text("utf-8")) for each in files}


SOURCES = sources()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps_the_rule(rule: Rule) -> None:
    broken = [finding for source in SOURCES.values() for finding in rule(source)]
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize(("rule", "path", "text"), BREAKERS, ids=lambda part: getattr(part, "__name__", None))
def test_the_rule_finds_what_breaks_it(rule: Rule, path: str, text: str) -> None:
    assert list(rule(Source(path, text)))


def test_the_floors_hold() -> None:
    checker = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports())"
    done = subprocess.run([sys.executable, "-c", checker], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_adapters_are_strangers() -> None:
    adapters = {path for path in SOURCES if path.startswith("pcc_desk/channels/")}
    names = {Path(path).stem.split("_")[0] for path in adapters if "def publish(" in SOURCES[path].text}
    assert not [finding for path in adapters for finding in house.adapters_that_meet(SOURCES[path], names)]
    meeting = Source("pcc_desk/channels/bluesky.py", "from pcc_desk.channels import wordpress")
    assert list(house.adapters_that_meet(meeting, {"bluesky", "wordpress"}))


def test_tests_meet_real_parts_and_at_most_one_mock_in_a_hundred_asserts() -> None:
    tests = {path: each for path, each in SOURCES.items() if path.startswith("tests/") and "house" not in path}
    pretences, asserts = house.pretences_and_asserts(tests)
    assert pretences * 100 <= asserts
    pretender = {"tests/a.py": Source("tests/a.py", "def test_a(monkeypatch):\n    monkeypatch.setattr(a, 'b', 1)\n")}
    assert house.pretences_and_asserts(pretender) == (1, 0)


def test_tests_stand_where_the_package_stands() -> None:
    assert not list(house.tests_without_a_room(set(SOURCES)))
    assert list(house.tests_without_a_room({"pcc_desk/store/a.py", "tests/attic/test_a.py"}))


def test_the_project_speaks_of_itself_only() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    said = [
        finding
        for name in listed.splitlines()
        if (ROOT / name).suffix in {".py", ".md", ".toml", ".txt", ".cjs", ".php", ".json", ""}
        and (ROOT / name).is_file()
        for finding in house.not_ours_to_say(name, (ROOT / name).read_text("utf-8", errors="replace"))
    ]
    assert not said, "\n".join(said)
    assert list(house.not_ours_to_say("a.py", "# see issue " + "#12"))


def test_a_hundred_thousand_calls_into_qt_do_no_harm() -> None:
    # Qt for Python 6.12.0 releases None once too often per void call and aborts; the lock keeps to 6.11.
    calls = """
import sys
from PySide6.QtCore import QObject
thing, before = QObject(), sys.getrefcount(None)
for _ in range(100_000):
    thing.setObjectName("x")
assert abs(sys.getrefcount(None) - before) < 1000
"""
    done = subprocess.run([sys.executable, "-c", calls], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
