"""The dark rail at the left with the seven places of the desk."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from pcc_desk.ui import theme
from pcc_desk.ui.widgets.frames import Pane, column
from pcc_desk.ui.widgets.icons import drawing
from pcc_desk.ui.widgets.words import give_tip, is_new_look

WIDTH, HEIGHT, DRAWING = 84, 54, 22


@dataclass(frozen=True, slots=True)
class Place:
    """One of the desk's places: its name, and the drawing of resources/icons that stands for it."""

    name: str
    drawing: str


PLACES = (
    Place("Inbox", "inbox"),
    Place("Compose", "compose"),
    Place("Calendar", "calendar"),
    Place("Live", "live"),
    Place("Outbox", "outbox"),
    Place("Reports", "reports"),
    Place("Settings", "settings"),
)


class RailButton(QAbstractButton):
    """One place on the rail, with a count when something there wants a person."""

    def __init__(self, place: Place, number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place, self._count = place, 0
        self.setText(place.name)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setAccessibleName(place.name)
        give_tip(self, f"{place.name} (Ctrl+{number})")
        self._picture = drawing(place.drawing, theme.tokens().rail_ink, theme.px(DRAWING))

    def set_count(self, count: int, words: str) -> None:
        """Show a count and say it in words to a screen reader; none is shown for 0."""
        if count != self._count:
            self._count = count
            self.setAccessibleName(f"{self._place.name}, {count} {words}" if count else self._place.name)
            self.update()

    def sizeHint(self) -> QSize:
        """Ask for a tall tile."""
        return QSize(theme.px(WIDTH - 12), theme.px(HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """Need the drawing and the word."""
        return QSize(theme.px(WIDTH - 12), theme.px(HEIGHT - 8))

    def changeEvent(self, event: QEvent) -> None:
        """Draw again when the look changes."""
        super().changeEvent(event)
        if is_new_look(event) and hasattr(self, "_picture"):
            self._picture = drawing(self._place.drawing, theme.tokens().rail_ink, theme.px(DRAWING))
            self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground, the drawing, the word and the count."""
        colours, painter = theme.tokens(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ring = QPen(QColor(colours.rail_ink), 2) if self.hasFocus() else QPen(Qt.PenStyle.NoPen)
        painter.setPen(ring)
        chosen = self.isChecked() or self.underMouse()
        painter.setBrush(QColor(colours.rail_chosen if chosen else colours.rail))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 6, 6)
        side, line = theme.px(DRAWING), self.fontMetrics().height()
        top = (self.height() - side - line) // 2
        left = (self.width() - side) // 2
        painter.drawPixmap(QRect(left, top, side, side), self._picture)
        painter.setPen(QColor("#ffffff" if self.isChecked() else colours.rail_ink))
        font = self.font()
        font.setPixelSize(theme.px(12))
        painter.setFont(font)
        painter.drawText(QRect(0, top + side, self.width(), line), Qt.AlignmentFlag.AlignCenter, self.text())
        if self._count:
            self._paint_count(painter, left + side - theme.px(6), max(2, top - theme.px(5)))

    def _paint_count(self, painter: QPainter, x: int, y: int) -> None:
        text = str(self._count) if self._count < 1000 else "999+"
        font = painter.font()
        font.setPixelSize(theme.px(11))
        font.setBold(True)
        painter.setFont(font)
        high = theme.px(16)
        width = max(high, painter.fontMetrics().horizontalAdvance(text) + theme.px(8))
        box = QRect(min(x, self.width() - width - 2), y, width, high)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.LIGHT.red))  # the rail is dark in both themes
        painter.drawRoundedRect(box, high / 2, high / 2)
        painter.setPen(QColor("#ffffff"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


class Rail(Pane):
    """The seven places, Settings at the foot.

    Signals:
        place_requested(str): go to the place of this name.
    """

    place_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("rail", parent)
        self.setAccessibleName("Places")
        self._buttons: dict[str, RailButton] = {}
        rows = column(self, margin=6, gap=4)
        for number, place in enumerate(PLACES, 1):
            button = self._buttons[place.name] = RailButton(place, number)
            button.clicked.connect(lambda _=False, name=place.name: self.place_requested.emit(name))
            if place is PLACES[-1]:
                rows.addStretch(1)
            rows.addWidget(button)

    def choose(self, name: str) -> None:
        """Mark the place that is shown."""
        self._buttons[name].setChecked(True)

    def set_count(self, name: str, count: int, words: str) -> None:
        """Show how many things at a place want a person; `words` says what they are."""
        self._buttons[name].set_count(count, words)
