"""Buttons; each says in its own words what pressing it does."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QMenu, QPushButton, QSizePolicy, QWidget

from pcc_desk.ui import theme
from pcc_desk.ui.widgets.icons import icon
from pcc_desk.ui.widgets.words import give_tip, is_new_look

ICON, GAP = 16, 4  # pixels at 100 % text size; Qt alone leaves no more than a hair between drawing and words


def verbatim(text: str) -> str:
    """Make a name safe on a button, where & would underline the next letter."""
    return text.replace("&", "&&")


class QuietButton(QPushButton):
    """An ordinary button; `drawing` names a file of resources/icons."""

    colour = "ink"
    _drawing = ""  # Qt may report a new look before __init__ is done
    _dressed = ("", "", 0, 0)  # and reports it ten times while a window is built

    def __init__(self, text: str = "", drawing: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._drawing = drawing
        self.setAutoDefault(False)
        self._dress()

    def set_drawing(self, drawing: str) -> None:
        """Change the drawing."""
        self._drawing = drawing
        self._dress()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Enter press the button that has the focus, as the space bar does."""
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Draw the icon again when the look changes."""
        super().changeEvent(event)
        if is_new_look(event):
            self._dress()

    def _dress(self) -> None:
        if not self._drawing:
            return
        colour, size, gap = getattr(theme.tokens(), self.colour), theme.px(ICON), theme.px(GAP) if self.text() else 0
        wanted = (self._drawing, colour, size, gap)
        if wanted != self._dressed:
            self._dressed = wanted
            self.setIcon(icon(*wanted))
            self.setIconSize(QSize(size + gap, size))


class PrimaryButton(QuietButton):
    """The one main action of a place."""

    colour = "on_accent"


class DangerButton(QuietButton):
    """An action that stops or takes away something."""

    colour = "red"


class LinkButton(QuietButton):
    """An action among words."""

    colour = "accent"


class MenuButton(QuietButton):
    """A button that opens a menu."""

    def __init__(self, text: str, menu: QMenu, drawing: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, drawing, parent)
        menu.setParent(self, menu.windowFlags())
        self.setMenu(menu)


class IconButton(QuietButton):
    """A button with a drawing only; `name` is its tip and what a screen reader says."""

    colour = "muted"

    def __init__(self, drawing: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__("", drawing, parent)
        self.setAccessibleName(name)
        give_tip(self, name)


class FilterButton(QPushButton):
    """A pill that is on or off, one of a row."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setAutoDefault(False)


class TabButton(QuietButton):
    """One tab of a row of tabs."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, "", parent)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
