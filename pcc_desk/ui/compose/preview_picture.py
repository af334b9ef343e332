"""A picture in a preview: whole, in its own shape, or the part of it that a person has chosen."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from pcc_desk.model.announcement import Picture
from pcc_desk.model.cropping import Box
from pcc_desk.ui import theme
from pcc_desk.ui.compose.thumbnails import Thumbnails

TALLEST = 0.75  # of its width


class PreviewPicture(QWidget):
    """One picture across the card, as its readers will see it."""

    def __init__(self, picture: Picture, alt: str, thumbnails: Thumbnails, part: Box | None = None) -> None:
        """Show `part` of the picture, in its pixels, or the whole one."""
        super().__init__()
        self._picture, self._thumbnails = picture, thumbnails
        self._part = part or Box(0, 0, picture.width, picture.height)
        self.setAccessibleName(alt or picture.name)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        thumbnails.arrived.connect(self.update)

    def hasHeightForWidth(self) -> bool:
        """Keep the picture's shape."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Tell the height of the whole picture, cut at a tall one's limit."""
        return round(width * min(TALLEST, self._part.height / max(1, self._part.width)))

    def sizeHint(self) -> QSize:
        """Ask for the card's width."""
        return QSize(theme.px(260), self.heightForWidth(theme.px(260)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture when it has been read."""
        painter = QPainter(self)
        small = self._shown(self._thumbnails.picture(self._picture.id))
        if small.isNull():
            painter.fillRect(self.rect(), theme.tokens().soft)
        else:  # on the card itself: a ground of its own would show as strips beside a picture of another shape
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            box = self.rect()
            box.setSize(small.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio))
            box.moveCenter(self.rect().center())
            painter.drawPixmap(box, small)

    def _shown(self, small: QPixmap) -> QPixmap:
        if small.isNull() or self._part == (0, 0, self._picture.width, self._picture.height):
            return small
        part, across, down = self._part, small.width() / self._picture.width, small.height() / self._picture.height
        place = QRectF(part.left * across, part.top * down, part.width * across, part.height * down)
        return small.copy(place.toRect())
