"""Where a film will stand in a preview: its frame, a mark to play it, and its length."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from pcc_desk.checks.films import say_length
from pcc_desk.model.film import PlacedFilm
from pcc_desk.ui import theme
from pcc_desk.ui.compose.counters import small_font

TALLEST = 0.75  # of its width
GROUND, INK = "#14181f", "#ffffff"  # a film stands on black in light and dark


class PreviewFilm(QWidget):
    """A film's frame across the card; nothing of the film is decoded here."""

    def __init__(self, placed: PlacedFilm) -> None:
        super().__init__()
        self._film = placed.film
        self._words = say_length(self._film.seconds) + (" · CC" if placed.captions else "")
        self.setAccessibleName(f"Film, {say_length(self._film.seconds)}: {placed.alt or self._film.name}")
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def hasHeightForWidth(self) -> bool:
        """Keep the film's shape."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Tell the height of the frame, cut at a tall one's limit."""
        return round(width * min(TALLEST, self._film.height / max(1, self._film.width)))

    def sizeHint(self) -> QSize:
        """Ask for the card's width."""
        return QSize(theme.px(260), self.heightForWidth(theme.px(260)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the frame, the mark and the length."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(GROUND))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(INK))
        side, middle = theme.px(13), QPointF(self.rect().center())
        corners = [QPointF(-0.7 * side, -side), QPointF(-0.7 * side, side), QPointF(side, 0)]
        painter.drawPolygon(QPolygonF([middle + corner for corner in corners]))
        painter.setPen(QColor(INK))
        painter.setFont(small_font())
        place = QRectF(self.rect()).adjusted(0, 0, -theme.px(6), -theme.px(4))
        painter.drawText(place, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom), self._words)
