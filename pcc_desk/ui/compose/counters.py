"""The counters of the tabs above the text: what each counts, and all their numbers painted in one go."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QFontMetricsF,
    QGlyphRun,
    QPainter,
    QPaintEvent,
    QRawFont,
    QRegion,
)
from PySide6.QtWidgets import QApplication, QWidget

from pcc_desk.model.announcement import Fit
from pcc_desk.ui import theme

SMALL = 12
_FIGURES = "0123456789"
_ORIGIN = QPointF()


class Counter:
    """What a tab counts, apart from the tab: what a widget holds is slow to reach, and ten are at each key press.

    Of "120/300", `number` is the 120 with a space before it for each cell it leaves empty, and `rest` is the "/300".
    """

    __slots__ = ("cells", "fit", "mark", "number", "over", "rest")

    def __init__(self) -> None:
        self.number = self.rest = self.mark = ""
        self.cells, self.over = 0, False
        self.fit: Fit | None = None

    def take(self, fit: Fit) -> bool:
        """Take how long the text is there and whether it is worded apart; tell whether more than the number changes."""
        before, self.fit = self.fit, fit
        limit, threaded = fit.limit, fit.threaded
        counted = limit is not None and not threaded
        number = str(fit.length) if counted else ""
        over = counted and limit is not None and fit.length > limit
        mark = "" if not fit.own else "changed" if fit.stale else "own"
        if (
            len(number) <= self.cells
            and over is self.over
            and mark == self.mark
            and before is not None
            and limit == before.limit
            and threaded is before.threaded
        ):
            self.number = number.rjust(self.cells)
            return False
        self.over, self.mark = over, mark
        self.rest = f"/{limit}" if counted else "thread" if threaded else ""
        self.cells = max(len(number), len(self.rest) - 1) if counted else 0
        self.number = number.rjust(self.cells)
        return True


class Counters(QWidget):
    """The numbers of all counters, lying over the tabs and painted at once.

    Ten small repaints cost more than a key press in the text box itself; one for all costs a tenth of that. Each figure
    stands in a cell of its own, so the glyphs of all numbers are one run, of which a key press changes no place.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._row = parent
        self._rooms: list[tuple[Counter, QRect]] = []
        self._runs: list[_Run] = []
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # what lies beneath is not painted again
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.dress()

    def dress(self) -> None:
        """Take the colours and sizes of a new look."""
        self._ground = QColor(theme.tokens().panel)
        self._forget_runs()

    def place(self, rooms: Iterable[tuple[Counter, QRect]]) -> None:
        """Lie over the rooms of these counters' numbers and over nothing else."""
        self._rooms = [(counter, room) for counter, room in rooms if counter.cells]
        covered = QRegion()
        for _, room in self._rooms:
            covered += room
        self.setGeometry(self._row.rect())
        self.setMask(covered)
        self.setVisible(not covered.isEmpty())  # an empty mask is none, and would hide the tabs
        self.raise_()
        self._forget_runs()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Write every number."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), self._ground)
        for run in self._runs or self._make_runs():
            run.draw(painter)

    def _forget_runs(self) -> None:
        self._runs = []  # made when painted: tabs find their places one after the other
        self.update()

    def _make_runs(self) -> "list[_Run]":
        colours = theme.tokens()
        calm = [shown for shown in self._rooms if not shown[0].over]
        red = [shown for shown in self._rooms if shown[0].over]
        self._runs = [_Run(each, ink) for each, ink in ((calm, colours.muted), (red, colours.red)) if each]
        return self._runs


class _Run:
    """The numbers of one colour as one run of glyphs; the figures are glyphs of equal width, a cell each."""

    def __init__(self, rooms: Sequence[tuple[Counter, QRect]], ink: str) -> None:
        self._counters, self._ink = [counter for counter, _ in rooms], QColor(ink)
        face, metrics, wide = QRawFont.fromFont(small_font()), small_metrics(), cell_width()
        signs = f" {_FIGURES}"
        self._glyphs = dict(zip(signs, face.glyphIndexesForString(signs), strict=True))
        rise = metrics.ascent() - metrics.descent()
        self._run = QGlyphRun()
        self._run.setRawFont(face)
        self._run.setPositions(
            [
                QPointF(room.right() + 1 - cell * wide, room.y() + (room.height() + rise) // 2)
                for counter, room in rooms
                for cell in range(counter.cells, 0, -1)
            ]
        )

    def draw(self, painter: QPainter) -> None:
        """Write the numbers as they are now."""
        glyphs = self._glyphs
        self._run.setGlyphIndexes([glyphs[sign] for counter in self._counters for sign in counter.number])
        painter.setPen(self._ink)
        painter.drawGlyphRun(_ORIGIN, self._run)


def small_font() -> QFont:
    """Give the face of counters and marks."""
    font = QApplication.font()
    font.setPixelSize(theme.px(SMALL))
    return font


def small_metrics() -> QFontMetrics:
    """Measure the face of counters and marks."""
    return QFontMetrics(small_font())


def cell_width() -> float:
    """Give the pixels in which every figure of a counter has room, parts of one too."""
    metrics = QFontMetricsF(small_font())
    return max(metrics.horizontalAdvance(figure) for figure in _FIGURES)
