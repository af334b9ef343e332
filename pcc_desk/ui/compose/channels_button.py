"""The button that chooses which channels an announcement goes to."""

from collections.abc import Collection

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from pcc_desk.model.account import AccountId
from pcc_desk.ui.reading.presence import Presences
from pcc_desk.ui.widgets.buttons import MenuButton, verbatim


class ChannelsButton(MenuButton):
    """A menu of every account in use, each one on or off.

    Signals:
        channel_toggled(AccountId, bool): send there, or no more.
    """

    channel_toggled = Signal(object, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        self._accounts = QMenu()
        super().__init__("&Channels", self._accounts, parent=parent)

    def show_accounts(self, presences: Presences, chosen: Collection[AccountId]) -> None:
        """Offer the accounts, with those chosen on."""
        self._accounts.clear()
        for account, presence in presences.items():
            name = verbatim(f"{presence.platform.title} · {presence.account.handle}")
            action = QAction(name, self._accounts, checkable=True)
            action.setChecked(account in chosen)
            action.toggled.connect(lambda on, account=account: self.channel_toggled.emit(account, on))
            self._accounts.addAction(action)
