"""A person at the compose panel, on a whole desk."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from pcc_desk.model.announcement import Announcement
from pcc_desk.ui.compose.editor import Editor, TitleField
from pcc_desk.ui.compose.panel import ComposePanel
from pcc_desk.ui.compose.problem_list import ProblemList
from pcc_desk.ui.compose.tabs import ChannelTab
from pcc_desk.ui.compose.text_box import TextBox
from pcc_desk.ui.widgets.cards import RECORD, CardTable
from tests.ui.screen import Screen, button_of, open_screen


@dataclass
class Writing:
    """The compose panel over a whole desk."""

    screen: Screen
    panel: ComposePanel

    @property
    def box(self) -> TextBox:
        """Give the text box."""
        return self.panel.findChildren(TextBox)[0]

    @property
    def editor(self) -> Editor:
        """Give the editor."""
        return self.panel.findChildren(Editor)[0]

    def begin(self) -> Announcement:
        """Begin an announcement and wait for its page."""
        before = self.editor.announcement().id
        self.panel.begin()
        self.screen.wait(lambda: self.editor.announcement().id != before and self.box.isVisible())
        return self.editor.announcement()

    def write(self, text: str, title: str = "") -> None:
        """Type a title and a text."""
        if title:
            QTest.keyClicks(self.panel.findChildren(TitleField)[0], title)
        self.box.setFocus()
        self.box.insertPlainText(text)

    def tab(self, words: str) -> ChannelTab:
        """Give a tab."""
        self.screen.wait(lambda: words in self.tabs())
        return next(tab for tab in self.panel.findChildren(ChannelTab) if tab.text() == words and tab.isVisible())

    def tabs(self) -> list[str]:
        """Give the names of the tabs, once they are laid out."""
        QApplication.processEvents()
        return [tab.text() for tab in self.panel.findChildren(ChannelTab) if tab.isVisible()]

    def stored(self) -> Announcement:
        """Read the open announcement from the disk."""
        return self.screen.desk.services.compose.get(self.editor.announcement().id)

    def settle(self) -> None:
        """Wait until everything typed is on the disk."""
        self.panel.flush()
        here = self.editor.announcement
        self.screen.wait(lambda: self.panel._keeper.is_clean() and self.stored().text == here().text)

    def shelf(self) -> list[str]:
        """Give the names on the shelf."""
        rows = self.panel.findChildren(CardTable)[0].model()
        return [rows.index(row, 0).data(RECORD).name for row in range(rows.rowCount())]

    def press(self, words: str) -> None:
        """Press the button with these words."""
        button_of(self.panel, words).click()

    def problems(self) -> tuple[str, ...]:
        """Give what stops the announcement, as shown."""
        return self.panel.findChildren(ProblemList)[0].sentences()


@contextmanager
def open_writing(folder: Path, qtbot: QtBot) -> Iterator[Writing]:
    """Open the compose panel on the screen, with a new announcement."""
    with open_screen(folder, qtbot) as screen:
        panel = ComposePanel(screen.desk.services, screen.background, screen.desk.clock)
        screen.show(panel)
        writing = Writing(screen, panel)
        writing.begin()
        yield writing


def picture(colour: str = "green") -> bytes:
    """Make a picture."""
    content = BytesIO()
    Image.new("RGB", (64, 48), colour).save(content, "PNG")
    return content.getvalue()
