"""The button that chooses which channels an announcement goes to."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from pcc_desk.model.announcement import Announcement
from pcc_desk.ui.compose.wording import say_missing
from pcc_desk.ui.reading.presence import Presences
from pcc_desk.ui.widgets.buttons import MenuButton, verbatim


class ChannelsButton(MenuButton):
    """A menu of every account in use, each one on or off; grey, with the reason, what cannot take it as it stands.

    Signals:
        channel_toggled(AccountId, bool): send there, or no more.
    """

    channel_toggled = Signal(object, bool)

    def __init__(self, state: Callable[[], tuple[Presences, Announcement]], parent: QWidget | None = None) -> None:
        """Offer the accounts and the announcement that `state` gives when the menu opens."""
        self._state = state
        self._accounts = QMenu()
        super().__init__("&Channels", self._accounts, parent=parent)
        self._accounts.aboutToShow.connect(self.fill)

    def fill(self) -> None:
        """Offer the accounts as they are now, with those chosen on."""
        presences, announcement = self._state()
        self._accounts.clear()
        for account, presence in presences.items():
            chosen, missing = account in announcement.accounts, say_missing(announcement, presence.platform)
            name = f"{presence.platform.title} · {presence.account.handle}{f' ({missing})' if missing else ''}"
            action = QAction(verbatim(name), self._accounts, checkable=True)
            action.setChecked(chosen)
            action.setEnabled(chosen or not missing)
            action.toggled.connect(lambda on, account=account: self.channel_toggled.emit(account, on))
            self._accounts.addAction(action)
