"""Grounds, cards, lines and rooms for other widgets."""

from typing import TypeVar

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget
from shiboken6 import isValid

from pcc_desk.ui import theme
from pcc_desk.ui.widgets.buttons import QuietButton
from pcc_desk.ui.widgets.icons import drawing
from pcc_desk.ui.widgets.words import Label, is_new_look

TITLE_BAR = 40  # what a window's own frame takes above and below
Box = TypeVar("Box", bound=QBoxLayout)


class Card(QFrame):
    """A panel with a hairline and round corners; tone "plain" has no line."""

    def __init__(self, tone: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("tone", tone)


class Pane(QFrame):
    """A flat ground: tone "" is the panel's colour, "ground" the window's."""

    def __init__(self, tone: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("tone", tone)


class Rule(QFrame):
    """A hairline."""

    def __init__(self, upright: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        if upright:
            self.setFixedWidth(1)
        else:
            self.setFixedHeight(1)


class Scroll(QScrollArea):
    """A column that scrolls up and down when it is taller than its room; fill `column`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        inside.setObjectName("scrolled")
        self.column = column(inside, margin=12)
        self.setWidget(inside)
        self._wanted: QWidget | None = None
        self.verticalScrollBar().rangeChanged.connect(self._show_wanted)
        self.verticalScrollBar().actionTriggered.connect(self._forget_wanted)

    def reveal(self, part: QWidget) -> None:
        """Bring a part of the column into view, as soon as it has its place, until the person scrolls."""
        self._wanted = part
        QTimer.singleShot(0, part, self._show_wanted)

    def _show_wanted(self) -> None:
        if self._wanted is not None and isValid(self._wanted):
            self.ensureWidgetVisible(self._wanted)

    def _forget_wanted(self) -> None:
        self._wanted = None


class Drawing(Label):
    """One of our line drawings in a colour of the theme, `size` pixels square at 100 % text size."""

    def __init__(self, name: str, tone: str, size: int, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._drawn = (name, tone, size)
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        """Draw again when the look changes."""
        super().changeEvent(event)
        if is_new_look(event) and hasattr(self, "_drawn"):
            self._draw()

    def _draw(self) -> None:
        name, tone, size = self._drawn
        self.setPixmap(drawing(name, getattr(theme.tokens(), tone), theme.px(size)))


class EmptyState(QWidget):
    """Says what belongs here and offers the first step; `button` is None without one."""

    def __init__(self, picture: str, heading: str, sentence: str, step: str = "") -> None:
        super().__init__()
        self.button = QuietButton(step) if step else None
        image = Drawing(picture, "muted", 40)
        rows = column(self, margin=24, gap=8)
        rows.addStretch(1)
        words = (image, Label(heading, "heading", wrap=True), Label(sentence, "muted", wrap=True))
        for each in words:
            each.setAlignment(Qt.AlignmentFlag.AlignCenter)
            rows.addWidget(each)
        if self.button:
            rows.addWidget(self.button, 0, Qt.AlignmentFlag.AlignCenter)
        rows.addStretch(2)


def column(owner: QWidget | None = None, margin: int = 0, gap: int = 8) -> QVBoxLayout:
    """Lay children out downwards; lengths in pixels at 100 % text size."""
    return _measured(QVBoxLayout(owner) if owner else QVBoxLayout(), margin, gap)


def row(owner: QWidget | None = None, margin: int = 0, gap: int = 8) -> QHBoxLayout:
    """Lay children out from left to right; lengths in pixels at 100 % text size."""
    return _measured(QHBoxLayout(owner) if owner else QHBoxLayout(), margin, gap)


def fit_window(window: QWidget, width: int, height: int) -> None:
    """Give a window a size in pixels at 100 % text size, but no more than the screen has room for."""
    room = window.screen().availableSize()
    window.resize(min(theme.px(width), room.width()), min(theme.px(height), room.height() - theme.px(TITLE_BAR)))


def clear(layout: QBoxLayout) -> None:
    """Take every widget and stretch out of a layout and let them go."""
    while (taken := layout.takeAt(0)) is not None:
        if (widget := taken.widget()) is not None:
            widget.hide()
            widget.deleteLater()


def _measured(layout: Box, margin: int, gap: int) -> Box:
    edge = theme.px(margin)
    layout.setContentsMargins(edge, edge, edge, edge)
    layout.setSpacing(theme.px(gap))
    return layout
