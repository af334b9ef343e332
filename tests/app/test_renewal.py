"""Another text size needs a new window; what was typed goes with the person into it."""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from pytestqt.qtbot import QtBot

from pcc_desk.app.desk import Desk, Start
from pcc_desk.app.look import Look
from pcc_desk.app.opening import Opened
from pcc_desk.model.message import MessageFilter, MessageId
from pcc_desk.services.desk import Services
from pcc_desk.ui.compose.panel import ComposePanel
from pcc_desk.ui.compose.text_box import TextBox
from pcc_desk.ui.inbox.panel import InboxPanel
from pcc_desk.ui.reading.moments import present
from pcc_desk.ui.settings.panel import SettingsPanel
from tests.desk import Clock, ConnectedDesk, open_connected_desk
from tests.disk import fill_up
from tests.ui.screen import button_of, dress, words_of

PATIENCE_MS = 20_000
WORDS, ANSWER = ("Ask the Commissioner anything. " * 100).strip(), ("It starts at seven. " * 100).strip()


class Open:
    """An office that is open already."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def read_early(self) -> None:
        """Give nothing: there is no need."""

    def open(self) -> Opened:
        """Give the office."""
        return Opened(self._services, lambda: None)


@dataclass(frozen=True)
class Typist:
    """A person at a whole desk whose disk can be filled."""

    office: ConnectedDesk
    desk: Desk
    disk: Path
    qtbot: QtBot

    def wait(self, until: Callable[[], object]) -> None:
        """Wait until something is so."""
        self.qtbot.waitUntil(lambda: bool(until()), timeout=PATIENCE_MS)

    @property
    def compose(self) -> ComposePanel:
        """Give the place where announcements are written, in the window there is now."""
        return cast(ComposePanel, self.desk.window.panel("Compose"))

    @property
    def inbox(self) -> InboxPanel:
        """Give the inbox of the window there is now."""
        return cast(InboxPanel, self.desk.window.panel("Inbox"))

    @property
    def box(self) -> TextBox:
        """Give the box an announcement is written in."""
        return self.compose.findChildren(TextBox)[0]

    def begin(self) -> None:
        """Go to an empty announcement."""
        self.desk.window.show_place("Compose")
        self.compose.begin()
        self.wait(self.box.isVisible)

    def message(self) -> MessageId:
        """Go to the one message and give it."""
        self.desk.window.show_place("Inbox")
        self.wait(lambda: self.inbox.pane.message() is not None and self.inbox.pane.answer.text.isEnabled())
        return self.office.services.inbox.page(MessageFilter()).messages[0].id

    def enlarge(self) -> None:
        """Choose a larger text in the settings, and wait for the window that has it."""
        old = self.desk.window
        old.show_place("Settings")
        size = button_of(old.panel("Settings"), "125 %")
        size.setFocus()
        size.click()
        self.wait(lambda: self.desk.window is not old and self.desk.window.isVisible())


@contextmanager
def open_typist(disk: Path, home: Path, qtbot: QtBot) -> Iterator[Typist]:
    """Open a whole desk with a message in it."""
    with open_connected_desk(disk, Clock(present().replace(microsecond=0))) as office:
        office.bluesky.arrive("member.test", "@gwent.test when does it start?")
        office.clock.advance(minutes=10)
        office.services.inbox.fetch_due(office.clock)
        dress()
        hooks = sys.excepthook, threading.excepthook
        desk = Desk(Start(disk, rehearsal=True), Open(office.services), Look(home))
        with qtbot.waitSignal(desk._opening.opened, timeout=PATIENCE_MS):
            desk.show()
        yield Typist(office, desk, disk, qtbot)
        with qtbot.waitSignal(desk.ended, timeout=PATIENCE_MS):
            desk.window.close()
        desk.window.deleteLater()
        sys.excepthook, threading.excepthook = hooks
    dress()


def test_words_a_full_disk_does_not_take_go_into_the_new_window_and_are_saved_later(
    small_disk: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    with open_typist(small_disk, tmp_path, qtbot) as typist:
        services = typist.office.services
        asked = typist.message()
        typist.begin()
        draft = typist.compose.hand_over().open_id
        assert draft is not None
        ballast = fill_up(small_disk)
        typist.box.insertPlainText(WORDS)
        typist.desk.window.show_place("Inbox")
        typist.inbox.pane.answer.text.insertPlainText(ANSWER)
        typist.wait(lambda: typist.inbox.pane.is_unsaved())
        typist.enlarge()
        assert (services.compose.get(draft).text, services.inbox.kept_answer(asked).text) == ("", "")
        typist.wait(lambda: typist.box.toPlainText() == WORDS)
        typist.wait(lambda: typist.inbox.pane.answer.text.toPlainText() == ANSWER)
        typist.wait(lambda: "There is no room left on this PC's disk" in words_of(typist.desk.window))
        ballast.unlink()
        typist.wait(lambda: services.compose.get(draft).text == WORDS)
        typist.wait(lambda: services.inbox.kept_answer(asked).text == ANSWER)
        typist.wait(lambda: not typist.desk.window.is_unsaved())


def test_with_room_on_the_disk_the_words_are_saved_before_the_window_is_renewed(tmp_path: Path, qtbot: QtBot) -> None:
    with open_typist(tmp_path, tmp_path, qtbot) as typist:
        typist.begin()
        draft = typist.compose.hand_over().open_id
        assert draft is not None
        typist.box.insertPlainText(WORDS)
        typist.enlarge()
        assert typist.office.services.compose.get(draft).text == WORDS
        assert typist.desk.window.place() == "Settings"
        typist.wait(lambda: typist.box.toPlainText() == WORDS)


def test_the_new_window_stands_where_the_old_one_stood_with_the_names_being_typed(tmp_path: Path, qtbot: QtBot) -> None:
    with open_typist(tmp_path, tmp_path, qtbot) as typist:
        typist.office.services.office.rename("Gwent OPCC", "Elin")
        typist.desk.window.show_place("Settings")
        names = cast(SettingsPanel, typist.desk.window.panel("Settings")).names
        typist.wait(lambda: names.person.text() == "Elin")
        names.person.setText("Tomos")
        typist.desk.window.setGeometry(40, 30, 1100, 700)
        typist.enlarge()
        renewed = cast(SettingsPanel, typist.desk.window.panel("Settings")).names
        typist.wait(renewed.save.isEnabled)
        assert (renewed.office.text(), renewed.person.text()) == ("Gwent OPCC", "Tomos")
        page = cast(SettingsPanel, typist.desk.window.panel("Settings"))
        assert page.focusWidget() is page.appearance.sizes[125]
        typist.wait(lambda: not page.appearance.visibleRegion().isEmpty())
        assert typist.desk.window.geometry().getRect() == (40, 30, 1100, 700)
