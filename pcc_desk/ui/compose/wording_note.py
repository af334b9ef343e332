"""The line under the tabs that says whose words these are."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from pcc_desk.model.account import AccountId
from pcc_desk.model.announcement import Announcement
from pcc_desk.ui.compose.wording import is_stale
from pcc_desk.ui.reading.presence import Presences
from pcc_desk.ui.widgets.buttons import LinkButton
from pcc_desk.ui.widgets.frames import column, row
from pcc_desk.ui.widgets.words import Label


class WordingNote(QWidget):
    """Says whether a channel is worded apart, and offers the way back.

    Signals:
        share_requested(): use the shared text again.
        confirm_requested(): keep this wording although the shared text has changed.
    """

    share_requested = Signal()
    confirm_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = Label("", "muted", wrap=True)
        self._share = LinkButton("Use the shared text again")
        self._confirm = LinkButton("Keep this wording")
        rows, links = column(self, gap=2), row(gap=8)
        for link in (self._share, self._confirm):
            links.addWidget(link)
        links.addStretch(1)
        rows.addWidget(self._words)
        rows.addLayout(links)
        self._share.clicked.connect(self.share_requested)
        self._confirm.clicked.connect(self.confirm_requested)
        self.hide()

    def show_wording(self, announcement: Announcement, account: AccountId | None, presences: Presences) -> None:
        """Show the note for the open tab; there is none on the shared text."""
        if account is None or account not in presences:
            self.hide()
            return
        own, stale = account in announcement.wordings, is_stale(announcement, account)
        draft = announcement.approved_at is None
        title = presences[account].platform.title
        self._words.set_role("amber" if stale else "muted")
        self._words.setText(_sentence(title, own, stale))
        self._share.setVisible(own and draft)
        self._confirm.setVisible(stale and draft)
        self.show()


def _sentence(title: str, own: bool, stale: bool) -> str:
    if stale:
        return f"The shared text has changed since you worded {title} apart."
    if own:
        return f"{title} has its own wording."
    return f"{title} uses the shared text. Type here to word it apart."
