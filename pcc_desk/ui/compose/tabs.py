"""The row of tabs above the text: all channels, and one tab per account with its counter."""

from collections.abc import Mapping
from math import ceil

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QMoveEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QSizePolicy, QWidget

from pcc_desk.model.account import AccountId
from pcc_desk.model.announcement import Fit
from pcc_desk.ui import theme
from pcc_desk.ui.compose.counters import Counter, Counters, cell_width, small_font, small_metrics
from pcc_desk.ui.reading.presence import Presence, Presences
from pcc_desk.ui.widgets.chip import TILE, paint_tile
from pcc_desk.ui.widgets.words import give_tip, is_new_look
from pcc_desk.ui.widgets.wrap import Wrap

GAP, HEIGHT = 7, 36


class ChannelTab(QAbstractButton):
    """One tab: the channel's tile and name, room for the number it counts, its limit, and whether it is worded apart.

    Signals:
        moved(): the room for the number is elsewhere.
    """

    moved = Signal()

    def __init__(self, presence: Presence | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presence = presence
        self.counter, self.room = Counter(), QRect()
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setText("All channels" if presence is None else presence.platform.title)
        self.setAccessibleName(self.text())
        if presence is not None:
            give_tip(self, f"{presence.platform.title}: {presence.account.handle}")

    def name_fit(self) -> None:
        """Let a screen reader say the count; not at each key press, which nobody could listen to."""
        if self.counter.fit is not None:
            self.setAccessibleName(self._say(self.counter.fit))

    def arrange(self) -> None:
        """Leave room for the number, which is painted with all others in one go."""
        edge = 3  # room for the focus ring and the line of the open tab
        wide = ceil(self.counter.cells * cell_width())
        self.room = QRect(self._name_end(), edge, wide, theme.px(HEIGHT) - 2 * edge)
        self.moved.emit()
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for room for the tile, the name, the counter and the mark."""
        wide = self._name_end() + self.room.width()
        for words in (self.counter.rest, self.counter.mark):
            wide += small_metrics().horizontalAdvance(words) + theme.px(GAP) if words else 0
        return QSize(wide, theme.px(HEIGHT))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave room for the number at the new size."""
        super().resizeEvent(event)
        self.arrange()

    def moveEvent(self, event: QMoveEvent) -> None:
        """Tell that the room for the number is elsewhere."""
        super().moveEvent(event)
        self.moved.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the tile, the name, the limit and the mark."""
        colours, painter = theme.tokens(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x, high = theme.px(GAP), self.height()
        if self._presence is not None:
            side, platform = theme.px(TILE), self._presence.platform
            paint_tile(painter, QRect(x, (high - side) // 2, side, side), platform.letter, platform.colour)
            x += side + theme.px(GAP)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(self._name_font(self.isChecked()))
        painter.setPen(QColor(colours.ink))
        painter.drawText(QRect(x, 0, self.width(), high), middle, self.text())
        painter.setFont(small_font())
        painter.setPen(QColor(colours.red if self.counter.over else colours.muted))
        x = self.room.right() + 1
        painter.drawText(QRect(x, 0, self.width(), high), middle, self.counter.rest)
        x += small_metrics().horizontalAdvance(self.counter.rest) + theme.px(GAP)
        painter.setPen(QColor(colours.amber if self.counter.mark == "changed" else colours.accent))
        painter.drawText(QRect(x, 0, self.width(), high), middle, self.counter.mark)
        if self.isChecked():
            painter.fillRect(0, high - 2, self.width(), 2, QColor(colours.accent))
        if self.hasFocus():
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 4, 4)

    def _name_end(self) -> int:
        tile = theme.px(TILE) + theme.px(GAP) if self._presence is not None else 0
        # measured bold, so that nothing moves when the tab is opened
        return 2 * theme.px(GAP) + tile + QFontMetrics(self._name_font(True)).horizontalAdvance(self.text())

    def _name_font(self, bold: bool) -> QFont:
        font = self.font()
        font.setBold(bold)
        return font

    def _say(self, fit: Fit) -> str:
        count = "" if fit.limit is None else f", {fit.length} of {fit.limit}"
        count = ", as a thread" if fit.threaded else count
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
        self._counts: dict[AccountId | None, Counter] = {}
        self._order: list[AccountId | None] = []
        self._group = QButtonGroup(self)
        self._row = Wrap(self, gap=4)
        self._counters = Counters(self)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)

    def show_accounts(self, accounts: tuple[AccountId, ...], presences: Presences) -> None:
        """Show a tab for each account, in the office's order."""
        wanted: list[AccountId | None] = [None, *(each for each in presences if each in accounts)]
        if wanted == self._order:
            return
        here = self.current()
        self._row.empty()
        self._tabs, self._order = {}, wanted
        for account in wanted:
            tab = self._tabs[account] = ChannelTab(None if account is None else presences[account])
            self._group.addButton(tab, len(self._tabs))
            tab.moved.connect(self._place)
            tab.clicked.connect(lambda _=False, chosen=account: self.chosen.emit(chosen))
            self._row.addWidget(tab)
        self._counts = {account: tab.counter for account, tab in self._tabs.items()}
        self._tabs.get(here, self._tabs[None]).setChecked(True)
        self._place()

    def current(self) -> AccountId | None:
        """Give the account whose tab is open, or None for all channels."""
        place = self._group.checkedId() - 1  # the first one has the number 1
        return self._order[place] if 0 <= place < len(self._order) else None

    def choose(self, account: AccountId | None) -> None:
        """Open a tab."""
        if account in self._tabs:
            self._tabs[account].setChecked(True)

    def show_fits(self, fits: Mapping[AccountId, Fit]) -> None:
        """Show every counter."""
        counts = self._counts  # asked of a widget once and not at each of ten
        for account, fit in fits.items():
            if account in counts and counts[account].take(fit):
                self._tabs[account].arrange()
                self._tabs[account].updateGeometry()
        self._counters.update()

    def name_fits(self) -> None:
        """Let a screen reader say every count."""
        for tab in self._tabs.values():
            tab.name_fit()

    def changeEvent(self, event: QEvent) -> None:
        """Take the colours and sizes of a new look."""
        super().changeEvent(event)
        if is_new_look(event) and hasattr(self, "_tabs"):
            self._counters.dress()
            for tab in self._tabs.values():
                tab.arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the counters over the tabs."""
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        self._counters.place((tab.counter, tab.room.translated(tab.pos())) for tab in self._tabs.values())
