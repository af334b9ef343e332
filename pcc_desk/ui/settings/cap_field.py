"""What an account has cost this month, and the most the office wants to spend in one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit, QWidget
from shiboken6 import isValid

from pcc_desk.errors import DeskError
from pcc_desk.model.account import AccountId
from pcc_desk.model.changes import Changes
from pcc_desk.model.cost import Spent
from pcc_desk.ui import theme
from pcc_desk.ui.background import Background
from pcc_desk.ui.reading.moments import present
from pcc_desk.ui.reading.money import say_spent
from pcc_desk.ui.widgets.buttons import QuietButton
from pcc_desk.ui.widgets.frames import column
from pcc_desk.ui.widgets.words import Label
from pcc_desk.ui.widgets.wrap import Wrap

if TYPE_CHECKING:
    from pcc_desk.services.desk import Services

NOT_MONEY = "Type an amount in US dollars such as 20 or 7.50, or leave it empty for no limit."


class CapField(QWidget):
    """Shows the month so far, and takes a limit in US dollars."""

    def __init__(self, services: Services, background: Background, account_id: AccountId) -> None:
        super().__init__()
        self._services, self._background, self._account_id = services, background, account_id
        self._words, self._note = Label("", "small", wrap=True), Label("", "small", wrap=True)
        self.field, self._keep = QLineEdit(), QuietButton("Keep this limit")
        self.field.setAccessibleName("Limit each month in US dollars")
        self.field.setPlaceholderText("No limit")
        self.field.setFixedWidth(theme.px(90))
        rows = column(self, gap=4)
        rows.addWidget(self._words)
        line = Wrap(gap=8)
        for each in (Label("Limit each month, in US dollars"), self.field, self._keep):
            line.addWidget(each)
        rows.addLayout(line)
        rows.addWidget(self._note)
        self._note.hide()
        self._keep.clicked.connect(self._on_keep_clicked)
        self._read()

    def _read(self) -> None:
        self._background.ask(lambda: self._services.costs.spent(present()), self._on_spent)

    def _on_spent(self, spent: tuple[Spent, ...]) -> None:
        if not isValid(self):
            return
        for each in spent:
            if each.account.id == self._account_id:
                self._words.setText(say_spent(each))
                if not self.field.isModified():
                    self.field.setText("" if each.limit is None else f"{each.limit / 1000:.2f}")

    def _on_keep_clicked(self) -> None:
        try:
            mills = read_money(self.field.text())
        except ValueError:
            self._say(NOT_MONEY)
            return
        account_id = self._account_id
        keep = partial(self._limit, account_id, mills)
        self._background.do(keep, self._on_kept, self._on_failed)

    def _limit(self, account_id: AccountId, mills: int | None) -> Changes:
        return self._services.costs.set_cap(account_id, mills, present())

    def _on_kept(self, _: Changes) -> None:
        if isValid(self):
            self.field.setModified(False)
            self._say("Kept.")
            self._read()

    def _on_failed(self, error: DeskError) -> None:
        self._say(f"{error.sentence} {error.next_step}")

    def _say(self, sentence: str) -> None:
        if isValid(self):
            self._note.setText(sentence)
            self._note.show()


def read_money(text: str) -> int | None:
    """Read US dollars as thousandths; None when nothing is typed. Raises: ValueError."""
    typed = text.strip().removeprefix("$").replace(",", "")
    if not typed:
        return None
    whole, _, part = typed.partition(".")
    if not (whole or "0").isdecimal() or len(whole) > 7 or len(part) > 3 or not (part or "0").isdecimal():
        raise ValueError("not money")
    return int(whole or "0") * 1000 + int(f"{part:0<3}")
