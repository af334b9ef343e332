"""A row that goes on in a second line when the room is short."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

from pcc_desk.ui import theme


class Wrap(QLayout):
    """Lays widgets out from left to right, then on the next line; `gap` in pixels at 100 % text size."""

    def __init__(self, owner: QWidget | None = None, gap: int = 8) -> None:
        super().__init__(owner)
        self._placed: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(theme.px(gap))

    def addItem(self, placed: QLayoutItem) -> None:
        """Take one more."""
        self._placed.append(placed)

    def count(self) -> int:
        """Tell how many there are."""
        return len(self._placed)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """Give one."""
        return self._placed[index] if 0 <= index < len(self._placed) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Give one up."""
        return self._placed.pop(index) if 0 <= index < len(self._placed) else None

    def empty(self) -> None:
        """Let every widget go."""
        while (taken := self.takeAt(0)) is not None:
            if (widget := taken.widget()) is not None:
                widget.hide()
                widget.deleteLater()

    def expandingDirections(self) -> Qt.Orientation:
        """Want no more room than needed."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """Be higher when narrower."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Tell the height all lines need."""
        return self._lay(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, box: QRect) -> None:
        """Move every widget to its place."""
        super().setGeometry(box)
        self._lay(box, move=True)

    def sizeHint(self) -> QSize:
        """Ask for one line."""
        hints = [each.sizeHint() for each in self._placed if not each.isEmpty()]
        width = sum(hint.width() for hint in hints) + self.spacing() * max(0, len(hints) - 1)
        return QSize(width, max((hint.height() for hint in hints), default=0))

    def minimumSize(self) -> QSize:
        """Need the room of the largest."""
        smallest = QSize()
        for each in self._placed:
            smallest = smallest.expandedTo(each.minimumSize())
        return smallest

    def _lay(self, box: QRect, move: bool) -> int:
        y = box.y()
        for line in self._lines(box.width()):
            x, high = box.x(), max(size.height() for _, size in line)
            for placed, size in line:
                if move:
                    placed.setGeometry(QRect(QPoint(x, y + (high - size.height()) // 2), size))
                x += size.width() + self.spacing()
            y += high + self.spacing()
        return max(0, y - self.spacing() - box.y())

    def _lines(self, width: int) -> list[list[tuple[QLayoutItem, QSize]]]:
        lines: list[list[tuple[QLayoutItem, QSize]]] = []
        left = 0
        for placed in self._placed:
            if placed.isEmpty():
                continue
            hint = placed.sizeHint()
            size = QSize(min(hint.width(), max(width, 1)), hint.height())
            if not lines or size.width() > left:
                lines.append([])
                left = width
            lines[-1].append((placed, size))
            left -= size.width() + self.spacing()
        return lines
