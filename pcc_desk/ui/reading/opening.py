"""Buttons that open a judged link in the person's browser."""

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from pcc_desk.ui.reading.links import Link, Verdict, judge
from pcc_desk.ui.widgets.buttons import LinkButton, verbatim
from pcc_desk.ui.widgets.question import Question
from pcc_desk.ui.widgets.words import give_tip


class OpenLink(LinkButton):
    """Opens one link when pressed; the exact address is its tip."""

    def __init__(self, link: Link, words: str = "", parent: QWidget | None = None) -> None:
        super().__init__(verbatim(words or f"Open {link.host}"), "", parent)
        self._link = link
        self.setAccessibleDescription(link.url)
        give_tip(self, link.url)
        self.clicked.connect(self._on_clicked)

    def _on_clicked(self) -> None:
        open_link(self._link, self)


def open_address(address: str, parent: QWidget) -> None:
    """Open an address that a platform gave us, when it may be opened at all."""
    open_link(judge(address), parent)


def open_link(link: Link, parent: QWidget) -> None:
    """Hand a link to the browser: at once, after a question, or not at all."""
    if link.verdict is Verdict.OPEN:
        _hand_over(link)
    elif link.verdict is Verdict.ASK:
        sentence = (
            f"This link goes to {link.host}. It is not protected, so others could see or change the page on its way. "
            "Do you want to open it?"
        )
        question = Question(sentence, "Open it", "Do not open it", parent)
        question.accepted.connect(lambda: _hand_over(link))
        question.open()


def _hand_over(link: Link) -> None:
    QDesktopServices.openUrl(QUrl.fromEncoded(link.url.encode("ascii"), QUrl.ParsingMode.StrictMode))
