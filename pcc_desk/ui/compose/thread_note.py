"""The lines under the text that offer a thread where the words are too long for one post, and the way back."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from pcc_desk.model.account import AccountId
from pcc_desk.model.announcement import Fit
from pcc_desk.ui.reading.presence import Presences
from pcc_desk.ui.widgets.buttons import LinkButton
from pcc_desk.ui.widgets.frames import clear, column, row
from pcc_desk.ui.widgets.words import Label


class ThreadNote(QWidget):
    """Says for each account whether a thread is possible or chosen.

    Signals:
        thread_chosen(AccountId, bool): send there as a thread, or as one post again.
    """

    thread_chosen = Signal(object, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[object, ...] = ()
        self._lines = column(self, gap=2)
        self.hide()

    def show_fits(self, fits: Mapping[AccountId, Fit], presences: Presences, draft: bool) -> None:
        """Show a line for each account of `fits` where the words are too long for one post but not for a thread."""
        asked = tuple(
            (account, presences[account].platform.title, fit.thread_of, bool(fit.parts))
            for account, fit in fits.items()
            if fit.thread_of and account in presences and (draft or fit.parts)
        )
        if (asked, draft) == self._shown:
            return
        self._shown = (asked, draft)
        clear(self._lines)
        for account, title, count, chosen in asked:
            self._lines.addWidget(self._line(account, _say(title, count, chosen), _offer(count, chosen), draft))
        self.setVisible(bool(asked))

    def _line(self, account: AccountId, sentence: str, offer: str, draft: bool) -> QWidget:
        line = QWidget()
        cells = row(line, gap=8)
        cells.addWidget(Label(sentence, "muted"))
        if draft:
            choose = LinkButton(offer)
            choose.clicked.connect(partial(self.thread_chosen.emit, account, offer.startswith("Send as a thread")))
            cells.addWidget(choose)
        cells.addStretch(1)
        return line


def _say(title: str, count: int, chosen: bool) -> str:
    return f"{title}: goes out as a thread of {count}." if chosen else f"{title}: too long for one post."


def _offer(count: int, chosen: bool) -> str:
    return "Keep it one post" if chosen else f"Send as a thread of {count}"
