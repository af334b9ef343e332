"""The reports place over a whole desk."""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDateEdit, QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from pcc_desk.model.message import MessageFilter
from pcc_desk.ui.background import Background
from pcc_desk.ui.reports.panel import ReportsPanel
from pcc_desk.ui.reports.table import FiguresTable
from pcc_desk.ui.widgets.words import Label
from tests.desk import HANDLE, ConnectedDesk
from tests.ui.screen import open_panel

LEFT = Qt.MouseButton.LeftButton


@dataclass(frozen=True)
class Stage:
    """A desk with its reports open; it is Tuesday 24 November, 09:00."""

    desk: ConnectedDesk
    panel: ReportsPanel
    background: Background
    qtbot: QtBot

    def until(self, condition: Callable[[], bool]) -> None:
        """Wait until a condition holds; long, because the machine may be busy with other tests."""
        self.qtbot.waitUntil(condition)

    def rows(self) -> list[list[str]]:
        """Give the table in words."""
        table = self.panel.findChild(FiguresTable)
        assert isinstance(table, FiguresTable)
        model = table.figures
        rows, columns = range(model.rowCount()), range(model.columnCount())
        return [[str(model.data(model.index(row, column))) for column in columns] for row in rows]

    def words(self) -> str:
        """Give the words of every label in sight."""
        return "\n".join(label.text() for label in self.panel.findChildren(Label) if label.isVisible())

    def press(self, words: str) -> None:
        """Press a button."""
        found = (each for each in self.panel.findChildren(QPushButton) if each.text() == words)
        QTest.mouseClick(next(found), LEFT)


@pytest.fixture
def stage(desk_dir: Path, qtbot: QtBot) -> Iterator[Stage]:
    """A desk with its reports open in a window."""
    with open_panel(desk_dir, qtbot, ReportsPanel) as (desk, panel, background):
        yield Stage(desk, panel, background, qtbot)


def work_a_morning(stage: Stage) -> None:
    """Post once on both channels, take in two messages and answer one of them after half an hour."""
    desk, now = stage.desk, stage.desk.clock
    draft = replace(desk.services.compose.begin(now()), title="News", text="A new shop opens")
    kept = desk.services.compose.save(replace(draft, accounts=tuple(each.id for each in desk.accounts)), now())
    desk.services.compose.approve(kept.id, now())
    desk.services.outbox.run_due(now)
    desk.bluesky.add_account("ann.test", "pass-word", "Ann")
    for words in ("When?", "Where?"):
        desk.bluesky.arrive("ann.test", f"@{HANDLE} {words}")
    desk.services.inbox.fetch_due(now)
    [newest, _] = desk.services.inbox.page(MessageFilter()).messages
    now.advance(minutes=30)
    desk.services.inbox.answer(newest.id, "On Monday", now())
    desk.services.outbox.run_due(now)


def test_a_morning_is_counted_by_channel(stage: Stage) -> None:
    work_a_morning(stage)
    stage.press("Last 7 days")
    stage.until(lambda: stage.rows() != [] and stage.rows()[0][1] == "1")
    bluesky, website, together = stage.rows()
    assert bluesky[0].startswith("Bluesky · ")
    assert bluesky[1:] == ["1", "2", "1", "30 min", "1"]
    assert website[1:] == ["1", "0", "0", "none answered", "0"]
    assert together[:4] == ["All channels", "2", "2", "1"]
    assert "Wed 18 Nov 2026 to Tue 24 Nov 2026" in stage.words()
    assert "counted by PCC Desk" in stage.words()


@pytest.mark.parametrize(("words", "first"), [("Last 7 days", 18), ("Last 30 days", 26), ("Last 90 days", 27)])
def test_each_period_ends_today(stage: Stage, words: str, first: int) -> None:
    stage.press(words)
    assert stage.panel.days()[0].day == first
    assert stage.panel.days()[1] == date(2026, 11, 24)


def test_other_days_are_counted_and_days_the_wrong_way_round_are_told(stage: Stage) -> None:
    first, last = stage.panel.findChildren(QDateEdit)
    first.setDate(QDate(2026, 3, 1))
    last.setDate(QDate(2026, 3, 31))
    stage.until(lambda: "Sun 1 Mar 2026 to Tue 31 Mar 2026" in stage.words())
    last.setDate(QDate(2026, 2, 1))
    assert "The last day is before the first" in stage.words()


def test_the_figures_are_kept_as_a_file(stage: Stage, tmp_path: Path) -> None:
    stage.until(lambda: len(stage.rows()) == 3)
    stage.press("Save as CSV…")
    dialog = stage.panel.findChild(QFileDialog)
    assert isinstance(dialog, QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "figures.csv"))
    stage.until(lambda: "Saved figures.csv" in stage.words())
    rows = list(csv.reader(io.StringIO((tmp_path / "figures.csv").read_text("utf-8-sig"))))
    assert rows[0] == ["From", "2026-10-26", "to", "2026-11-24"]
    assert [row[0] for row in rows[-1:]] == ["All channels"]
