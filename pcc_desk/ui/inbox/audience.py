"""The choice that stands above every answer: who reads it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QWidget

from pcc_desk.model.answering import Audience
from pcc_desk.ui.widgets.buttons import FilterButton
from pcc_desk.ui.widgets.frames import column
from pcc_desk.ui.widgets.words import Label, give_tip
from pcc_desk.ui.widgets.wrap import Wrap


class AudienceChoice(QWidget):
    """Offers a public and a private reply; what cannot be is greyed, with the reason beside it.

    Signals:
        chosen(bool): the person chose; True is a private reply.
    """

    chosen = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.public, self.private = FilterButton("Reply in public"), FilterButton("Reply in private")
        self._why = Label("", "small", wrap=True)
        self._audience = Audience(private=False)
        self._group = QButtonGroup(self)
        rows, line = column(self, gap=4), Wrap(gap=6)
        for button in (self.public, self.private):
            self._group.addButton(button)
            line.addWidget(button)
        rows.addLayout(line)
        rows.addWidget(self._why)
        self.public.setChecked(True)
        self._group.buttonClicked.connect(lambda _: self._on_clicked())

    def offer(self, audience: Audience) -> None:
        """Say how the message can be answered, and keep what is chosen."""
        self._audience = audience
        self._show()

    def choose(self, private: bool | None) -> None:
        """Choose without telling anybody; None chooses what the message itself is."""
        wanted = self._audience.private if private is None else private
        (self.private if wanted else self.public).setChecked(True)
        self._show()

    def is_private(self) -> bool:
        """Tell whether a private reply is chosen."""
        return self.private.isChecked()

    def problem(self) -> str:
        """Say why what is chosen cannot be, or ""."""
        return self._audience.why_not(self.is_private())

    def _show(self) -> None:
        audience = self._audience
        for button, why in ((self.public, audience.why_not_public), (self.private, audience.why_not_private)):
            button.setEnabled(not why)
            button.setAccessibleDescription(why)
            give_tip(button, why)
        why = audience.why_not_public or audience.why_not_private
        self._why.setText(why)
        self._why.set_role("red" if self.problem() else "small")
        self._why.setVisible(bool(why))

    def _on_clicked(self) -> None:
        self._show()
        self.chosen.emit(self.is_private())
