"""A person at the desk: finds things by the names a screen reader gives them, and uses mouse and keyboard."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.exceptions import TimeoutError
from pytestqt.qtbot import QtBot

W = TypeVar("W", bound=QWidget)


class Person:
    """Uses one window."""

    def __init__(self, window: QWidget, qtbot: QtBot) -> None:
        self.window, self._bot = window, qtbot

    def find(self, kind: type[W], fits: Callable[[W], bool]) -> W:
        """Wait until exactly one visible widget fits, and give it."""
        self.wait(lambda: len(self._seen(kind, fits)) == 1)
        return self._seen(kind, fits)[0]

    def field(self, name: str) -> QLineEdit | QPlainTextEdit:
        """Find a field whose accessible name begins so."""
        return self.find(
            QWidget,  # type: ignore[return-value]  # a line or a page of text; the filter below says which
            lambda each: isinstance(each, QLineEdit | QPlainTextEdit) and each.accessibleName().startswith(name),
        )

    def press(self, words: str) -> None:
        """Click the button whose words begin so."""
        button = self.find(QAbstractButton, lambda each: each.text().replace("&", "").startswith(words))
        self.wait(button.isEnabled)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def write(self, name: str, words: str) -> None:
        """Type into a field, key by key."""
        field = self.field(name)
        field.setFocus()
        QTest.keyClicks(field, words)

    def paste_file(self, name: str, path: str) -> None:
        """Paste a copied file into a field."""
        copied = QMimeData()
        copied.setUrls([QUrl.fromLocalFile(path)])
        QApplication.clipboard().setMimeData(copied)
        QTest.keyClick(self.field(name), Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
        # Data of ours left on the clipboard is freed after Python is gone, which ends the test run with a crash.
        QApplication.clipboard().clear()

    def keys(self, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key for the window, which hears it while it is the active one."""
        self.wait(self.window.isActiveWindow)
        QTest.keyClick(self.window, key, held)

    def wait(self, until: Callable[[], bool]) -> None:
        """Wait for something to be so."""
        try:
            self._bot.waitUntil(until)
        except TimeoutError:
            seen = Path(tempfile.gettempdir(), f"pcc-desk-{os.getpid()}.png")
            self.window.grab().save(str(seen))
            pytest.fail(f"This did not come about in time; the window as it was: {seen}")

    def _seen(self, kind: type[W], fits: Callable[[W], bool]) -> list[W]:
        return [each for each in self.window.findChildren(kind) if each.isVisible() and fits(each)]
