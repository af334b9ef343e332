"""The office's accounts in the settings: state in words, check, sign in again, disconnect, connect."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

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
from pcc_desk.ui.widgets.frames import Card, clear, column, row
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
ENDS_SOON = ("Ends soon: sign in again", "amber")


class AccountList(QWidget):
    """Shows every account and changes them."""

    def __init__(self, services: Services, background: Background) -> None:
        super().__init__()
        self._services, self._background = services, background
        self._presences: Presences | None = None
        self.notice = Banner("amber")
        self.connect_button = PrimaryButton("Connect an account…")
        self.dialog: ConnectDialog | None = None
        self._rows = column(gap=8)
        rows = column(self, gap=10)
        rows.addWidget(self.notice)
        rows.addLayout(self._rows)
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
        self._presences = presences
        clear(self._rows)
        for presence in presences.values():
            self._rows.addWidget(self._card(presence))
        if not presences:
            sentence = "No account is connected yet. Connect one to publish and to read what people write."
            self._rows.addWidget(Label(sentence, "muted", wrap=True))

    def _card(self, presence: Presence) -> QWidget:
        account, platform = presence.account, presence.platform
        card = Card()
        rows = column(card, margin=12, gap=8)
        top = row(gap=10)
        top.addWidget(Tile(platform.letter, platform.colour, platform.title))
        top.addWidget(Label(platform.title, "strong"))
        who = f"{show_line(account.name, 60)} {show_handle(account.handle)}"
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
        self.notice.say(f"{show_handle(account.handle)} is connected. Messages arrive from now on.", "green")
        self.refresh()

    def _on_check_clicked(self, presence: Presence, _checked: bool = False) -> None:
        self.notice.say(f"Asking {presence.platform.title}…", "amber")
        work = partial(self._check, presence.account.id)
        self._background.reach(work, partial(self._on_checked, presence), self._on_failed)

    def _check(self, account_id: AccountId) -> Changes:
        return self._services.accounts.check(account_id, present())

    def _on_checked(self, presence: Presence, _: Changes) -> None:
        self._background.ask(partial(read_presences, self._services), partial(self._say_checked, presence))

    def _say_checked(self, before: Presence, presences: Presences) -> None:
        now = presences.get(before.account.id)
        title = before.platform.title
        if now is not None and now.account.state is AccountState.CONNECTED:
            self.notice.say(f"{title} answered. The sign-in works.", "green")
        else:
            self.notice.say(f"{title} does not accept the sign-in any more. Choose Sign in again.", "red")
        self._on_presences(presences)

    def _on_disconnect_clicked(self, presence: Presence, _checked: bool = False) -> None:
        title, handle = presence.platform.title, show_handle(presence.account.handle)
        sentence = (
            f"PCC Desk forgets the sign-in of {handle} on {title} and stops sending and reading there. "
            "Everything already sent and received stays. You can connect it again."
        )
        question = Question(sentence, f"Disconnect {title}", "Keep it connected", self)
        question.accepted.connect(partial(self._disconnect, presence.account.id))
        question.open()

    def _disconnect(self, account_id: AccountId) -> None:
        self._background.do(lambda: self._services.accounts.disconnect(account_id), None, self._on_failed)

    def _on_failed(self, error: DeskError) -> None:
        self.notice.tell(error, "red")


def _ends_soon(account: Account) -> bool:
    if account.expires_at is None or account.state is not AccountState.CONNECTED:
        return False
    return days_told(account.expires_at, present()) is not None
