"""Keys that work in one part of the window only."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget


def on_key(keys: str, owner: QWidget, act: Callable[[], object], alone: bool = False) -> None:
    """Let `keys` do `act` while `owner` (or, unless `alone`, anything in it) has the focus."""
    context = Qt.ShortcutContext
    # PySide 6.11 forgets the context when it is given together with the callable, so the two are given apart.
    shortcut = QShortcut(
        QKeySequence(keys), owner, context=context.WidgetShortcut if alone else context.WidgetWithChildrenShortcut
    )
    shortcut.activated.connect(act)
