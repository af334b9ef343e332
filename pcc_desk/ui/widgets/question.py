"""A question before something that cannot be undone, with the consequence on its buttons."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget


class Question(QMessageBox):
    """Asks one thing without stopping the window; `accepted` is emitted for yes, and Esc means no."""

    def __init__(self, sentence: str, yes: str, no: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("PCC Desk")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(sentence)
        self.yes = self.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
        self.no = self.addButton(no, QMessageBox.ButtonRole.RejectRole)
        self.setDefaultButton(self.no)
        self.setEscapeButton(self.no)
