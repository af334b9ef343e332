"""The Tab key leads through a window as it is read."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from pcc_desk.ui.widgets.focus import step_focus
from pcc_desk.ui.widgets.frames import Scroll

TAB, BACK = Qt.Key.Key_Tab, Qt.Key.Key_Backtab


class Reading(QWidget):
    """A window with a room that is filled late, as a person reads it: first, early, last."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.room, self.last = QLineEdit(), Scroll(), QLineEdit()
        rows = self.rows = QVBoxLayout(self)
        for each in (self.first, self.room, self.last):
            rows.addWidget(each)

    def fill(self, count: int) -> list[QLineEdit]:
        """Put fields into the room."""
        fields = [QLineEdit() for _ in range(count)]
        for field in fields:
            self.room.column.addWidget(field)
        return fields


class Led(Reading):
    """The same window, led by ours."""

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Step as the desk's windows do."""
        return step_focus(self, forward)


def open_window(qtbot: QtBot, window: Reading) -> list[QLineEdit]:
    """Show a window and fill its room afterwards."""
    qtbot.addWidget(window)
    window.resize(300, 260)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    fields = window.fill(12)
    qtbot.waitUntil(fields[-1].isVisible)
    window.first.setFocus()
    return fields


def press(key: Qt.Key) -> QWidget | None:
    """Press a key where the keyboard is, and give where it is then."""
    here = QApplication.focusWidget()
    assert here is not None
    QTest.keyClick(here, key)
    return QApplication.focusWidget()


def test_what_was_put_in_late_is_reached_where_it_stands_and_comes_into_view(qtbot: QtBot) -> None:
    window = Led()
    fields = open_window(qtbot, window)
    assert [press(TAB) for _ in range(14)] == [*fields, window.last, window.first]
    assert [press(BACK) for _ in range(3)] == [window.last, fields[-1], fields[-2]]
    port = window.room.viewport()
    assert port.rect().contains(fields[-2].mapTo(port, fields[-2].rect().center()))


def test_what_stands_above_comes_first_whenever_it_was_made(qtbot: QtBot) -> None:
    window = Led()
    fields = open_window(qtbot, window)
    late, beside = QLineEdit(), QLineEdit()
    line = QHBoxLayout()
    line.addWidget(late)
    line.addWidget(beside)
    beside.setFixedHeight(beside.sizeHint().height() + 9)  # begins a little above the other, in the same line
    window.rows.insertLayout(1, line)
    qtbot.waitUntil(beside.isVisible)
    qtbot.wait(10)
    assert beside.y() < late.y()
    assert [press(TAB) for _ in range(3)] == [late, beside, fields[0]]
    assert [press(BACK) for _ in range(3)] == [beside, late, window.first]


def test_what_is_off_or_out_of_sight_is_passed_over(qtbot: QtBot) -> None:
    window = Led()
    fields = open_window(qtbot, window)
    fields[0].setEnabled(False)
    fields[1].hide()
    fields[2].setFocusPolicy(Qt.FocusPolicy.ClickFocus)
    assert press(TAB) is fields[3]


def test_left_to_qt_what_was_put_in_late_comes_last(qtbot: QtBot) -> None:
    window = Reading()
    open_window(qtbot, window)
    assert press(TAB) is window.last
