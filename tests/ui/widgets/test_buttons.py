"""Buttons under the keyboard."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from pcc_desk.ui.widgets.buttons import PrimaryButton

PLAIN = Qt.KeyboardModifier.NoModifier


@pytest.mark.parametrize(
    ("key", "held", "presses"),
    [
        (Qt.Key.Key_Return, PLAIN, 1),
        (Qt.Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier, 1),
        (Qt.Key.Key_Space, PLAIN, 1),
        (Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier, 0),
    ],
    ids=["Enter", "Enter of the number keys", "space bar", "Ctrl+Enter, which sends"],
)
def test_enter_presses_the_button_that_has_the_focus(
    key: Qt.Key, held: Qt.KeyboardModifier, presses: int, qtbot: QtBot
) -> None:
    button = PrimaryButton("Start a new office")
    qtbot.addWidget(button)
    heard: list[bool] = []
    button.clicked.connect(lambda: heard.append(True))
    QTest.keyClick(button, key, held)
    assert len(heard) == presses
