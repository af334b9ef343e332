"""A notice across a panel: what happened, what to do, and the details for those who want them."""

import re

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from pcc_desk.errors import DeskError
from pcc_desk.ui.reading.remote_text import show_marks
from pcc_desk.ui.widgets.buttons import IconButton, LinkButton
from pcc_desk.ui.widgets.frames import Card, column, row
from pcc_desk.ui.widgets.words import Label, repolish

_UNBROKEN = re.compile(r"\S{60}")  # a longer word would widen the whole window, so it may be broken there
_LONGEST = 1_000  # signs of a sentence that are shown: a server's words in it may be megabytes


class Banner(Card):
    """A notice; hidden until it has something to say. `tone` is "", red, amber, green or violet.

    Signals:
        dismissed(): the person closed it.
    """

    dismissed = Signal()

    def __init__(self, tone: str = "amber", closable: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(tone, parent)
        self._closable = closable
        self._is_built = False  # most banners never say anything, and a window has a dozen
        self._buttons: list[QPushButton] = []
        self.hide()

    def say(self, sentence: str, tone: str = "") -> None:
        """Show a sentence, in another tone when given."""
        self._build()
        if tone and tone != self.property("tone"):
            self.setProperty("tone", tone)
            repolish(self)
        self._words.setText(sentence)
        self._details.hide()
        self._detail.hide()
        self.show()

    def tell(self, error: DeskError, tone: str = "") -> None:
        """Show a failure, in another tone when given: its sentence, the next step, and its detail behind a button."""
        told = (
            _UNBROKEN.sub("\\g<0>\u200b", show_marks(words[:_LONGEST]))
            for words in (error.sentence, error.next_step, error.detail)
        )
        sentence, next_step, detail = told  # a server's own words may stand in each of them
        self.say(" ".join(filter(None, (sentence, next_step))), tone)
        self._detail.setText(detail)
        self._details.setVisible(bool(error.detail))

    def add_button(self, button: QPushButton) -> None:
        """Put an action at the right of the words."""
        button.setParent(self)
        self._buttons.append(button)
        if self._is_built:
            self._actions.addWidget(button)

    def text(self) -> str:
        """Give the sentence shown."""
        return self._words.text() if self._is_built else ""

    def _build(self) -> None:
        if self._is_built:
            return
        self._is_built = True
        self._words = Label(wrap=True).make_selectable()
        self._detail = Label(role="small", wrap=True).make_selectable()
        self._details = LinkButton("Details")
        self._close = IconButton("close", "Close this notice")
        rows = column(self, margin=8, gap=4)
        top = row()
        self._actions = row()
        top.addWidget(self._words, 1)
        top.addWidget(self._details)
        top.addLayout(self._actions)
        top.addWidget(self._close)
        rows.addLayout(top)
        rows.addWidget(self._detail)
        for button in self._buttons:
            self._actions.addWidget(button)
        self._close.setVisible(self._closable)
        self._details.clicked.connect(self._on_details_clicked)
        self._close.clicked.connect(self._on_close_clicked)

    def _on_details_clicked(self) -> None:
        self._detail.setVisible(not self._detail.isVisible())

    def _on_close_clicked(self) -> None:
        self.hide()
        self.dismissed.emit()
