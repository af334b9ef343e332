"""The settings: everything about the office and this PC in one page."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QWidget

from pcc_desk.settings import Settings
from pcc_desk.ui import theme
from pcc_desk.ui.background import Background
from pcc_desk.ui.settings.account_list import AccountList
from pcc_desk.ui.settings.house_rules import HouseRules
from pcc_desk.ui.settings.sections import About, Appearance, Backups, OfficeNames, RecoveryKey
from pcc_desk.ui.settings.staying import Staying
from pcc_desk.ui.widgets.frames import Card, Scroll, column
from pcc_desk.ui.widgets.words import Label, is_new_look

if TYPE_CHECKING:
    from pcc_desk.services.desk import Services

WIDEST = 760


@dataclass(frozen=True, slots=True)
class ThisPc:
    """What the settings say about this PC.

    Its look, where its data lies (None: nowhere lasting), and whether the desk starts at sign-in (None: it cannot).
    """

    settings: Settings = field(default_factory=Settings)
    folder: Path | None = None
    starts: bool | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """What one window's page holds: names and rules typed and not saved, and whether the person is at the look."""

    names: tuple[str, str] | None
    at_look: bool
    rules: str | None = None


class SettingsPanel(QWidget):
    """One page of sections.

    Signals:
        look_chosen(str, int): the person chose a theme (one of settings.THEMES) and a text size in per cent.
    """

    look_chosen = Signal(str, int)

    def __init__(self, services: Services, background: Background, here: ThisPc | None = None) -> None:
        super().__init__()
        here = here or ThisPc()
        self.names = OfficeNames(services, background)
        self.accounts = AccountList(services, background)
        self.rules = HouseRules(services, background)
        self.recovery = RecoveryKey(services, background)
        self.backups = Backups(services, background)
        self.appearance = Appearance(here.settings)
        self.staying = Staying(here.settings.stays, here.starts)
        self.about = About(here.folder)
        self._build(here.folder is not None)
        self.appearance.look_chosen.connect(self.look_chosen)

    def hand_over(self) -> Held:
        """Give what another window's page needs to go on from here."""
        focus = QApplication.focusWidget()
        at_look = focus is not None and self.appearance.isAncestorOf(focus)
        return Held(self.names.hand_over(), at_look, self.rules.hand_over())

    def take_over(self, held: Held) -> None:
        """Go on where another window's page stopped."""
        if held.names is not None:
            self.names.take_over(held.names)
        if held.rules is not None:
            self.rules.take_over(held.rules)
        if held.at_look:
            self._scroll.reveal(self.appearance)
            self.setFocusProxy(self.appearance.chosen_size())
            QTimer.singleShot(0, self, lambda: self.setFocusProxy(self.accounts.connect_button))

    def _build(self, lasting: bool) -> None:
        page = self._page = QWidget()
        rows = column(page, margin=12, gap=12)
        rows.addWidget(Label("Settings", "title"))
        sections = {
            "Accounts": self.accounts,
            "Your office": self.names,
            "House rules": self.rules,
            "Recovery key": self.recovery,
            "Backups": self.backups,
            "Look": self.appearance,
            "This PC": self.staying,
            "About": self.about,
        }
        for words, section in sections.items():
            if section is self.staying and not lasting:
                continue  # a rehearsal ends with its window
            card = Card()
            inside = column(card, margin=16, gap=10)
            inside.addWidget(Label(words, "heading"))
            inside.addWidget(section)
            rows.addWidget(card)
        rows.addStretch(1)
        self._scroll = Scroll()
        self._scroll.column.addWidget(page)
        column(self, gap=0).addWidget(self._scroll)
        self.setFocusProxy(self.accounts.connect_button)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        page.setMaximumWidth(theme.px(WIDEST))

    def changeEvent(self, event: QEvent) -> None:
        """Grow with the text."""
        super().changeEvent(event)
        if is_new_look(event) and hasattr(self, "_page"):
            self._page.setMaximumWidth(theme.px(WIDEST))
