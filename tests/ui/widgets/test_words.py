"""Labels and tips show plain text only."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from pcc_desk.ui.widgets.buttons import QuietButton, verbatim
from pcc_desk.ui.widgets.words import ElidedLabel, Label, give_tip
from tests.ui.screen import dress

HOSTILE = '<img src="//attacker.example/share/x.png"><b>big</b> & [a](file:///etc/passwd)'


@pytest.mark.parametrize("make", [Label, ElidedLabel])
def test_a_label_never_reads_markup(qtbot: QtBot, make: type[Label]) -> None:
    dress()
    label = make(HOSTILE)
    qtbot.addWidget(label)
    label.show()
    assert label.textFormat() is Qt.TextFormat.PlainText
    assert label.text() == HOSTILE
    assert not label.openExternalLinks()


def test_a_tip_is_escaped(qtbot: QtBot) -> None:
    label = Label()
    qtbot.addWidget(label)
    give_tip(label, HOSTILE)
    assert "<img" not in label.toolTip()
    assert "&lt;img" in label.toolTip()
    give_tip(label, "")
    assert label.toolTip() == ""


def test_a_long_line_ends_in_three_dots_and_is_whole_for_a_screen_reader(qtbot: QtBot) -> None:
    dress()
    label = ElidedLabel("one two\nthree " * 50)
    qtbot.addWidget(label)
    label.resize(120, 20)
    label.show()
    assert "\n" not in label.text()
    assert label.accessibleName() == "one two\nthree " * 50
    assert label.minimumSizeHint().width() < 80


def test_a_name_on_a_button_keeps_its_ampersand(qtbot: QtBot) -> None:
    button = QuietButton(f"Reply to {verbatim('Bread & Roses')}")
    qtbot.addWidget(button)
    assert button.shortcut().isEmpty()
    assert QuietButton("&Pause").shortcut().toString() == "Alt+P"
