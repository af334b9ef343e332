"""The sheet in which a person chooses which part of a picture a platform gets that does not show its shape."""

from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QDialog, QWidget

from pcc_desk.model.announcement import Picture
from pcc_desk.model.cropping import Box, Focus, Shape
from pcc_desk.ui import theme
from pcc_desk.ui.compose.thumbnails import Thumbnails
from pcc_desk.ui.widgets.buttons import PrimaryButton, QuietButton
from pcc_desk.ui.widgets.frames import column, row
from pcc_desk.ui.widgets.words import Label

STEP = 0.02  # of a side, at each press of an arrow key
HINT = "Click what must be seen, or move the frame with the arrow keys. The other channels get the whole picture."
_ARROWS = {
    Qt.Key.Key_Left: (-STEP, 0.0),
    Qt.Key.Key_Right: (STEP, 0.0),
    Qt.Key.Key_Up: (0.0, -STEP),
    Qt.Key.Key_Down: (0.0, STEP),
}


class CropView(QWidget):
    """A whole picture with a frame around the part that is left of it; takes the mouse and the arrow keys."""

    def __init__(self, picture: Picture, shape: Shape, focus: Focus, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._picture, self._shape, self._thumbnails = picture, shape, thumbnails
        self.focus = focus
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(f"The part of {picture.name} that is shown")
        self.setAccessibleDescription(HINT)
        self.setMinimumSize(theme.px(480), theme.px(300))
        self.setCursor(Qt.CursorShape.CrossCursor)
        thumbnails.arrived.connect(self.update)

    def sizeHint(self) -> QSize:
        """Ask for room in which a frame can be judged."""
        return QSize(theme.px(560), theme.px(380))

    def box(self) -> Box:
        """Give the part inside the frame, in pixels of the picture."""
        return self._shape.crop(self._picture.width, self._picture.height, self.focus)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Move the frame to where the person points."""
        self._point_at(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Let the frame follow while the button is held."""
        self._point_at(event.position())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the frame a little."""
        step = _ARROWS.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        # From the frame as it stands: beyond an edge of the picture a point moves nothing.
        box, wide, high = self.box(), self._picture.width, self._picture.height
        across, down = (box.left + box.width / 2) / wide, (box.top + box.height / 2) / high
        self._look_at(across + step[0], down + step[1])

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture, dimmed where it is cut off."""
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.SmoothPixmapTransform | QPainter.RenderHint.Antialiasing)
        whole, frame = self._whole(), self._frame()
        small = self._thumbnails.picture(self._picture.id)
        if small.isNull():
            painter.fillRect(whole, QColor(theme.tokens().soft))
        else:
            painter.drawPixmap(whole, small, QRectF(small.rect()))
        outside = QPainterPath()
        outside.addRect(whole)
        outside.addRect(frame)  # the second one makes a hole in the first
        painter.fillPath(outside, QColor(0, 0, 0, 150))
        for colour, width in ((QColor("white"), theme.px(4)), (QColor(theme.tokens().accent), theme.px(2))):
            painter.setPen(QPen(colour, width))
            painter.drawRect(frame)

    def _whole(self) -> QRectF:
        room = QSizeF(self.size())
        size = QSizeF(self._picture.width, self._picture.height).scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
        place = QRectF(QPointF(), size)
        place.moveCenter(QRectF(self.rect()).center())
        return place

    def _frame(self) -> QRectF:
        whole, box = self._whole(), self.box()
        scale = whole.width() / self._picture.width
        return QRectF(whole.x() + box.left * scale, whole.y() + box.top * scale, box.width * scale, box.height * scale)

    def _point_at(self, place: QPointF) -> None:
        whole = self._whole()
        self._look_at((place.x() - whole.x()) / whole.width(), (place.y() - whole.y()) / whole.height())

    def _look_at(self, across: float, down: float) -> None:
        self.focus = Focus(*(round(min(1.0, max(0.0, part)), 4) for part in (across, down)))
        self.update()


class CropSheet(QDialog):
    """Asks which part stays.

    Signals:
        chosen(Focus): crop about this point.
    """

    chosen = Signal(object)

    def __init__(
        self, picture: Picture, focus: Focus | None, shapes: Mapping[str, Shape], thumbnails: Thumbnails, over: QWidget
    ) -> None:
        """Show the crop for `shapes`, what each platform shows by its title; the first one is drawn."""
        super().__init__(over)
        self.setWindowTitle("Crop a picture")
        self.view = CropView(picture, next(iter(shapes.values())), focus or Focus(), thumbnails)
        self.crop, cancel = PrimaryButton("Crop it"), QuietButton("Cancel")
        rows = column(self, margin=16, gap=12)
        rows.addWidget(Label(say_part(shapes), "heading", wrap=True))
        rows.addWidget(Label(HINT, "muted", wrap=True))
        rows.addWidget(self.view, 1)
        foot = row(gap=8)
        foot.addStretch(1)
        foot.addWidget(cancel)
        foot.addWidget(self.crop)
        rows.addLayout(foot)
        cancel.clicked.connect(self.reject)
        self.crop.clicked.connect(self._on_crop_clicked)
        self.crop.setDefault(True)
        self.finished.connect(self.deleteLater)
        self.view.setFocus()

    def _on_crop_clicked(self) -> None:
        self.chosen.emit(self.view.focus)
        self.accept()


def say_part(shapes: Mapping[str, Shape]) -> str:
    """Say who shows what: "Instagram shows this part"."""
    *first, last = shapes
    return f"{', '.join(first)} and {last} show this part" if first else f"{last} shows this part"
