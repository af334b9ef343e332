"""The calendar panel over a whole desk: real database, real services, real windows."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QFileDialog, QLineEdit, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from pcc_desk.model.announcement import AnnouncementId
from pcc_desk.model.changes import Changes
from pcc_desk.model.event import Entry, Event, EventId, EventKind
from pcc_desk.model.schedule import choose
from pcc_desk.ui.background import Background
from pcc_desk.ui.calendar.editor import EventEditor
from pcc_desk.ui.calendar.panel import CalendarPanel
from pcc_desk.ui.calendar.view import CalendarView
from pcc_desk.ui.widgets.banner import Banner
from pcc_desk.ui.widgets.wall_field import WallField
from pcc_desk.ui.widgets.words import Label
from tests.desk import ConnectedDesk
from tests.ui.screen import open_panel

HOUR = timedelta(hours=1)
EVENING = datetime(2026, 11, 25, 18)
Found = TypeVar("Found", bound=QWidget)
KEY, ALT = Qt.Key, Qt.KeyboardModifier.AltModifier


@dataclass(frozen=True)
class Stage:
    """A desk with its calendar open."""

    desk: ConnectedDesk
    panel: CalendarPanel
    background: Background
    qtbot: QtBot

    def until(self, condition: Callable[[], bool]) -> None:
        """Wait until a condition holds; long, because the machine may be busy with other tests."""
        self.qtbot.waitUntil(condition)

    def entries(self) -> list[Entry]:
        """Give what the view shows."""
        return [box.entry for box in self.view().boxes()]

    def view(self) -> CalendarView:
        """Give the view in front."""
        return next(view for view in self.panel.findChildren(CalendarView) if view.isVisible())

    def wait_for(self, *titles: str) -> None:
        """Wait until exactly these titles are on the calendar."""
        self.until(lambda: sorted({entry.title for entry in self.entries()}) == sorted(titles))

    def choose(self, title: str) -> Entry:
        """Choose the entry of a title."""
        self.until(lambda: title in [entry.title for entry in self.entries()])
        entry = next(entry for entry in self.entries() if entry.title == title)
        self.view().choose(entry)
        return entry

    def banner(self) -> str:
        """Give what the notice says, nothing when it is hidden."""
        banner = find(self.panel, Banner)
        return banner.text() if banner.isVisible() else ""

    def keep(self, event: Event) -> Event:
        """Keep an event and tell the screens."""
        kept = self.desk.services.events.save(event, self.desk.clock())
        self.background.changed.emit(Changes.EVENTS)
        return kept

    def announce(self, wall: datetime) -> AnnouncementId:
        """Schedule an announcement for the first account."""
        compose, now = self.desk.services.compose, self.desk.clock()
        draft = replace(compose.begin(now), title="Reminder", text="One day to go", schedule=choose(wall))
        kept = compose.save(replace(draft, accounts=(self.desk.accounts[0].id,)), now)
        self.background.changed.emit(compose.approve(kept.id, now))
        return kept.id


@pytest.fixture
def stage(desk_dir: Path, qtbot: QtBot) -> Iterator[Stage]:
    """A desk with its calendar open in a window."""
    with open_panel(desk_dir, qtbot, CalendarPanel) as (desk, panel, background):
        yield Stage(desk, panel, background, qtbot)


def make_event(title: str = "Ask the Chief", wall: datetime = EVENING) -> Event:
    """Make a new event of an hour."""
    return Event(EventId(0), "", title, EventKind.LIVE_QA, choose(wall), choose(wall + HOUR), "Hall", "#Ask", "A note")


def find(owner: QWidget, kind: type[Found]) -> Found:
    """Find the one part of a kind."""
    found = owner.findChild(kind)
    assert isinstance(found, kind)
    return found


def button(owner: QWidget, words: str) -> QPushButton:
    """Find a visible button by its words."""
    return next(each for each in owner.findChildren(QPushButton) if each.isVisible() and each.text() == words)


def words_of(editor: EventEditor) -> str:
    """Give what the editor's notice says."""
    return find(editor, Banner).text()


def field(editor: EventEditor, name: str) -> WallField:
    """Find the start or the end of an event in its form."""
    starts, ends = editor.findChildren(WallField)
    return starts if name == "starts" else ends


def test_a_new_event_is_written_down_kept_and_shown(stage: Stage) -> None:
    QTest.mouseClick(button(stage.panel, "New event"), Qt.MouseButton.LeftButton)
    editor = find(stage.panel, EventEditor)
    QTest.keyClicks(find(editor, QLineEdit), "Rural crime drop-in")
    field(editor, "starts").set_wall(EVENING)
    assert field(editor, "ends").wall() == EVENING + HOUR
    QTest.mouseClick(button(editor, "Save event"), Qt.MouseButton.LeftButton)
    stage.wait_for("Rural crime drop-in")
    [event] = stage.desk.services.events.between(stage.desk.clock(), stage.desk.clock() + timedelta(days=7))
    assert (event.title, event.starts) == ("Rural crime drop-in", choose(EVENING))
    stage.until(lambda: stage.view().chosen() is not None)


@pytest.mark.parametrize(
    ("title", "ends", "words"), [("", EVENING + HOUR, "no title"), ("Ask", EVENING - HOUR, "ends before it starts")]
)
def test_what_cannot_be_kept_is_refused_and_nothing_typed_is_lost(
    stage: Stage, title: str, ends: datetime, words: str
) -> None:
    editor = stage.panel.new_event(EVENING)
    QTest.keyClicks(find(editor, QLineEdit), title)
    field(editor, "ends").set_wall(ends)
    QTest.mouseClick(button(editor, "Save event"), Qt.MouseButton.LeftButton)
    stage.until(lambda: words in words_of(editor))
    assert editor.isVisible()
    assert editor.event_written().title == title
    assert editor.event_written().ends.wall == ends
    assert button(editor, "Save event").isEnabled()


def test_the_hour_the_clocks_skip_is_refused_in_the_form(stage: Stage) -> None:
    editor = stage.panel.new_event(EVENING)
    QTest.keyClicks(find(editor, QLineEdit), "Night walk")
    field(editor, "starts").set_wall(datetime(2027, 3, 28, 1, 30))
    QTest.mouseClick(button(editor, "Save event"), Qt.MouseButton.LeftButton)
    assert "01:30 on Sun 28 Mar 2027 does not happen" in words_of(editor)
    assert editor.isVisible()


def test_the_hour_that_comes_twice_is_asked_about_in_the_form(stage: Stage) -> None:
    night = datetime(2026, 10, 25, 1, 30)
    editor = stage.panel.new_event(EVENING)
    QTest.keyClicks(find(editor, QLineEdit), "Night walk")
    starts = field(editor, "starts")
    starts.set_wall(night)
    which = find(starts, QComboBox)
    assert which.isVisible()
    assert starts.schedule() == choose(night)
    which.setCurrentIndex(1)
    assert starts.schedule() == choose(night, second=True)
    QTest.mouseClick(button(editor, "Save event"), Qt.MouseButton.LeftButton)
    stage.wait_for("Night walk")
    entry = stage.choose("Night walk")
    assert entry.starts == choose(night, second=True)
    assert entry.event_id is not None
    kept = stage.desk.services.events.get(entry.event_id)
    again = EventEditor(stage.desk.services, stage.background, kept, stage.desk.clock, stage.panel)
    assert field(again, "starts").schedule() == choose(night, second=True)


def test_a_changed_form_does_not_close_without_asking(stage: Stage) -> None:
    editor = stage.panel.new_event(EVENING)
    QTest.keyClicks(find(editor, QLineEdit), "Half written")
    QTest.keyClick(editor, KEY.Key_Escape)
    QTest.keyClick(editor, KEY.Key_Escape)
    assert editor.isVisible()
    assert "not saved yet" in words_of(editor)
    QTest.mouseClick(button(editor, "Leave without saving"), Qt.MouseButton.LeftButton)
    assert not editor.isVisible()


def test_an_untouched_form_closes_at_once(stage: Stage) -> None:
    editor = stage.panel.new_event(EVENING)
    QTest.keyClick(editor, KEY.Key_Escape)
    assert not editor.isVisible()


def test_a_chosen_event_is_told_whole(stage: Stage) -> None:
    stage.keep(make_event())
    stage.choose("Ask the Chief")
    stage.until(lambda: "A note" in shown_words(stage.panel))
    words = shown_words(stage.panel)
    assert "Wed 25 Nov 2026, 18:00 to 19:00 (London time)" in words
    assert "Live Q&A · Hall" in words
    assert "#Ask" in words


def test_enter_opens_an_event_and_saving_it_counts_one_change(stage: Stage) -> None:
    kept = stage.keep(make_event())
    stage.choose("Ask the Chief")
    QTest.keyClick(stage.view(), KEY.Key_Return)
    stage.until(lambda: stage.panel.findChildren(EventEditor) != [])
    editor = find(stage.panel, EventEditor)
    find(editor, QLineEdit).setText("Ask the PCC")
    QTest.mouseClick(button(editor, "Save event"), Qt.MouseButton.LeftButton)
    stage.wait_for("Ask the PCC")
    assert stage.desk.services.events.get(kept.id).sequence == 1


def test_delete_takes_an_event_away_and_undo_brings_it_back(stage: Stage) -> None:
    stage.keep(make_event())
    stage.choose("Ask the Chief")
    QTest.keyClick(stage.view(), KEY.Key_Delete)
    stage.wait_for()
    assert stage.banner() == "“Ask the Chief” was deleted."
    QTest.mouseClick(button(stage.panel, "Undo"), Qt.MouseButton.LeftButton)
    stage.wait_for("Ask the Chief")
    assert stage.banner() == ""


def test_an_event_moved_by_keyboard_is_moved_on_disk(stage: Stage) -> None:
    kept = stage.keep(make_event())
    stage.choose("Ask the Chief")
    QTest.keyClick(stage.view(), KEY.Key_Right, ALT)
    moved = datetime(2026, 11, 26, 18)
    stage.until(lambda: stage.desk.services.events.get(kept.id).starts.wall == moved)


def test_a_scheduled_announcement_is_moved_with_its_deliveries(stage: Stage) -> None:
    stage.announce(datetime(2026, 11, 25, 17))
    entry = stage.choose("Reminder")
    assert entry.line == "Bluesky · waiting"
    stage.view().move_requested.emit(entry, datetime(2026, 11, 26, 12, 15))
    moved = choose(datetime(2026, 11, 26, 12, 15)).at
    stage.until(lambda: stage.desk.services.outbox.page()[0].delivery.due_at == moved)


def test_a_move_beyond_the_end_of_a_sign_in_is_warned_of(stage: Stage) -> None:
    stage.desk.end_sign_in(stage.desk.accounts[0], choose(datetime(2026, 11, 27, 9)).at)
    stage.announce(datetime(2026, 11, 25, 17))
    entry = stage.choose("Reminder")
    stage.view().move_requested.emit(entry, datetime(2026, 11, 28, 12, 15))
    stage.until(lambda: "It was moved. The sign-in to Bluesky ends on Fri 27 Nov" in stage.banner())
    assert stage.desk.services.outbox.page()[0].delivery.due_at == choose(datetime(2026, 11, 28, 12, 15)).at


def test_an_announcement_is_not_moved_into_the_past(stage: Stage) -> None:
    stage.announce(datetime(2026, 11, 25, 17))
    entry = stage.choose("Reminder")
    stage.view().move_requested.emit(entry, datetime(2026, 11, 23, 17))
    assert "That time has passed" in stage.banner()
    assert stage.desk.services.outbox.page()[0].delivery.due_at == entry.starts.at


def test_a_sent_announcement_stays_and_says_why(stage: Stage) -> None:
    stage.announce(datetime(2026, 11, 24, 9, 30))
    stage.desk.clock.advance(hours=1)
    stage.background.changed.emit(stage.desk.services.outbox.run_due(stage.desk.clock))
    stage.until(lambda: [entry.line for entry in stage.entries()] == ["Bluesky · posted"])
    stage.choose("Reminder")
    QTest.keyClick(stage.view(), KEY.Key_Right, ALT)
    assert "stays where it is" in stage.banner()


def test_an_announcement_opens_in_compose(stage: Stage) -> None:
    number = stage.announce(datetime(2026, 11, 25, 17))
    stage.choose("Reminder")
    with stage.qtbot.waitSignal(stage.panel.announcement_requested) as asked:
        QTest.mouseClick(button(stage.panel, "Open in Compose"), Qt.MouseButton.LeftButton)
    assert asked.args == [number]


def test_a_move_into_the_gap_is_refused_and_into_the_overlap_is_asked(stage: Stage) -> None:
    kept = stage.keep(make_event(wall=datetime(2026, 11, 25, 1, 30)))
    entry = stage.choose("Ask the Chief")
    stage.view().move_requested.emit(entry, datetime(2027, 3, 28, 1, 30))
    assert "does not happen" in stage.banner()
    night = datetime(2026, 10, 25, 1, 30)
    stage.view().move_requested.emit(entry, night)
    box = find(stage.panel, QMessageBox)
    assert stage.desk.services.events.get(kept.id) == kept
    QTest.mouseClick(button(box, "The second 01:30, after the clocks go back"), Qt.MouseButton.LeftButton)
    stage.until(lambda: stage.desk.services.events.get(kept.id).starts == choose(night, second=True))


@pytest.mark.parametrize("only_chosen", [False, True])
def test_a_calendar_file_is_written_where_the_person_says(stage: Stage, tmp_path: Path, only_chosen: bool) -> None:
    stage.keep(make_event())
    stage.keep(make_event("Another", EVENING + HOUR))
    stage.announce(datetime(2026, 11, 25, 17))
    stage.choose("Ask the Chief")
    stage.panel._on_share_requested(only_chosen)
    find(stage.panel, QFileDialog).fileSelected.emit(str(tmp_path / "out.ics"))
    stage.until(lambda: "Saved out.ics" in stage.banner())
    content = (tmp_path / "out.ics").read_bytes()
    assert content.count(b"BEGIN:VEVENT") == (1 if only_chosen else 2)
    assert b"Reminder" not in content


def test_a_place_that_cannot_be_written_is_told_in_words(stage: Stage, tmp_path: Path) -> None:
    stage.panel._on_share_requested(False)
    with stage.qtbot.waitSignal(stage.background.failed) as failed:
        find(stage.panel, QFileDialog).fileSelected.emit(str(tmp_path / "no folder" / "out.ics"))
    assert "could not be written there" in failed.args[0].sentence


def test_a_hidden_calendar_reads_again_when_it_is_shown(stage: Stage) -> None:
    stage.wait_for()
    stage.panel.hide()
    stage.keep(make_event())
    stage.panel.show()
    stage.wait_for("Ask the Chief")


def test_the_period_steps_by_its_own_length_and_back_to_today(stage: Stage) -> None:
    for name, words in (("Month", "December 2026"), ("Week", "Nov to Dec 2026"), ("Agenda", "Feb to May 2027")):
        stage.panel.show_day(date(2026, 11, 24))
        stage.panel.show_view(name)
        later = next(each for each in stage.panel.findChildren(QPushButton) if each.accessibleName() == "Later")
        QTest.mouseClick(later, Qt.MouseButton.LeftButton)
        assert words in shown_words(stage.panel)
        QTest.mouseClick(button(stage.panel, "Today"), Qt.MouseButton.LeftButton)
        assert stage.panel._day == date(2026, 11, 24)


def shown_words(owner: QWidget) -> list[str]:
    """Give the words of every label in sight."""
    return [label.text() for label in owner.findChildren(Label) if label.isVisible()]
