"""Every locked package is named with its licence, in the notices and in the list of everything."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dev_tools.places import RUN_LOCK
from installer.ingredients import check_notices, gather, heading, notices
from installer.locked import read_lock
from installer.plan import BuildFailed
from installer.sbom import write_sbom
from tests.installer.samples import INGREDIENTS, REGEX

MADE_AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
LOCK = """\
certifi==2026.10.18 \\
    --hash=sha256:{a} \\
    --hash=sha256:{b}
    # via requests
Jaraco_Context==6.1.2 ; python_full_version < '3.12' \\
    --hash=sha256:{a}
pywin32-ctypes==0.2.3 ; sys_platform == 'win32' \\
    --hash=sha256:{a}
secretstorage==3.5.0 ; sys_platform == 'linux' \\
    --hash=sha256:{a}
""".format(a="a" * 64, b="b" * 64)


def test_a_lock_is_read_for_one_kind_of_machine(tmp_path: Path) -> None:
    path = tmp_path / "lock.txt"
    path.write_text(LOCK, "utf-8")
    assert [each.name for each in read_lock(path, True, "3.12.9")] == ["certifi", "pywin32-ctypes"]
    assert [each.name for each in read_lock(path, False, "3.11.7")] == ["certifi", "jaraco-context", "secretstorage"]
    assert read_lock(path, True, "3.12.9")[0].hashes == ("a" * 64, "b" * 64)


def test_everything_this_program_is_made_of_brings_its_licence() -> None:
    version = sys.version.split()[0]
    found = gather(Path(sys.executable), sys.platform == "win32", version)
    wanted = {each.name for each in read_lock(RUN_LOCK, sys.platform == "win32", version)}
    assert {each.package.name for each in found} == wanted | {"pyinstaller", "cpython"}
    text = notices(found)
    check_notices(text, found)
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in text


def test_a_package_missing_from_the_notices_is_found() -> None:
    text = notices(INGREDIENTS)
    check_notices(text, INGREDIENTS)
    with pytest.raises(BuildFailed, match=r"regex 2026\.11\.15"):
        check_notices(text.replace(heading(REGEX.package), "=== nobody ==="), INGREDIENTS)
    with pytest.raises(BuildFailed, match=r"regex 2026\.11\.15"):
        check_notices(text.replace("CNRI words", ""), INGREDIENTS)


def test_the_list_of_everything_is_the_same_for_the_same_things() -> None:
    first = write_sbom("0.1.0", INGREDIENTS, MADE_AT)
    assert first == write_sbom("0.1.0", tuple(reversed(INGREDIENTS)), MADE_AT)
    told = json.loads(first)
    assert (told["bomFormat"], told["specVersion"]) == ("CycloneDX", "1.6")
    by_name = {each["name"]: each for each in told["components"]}
    assert by_name["regex"]["purl"] == "pkg:pypi/regex@2026.11.15"
    assert len(by_name["regex"]["externalReferences"][0]["hashes"]) == 2
    assert by_name["cpython"]["purl"] == "pkg:generic/cpython@3.12.9"
    assert write_sbom("0.1.1", INGREDIENTS, MADE_AT) != first
