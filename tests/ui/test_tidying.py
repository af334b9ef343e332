"""Garbage is collected on Qt's thread only."""

import gc
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from pytestqt.qtbot import QtBot

from pcc_desk.ui.tidying import Tidying


class Ring:
    """Refers to itself, and notes on which thread it dies."""

    def __init__(self, deaths: list[threading.Thread]) -> None:
        self._deaths, self._ring = deaths, self

    def __del__(self) -> None:
        self._deaths.append(threading.current_thread())


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ticks that come twenty times as often."""
    monkeypatch.setattr("pcc_desk.ui.tidying.TICK_MS", 50)


@pytest.fixture
def tidying(quick: None, qtbot: QtBot) -> Iterator[Tidying]:
    """A tidying that ends with the test."""
    tidying = Tidying()
    yield tidying
    tidying.stop()


def litter(deaths: list[threading.Thread]) -> None:
    """Make far more rings than Python lets lie, on this thread."""
    for _ in range(5_000):
        Ring(deaths)


def litter_elsewhere(deaths: list[threading.Thread]) -> None:
    """Make them on another thread."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(litter, deaths).result()


def test_what_other_threads_leave_dies_on_qts_thread(tidying: Tidying, qtbot: QtBot) -> None:
    deaths: list[threading.Thread] = []
    litter_elsewhere(deaths)
    assert deaths == []
    qtbot.waitUntil(lambda: len(deaths) == 5_000)
    assert set(deaths) == {threading.main_thread()}


def test_left_to_itself_python_lets_it_die_on_any_thread() -> None:
    deaths: list[threading.Thread] = []
    gc.enable()
    litter_elsewhere(deaths)
    gc.disable()
    assert set(deaths) - {threading.main_thread()}


def test_stopping_gives_collecting_back_to_python(quick: None, qtbot: QtBot) -> None:
    tidying = Tidying()
    assert not gc.isenabled()
    tidying.stop()
    assert gc.isenabled()
    gc.disable()
