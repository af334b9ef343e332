"""Our own line drawings, in the colour asked for."""

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from pcc_desk.paths import resource


def drawing(name: str, colour: str, size: int) -> QPixmap:
    """Draw resources/icons/`name`.svg in `colour`, `size` logical pixels square, sharp on this screen."""
    ratio = QApplication.primaryScreen().devicePixelRatio()
    key = f"{name} {colour} {size} {ratio}"
    picture = QPixmap()
    if not QPixmapCache.find(key, picture):
        picture = _draw(name, colour, size, ratio)
        QPixmapCache.insert(key, picture)
    return picture


def _draw(name: str, colour: str, size: int, ratio: float) -> QPixmap:
    svg = resource("icons", f"{name}.svg").read_text("utf-8").replace("currentColor", colour)
    picture = QPixmap(round(size * ratio), round(size * ratio))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(picture.rect()))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture


def icon(name: str, colour: str, size: int = 20, gap: int = 0) -> QIcon:
    """Make an icon of one drawing, with an empty `gap` at its right; in logical pixels."""
    whole = drawing(name, colour, size)
    if not gap:
        return QIcon(whole)
    ratio = whole.devicePixelRatio()
    wide = QPixmap(round((size + gap) * ratio), whole.height())
    wide.setDevicePixelRatio(ratio)
    wide.fill(Qt.GlobalColor.transparent)
    painter = QPainter(wide)
    painter.drawPixmap(0, 0, whole)
    painter.end()
    return QIcon(wide)
