"""The form that connects an account with a real sign-in; nothing typed is lost when it fails."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Protocol

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QButtonGroup, QDialog, QFormLayout, QLineEdit, QWidget

from pcc_desk.errors import DeskError
from pcc_desk.model.account import Account, SignIn
from pcc_desk.model.changes import Changes
from pcc_desk.model.channel import Platform
from pcc_desk.ui import theme
from pcc_desk.ui.background import Background
from pcc_desk.ui.reading.moments import present
from pcc_desk.ui.widgets.banner import Banner
from pcc_desk.ui.widgets.buttons import PrimaryButton, QuietButton, TabButton
from pcc_desk.ui.widgets.frames import column, row
from pcc_desk.ui.widgets.words import Label
from pcc_desk.ui.widgets.wrap import Wrap


class Connecting(Protocol):
    """The part of the accounts a connection needs; every call blocks."""

    def platforms(self) -> tuple[Platform, ...]:
        """Give every platform an account can be connected on."""

    def connect(self, sign_in: SignIn, now: datetime) -> Account:
        """Sign in with a real call and keep the account. Raises: ChannelError, StoreError."""


OpenAccounts = Callable[[], Connecting]  # called on a worker thread only; may wait for the office to open


class ConnectForm(QWidget):
    """Asks where and as whom, then signs in.

    Signals:
        connected(Account): the sign-in worked and the account is kept.
    """

    connected = Signal(object)

    def __init__(self, open_accounts: OpenAccounts, background: Background) -> None:
        super().__init__()
        self._open_accounts, self._background = open_accounts, background
        self._platforms: tuple[Platform, ...] = ()
        self.address, self.handle, self.secret = QLineEdit(), QLineEdit(), QLineEdit()
        self.show_secret = QuietButton("Show")
        self.failure = Banner("red", closable=False)
        self.connect_button = PrimaryButton("Connect")
        self._choices, self._group = Wrap(gap=8), QButtonGroup(self)
        self._steps = Label("", wrap=True)
        self._labels = [Label("", "strong") for _ in range(3)]
        self._build()
        self._connect()
        background.ask(lambda: open_accounts().platforms(), self._on_platforms)

    def platform(self) -> Platform | None:
        """Give the platform chosen."""
        place = self._group.checkedId()
        return self._platforms[place] if 0 <= place < len(self._platforms) else None

    def choose(self, name: str) -> None:
        """Choose a platform by its name."""
        place = [each.name for each in self._platforms].index(name)
        self._group.button(place).click()

    def start_again(self, platform: str, address: str, handle: str) -> None:
        """Fill in an account that must sign in again, once the platforms are known."""
        self.address.setText(address)
        self.handle.setText(handle)
        if self._platforms:
            self.choose(platform)
        else:
            self.setProperty("wanted", platform)

    def _build(self) -> None:
        rows = column(self, gap=12)
        rows.addLayout(self._choices)
        rows.addWidget(self._steps)
        self.secret.setEchoMode(QLineEdit.EchoMode.Password)
        self.show_secret.setCheckable(True)
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        form.setVerticalSpacing(theme.px(6))
        hidden = row(gap=8)
        hidden.addWidget(self.secret, 1)
        hidden.addWidget(self.show_secret)
        for label, field in zip(self._labels, (self.address, self.handle, self.secret), strict=True):
            label.setBuddy(field)
            form.addRow(label, hidden) if field is self.secret else form.addRow(label, field)
        rows.addLayout(form)
        rows.addWidget(self.failure)
        self.buttons = row(gap=8)
        self.buttons.addStretch(1)
        self.buttons.addWidget(self.connect_button)
        rows.addLayout(self.buttons)
        self._show_platform()

    def _connect(self) -> None:
        self.show_secret.toggled.connect(self._on_show_toggled)
        self.connect_button.clicked.connect(self._on_connect_clicked)
        self._group.idClicked.connect(lambda _: self._show_platform())
        for field in (self.address, self.handle, self.secret):
            field.textChanged.connect(self._show_ready)
            field.returnPressed.connect(self.connect_button.click)

    def _on_platforms(self, platforms: tuple[Platform, ...]) -> None:
        self._platforms = platforms
        for place, platform in enumerate(platforms):
            button = TabButton(platform.title)
            self._group.addButton(button, place)
            self._choices.addWidget(button)
        wanted = [place for place, each in enumerate(platforms) if each.name == self.property("wanted")]
        self._group.button(wanted[0] if wanted else 0).setChecked(True)
        self._show_platform()

    def _show_platform(self) -> None:
        platform = self.platform()
        if platform is None:
            self.setEnabled(False)
            return
        self.setEnabled(True)
        self._steps.setText(platform.sign_in_help)
        words = (platform.address_label, platform.handle_label, platform.secret_label)
        for label, field, text in zip(self._labels, (self.address, self.handle, self.secret), words, strict=True):
            label.setText(text)
            field.setAccessibleName(text)
            label.setVisible(bool(text))
            field.setVisible(bool(text))
        self.address.setPlaceholderText(f"For example {platform.address_example}" if platform.address_example else "")
        self._show_ready()

    def _show_ready(self) -> None:
        ready = bool(self.handle.text().strip() and self.secret.text().strip())
        self.connect_button.setEnabled(ready and self.platform() is not None)

    def _on_show_toggled(self, shown: bool) -> None:
        self.secret.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)
        self.show_secret.setText("Hide" if shown else "Show")

    def _on_connect_clicked(self) -> None:
        platform = self.platform()
        if platform is None:
            return
        sign_in = SignIn(
            platform.name, self.address.text().strip(), self.handle.text().strip(), self.secret.text().strip()
        )
        self.failure.hide()
        self._wait(f"Connecting to {platform.title}…", False)
        now = present()
        work = partial(self._sign_in, sign_in, now)
        self._background.reach(work, self._on_connected, self._on_failed, Changes.ACCOUNTS)

    def _sign_in(self, sign_in: SignIn, now: datetime) -> Account:
        return self._open_accounts().connect(sign_in, now)

    def _wait(self, words: str, free: bool) -> None:
        self.connect_button.setText(words)
        for part in (self.connect_button, self.address, self.handle, self.secret):
            part.setEnabled(free)

    def _on_connected(self, account: Account) -> None:
        self._wait("Connect", True)
        blocked = QSignalBlocker(self.secret)
        self.secret.clear()
        blocked.unblock()
        self._show_ready()
        self.connected.emit(account)

    def _on_failed(self, error: DeskError) -> None:
        self._wait("Connect", True)
        self.failure.tell(error)
        self.secret.setFocus()


class ConnectDialog(QDialog):
    """The form in a window of its own; it closes when the account is connected."""

    def __init__(self, open_accounts: OpenAccounts, background: Background, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Connect an account")
        self.setMinimumWidth(theme.px(520))
        self.form = ConnectForm(open_accounts, background)
        cancel = QuietButton("Cancel")
        rows = column(self, margin=24, gap=12)
        rows.addWidget(Label("Connect an account", "title"))
        rows.addWidget(self.form)
        self.form.buttons.insertWidget(1, cancel)
        cancel.clicked.connect(self.reject)
        self.form.connected.connect(self.accept)
