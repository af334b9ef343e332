"""Our own line drawings, in the colour asked for."""

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from pcc_desk.paths import resource


def drawing(name: str, colour: str, size: int) -> QPixmap:
    """Draw resources/icons/`name`.svg in `colour`, `size` logical pixels square, sharp on this screen."""
    svg = resource("icons", f"{name}.svg").read_text("utf-8").replace("currentColor", colour)
    ratio = QApplication.primaryScreen().devicePixelRatio()
    picture = QPixmap(round(size * ratio), round(size * ratio))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(picture.rect()))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture


def icon(name: str, colour: str, size: int = 20) -> QIcon:
    """Make an icon of one drawing."""
    return QIcon(drawing(name, colour, size))
