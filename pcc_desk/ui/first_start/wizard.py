"""The first start on a PC: a new office, an office from another PC, or the rehearsal."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QStackedWidget, QWidget

from pcc_desk.errors import DeskError, VaultError
from pcc_desk.model.account import Account
from pcc_desk.ui.background import Background
from pcc_desk.ui.first_start.pages import KeyPage, NamesPage, OpenPage, WelcomePage
from pcc_desk.ui.reading.moments import present
from pcc_desk.ui.settings.connect_form import ConnectForm, OpenAccounts
from pcc_desk.ui.settings.recovery_sheet import Recovery
from pcc_desk.ui.widgets.banner import Banner
from pcc_desk.ui.widgets.buttons import QuietButton
from pcc_desk.ui.widgets.focus import step_focus
from pcc_desk.ui.widgets.frames import Scroll, column, fit_window
from pcc_desk.ui.widgets.question import Question
from pcc_desk.ui.widgets.words import Label

if TYPE_CHECKING:
    from pcc_desk.services.first_start import FirstStart


ONLY_KEY = "This PC keeps no key, so nobody can open the new office without the one shown here. Keep it first."


class ConnectPage(QWidget):
    """Connects accounts, one after another, or none yet."""

    def __init__(self, open_accounts: OpenAccounts, background: Background) -> None:
        super().__init__()
        self.form = ConnectForm(open_accounts, background)
        self.result = Banner("green", closable=False)
        self.finish = QuietButton("Skip this for now")
        rows = column(self, margin=12, gap=16)
        rows.addWidget(Label("Connect your first account", "title"))
        sentence = "You can connect more accounts, or do all of this later, in Settings."
        rows.addWidget(Label(sentence, "muted", wrap=True))
        rows.addWidget(self.result)
        rows.addWidget(self.form, 1)
        self.form.buttons.insertWidget(0, self.finish)
        self.form.connected.connect(self._on_connected)

    def _on_connected(self, account: Account) -> None:
        self.result.say(f"{account.handle} is connected. Connect another one, or go on.")
        self.finish.setText("Open PCC Desk")


class Wizard(QDialog):
    """Leads through the first minutes; what fails is told in place and can be tried again.

    `open_accounts` gives the accounts of the office just made; it is called on a worker thread only.

    Signals:
        opened(): there is an office in the data folder now, and this PC can open it.
        rehearsal_requested(): the person wants to look at the rehearsal office.
    """

    opened = Signal()
    rehearsal_requested = Signal()

    def __init__(self, first_start: FirstStart, open_accounts: OpenAccounts, background: Background) -> None:
        super().__init__()
        self._first_start, self._open_accounts, self._background = first_start, open_accounts, background
        self.notice = Banner("red")
        self.welcome, self.names, self.key = WelcomePage(), NamesPage(), KeyPage(background)
        self.open_page = OpenPage()
        self.connect_page: ConnectPage | None = None
        self._pages, self._screens = QStackedWidget(), QStackedWidget()
        self._build()
        self._connect()

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Let Tab lead through the window as it is read."""
        return step_focus(self, forward)

    def page(self) -> QWidget | None:
        """Give the page shown."""
        return self.connect_page or self._pages.currentWidget()

    def ask_for_key(self) -> None:
        """Ask only for the recovery key, where there is an office that this PC has no key for."""
        self.open_page.ask_key_only()
        self._show(self.open_page)

    def reject(self) -> None:
        """Give up a sign-in on its way first; close, but not past the only key of a new office without being sure."""
        if self.connect_page is not None and self.connect_page.form.is_waiting():
            self.connect_page.form.stop()
            return
        if self.page() is not self.key or not self.key.is_only_key():
            super().reject()
            return
        question = Question(ONLY_KEY, "Close and lose it", "Keep the key", self)
        question.accepted.connect(super().reject)
        question.open()

    def _build(self) -> None:
        self.setWindowTitle("PCC Desk")
        fit_window(self, 640, 620)
        for page in (self.welcome, self.names, self.key, self.open_page):
            self._pages.addWidget(page)
        scroll = Scroll()
        scroll.column.addWidget(self._pages)
        rows = column(self, margin=16, gap=8)
        rows.addWidget(self.notice)
        self._screens.addWidget(scroll)
        rows.addWidget(self._screens, 1)

    def _connect(self) -> None:
        self.welcome.new.clicked.connect(lambda: self._show(self.names))
        self.welcome.open.clicked.connect(lambda: self._show(self.open_page))
        self.welcome.rehearse.clicked.connect(self._on_rehearse_clicked)
        for page in (self.names, self.open_page):
            page.back_requested.connect(lambda: self._show(self.welcome))
        self.names.make.clicked.connect(lambda: self._make(keyring=True))
        self.names.without.clicked.connect(lambda: self._make(keyring=False))
        self.key.settled.connect(self._on_key_settled)
        self.key.left.connect(self._on_key_left)
        self.open_page.open.clicked.connect(self._on_open_clicked)

    def _show(self, page: QWidget) -> None:
        self.notice.hide()
        self._pages.setCurrentWidget(page)
        page.setFocus()  # else the keyboard stands where it last stood on this page, as on Back

    def _make(self, keyring: bool) -> None:
        office, person, now = self.names.office.text().strip(), self.names.person.text().strip(), present()
        self.names.setEnabled(False)
        self.notice.hide()
        self._background.do(
            lambda: Recovery(office, self._first_start.create(office, person, now, keyring)),
            partial(self._on_made, keyring),
            self._on_failed,
        )

    def _on_made(self, keyring: bool, recovery: Recovery) -> None:
        self.names.setEnabled(True)
        self.key.show_recovery(recovery, is_asked=not keyring)
        self._show(self.key)

    def _on_key_settled(self) -> None:
        self._background.do(self._first_start.settle_recovery, None, self.notice.tell)

    def _on_key_left(self) -> None:
        self.key.show_recovery(Recovery("", ""))
        page = self.connect_page = ConnectPage(self._open_accounts, self._background)
        # After what was asked for so far, so that a key that was kept is not offered again.
        page.finish.clicked.connect(page.form.stop)
        page.finish.clicked.connect(lambda: self._background.do(lambda: None, lambda _: self._on_opened()))
        self.notice.hide()
        self._screens.addWidget(page)  # it scrolls by itself, with its buttons in sight
        self._screens.setCurrentWidget(page)

    def _on_open_clicked(self) -> None:
        key, source, now = self.open_page.key.toPlainText(), self.open_page.source(), present()
        self.open_page.setEnabled(False)
        self.notice.hide()
        # Not in the order of the writes: one that was asked for too early waits there until the office is open.
        self._background.reach(
            lambda: self._first_start.open_with(key, source, now), lambda _: self._on_opened(), self._on_failed
        )

    def _on_opened(self) -> None:
        self.opened.emit()
        self.accept()

    def _on_rehearse_clicked(self) -> None:
        self.rehearsal_requested.emit()
        self.accept()

    def _on_failed(self, error: DeskError) -> None:
        self.names.setEnabled(True)
        self.open_page.setEnabled(True)
        self.names.make.setText("Try again")
        if isinstance(error, VaultError):
            self.names.offer_without()
        self.notice.tell(error)
        here = self.names.make if self.page() is self.names else self.open_page.key
        here.setFocus()  # it was switched off while its wish was tried
