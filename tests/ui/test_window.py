"""The window around every place."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt, Signal
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget
from pytestqt.qtbot import QtBot

from pcc_desk.errors import Unreachable
from pcc_desk.model.changes import Changes
from pcc_desk.model.person import Office as Profile
from pcc_desk.services.office import Office
from pcc_desk.ui.background import Background
from pcc_desk.ui.rail import PLACES, RailButton
from pcc_desk.ui.trouble_sheet import TroubleSheet
from pcc_desk.ui.widgets.question import Question
from pcc_desk.ui.window import Window
from tests.ui.screen import Screen, button_of, buttons_of, dress, open_screen, words_of

HEAVY = ("sqlalchemy", "alembic", "requests", "keyring", "icalendar", "sqlcipher3", "PIL", "pcc_desk.services")
ALT, CONTROL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier


class Place(QLabel):
    """A panel that remembers what it was asked."""

    announcement_requested = Signal(object)
    place_requested = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.asked: list[object] = []
        self.unsaved = False

    def is_unsaved(self) -> bool:
        """Tell what the test says."""
        return self.unsaved

    def search(self, words: str) -> None:
        """Take words to search."""
        self.asked.append(words)

    def begin(self) -> None:
        """Take the wish for a new announcement."""
        self.asked.append("begin")

    def show_announcement(self, announcement_id: int) -> None:
        """Take the wish for an announcement."""
        self.asked.append(announcement_id)

    def flush(self) -> None:
        """Take the wish to write everything."""
        self.asked.append("flush")


class CountedOffice(Office):
    """The real office, that counts how often it is read."""

    def __init__(self, office: Office, asked: list[str]) -> None:
        self._office, self._asked = office, asked

    def profile(self) -> Profile:
        """Read, and count."""
        self._asked.append("profile")
        return self._office.profile()

    def pause(self, now: datetime) -> Changes:
        """Pause."""
        return self._office.pause(now)

    def resume(self, now: datetime) -> Changes:
        """Resume."""
        return self._office.resume(now)


@dataclass
class Frame:
    """A window over a whole desk, with small panels."""

    screen: Screen
    window: Window
    built: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    @property
    def reads(self) -> int:
        """Count how often the window has read how things stand."""
        return len(self.asked)

    def place(self, name: str) -> Place:
        """Give a panel."""
        panel = self.window.panel(name)
        assert isinstance(panel, Place)
        return panel

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier) -> None:
        """Press keys in the window."""
        QTest.keyClick(self.window, key, modifier)


def factories(built: list[str]) -> dict[str, Callable[[Any, Background], QWidget]]:
    """Make panels and note each."""

    def make(name: str) -> QWidget:
        built.append(name)
        return Place(name)

    return {place.name: partial(lambda name, _services, _background: make(name), place.name) for place in PLACES}


@pytest.fixture
def frame(tmp_path: Path, qtbot: QtBot) -> Iterator[Frame]:
    """A window on the screen, at the inbox."""
    with open_screen(tmp_path, qtbot) as screen:
        built: list[str] = []
        desk = screen.desk
        desk.services.office.rename("Gwent OPCC", "Elin Rees")
        asked: list[str] = []
        services = replace(desk.services, office=CountedOffice(desk.services.office, asked))
        window = Window(services, screen.background, factories(built), desk.clock)
        window.show_place("Inbox")
        screen.show(window, 1360, 860)
        yield Frame(screen, window, built, asked)


def test_a_panel_is_built_when_it_is_first_visited(frame: Frame) -> None:
    assert frame.built == ["Inbox"]
    frame.window.show_place("Live")
    frame.window.show_place("Inbox")
    frame.window.show_place("Live")
    assert frame.built == ["Inbox", "Live"]
    assert frame.window.place() == "Live"


def test_every_place_has_its_number_key(frame: Frame) -> None:
    for modifier in (CONTROL, ALT):
        for number, place in enumerate(PLACES):
            frame.press(Qt.Key(Qt.Key.Key_1 + number), modifier)
            assert frame.window.place() == place.name
            assert frame.window.windowTitle() == f"{place.name} · PCC Desk"


def test_the_rail_is_reached_by_mouse_and_says_its_counts(frame: Frame) -> None:
    rail = {button.text(): button for button in frame.window.findChildren(RailButton)}
    QTest.mouseClick(rail["Calendar"], Qt.MouseButton.LeftButton)
    assert frame.window.place() == "Calendar"
    assert rail["Calendar"].isChecked()
    rail["Inbox"].set_count(31, "open")
    assert rail["Inbox"].accessibleName() == "Inbox, 31 open"
    rail["Inbox"].set_count(0, "open")
    assert rail["Inbox"].accessibleName() == "Inbox"


def test_the_line_at_the_foot_tells_the_truth(frame: Frame) -> None:
    line = frame.window._bottom
    frame.screen.wait(lambda: "2 of 2 accounts connected" in line.sentence())
    assert "Online" in line.sentence()
    assert "Nothing waiting to send" in line.sentence()
    assert "Gwent OPCC · Elin Rees · GMT" in line.sentence()
    accounts = frame.screen.desk.services.accounts
    frame.screen.background.changed.emit(accounts.sign_out_seen(frame.screen.desk.accounts[0].id))
    frame.screen.wait(lambda: "1 of 2 accounts connected" in line.sentence())


def test_platforms_that_cannot_be_reached_are_all_named_at_the_foot(frame: Frame) -> None:
    desk, line = frame.screen.desk, frame.window._bottom
    frame.screen.fetch()
    assert not desk.services.situation().silent
    for server in (desk.bluesky, desk.website):
        server.__exit__(None, None, None)
    frame.screen.fetch()
    frame.screen.wait(lambda: "Nothing comes in from Bluesky and WordPress just now." in line.sentence())
    assert "Online" not in line.sentence() and line._details.isVisible()
    line._details.click()
    frame.screen.wait(lambda: any(each.isVisible() for each in frame.window.findChildren(TroubleSheet)))
    frame.window.findChildren(TroubleSheet)[0].close()
    situation = desk.services.situation()
    assert len(situation.problems) == 2 and all(each in line._problem.toolTip() for each in situation.problems)
    more = replace(situation, silent=(*situation.silent, "Mastodon"), problems=(*situation.problems, "Mastodon: down."))
    line.show_situation(more, desk.clock())
    assert "Nothing comes in from 3 accounts just now." in line.sentence()
    one = replace(situation, silent=situation.silent[:1], problems=situation.problems[:1])
    line.show_situation(one, desk.clock())
    assert situation.problems[0] in line.sentence()


def test_pausing_is_one_press_and_says_so_across_the_window_until_resumed(frame: Frame) -> None:
    frame.screen.wait(lambda: "2 of 2" in frame.window._bottom.sentence())
    button_of(frame.window, "&Pause all").click()
    frame.screen.wait(lambda: "Everything is paused since" in words_of(frame.window))
    assert "Nothing will be sent." in words_of(frame.window)
    assert frame.screen.desk.services.office.profile().paused_at is not None
    assert "&Pause all" not in [button.text() for button in buttons_of(frame.window)]
    button_of(frame.window, "&Resume sending").click()
    frame.screen.wait(lambda: "Everything is paused since" not in words_of(frame.window))
    assert frame.screen.desk.services.office.profile().paused_at is None


def test_the_keyboard_goes_from_pause_to_resume_and_back(frame: Frame) -> None:
    pause = frame.window._top.pause
    frame.screen.wait(pause.isVisible)
    pause.setFocus()
    QTest.keyClick(pause, Qt.Key.Key_Space)
    resume = frame.window._resume
    frame.screen.wait(lambda: frame.window.focusWidget() is resume)
    QTest.keyClick(resume, Qt.Key.Key_Space)
    frame.screen.wait(lambda: frame.window.focusWidget() is pause)


def test_search_waits_for_a_pause_in_typing_and_goes_to_the_inbox(frame: Frame) -> None:
    frame.window.show_place("Reports")
    frame.press(Qt.Key.Key_K, CONTROL)
    field = frame.window._top.search
    assert frame.window.focusWidget() is field
    QTest.keyClicks(field, "buses")
    frame.screen.wait(lambda: frame.place("Inbox").asked)
    assert frame.place("Inbox").asked == ["buses"]
    assert frame.window.place() == "Inbox"
    assert frame.window.focusWidget() is field
    QTest.keyClick(field, Qt.Key.Key_Escape)
    frame.screen.wait(lambda: frame.place("Inbox").asked == ["buses", ""])


def test_a_new_announcement_is_one_key_away(frame: Frame) -> None:
    frame.press(Qt.Key.Key_N, CONTROL)
    assert frame.window.place() == "Compose"
    assert frame.place("Compose").asked == ["begin"]


def test_a_wish_of_one_panel_is_granted_by_another(frame: Frame) -> None:
    frame.place("Calendar").announcement_requested.emit(7)
    assert frame.window.place() == "Compose"
    assert frame.place("Compose").asked == [7]
    frame.place("Compose").place_requested.emit("Outbox")
    assert frame.window.place() == "Outbox"


def test_a_failure_nobody_waits_for_is_shown(frame: Frame) -> None:
    frame.screen.background.failed.emit(Unreachable("The website did not answer.", "It is tried again at 17:00."))
    assert "The website did not answer. It is tried again at 17:00." in words_of(frame.window)


def test_closing_hands_over_everything_typed(frame: Frame) -> None:
    with frame.screen.qtbot.waitSignal(frame.window.closed):
        frame.window.close()
    assert frame.place("Inbox").asked == ["flush"]


def test_the_window_stays_while_what_was_typed_cannot_be_saved(frame: Frame) -> None:
    frame.place("Inbox").unsaved = True
    frame.window.close()
    frame.screen.wait(lambda: frame.window.findChildren(Question))
    assert frame.window.isVisible()
    question = frame.window.findChildren(Question)[0]
    assert "What you typed last cannot be saved now" in question.text()
    with frame.screen.qtbot.waitSignal(frame.window.closed):
        question.yes.click()
    assert not frame.window.isVisible()


def test_the_window_closes_by_itself_once_the_last_words_are_saved(frame: Frame) -> None:
    frame.place("Inbox").unsaved = True
    with frame.screen.qtbot.waitSignal(frame.window.closed):
        frame.window.close()
        frame.place("Inbox").unsaved = False


def test_changes_that_come_thick_ask_one_question_at_a_time(frame: Frame) -> None:
    frame.screen.wait(lambda: "2 of 2" in frame.window._bottom.sentence())
    before = frame.reads
    for _ in range(500):
        frame.screen.background.changed.emit(Changes.MESSAGES)
    frame.screen.wait(lambda: not frame.window._asking)
    assert 1 <= frame.reads - before <= 2


@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5])
def test_nothing_is_cut_off_in_the_smallest_window(frame: Frame, scale: float) -> None:
    frame.screen.wait(lambda: "2 of 2" in frame.window._bottom.sentence())
    dress(scale=scale)
    window = Window(frame.screen.desk.services, frame.screen.background, factories([]), frame.screen.desk.clock, True)
    window.show_place("Inbox")
    frame.screen.qtbot.addWidget(window)
    window.resize(1000, 640)
    window.show()
    frame.screen.wait(lambda: "2 of 2" in window._bottom.sentence())
    assert (window.width(), window.height()) == (1000, 640)
    for button in window.findChildren(QAbstractButton):
        if button.isVisible():
            assert button.width() >= button.minimumSizeHint().width(), button.text()
            assert button.height() >= button.minimumSizeHint().height(), button.text()
    dress()


def test_everything_without_words_has_a_name_for_screen_readers(frame: Frame) -> None:
    for button in buttons_of(frame.window):
        assert button.text() or button.accessibleName()
    assert frame.window._top.search.accessibleName() == "Search everything"


def test_a_rehearsal_says_so_across_the_top(frame: Frame) -> None:
    desk, warning = frame.screen.desk, "Rehearsal: nothing here is real and nothing leaves this PC"
    assert warning not in words_of(frame.window)
    window = Window(desk.services, frame.screen.background, factories([]), desk.clock, rehearsal=True)
    frame.screen.show(window, 1000, 640)
    assert warning in words_of(window)


def test_the_window_is_painted_before_the_services_can_answer(qtbot: QtBot) -> None:
    gate = threading.Event()

    class Opening:
        def __getattr__(self, name: str) -> object:
            gate.wait(60)
            raise Unreachable("The office could not be opened.")

    dress()
    background = Background()
    services: Any = Opening()
    window = Window(services, background, factories([]))
    window.show_place("Inbox")
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    assert "Opening the office…" in words_of(window)
    gate.set()
    qtbot.waitUntil(lambda: "The office could not be opened." in words_of(window))
    background.stop(60)


def test_nothing_heavy_is_loaded_for_the_first_paint() -> None:
    look = f"import sys, pcc_desk.ui.window, pcc_desk.ui.clock; print([n for n in {HEAVY!r} if n in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_a_heavy_library_would_be_seen() -> None:
    look = f"import sys, requests, pcc_desk.ui.window; print([n for n in {HEAVY!r} if n in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "['requests']"
