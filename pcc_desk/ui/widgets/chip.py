"""Small pills of words, and the letter tiles that stand for platforms and people."""

from zlib import crc32

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from pcc_desk.ui import theme
from pcc_desk.ui.widgets.words import Label, repolish

TILE = 18
FAINT = 1.5  # contrast with the ground below which a tile has no visible edge
DISCS = ("#8c4a2f", "#2f6b62", "#5b3fa8", "#7a4f00", "#176b3a", "#1f4fbf", "#3b4654", "#8a2d5f")


class Chip(Label):
    """A pill of words; `tone` is "", accent, red, amber, green or violet."""

    def __init__(self, text: str, tone: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, "chip", parent=parent)
        self.setProperty("tone", tone)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)

    def set_words(self, text: str, tone: str = "") -> None:
        """Change the words and the tone together."""
        self.setText(text)
        if self.property("tone") != tone:
            self.setProperty("tone", tone)
            repolish(self)


class Tile(QWidget):
    """A platform's letter on its colour; never its logo."""

    def __init__(self, letter: str, colour: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._letter, self._colour = letter, colour
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Ask for a square that grows with the text."""
        return QSize(theme.px(TILE), theme.px(TILE))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the tile."""
        paint_tile(QPainter(self), self.rect(), self._letter, self._colour)


def paint_tile(painter: QPainter, box: QRect, letter: str, colour: str) -> None:
    """Draw a letter tile in `box`."""
    _paint_mark(painter, box, letter, colour, round_by=0.2)


def tile_icon(letter: str, colour: str, size: int) -> QIcon:
    """Draw a letter tile as an icon, `size` logical pixels square, sharp on this screen."""
    ratio = QApplication.primaryScreen().devicePixelRatio()
    picture = QPixmap(round(size * ratio), round(size * ratio))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    paint_tile(painter, picture.rect(), letter, colour)
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return QIcon(picture)


def paint_disc(painter: QPainter, box: QRect, name: str) -> None:
    """Draw a person's initials on a disc whose colour follows from the name."""
    _paint_mark(painter, box, initials(name), DISCS[crc32(name.encode("utf-8", "replace")) % len(DISCS)], round_by=0.5)


def initials(name: str) -> str:
    """Give the first letters of the first and last word of a name that start with a letter or digit."""
    letters = [word[0].upper() for word in name.split() if word[0].isalnum()]
    return (letters[0] + letters[-1] if len(letters) > 1 else "".join(letters)) or "?"


def _paint_mark(painter: QPainter, box: QRect, letters: str, colour: str, round_by: float) -> None:
    ground = QColor(colour)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    colours = theme.tokens()
    lost = contrast(ground, QColor(colours.panel)) < FAINT  # a black tile in a dark window gets a hairline
    painter.setPen(QColor(colours.edge) if lost else Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    edge = 0.5 if lost else 0.0
    painter.drawRoundedRect(
        QRectF(box).adjusted(edge, edge, -edge, -edge), box.width() * round_by, box.height() * round_by
    )
    font = QFont(painter.font())
    font.setPixelSize(max(8, round(box.height() * (0.4 if round_by == 0.5 else 0.6))))
    font.setBold(True)
    painter.setFont(font)
    painter.setPen(QColor("#ffffff") if _is_dark(ground) else QColor("#14181f"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, letters)
    painter.restore()


def _is_dark(colour: QColor) -> bool:
    return luminance(colour) < 0.179  # where white and black stand out equally


def contrast(one: QColor, other: QColor) -> float:
    """Compute the contrast of two colours, 1 to 21 (WCAG 2.2)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: QColor) -> float:
    """Compute the relative luminance of a colour, 0 to 1 (WCAG 2.2)."""
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
