"""Windows of their own."""

from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from pcc_desk.ui import theme
from pcc_desk.ui.widgets.frames import fit_window


def test_a_window_is_never_taller_than_the_screen(qtbot: QtBot) -> None:
    dialog = QDialog()
    qtbot.addWidget(dialog)
    room = dialog.screen().availableSize()
    fit_window(dialog, 300, 200)
    assert dialog.size().toTuple() == (theme.px(300), theme.px(200))
    fit_window(dialog, 9000, 9000)
    assert dialog.width() == room.width()
    assert dialog.height() < room.height()
