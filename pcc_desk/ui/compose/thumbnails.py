"""Small pictures for the screen, read and shrunk off Qt's thread, each once."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage, QImageReader, QPixmap

from pcc_desk.model.announcement import PictureId
from pcc_desk.ui.background import Background

if TYPE_CHECKING:
    from pcc_desk.services.desk import Services

SIDE = 720  # pixels; the widest preview on a sharp screen


class Thumbnails(QObject):
    """Gives small pictures; one that is not read yet arrives later.

    Signals:
        arrived(): a picture asked for before can be had now.
    """

    arrived = Signal()

    def __init__(self, services: Services, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self._services, self._background = services, background
        self._pictures: dict[PictureId, QPixmap] = {}

    def picture(self, picture_id: PictureId) -> QPixmap:
        """Give a small picture, empty until it has been read."""
        if picture_id not in self._pictures:
            self._pictures[picture_id] = QPixmap()
            self._background.ask(
                lambda: shrink(self._services.compose.picture_bytes(picture_id)), partial(self._on_shrunk, picture_id)
            )
        return self._pictures[picture_id]

    def _on_shrunk(self, picture_id: PictureId, image: QImage) -> None:
        self._pictures[picture_id] = QPixmap.fromImage(image)
        self.arrived.emit()


def shrink(content: bytes) -> QImage:
    """Read a cleaned picture no larger than `SIDE` pixels."""
    buffer = QBuffer()
    buffer.setData(QByteArray(content))
    reader = QImageReader(buffer)
    size = reader.size()
    if max(size.width(), size.height()) > SIDE:
        small = size.scaled(QSize(SIDE, SIDE), Qt.AspectRatioMode.KeepAspectRatio)
        reader.setScaledSize(small.expandedTo(QSize(1, 1)))  # of a strip nothing would be left
    return reader.read()
