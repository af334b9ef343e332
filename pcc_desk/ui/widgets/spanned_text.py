"""A text of several lines with some stretches in the colour of links; never markup."""

from PySide6.QtCore import QEvent, QPointF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import QSizePolicy, QWidget

from pcc_desk.ui import theme
from pcc_desk.ui.widgets.words import is_new_look

Ranges = tuple[tuple[int, int], ...]  # start and end in UTF-16 units


class SpannedText(QWidget):
    """Shows plain words, wrapped to its width."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text, self._ranges = "", Ranges()
        self._layouts: list[QTextLayout] = []
        self._laid: tuple[int, int] = (-1, 0)  # the width the lines were broken for, and their height
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_text(self, text: str, ranges: Ranges) -> None:
        """Show `text` with `ranges` of it coloured."""
        if (text, ranges) != (self._text, self._ranges):
            self._text, self._ranges = text, ranges
            self.setAccessibleName(text)
            self._forget()

    def text(self) -> str:
        """Give the words shown."""
        return self._text

    def hasHeightForWidth(self) -> bool:
        """Be higher when narrower."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Tell the height of all lines."""
        return self._lay(width)

    def sizeHint(self) -> QSize:
        """Ask for the height at the width it has."""
        width = self.width() if self.width() > 1 else theme.px(240)
        return QSize(width, self._lay(width))

    def minimumSizeHint(self) -> QSize:
        """Make do with a narrow column."""
        return QSize(theme.px(80), self.fontMetrics().height())

    def changeEvent(self, event: QEvent) -> None:
        """Break the lines again when the look changes."""
        super().changeEvent(event)
        if is_new_look(event) and hasattr(self, "_laid"):
            self._forget()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the lines."""
        self._lay(self.width())
        painter = QPainter(self)
        painter.setPen(QColor(theme.tokens().ink))
        for layout in self._layouts:
            layout.draw(painter, QPointF(0, 0))

    def _forget(self) -> None:
        self._laid = (-1, 0)
        self.updateGeometry()
        self.update()

    def _lay(self, width: int) -> int:
        if self._laid[0] == width:
            return self._laid[1]
        self._layouts, top, start = [], 0.0, 0
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        for paragraph in self._text.split("\n"):
            layout = QTextLayout(paragraph, self.font())
            layout.setTextOption(option)
            layout.setFormats(self._formats(start, start + units(paragraph)))
            top = _break(layout, width, top)
            self._layouts.append(layout)
            start += units(paragraph) + 1
        self._laid = (width, round(top + 0.5))
        return self._laid[1]

    def _formats(self, start: int, end: int) -> list[QTextLayout.FormatRange]:
        ink = QTextCharFormat()
        ink.setForeground(QColor(theme.tokens().accent))
        found = []
        for first, last in self._ranges:
            if first < end and last > start:
                part = QTextLayout.FormatRange()
                part.start, part.length, part.format = (
                    max(first, start) - start,
                    min(last, end) - max(first, start),
                    ink,
                )
                found.append(part)
        return found


def units(text: str) -> int:
    """Count a text in UTF-16 units, as Qt does."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "replace")) // 2


def _break(layout: QTextLayout, width: int, top: float) -> float:
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        line.setLineWidth(max(width, 1))
        line.setPosition(QPointF(0, top))
        top += line.height()
    layout.endLayout()
    return top
