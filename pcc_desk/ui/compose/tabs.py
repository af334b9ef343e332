"""The row of tabs above the text: all channels, and one tab per account with its counter."""

from collections.abc import Mapping

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QSizePolicy, QWidget

from pcc_desk.model.account import AccountId
from pcc_desk.model.announcement import Fit
from pcc_desk.ui import theme
from pcc_desk.ui.reading.presence import Presence, Presences
from pcc_desk.ui.widgets.chip import TILE, paint_tile
from pcc_desk.ui.widgets.words import give_tip
from pcc_desk.ui.widgets.wrap import Wrap

GAP, HEIGHT = 7, 36


class ChannelTab(QAbstractButton):
    """One tab; its counter is painted, so that a key press lays nothing out again."""

    def __init__(self, presence: Presence | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presence = presence
        self._fit: Fit | None = None
        self._count = self._mark = ""
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setText("All channels" if presence is None else presence.platform.title)
        self.setAccessibleName(self.text())
        if presence is not None:
            give_tip(self, f"{presence.platform.title}: {presence.account.handle}")

    def show_fit(self, fit: Fit) -> None:
        """Show how long the text is there and whether it is worded apart."""
        if fit == self._fit:
            return
        self._fit = fit
        count = "" if fit.limit is None else f"{fit.length}/{fit.limit}"
        mark = "" if not fit.own else "changed" if fit.stale else "own"
        if len(count) > len(self._count) or mark != self._mark:
            self.updateGeometry()
        self._count, self._mark = count, mark
        self.setAccessibleName(self._say(fit))
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for room for the tile, the name, the counter and the mark."""
        bold = self.font()
        bold.setBold(True)
        wide = QFontMetrics(bold).horizontalAdvance(self.text()) + 2 * theme.px(GAP)
        if self._presence is not None:
            wide += theme.px(TILE) + theme.px(GAP)
            for words in filter(None, (self._widest(), self._mark)):
                wide += self._small().horizontalAdvance(words) + theme.px(GAP)
        return QSize(wide, theme.px(HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the tab."""
        colours, painter = theme.tokens(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x, high = theme.px(GAP), self.height()
        if self._presence is not None:
            side, platform = theme.px(TILE), self._presence.platform
            paint_tile(painter, QRect(x, (high - side) // 2, side, side), platform.letter, platform.colour)
            x += side + theme.px(GAP)
        font = self.font()
        font.setBold(self.isChecked())
        x = self._write(painter, x, self.text(), colours.ink, font.pixelSize(), self.isChecked())
        over = self._fit is not None and self._fit.limit is not None and self._fit.length > self._fit.limit
        x = self._write(painter, x, self._count, colours.red if over else colours.muted, theme.px(12), over)
        mark = colours.amber if self._mark == "changed" else colours.accent
        self._write(painter, x, self._mark, mark, theme.px(12), False)
        if self.isChecked():
            painter.fillRect(0, high - 2, self.width(), 2, QColor(colours.accent))
        if self.hasFocus():
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 4, 4)

    def _write(self, painter: QPainter, x: int, text: str, colour: str, *face: int) -> int:
        if not text:
            return x
        font = self.font()
        font.setPixelSize(face[0])
        font.setBold(bool(face[1]))
        painter.setFont(font)
        painter.setPen(QColor(colour))
        painter.drawText(QRect(x, 0, self.width() - x, self.height()), Qt.AlignmentFlag.AlignVCenter, text)
        return x + painter.fontMetrics().horizontalAdvance(text) + theme.px(GAP)

    def _widest(self) -> str:
        if self._fit is None or self._fit.limit is None:
            return self._count
        return max(self._count, f"{self._fit.limit}/{self._fit.limit}", key=len)

    def _small(self) -> QFontMetrics:
        font = self.font()
        font.setPixelSize(theme.px(12))
        return QFontMetrics(font)

    def _say(self, fit: Fit) -> str:
        count = "" if fit.limit is None else f", {fit.length} of {fit.limit}"
        own = "" if not fit.own else ", own wording, shared text changed since" if fit.stale else ", own wording"
        return f"{self.text()}{count}{own}"


class ChannelTabs(QWidget):
    """All channels first, then one tab per chosen account.

    Signals:
        chosen(object): an AccountId, or None for all channels.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tabs: dict[AccountId | None, ChannelTab] = {}
        self._group = QButtonGroup(self)
        self._row = Wrap(self, gap=4)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)

    def show_accounts(self, accounts: tuple[AccountId, ...], presences: Presences) -> None:
        """Show a tab for each account, in the office's order."""
        wanted: list[AccountId | None] = [None, *(each for each in presences if each in accounts)]
        if wanted == list(self._tabs):
            return
        here = self.current()
        self._row.empty()
        self._tabs = {}
        for account in wanted:
            tab = self._tabs[account] = ChannelTab(None if account is None else presences[account])
            self._group.addButton(tab)
            tab.clicked.connect(lambda _=False, chosen=account: self.chosen.emit(chosen))
            self._row.addWidget(tab)
        self._tabs.get(here, self._tabs[None]).setChecked(True)

    def current(self) -> AccountId | None:
        """Give the account whose tab is open, or None for all channels."""
        return next((account for account, tab in self._tabs.items() if tab.isChecked()), None)

    def choose(self, account: AccountId | None) -> None:
        """Open a tab."""
        if account in self._tabs:
            self._tabs[account].setChecked(True)

    def show_fits(self, fits: Mapping[AccountId, Fit]) -> None:
        """Show every counter."""
        for account, fit in fits.items():
            if account in self._tabs:
                self._tabs[account].show_fit(fit)
