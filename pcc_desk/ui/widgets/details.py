"""What a server said, folded away behind a word for those who want it."""

from PySide6.QtWidgets import QWidget

from pcc_desk.ui.widgets.buttons import LinkButton
from pcc_desk.ui.widgets.frames import column, row
from pcc_desk.ui.widgets.words import Label

LONGEST = 1_000  # characters of a text


class Details(QWidget):
    """A button that shows a text below it, to be read and copied, and hides it again."""

    def __init__(self, text: str, about: str) -> None:
        """Fold `text` away; `about` is what it belongs to, for a screen reader."""
        super().__init__()
        self.button = LinkButton("Details")
        self.button.setAccessibleName(f"Details: {about}")
        self.text = Label(text, "small", wrap=True).make_selectable()
        rows = column(self, gap=2)
        head = row()
        head.addWidget(self.button)
        head.addStretch(1)
        rows.addLayout(head)
        rows.addWidget(self.text)
        self.text.hide()
        self.button.clicked.connect(self._on_clicked)

    def _on_clicked(self) -> None:
        self.text.setVisible(self.text.isHidden())
        self.button.setText("Details" if self.text.isHidden() else "Hide the details")
