"""A connected desk with a background, for tests of panels in real windows."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from pcc_desk.model.announcement import AnnouncementId
from pcc_desk.model.changes import Changes
from pcc_desk.model.schedule import Schedule
from pcc_desk.services.desk import Services
from pcc_desk.ui import theme
from pcc_desk.ui.background import Background
from pcc_desk.ui.reading.moments import present
from pcc_desk.ui.widgets.words import Label
from tests.desk import Clock, ConnectedDesk, open_connected_desk

P = TypeVar("P", bound=QWidget)


@dataclass(frozen=True)
class Screen:
    """A connected desk, and the bridge its panels use."""

    desk: ConnectedDesk
    background: Background
    qtbot: QtBot

    def show(self, panel: QWidget, width: int = 1276, height: int = 780) -> None:
        """Show a panel in a real window."""
        self.qtbot.addWidget(panel)
        panel.resize(width, height)
        panel.show()
        panel.activateWindow()  # shortcuts belong to the active window
        self.wait(panel.isActiveWindow)

    def wait(self, until: Callable[[], object]) -> None:
        """Wait until something is so."""
        self.qtbot.waitUntil(lambda: bool(until()))

    def publish(self, title: str, text: str, schedule: Schedule | None = None) -> AnnouncementId:
        """Approve an announcement for both accounts, and send what is due."""
        compose, clock = self.desk.services.compose, self.desk.clock
        draft = compose.begin(clock())
        changed = type(draft)(draft.id, title, text, draft.accounts, schedule=schedule)
        compose.approve(compose.save(changed, clock()).id, clock())
        self.send()
        return draft.id

    def send(self) -> None:
        """Send what is due, as the clock does, and tell the panels."""
        self.background.changed.emit(self.desk.services.outbox.run_due(self.desk.clock) | Changes.DELIVERIES)

    def fetch(self) -> None:
        """Fetch what has come in, as the clock does, and tell the panels."""
        self.desk.clock.advance(minutes=10)
        self.background.changed.emit(self.desk.services.inbox.fetch_due(self.desk.clock))


def dress(dark: bool = False, scale: float = 1.0) -> None:
    """Give the test's application the desk's look."""
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    theme.apply(application, dark, scale)


@contextmanager
def open_screen(folder: Path, qtbot: QtBot) -> Iterator[Screen]:
    """Open a connected desk whose clock starts now, because panels ask this PC for the time."""
    dress()
    with open_connected_desk(folder, Clock(present().replace(microsecond=0))) as desk:
        background = Background()
        yield Screen(desk, background, qtbot)
        background.stop(60)


@contextmanager
def open_panel(
    folder: Path, qtbot: QtBot, make: Callable[[Services, Background, Clock], P]
) -> Iterator[tuple[ConnectedDesk, P, Background]]:
    """Open a panel in a window, on a connected desk in an empty folder."""
    dress()
    with open_connected_desk(folder) as desk:
        background = Background()
        panel = make(desk.services, background, desk.clock)
        qtbot.addWidget(panel)
        panel.resize(1276, 780)
        with qtbot.waitExposed(panel):
            panel.show()
        yield desk, panel, background
        assert background.stop(60)


def words_of(widget: QWidget) -> str:
    """Give every word a person sees in a widget."""
    seen = [label.text() for label in widget.findChildren(Label) if label.isVisible()]
    return "\n".join([*seen, *(button.text() for button in buttons_of(widget))])


def buttons_of(widget: QWidget) -> list[QAbstractButton]:
    """Give every button a person sees in a widget."""
    return [button for button in widget.findChildren(QAbstractButton) if button.isVisible()]


def button_of(widget: QWidget, words: str) -> QAbstractButton:
    """Give the one visible button with these words."""
    found = [button for button in buttons_of(widget) if button.text() == words]
    assert len(found) == 1, f"{words!r} is on {len(found)} of {[button.text() for button in buttons_of(widget)]}"
    return found[0]


class Browser(QObject):
    """Stands where the person's browser would, and remembers what it was given."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []
        for scheme in ("https", "http", "file"):
            # PySide 6.11 declares the method as bytes and takes only a string.
            QDesktopServices.setUrlHandler(scheme, self, "take")  # type: ignore[arg-type]

    @Slot(QUrl)
    def take(self, url: QUrl) -> None:
        """Take an address."""
        self.opened.append(url.toString(QUrl.ComponentFormattingOption.FullyEncoded))

    def leave(self) -> None:
        """Give the place back."""
        for scheme in ("https", "http", "file"):
            QDesktopServices.unsetUrlHandler(scheme)
