"""What a person sees when the office cannot be opened: what happened, what was kept, and the ways on."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QWidget

from pcc_desk.errors import DeskError
from pcc_desk.ui import theme
from pcc_desk.ui.widgets.banner import Banner
from pcc_desk.ui.widgets.buttons import PrimaryButton, QuietButton
from pcc_desk.ui.widgets.frames import column
from pcc_desk.ui.widgets.words import Label


@dataclass(frozen=True, slots=True)
class Way:
    """One way on: what its button says, and the name it is asked for by."""

    name: str
    words: str


class Trouble(QDialog):
    """Tells why the office did not open and offers ways on; the first is the one Enter takes.

    Signals:
        way_requested(str): the name of the way the person chose; closing the dialog asks for "close".
    """

    way_requested = Signal(str)

    def __init__(self, error: DeskError, ways: Sequence[Way], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("The office is not open")
        self.setMinimumWidth(theme.px(520))
        self._banner = Banner("red", closable=False)
        self._banner.tell(error)
        self._build(ways)
        self.rejected.connect(lambda: self.way_requested.emit("close"))

    def _build(self, ways: Sequence[Way]) -> None:
        rows = column(self, margin=24, gap=12)
        rows.addWidget(Label("The office is not open", "title"))
        rows.addWidget(self._banner)
        for number, way in enumerate(ways):
            button = QuietButton(way.words) if number else PrimaryButton(way.words)
            button.setDefault(number == 0)
            button.setAutoDefault(number == 0)
            button.clicked.connect(lambda _checked=False, name=way.name: self._choose(name))
            rows.addWidget(button)
            if not number:
                button.setFocus()

    def _choose(self, name: str) -> None:
        self.accept()
        self.way_requested.emit(name)
