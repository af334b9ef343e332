"""Connects an account: choose the channel, choose the way, follow its steps; nothing typed is lost when it fails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from threading import Event
from typing import Protocol

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QApplication, QButtonGroup, QDialog, QRadioButton, QStackedWidget, QWidget

from pcc_desk.errors import DeskError
from pcc_desk.model.account import Account, Remembered, SignIn
from pcc_desk.model.changes import Changes
from pcc_desk.model.channel import Platform, Way
from pcc_desk.ui import theme
from pcc_desk.ui.background import Background
from pcc_desk.ui.reading.moments import present
from pcc_desk.ui.settings.channel_choice import ChannelChoice
from pcc_desk.ui.settings.code_entry import CodeEntry
from pcc_desk.ui.settings.way_form import WayForm
from pcc_desk.ui.widgets.banner import Banner
from pcc_desk.ui.widgets.buttons import LinkButton, PrimaryButton, QuietButton, verbatim
from pcc_desk.ui.widgets.chip import Tile
from pcc_desk.ui.widgets.focus import step_focus
from pcc_desk.ui.widgets.frames import Scroll, clear, column, fit_window, row
from pcc_desk.ui.widgets.words import Label

OPEN_BROWSER = "Open your web browser"
WAITING = (
    "Your web browser opens. Sign in there as the account you want to connect, and say yes. Then come back here. "
    "PCC Desk waits for three minutes."
)
WAITING_FOR_CODE = (
    "Your web browser opens. Sign in there as the account you want to connect, and say yes. The page then shows a "
    "code. Copy it, paste it here and press “Go on”. PCC Desk waits for ten minutes."
)
_USUAL = ("address", "handle", "secret")


class Connecting(Protocol):
    """The part of the accounts a connection needs; every call blocks."""

    def platforms(self) -> tuple[Platform, ...]:
        """Give every platform an account can be connected on."""

    def remembered(self, platform: str) -> Remembered:
        """Give what is offered again at the next sign-in to a platform. Raises: StoreError."""

    def connect(self, sign_in: SignIn, now: datetime, stopped: Callable[[], bool], typed: Callable[[], str]) -> Account:
        """Sign in with a real call and keep the account. Raises: ChannelError, StoreError."""


OpenAccounts = Callable[[], Connecting]  # called on a worker thread only; may wait for the office to open


@dataclass(eq=False)
class _Attempt:
    """One sign-in on its way: whether it is given up, and the code typed for it."""

    stop: Event = field(default_factory=Event)
    code: str = ""


class ConnectForm(QWidget):
    """Asks where and as whom, then signs in.

    Signals:
        connected(Account): the sign-in worked and the account is kept.
        waiting_changed(bool): a sign-in began, or came to an end.
    """

    connected = Signal(object)
    waiting_changed = Signal(bool)

    def __init__(self, open_accounts: OpenAccounts, background: Background) -> None:
        super().__init__()
        self._open_accounts, self._background = open_accounts, background
        self._platforms: dict[str, Platform] = {}
        self._platform: Platform | None = None
        self._way: Way | None = None
        self._wanted = ""
        self._attempt: _Attempt | None = None
        self.choice, self.way_form, self.ways = ChannelChoice(), WayForm(), QButtonGroup(self)
        self.failure, self.waiting = Banner("red", closable=False), Banner("", closable=False)
        self.code_entry = CodeEntry()
        self.other_button = LinkButton("Choose another channel")
        self.connect_button, self.cancel_button = PrimaryButton("Connect"), QuietButton("Cancel the sign-in")
        self._build()
        self._connect()
        background.ask(lambda: open_accounts().platforms(), self._on_platforms)

    def platform(self) -> Platform | None:
        """Give the channel chosen."""
        return self._platform

    def platforms(self) -> tuple[str, ...]:
        """Give the names of the channels offered; none until they are known."""
        return tuple(self._platforms)

    def choose(self, name: str) -> None:
        """Choose a channel by its name."""
        self._on_chosen(self._platforms[name])

    def start_again(self, account: Account) -> None:
        """Fill in an account that must sign in again, once the channels are known."""
        self._wanted = account.platform
        self.way_form.fill({"address": account.address, "handle": account.handle})
        self.other_button.hide()
        if self._platforms:
            self._on_platforms(tuple(self._platforms.values()))

    def is_waiting(self) -> bool:
        """Tell whether a sign-in is on its way."""
        return self._attempt is not None

    def stop(self) -> None:
        """Give up the sign-in on its way; nothing of it is kept."""
        if self._attempt is not None:
            self._attempt.stop.set()
            self._end()
            self._focus(failed=True)

    def _build(self) -> None:
        head = row(gap=10)
        self._tile_place, self._name = row(), Label("", "heading")
        head.addLayout(self._tile_place)
        head.addWidget(self._name, 1)
        head.addWidget(self.other_button)
        self._way_rows = column(gap=4)
        self.buttons = row(gap=8)
        self.buttons.addStretch(1)
        self.buttons.addWidget(self.cancel_button)
        self.buttons.addWidget(self.connect_button)
        self._page = QWidget()
        rows = column(self._page, gap=14)
        rows.addLayout(head)
        rows.addLayout(self._way_rows)
        for each in (self.way_form, self.waiting, self.code_entry, self.failure):
            rows.addWidget(each)
        rows.addStretch(1)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.choice)
        self._pages.addWidget(self._page)
        self._scroll = Scroll()
        self._scroll.column.setContentsMargins(0, 0, theme.px(4), 0)
        self._scroll.column.addWidget(self._pages)
        whole = column(self, gap=14)
        whole.addWidget(self._scroll, 1)
        whole.addLayout(self.buttons)  # never scrolled away: Cancel is always in sight
        self.cancel_button.hide()
        self.connect_button.hide()

    def _connect(self) -> None:
        self.choice.chosen.connect(self._on_chosen)
        self.other_button.clicked.connect(self._on_other_clicked)
        self.ways.idClicked.connect(self._on_way_clicked)
        self.way_form.changed.connect(self._show_ready)
        self.way_form.submitted.connect(self.connect_button.click)
        self.connect_button.clicked.connect(self._on_connect_clicked)
        self.cancel_button.clicked.connect(self.stop)
        self.code_entry.given.connect(self._on_code)

    def _on_platforms(self, platforms: tuple[Platform, ...]) -> None:
        if not self._platforms:
            self._platforms = {platform.name: platform for platform in platforms}
            self.choice.show_platforms(platforms)
            QTimer.singleShot(0, self, self.choice.focus)  # once the buttons have their places
        if self._wanted in self._platforms:
            self._open(self._platforms[self._wanted])

    def _on_chosen(self, platform: Platform) -> None:
        if platform != self._platform:
            self.way_form.forget()
        self._open(platform)

    def _open(self, platform: Platform) -> None:
        self._platform = platform
        self.failure.hide()
        clear(self._tile_place)
        self._tile_place.addWidget(Tile(platform.letter, platform.colour, platform.title))
        self._name.setText(platform.title)
        clear(self._way_rows)
        for old in self.ways.buttons():
            self.ways.removeButton(old)
        for place, way in enumerate(platform.ways if len(platform.ways) > 1 else ()):
            choice = QRadioButton(verbatim(way.title))
            self.ways.addButton(choice, place)
            self._way_rows.addWidget(choice)
        self._show_way(platform.ways[0])
        self._pages.setCurrentWidget(self._page)
        self.connect_button.show()
        name = platform.name
        self._background.ask(lambda: self._open_accounts().remembered(name), partial(self._on_remembered, name))
        self._focus()

    def _on_remembered(self, name: str, remembered: Remembered) -> None:
        if self._platform is None or self._platform.name != name or self.is_waiting():
            return
        untouched = not any(self.way_form.values().values())
        for way in self._platform.ways:
            if way.name == remembered.way and way != self._way:
                self._show_way(way)
                untouched = True
        self.way_form.offer(remembered)
        if untouched:
            self._focus()

    def _show_way(self, way: Way) -> None:
        self._way = way
        if self._platform is not None and (button := self.ways.button(self._platform.ways.index(way))) is not None:
            button.setChecked(True)
        self.way_form.show_way(way)
        self._show_ready()

    def _on_way_clicked(self, place: int) -> None:
        if self._platform is not None:
            self.failure.hide()
            self._show_way(self._platform.ways[place])

    def _on_other_clicked(self) -> None:
        self._pages.setCurrentWidget(self.choice)
        self.connect_button.hide()
        if self._platform is not None:
            self.choice.focus(self._platform.name)

    def _focus(self, failed: bool = False) -> None:
        if not self.way_form.focus_first(failed):
            self.connect_button.setFocus()

    def _show_ready(self) -> None:
        browser = self._way is not None and self._way.browser
        by_hand = self._platform is not None and self._platform.by_hand
        self.connect_button.setText(OPEN_BROWSER if browser else "Add this channel" if by_hand else "Connect")
        self.connect_button.setEnabled(not self.is_waiting() and self.way_form.is_filled())

    def _on_connect_clicked(self) -> None:
        if self._platform is None or self._way is None or self.is_waiting():
            return
        typed = self.way_form.values()
        more = {name: value for name, value in typed.items() if name not in _USUAL and value}
        usual = {name: typed.get(name, "") for name in _USUAL}
        sign_in = SignIn(self._platform.name, **usual, way=self._way.name, more=more)
        attempt = self._attempt = _Attempt()
        self._begin(self._platform, self._way)
        work = partial(self._sign_in, sign_in, present(), attempt)
        done, failed = partial(self._on_connected, attempt), partial(self._on_failed, attempt)
        self._background.reach(work, done, failed, Changes.ACCOUNTS)

    def _sign_in(self, sign_in: SignIn, now: datetime, attempt: _Attempt) -> Account:
        return self._open_accounts().connect(sign_in, now, attempt.stop.is_set, lambda: attempt.code)

    def _begin(self, platform: Platform, way: Way) -> None:
        self.failure.hide()
        waits = WAITING_FOR_CODE if way.code else WAITING
        self.waiting.say(waits if way.browser else f"Connecting to {platform.title}…")
        self._show_waiting(True)
        self.cancel_button.setFocus()
        if way.code:
            self.code_entry.ask_for(way.code)
        QTimer.singleShot(0, self, self._show_notice)

    def _show_notice(self) -> None:
        """Bring what was just said into sight, once it has its place."""
        for notice in (self.waiting, self.code_entry, self.failure):
            if notice.isVisible():
                self._scroll.ensureWidgetVisible(notice)

    def _end(self) -> None:
        self._attempt = None
        self.waiting.hide()
        self.code_entry.hide()
        self._show_waiting(False)

    def _show_waiting(self, waiting: bool) -> None:
        self.way_form.set_free(not waiting)
        for part in (self.other_button, *self.ways.buttons()):
            part.setEnabled(not waiting)
        self.cancel_button.setVisible(waiting)
        self.connect_button.setVisible(not waiting)
        self._show_ready()
        self.waiting_changed.emit(waiting)

    def _on_code(self, code: str) -> None:
        if self._attempt is not None and self._platform is not None:
            self._attempt.code = code
            self.waiting.say(f"Connecting to {self._platform.title}…")
            self._page.setFocus()  # not on Cancel: Enter may be pressed twice

    def _on_connected(self, attempt: _Attempt, account: Account) -> None:
        if attempt is not self._attempt:
            return
        self._end()
        self.way_form.forget_secrets()
        self._show_ready()
        QApplication.alert(self.window())  # the person may still be in the web browser
        self.connected.emit(account)

    def _on_failed(self, attempt: _Attempt, error: DeskError) -> None:
        if attempt is not self._attempt:
            return
        self._end()
        self.failure.tell(error)
        QApplication.alert(self.window())
        self._focus(failed=True)
        QTimer.singleShot(0, self, self._show_notice)


class ConnectDialog(QDialog):
    """The form in a window of its own; it closes when the account is connected."""

    def __init__(self, open_accounts: OpenAccounts, background: Background, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Connect an account")
        self.form = ConnectForm(open_accounts, background)
        self._close = QuietButton("Close")
        rows = column(self, margin=20, gap=12)
        rows.addWidget(Label("Connect an account", "title"))
        rows.addWidget(self.form, 1)
        self.form.buttons.insertWidget(1, self._close)
        fit_window(self, 620, 680)
        self._close.clicked.connect(self.reject)
        self.form.waiting_changed.connect(lambda waiting: self._close.setVisible(not waiting))
        self.form.connected.connect(self.accept)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Let Tab lead through the window as it is read."""
        return step_focus(self, forward)

    def reject(self) -> None:
        """Give up the sign-in on its way first; with none, close."""
        if self.form.is_waiting():
            self.form.stop()
        else:
            super().reject()
