"""The office's own rules for what others write under its posts, one a line."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QPlainTextEdit, QWidget

from pcc_desk.errors import DeskError
from pcc_desk.model.changes import Changes
from pcc_desk.model.moderation import HOUSE_RULES
from pcc_desk.ui import theme
from pcc_desk.ui.background import Background
from pcc_desk.ui.widgets.banner import Banner
from pcc_desk.ui.widgets.buttons import PrimaryButton, QuietButton
from pcc_desk.ui.widgets.frames import column
from pcc_desk.ui.widgets.words import Label
from pcc_desk.ui.widgets.wrap import Wrap

if TYPE_CHECKING:
    from pcc_desk.services.desk import Services

ABOUT = (
    "Whoever hides or deletes what somebody wrote chooses one of these rules. Write one on each line, as you have them "
    "on your website. What was decided before keeps the words it was decided by."
)


class HouseRules(QWidget):
    """Shows the rules as lines to change and save."""

    def __init__(self, services: Services, background: Background) -> None:
        super().__init__()
        self._services, self._background = services, background
        self.text = QPlainTextEdit()
        self.save, self.usual = PrimaryButton("Save the rules"), QuietButton("Fill in PCC Desk's own rules")
        self.result = Banner("green")
        self._known: str | None = None
        self.text.setAccessibleName("House rules, one on each line")
        self.text.setTabChangesFocus(True)
        self.text.setMinimumHeight(theme.px(132))
        rows, below = column(self, gap=10), Wrap(gap=8)
        rows.addWidget(Label(ABOUT, "muted", wrap=True))
        rows.addWidget(self.text)
        rows.addWidget(self.result)
        for button in (self.save, self.usual):
            below.addWidget(button)
        rows.addLayout(below)
        self.text.textChanged.connect(self._show_ready)
        self.save.clicked.connect(self._on_save_clicked)
        self.usual.clicked.connect(lambda: self.text.setPlainText("\n".join(HOUSE_RULES)))
        background.changed.connect(self._on_changed)
        self._read()

    def hand_over(self) -> str | None:
        """Give rules typed and not saved, or None."""
        typed = self.text.toPlainText()
        return None if self._known is None or typed == self._known else typed

    def take_over(self, typed: str) -> None:
        """Go on with rules that were typed in another window."""
        self.text.setPlainText(typed)

    def _read(self) -> None:
        self._background.ask(lambda: self._services.moderation.rules(), self._on_rules)

    def _on_changed(self, changes: Changes) -> None:
        if changes & Changes.OFFICE:
            self._read()

    def _on_rules(self, rules: tuple[str, ...]) -> None:
        untouched = self.text.toPlainText() == (self._known or "")
        self._known = "\n".join(rules)
        if untouched:
            self.text.setPlainText(self._known)
        self._show_ready()

    def _show_ready(self) -> None:
        typed = self.text.toPlainText()
        self.save.setEnabled(self._known is not None and bool(typed.strip()) and typed != self._known)

    def _on_save_clicked(self) -> None:
        typed = self.text.toPlainText()
        work = partial(self._services.moderation.keep_rules, typed.splitlines())
        self._background.do(work, partial(self._on_saved, typed), self._on_failed)

    def _on_saved(self, typed: str, _: Changes) -> None:
        self._known = typed  # how it was tidied is read next
        self._read()
        self.result.say("The rules are saved. They are offered from now on.", "green")

    def _on_failed(self, error: DeskError) -> None:
        self.result.say("", "red")
        self.result.tell(error)
