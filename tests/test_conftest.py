"""The ground fails what it must: each guard is shown a test that breaks it."""

import subprocess
import sys

import pytest

from dev_tools.places import ROOT

SAMPLES = """
import logging, socket, warnings
import requests
from PySide6.QtCore import qWarning

def test_reaches_beyond_this_machine():
    socket.create_connection(("192.0.2.1", 80))

def test_looks_up_a_name_elsewhere():
    requests.get("http://example.com")

def test_logs_a_warning_nobody_reads():
    logging.warning("odd")

def test_raises_a_python_warning():
    warnings.warn("old")

def test_makes_qt_warn(qtbot):
    qWarning("odd")

def test_reads_the_warning_it_expects(caplog):
    logging.warning("odd")
    assert "odd" in caplog.text

def test_stays_on_this_machine():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()
"""
BREAKERS = {
    "test_reaches_beyond_this_machine": "OutsideWorld",
    "test_looks_up_a_name_elsewhere": "OutsideWorld",
    "test_logs_a_warning_nobody_reads": "Unexpected in the log",
    "test_raises_a_python_warning": "UserWarning",
    "test_makes_qt_warn": "Qt messages with level WARNING",
}


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What a run of the samples, with the settings and guards of this project, says at its end, line by line."""
    sample = tmp_path_factory.mktemp("samples") / "test_sample.py"
    sample.write_text(SAMPLES)
    ours = ["-p", "tests.conftest", "-c", str(ROOT / "pyproject.toml"), "-p", "no:cacheprovider", "-rA"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *ours, str(sample)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout.splitlines()


@pytest.mark.parametrize("breaker", BREAKERS)
def test_the_ground_fails_a_test_that(breaker: str, said: list[str]) -> None:
    outcome = [line for line in said if line.startswith(("FAILED", "ERROR")) and f"::{breaker}" in line]
    assert outcome
    assert any(BREAKERS[breaker] in line for line in said)


@pytest.mark.parametrize("fine", ["test_reads_the_warning_it_expects", "test_stays_on_this_machine"])
def test_the_ground_passes_a_test_that(fine: str, said: list[str]) -> None:
    assert [line for line in said if line.startswith("PASSED") and line.endswith(f"::{fine}")]
    assert not [line for line in said if line.startswith(("FAILED", "ERROR")) and f"::{fine}" in line]
