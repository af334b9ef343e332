"""The office's accounts in the settings: state in words, check, sign in again, disconnect, connect."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from pcc_desk.errors import DeskError
from pcc_desk.model.account import AccountState
from pcc_desk.model.changes import Changes
from pcc_desk.ui.background import Background
from pcc_desk.ui.reading.endings import days_told, say_ending
from pcc_desk.ui.reading.moments import present
from pcc_desk.ui.reading.presence import Presence, Presences, read_presences
from pcc_desk.ui.reading.remote_text import show_handle, show_line
from pcc_desk.ui.settings.cap_field import CapField
from pcc_desk.ui.settings.connect_form import ConnectDialog, Connecting
from pcc_desk.ui.widgets.banner import Banner
from pcc_desk.ui.widgets.buttons import DangerButton, PrimaryButton, QuietButton
from pcc_desk.ui.widgets.chip import Chip, Tile
from pcc_desk.ui.widgets.focus import bring_into_view
from pcc_desk.ui.widgets.frames import Card, column, row
from pcc_desk.ui.widgets.question import Question
from pcc_desk.ui.widgets.words import ElidedLabel, Label
from pcc_desk.ui.widgets.wrap import Wrap

if TYPE_CHECKING:
    from pcc_desk.model.account import Account, AccountId
    from pcc_desk.services.desk import Services

WORDS = {
    AccountState.CONNECTED: ("Connected", "green"),
    AccountState.SIGNED_OUT: ("Signed out: sign in again", "red"),
    AccountState.DISCONNECTED: ("Not connected", ""),
}
NONE_YET = "No account is connected yet. Connect one to publish and to read what people write."
ENDS_SOON = ("Ends soon: sign in again", "amber")


class AccountList(QWidget):
    """Shows every account and changes them; what became of it is said under the card it is about."""

    def __init__(self, services: Services, background: Background) -> None:
        super().__init__()
        self._services, self._background = services, background
        self._presences: Presences | None = None
        self._cards: dict[AccountId, QWidget] = {}
        self._about: AccountId | None = None  # whom the notice is about
        self.notice, self._none = Banner("amber"), Label(NONE_YET, "muted", wrap=True)
        self.connect_button = PrimaryButton("Connect an account…")
        self.dialog: ConnectDialog | None = None
        self._rows = column(gap=8)
        rows = column(self, gap=10)
        rows.addLayout(self._rows)
        self._none.hide()
        below = Wrap(gap=8)
        below.addWidget(self.connect_button)
        rows.addLayout(below)
        self.connect_button.clicked.connect(lambda: self._open_dialog())
        background.changed.connect(self._on_changed)
        self.refresh()

    def refresh(self) -> None:
        """Read the accounts again."""
        self._background.ask(partial(read_presences, self._services), self._on_presences)

    def _on_changed(self, changes: Changes) -> None:
        if changes & Changes.ACCOUNTS:
            self.refresh()

    def _on_presences(self, presences: Presences) -> None:
        if presences == self._presences:
            return
        before, self._presences = self._presences or {}, presences
        gone = {key: card for key, card in self._cards.items() if presences.get(key) != before.get(key)}
        lost = self._focused(gone)
        self._cards = {
            key: self._cards[key] if key in self._cards and key not in gone else self._card(presence)
            for key, presence in presences.items()
        }
        self._place()
        if lost is not None:
            self._focus_again(*lost)
        for card in gone.values():
            card.hide()
            card.deleteLater()

    def _place(self) -> None:
        """Put the cards in their order, and the notice under the one it is about."""
        while self._rows.takeAt(0) is not None:
            pass
        self._none.setVisible(not self._cards)
        self._rows.addWidget(self._none)
        for key, card in self._cards.items():
            self._rows.addWidget(card)
            if key == self._about:
                self._rows.addWidget(self.notice)
        if self._about not in self._cards:
            self._rows.addWidget(self.notice)

    def _focused(self, cards: dict[AccountId, QWidget]) -> tuple[AccountId, str] | None:
        """Give whose card among these the keyboard is in, and the words of the button it is on."""
        here = QApplication.focusWidget()
        for key, card in cards.items():
            if here is not None and card.isAncestorOf(here):
                return key, here.text() if isinstance(here, QPushButton) else ""
        return None

    def _focus_again(self, account_id: AccountId, words: str) -> None:
        card = self._cards.get(account_id)
        buttons = [] if card is None else card.findChildren(QPushButton)
        same = [button for button in buttons if button.text() == words]
        (same or buttons or [self.connect_button])[0].setFocus()

    def _say(self, about: AccountId | None, sentence: str, tone: str) -> None:
        self._about = about
        self._place()
        self.notice.say(sentence, tone)
        QTimer.singleShot(0, self, lambda: bring_into_view(self.notice))

    def _card(self, presence: Presence) -> QWidget:
        account, platform = presence.account, presence.platform
        card = Card()
        rows = column(card, margin=12, gap=8)
        top = row(gap=10)
        top.addWidget(Tile(platform.letter, platform.colour, platform.title))
        top.addWidget(Label(platform.title, "strong"))
        who = " ".join(dict.fromkeys((show_line(account.name, 60), show_handle(account.handle))))
        top.addWidget(ElidedLabel(who, "muted"), 1)
        near = _ends_soon(account)
        top.addWidget(Chip(*(ENDS_SOON if near else WORDS[account.state])))
        rows.addLayout(top)
        rows.addWidget(ElidedLabel(account.address, "small"))
        if account.expires_at is not None and account.state is AccountState.CONNECTED:
            sentence = say_ending(platform.title, account.expires_at, present())
            rows.addWidget(Label(sentence, "amber" if near else "small", wrap=True))
        if platform.prices is not None and account.state is AccountState.CONNECTED:
            rows.addWidget(CapField(self._services, self._background, account.id))
        actions = Wrap(gap=8)
        if near or account.state is not AccountState.CONNECTED:
            again = QuietButton("Sign in again…")
            again.clicked.connect(partial(self._open_dialog, account))
            actions.addWidget(again)
        check, off = QuietButton("Check"), DangerButton("Disconnect…")
        check.setAccessibleDescription(f"Ask {platform.title} whether the sign-in still works")
        check.clicked.connect(partial(self._on_check_clicked, presence))
        off.clicked.connect(partial(self._on_disconnect_clicked, presence))
        for button in (check, off):
            actions.addWidget(button)
        rows.addLayout(actions)
        return card

    def _open_dialog(self, account: Account | None = None, _checked: bool = False) -> None:
        self.dialog = ConnectDialog(self._connecting, self._background, self)
        if account is not None:
            self.dialog.form.start_again(account)
        self.dialog.form.connected.connect(self._on_connected)
        self.dialog.finished.connect(self._on_finished)
        self.dialog.open()

    def _on_finished(self) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
            self.dialog = None

    def _connecting(self) -> Connecting:
        return self._services.accounts

    def _on_connected(self, account: Account) -> None:
        sentence = f"{show_handle(account.handle)} is connected. Messages arrive from now on."
        self._say(account.id if account.id in self._cards else None, sentence, "green")
        self.refresh()

    def _on_check_clicked(self, presence: Presence, _checked: bool = False) -> None:
        account_id = presence.account.id
        self._say(account_id, f"Asking {presence.platform.title}…", "amber")
        work = partial(self._check, account_id)
        self._background.reach(work, partial(self._on_checked, presence), partial(self._on_failed, account_id))

    def _check(self, account_id: AccountId) -> Changes:
        return self._services.accounts.check(account_id, present())

    def _on_checked(self, presence: Presence, _: Changes) -> None:
        self._background.ask(partial(read_presences, self._services), partial(self._say_checked, presence))

    def _say_checked(self, before: Presence, presences: Presences) -> None:
        now = presences.get(before.account.id)
        title = before.platform.title
        self._on_presences(presences)
        if now is not None and now.account.state is AccountState.CONNECTED:
            self._say(before.account.id, f"{title} answered. The sign-in works.", "green")
        else:
            sentence = f"{title} does not accept the sign-in any more. Choose Sign in again."
            self._say(before.account.id, sentence, "red")

    def _on_disconnect_clicked(self, presence: Presence, _checked: bool = False) -> None:
        title, handle = presence.platform.title, show_handle(presence.account.handle)
        sentence = (
            f"PCC Desk forgets the sign-in of {handle} on {title} and stops sending and reading there. "
            "Everything already sent and received stays. You can connect it again."
        )
        question = Question(sentence, f"Disconnect {title}", "Keep it connected", self)
        question.accepted.connect(partial(self._disconnect, presence))
        question.open()

    def _disconnect(self, presence: Presence) -> None:
        account_id = presence.account.id
        self._background.do(
            lambda: self._services.accounts.disconnect(account_id),
            partial(self._on_disconnected, presence.platform.title),
            partial(self._on_failed, account_id),
        )

    def _on_disconnected(self, title: str, _: Changes) -> None:
        sentence = f"{title} is disconnected. What was sent and received there stays. You can connect it again here."
        self._say(None, sentence, "green")

    def _on_failed(self, account_id: AccountId, error: DeskError) -> None:
        self._say(account_id, error.sentence, "red")
        self.notice.tell(error, "red")


def _ends_soon(account: Account) -> bool:
    if account.expires_at is None or account.state is not AccountState.CONNECTED:
        return False
    return days_told(account.expires_at, present()) is not None
