"""The live place over a whole desk."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from pcc_desk.model.changes import Changes
from pcc_desk.model.event import Event, EventId, EventKind
from pcc_desk.model.schedule import choose
from pcc_desk.ui.background import Background
from pcc_desk.ui.live.panel import LivePanel
from pcc_desk.ui.widgets.words import Label
from tests.desk import HANDLE, ConnectedDesk
from tests.ui.screen import open_panel

HOUR = timedelta(hours=1)
LEFT = Qt.MouseButton.LeftButton


@dataclass(frozen=True)
class Stage:
    """A desk with its live place open; it is Tuesday 24 November, 09:00."""

    desk: ConnectedDesk
    panel: LivePanel
    background: Background
    qtbot: QtBot

    def until(self, condition: Callable[[], bool]) -> None:
        """Wait until a condition holds; long, because the machine may be busy with other tests."""
        self.qtbot.waitUntil(condition)

    def keep(self, title: str, wall: datetime, hashtag: str = "") -> Event:
        """Keep an event of an hour and tell the screens."""
        event = Event(EventId(0), "", title, EventKind.WEBCHAT, choose(wall), choose(wall + HOUR), "Hall", hashtag)
        kept = self.desk.services.events.save(event, self.desk.clock())
        self.background.changed.emit(Changes.EVENTS)
        return kept

    def words(self) -> list[str]:
        """Give the words of every label in sight."""
        return [label.text() for label in self.panel.findChildren(Label) if label.isVisible()]

    def button(self, words: str) -> QPushButton:
        """Find a visible button."""
        return next(each for each in self.panel.findChildren(QPushButton) if each.isVisible() and each.text() == words)

    def buttons(self) -> list[str]:
        """Give the words of every button in sight."""
        return [each.text() for each in self.panel.findChildren(QPushButton) if each.isVisible()]


@pytest.fixture
def stage(desk_dir: Path, qtbot: QtBot) -> Iterator[Stage]:
    """A desk with its live place open in a window."""
    with open_panel(desk_dir, qtbot, LivePanel) as (desk, panel, background):
        yield Stage(desk, panel, background, qtbot)


def test_with_nothing_planned_the_first_step_is_offered(stage: Stage) -> None:
    stage.until(lambda: "Nothing live in the next 14 days" in stage.words())
    with stage.qtbot.waitSignal(stage.panel.new_event_requested):
        QTest.mouseClick(stage.button("Write down an event"), LEFT)


def test_events_stand_under_now_today_and_the_next_two_weeks(stage: Stage) -> None:
    stage.keep("Next week", datetime(2026, 12, 1, 18))
    stage.keep("This evening", datetime(2026, 11, 24, 18))
    stage.keep("Going on", datetime(2026, 11, 24, 8, 30))
    stage.keep("Over", datetime(2026, 11, 24, 7))
    stage.keep("Far away", datetime(2026, 12, 24, 18))
    stage.until(lambda: "Next week" in stage.words())  # a card comes into sight only after it is made
    words = [each for each in stage.words() if not each.startswith(("Tue", "Webchat"))]
    assert words == [
        "Live",
        *("On now", "30 min left", "Going on"),
        *("Today", "Starts in 9 h", "This evening"),
        *("Next 14 days", "Starts in 7 days 9 h", "Next week"),
    ]


def test_a_card_counts_the_messages_with_its_hashtag_and_leads_to_them(stage: Stage) -> None:
    stage.desk.bluesky.add_account("ann.test", "pass-word", "Ann")
    stage.desk.bluesky.arrive("ann.test", f"@{HANDLE} Will there be captions? #AskTheChief")
    stage.desk.services.inbox.fetch_due(stage.desk.clock)
    stage.keep("Ask the Chief", datetime(2026, 11, 24, 18), "#AskTheChief")
    stage.until(lambda: "1 message with #AskTheChief" in stage.buttons())
    with stage.qtbot.waitSignal(stage.panel.search_requested) as asked:
        QTest.mouseClick(stage.button("1 message with #AskTheChief"), LEFT)
    assert asked.args == ["#AskTheChief"]


def test_a_card_leads_to_its_event_in_the_calendar(stage: Stage) -> None:
    event = stage.keep("Ask the Chief", datetime(2026, 11, 24, 18))
    stage.until(lambda: len(stage.panel.cards()) == 1)
    with stage.qtbot.waitSignal(stage.panel.event_requested) as asked:
        QTest.mouseClick(stage.button("Open in calendar"), LEFT)
    assert asked.args == [event]


def test_an_event_begins_and_ends_on_the_page_as_time_goes_on(stage: Stage) -> None:
    stage.keep("Ask the Chief", datetime(2026, 11, 24, 18))
    stage.until(lambda: "Today" in stage.words())
    stage.desk.clock.advance(hours=9)
    stage.panel._on_tick()
    stage.until(lambda: "On now" in stage.words() and "1 h left" in stage.words())
    stage.desk.clock.advance(hours=1)
    stage.panel._on_tick()
    stage.until(lambda: "Nothing live in the next 14 days" in stage.words())


def test_a_new_message_changes_the_number_and_not_the_card(stage: Stage) -> None:
    stage.keep("Ask the Chief", datetime(2026, 11, 24, 18), "#AskTheChief")
    stage.until(lambda: "0 messages with #AskTheChief" in stage.buttons())
    cards = stage.panel.cards()
    stage.desk.bluesky.add_account("ann.test", "pass-word", "Ann")
    stage.desk.bluesky.arrive("ann.test", f"@{HANDLE} #AskTheChief please")
    stage.background.changed.emit(stage.desk.services.inbox.fetch_due(stage.desk.clock))
    stage.until(lambda: "1 message with #AskTheChief" in stage.buttons())
    assert stage.panel.cards() == cards
