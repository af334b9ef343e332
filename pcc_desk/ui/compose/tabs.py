"""The row of tabs above the text: all channels, and one tab per account with its counter."""

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QMoveEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractButton, QApplication, QButtonGroup, QSizePolicy, QWidget

from pcc_desk.model.account import AccountId
from pcc_desk.model.announcement import Fit
from pcc_desk.ui import theme
from pcc_desk.ui.reading.presence import Presence, Presences
from pcc_desk.ui.widgets.chip import TILE, paint_tile
from pcc_desk.ui.widgets.words import give_tip, is_new_look
from pcc_desk.ui.widgets.wrap import Wrap

GAP, HEIGHT, SMALL = 7, 36, 12


class Counter:
    """What a tab counts, apart from the tab: what a widget holds is slow to reach, and ten are at each key press."""

    __slots__ = ("fit", "mark", "over", "widest", "words")

    def __init__(self) -> None:
        self.words = self.mark = self.widest = ""
        self.over = False
        self.fit: Fit | None = None

    def take(self, fit: Fit) -> bool:
        """Take how long the text is there and whether it is worded apart; tell whether that needs other room."""
        words, limit = say_count(fit), fit.limit
        mark = "" if not fit.own else "changed" if fit.stale else "own"
        if words == self.words and mark == self.mark:
            return False
        self.fit, self.words = fit, words
        self.over = limit is not None and fit.length > limit and not fit.threaded
        if len(words) <= len(self.widest) and mark == self.mark:
            return False
        self.mark = mark
        self.widest = words if limit is None else max(words, f"{limit}/{limit}", key=len)
        return True


class ChannelTab(QAbstractButton):
    """One tab: the channel's tile and name, room for its counter, and whether it is worded apart.

    Signals:
        moved(): the room for the counter is elsewhere.
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
        """Leave room for the counter, which is painted with all others in one go."""
        edge = 3  # room for the focus ring and the line of the open tab
        widest = self.counter.widest
        wide = small_metrics().horizontalAdvance(widest) + 2 if widest else 0
        self.room = QRect(self._name_end(), edge, wide, theme.px(HEIGHT) - 2 * edge)
        self.moved.emit()

    def sizeHint(self) -> QSize:
        """Ask for room for the tile, the name, the counter and the mark."""
        wide = self._name_end() + self.room.width() + (theme.px(GAP) if self.counter.widest else 0)
        if self.counter.mark:
            wide += small_metrics().horizontalAdvance(self.counter.mark) + theme.px(GAP)
        return QSize(wide, theme.px(HEIGHT))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave room for the counter at the new size."""
        super().resizeEvent(event)
        self.arrange()

    def moveEvent(self, event: QMoveEvent) -> None:
        """Tell that the counter is elsewhere."""
        super().moveEvent(event)
        self.moved.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the tile, the name and the mark."""
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
        painter.setPen(QColor(colours.amber if self.counter.mark == "changed" else colours.accent))
        painter.drawText(QRect(self.room.right() + 1 + theme.px(GAP), 0, self.width(), high), middle, self.counter.mark)
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


def say_count(fit: Fit) -> str:
    """Give the counter of a tab: "120/300"; where it goes as a thread each part is counted in the preview."""
    if fit.threaded:
        return "thread"
    return "" if fit.limit is None else f"{fit.length}/{fit.limit}"


class Counters(QWidget):
    """The counters of all tabs, lying over them and painted at once.

    Ten small repaints cost more than a key press in the text box itself; one for all costs a tenth of that.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._row = parent
        self._places: list[tuple[Counter, QPoint]] = []
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # what lies beneath is not painted again
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.dress()

    def dress(self) -> None:
        """Take the colours and sizes of a new look."""
        colours, metrics = theme.tokens(), small_metrics()
        self._face, self._rise = small_font(), metrics.ascent() - metrics.descent()
        self._face.setStyleStrategy(QFont.StyleStrategy.PreferNoShaping)  # figures need none, and it costs a third
        self._muted, self._red, self._ground = QColor(colours.muted), QColor(colours.red), QColor(colours.panel)
        self.update()

    def place(self, tabs: Iterable[ChannelTab]) -> None:
        """Lie over the counters' rooms in these tabs and over nothing else."""
        self._places, rooms = [], QRegion()
        for tab in tabs:
            room = tab.room.translated(tab.pos())
            rooms += room
            self._places.append((tab.counter, QPoint(room.x(), room.y() + (room.height() + self._rise) // 2)))
        self.setGeometry(self._row.rect())
        self.setMask(rooms)
        self.setVisible(not rooms.isEmpty())  # an empty mask is none, and would hide the tabs
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Write every counter."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), self._ground)
        painter.setFont(self._face)
        red = [shown for shown in self._places if shown[0].over]
        painter.setPen(self._muted)
        for counter, place in self._places:
            if counter.words and not counter.over:
                painter.drawText(place, counter.words)
        if red:
            painter.setPen(self._red)
        for counter, place in red:
            painter.drawText(place, counter.words)


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
        self._counters.place(self._tabs.values())


def small_font() -> QFont:
    """Give the face of counters and marks."""
    font = QApplication.font()
    font.setPixelSize(theme.px(SMALL))
    return font


def small_metrics() -> QFontMetrics:
    """Measure the face of counters and marks."""
    return QFontMetrics(small_font())
