"""Whether the desk goes on without its window, and starts when the person signs in."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from pcc_desk.ui.widgets.frames import column
from pcc_desk.ui.widgets.words import Label

STAYS = "Keep sending when I close the window"
STARTS = "Start PCC Desk when I sign in to this PC"
ABOUT = "PCC Desk then waits beside the clock. What is scheduled goes out as long as this PC is on and awake."


class Staying(QWidget):
    """Two choices, both off until somebody wants them; `starts` is None where a PC cannot do that.

    Signals:
        stays_chosen(bool): go on beside the clock when the window is closed, or not.
        starts_chosen(bool): start at sign-in, or not.
    """

    stays_chosen = Signal(bool)
    starts_chosen = Signal(bool)

    def __init__(self, stays: bool, starts: bool | None) -> None:
        super().__init__()
        self.stays, self.starts = QCheckBox(STAYS), QCheckBox(STARTS)
        self.stays.setChecked(stays)
        self.starts.setChecked(bool(starts))
        self.starts.setVisible(starts is not None)
        rows = column(self, gap=8)
        rows.addWidget(self.stays)
        if starts is not None:
            rows.addWidget(self.starts)
        rows.addWidget(Label(ABOUT, "muted", wrap=True))
        self.stays.clicked.connect(self.stays_chosen)
        self.starts.clicked.connect(self.starts_chosen)
