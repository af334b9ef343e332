"""The icon beside the clock: the desk goes on sending there when its window is closed, if the person wants that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon

from pcc_desk.paths import resource

if TYPE_CHECKING:
    from pcc_desk.app.desk import Desk
    from pcc_desk.app.look import Look
    from pcc_desk.model.situation import Situation

PAUSED = "Everything is paused, so nothing is sent."


class Tray(QObject):
    """Keeps a desk going without its window, and brings the window back."""

    def __init__(self, desk: Desk, look: Look) -> None:
        """Stand beside the clock as soon as the window is closed with that wish."""
        super().__init__(desk)
        self._desk, self._look = desk, look
        self._leaves = False
        self.icon = QSystemTrayIcon(program_icon(), self)
        self.icon.setToolTip("PCC Desk")
        self.menu = QMenu()
        self.open_desk, self.says, self.close_desk = (
            QAction(words, self.menu) for words in ("Open PCC Desk", "", "Close PCC Desk")
        )
        self.says.setEnabled(False)
        self.menu.addActions([self.open_desk, self.says, self.close_desk])
        self.icon.setContextMenu(self.menu)
        self.open_desk.triggered.connect(self.show_window)
        self.close_desk.triggered.connect(self.leave)
        self.menu.aboutToShow.connect(self._ask)
        self.icon.activated.connect(self._on_activated)
        # Windows is shutting down or the person signs out: a desk that hid itself now would hold that up.
        QApplication.instance().commitDataRequest.connect(self._on_signing_out)  # type: ignore[union-attr]  # there is one
        desk.ended.connect(self.icon.hide)

    def takes(self) -> bool:
        """Tell whether a window that is closed now is only put away; then the tray takes over."""
        return not self._leaves and self._look.settings.stays and self.stand()

    def stand(self) -> bool:
        """Stand beside the clock, and tell whether that can be."""
        if not QSystemTrayIcon.isSystemTrayAvailable():
            return False
        self.icon.show()
        self._ask()
        return True

    def is_leaving(self) -> bool:
        """Tell whether the desk is to close for good."""
        return self._leaves

    def show_window(self) -> None:
        """Bring the window back to the front."""
        window = self._desk.window
        window.show()
        window.raise_()
        window.activateWindow()
        self.icon.hide()

    def leave(self) -> None:
        """Close the desk for good; what cannot be saved shows the window and asks."""
        self._leaves = True
        if self._desk.window.is_unsaved():
            self._desk.window.show()
        self._desk.window.close()

    def _ask(self) -> None:
        self._desk.background.ask(lambda: self._desk.services.situation(), self._on_situation)

    def _on_situation(self, now: Situation) -> None:
        words = say_state(now)
        self.says.setText(words)
        if self.icon.isVisible() and self.icon.toolTip() != f"PCC Desk: {words}":
            self.icon.setToolTip(f"PCC Desk: {words}")
            self.icon.showMessage("PCC Desk", f"{words} Open it again from here.", program_icon())

    def _on_signing_out(self) -> None:
        self._leaves = True

    def _on_activated(self, why: QSystemTrayIcon.ActivationReason) -> None:
        if why in (QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick):
            self.show_window()


def say_state(now: Situation) -> str:
    """Say in one sentence whether the desk goes on sending."""
    if now.office.paused_at is not None:
        return PAUSED
    if now.outbox.problem:
        return now.outbox.problem
    waiting = now.outbox.waiting
    return f"Sending continues. {waiting} waiting to be sent." if waiting else "Sending continues. Nothing is waiting."


def program_icon() -> QIcon:
    """Give the program's own icon."""
    return QIcon(str(resource("icons", "pcc-desk.svg")))
