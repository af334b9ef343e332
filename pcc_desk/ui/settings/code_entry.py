"""Takes the code that a page in the web browser shows, while the sign-in waits for it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from pcc_desk.ui.widgets.buttons import PrimaryButton
from pcc_desk.ui.widgets.frames import column, row
from pcc_desk.ui.widgets.words import Label


class CodeEntry(QWidget):
    """A field for the code, and the button that goes on with it; hidden until a sign-in asks for one.

    Signals:
        given(str): the code, without the spaces around it.
    """

    given = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._label, self.line, self.button = Label("", "strong", wrap=True), QLineEdit(), PrimaryButton("Go on")
        self._label.setBuddy(self.line)
        rows, cells = column(self, gap=4), row(gap=8)
        cells.addWidget(self.line, 1)
        cells.addWidget(self.button)
        rows.addWidget(self._label)
        rows.addLayout(cells)
        self.line.textChanged.connect(self._show_ready)
        self.line.returnPressed.connect(self.button.click)
        self.button.clicked.connect(self._on_clicked)
        self.hide()

    def ask_for(self, name: str) -> None:
        """Ask for a code by what it is called."""
        self._label.setText(name)
        self.line.setAccessibleName(name)
        self.line.clear()
        self._show_ready()
        self.show()
        self.line.setFocus()

    def _show_ready(self) -> None:
        self.button.setEnabled(bool(self.line.text().strip()))

    def _on_clicked(self) -> None:
        code = self.line.text().strip()
        self.line.clear()  # it proves who signs in, and is used once
        self.hide()
        self.given.emit(code)
