"""Long lists of cards: a one-column table, because its cost does not grow with the number of rows."""

from enum import Enum
from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    Qt,
    QTimer,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPalette, QPen, QShowEvent, QStaticText
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from pcc_desk.ui import theme
from pcc_desk.ui.widgets.words import is_new_look

RECORD = Qt.ItemDataRole.UserRole  # the whole record of a row, in one call
KEPT_TEXTS = 4000
SHORTEST_CHIP = 40  # pixels; anything shorter says nothing


class Face(Enum):
    """The types of writing on a card, as (size at 100 %, bold)."""

    BODY = (13, False)
    STRONG = (13, True)
    SMALL = (12, False)


class Pen:
    """Writes plain words on cards quickly: each elided text is laid out once and kept."""

    def __init__(self) -> None:
        self._texts: dict[tuple[str, Face, int], QStaticText] = {}
        self._faces: dict[Face, tuple[QFont, QFontMetrics]] = {}
        self.on_soft = False  # whether the card written on is the chosen one

    def forget(self) -> None:
        """Drop what was laid out for another look."""
        self._texts.clear()
        self._faces.clear()

    def write(self, painter: QPainter, box: QRect, text: str, face: Face, colour: str) -> None:
        """Write one line at the left of `box`, in its middle, ending in … when it does not fit."""
        laid = self._lay(text, face, box.width())
        painter.setFont(self._face(face)[0])
        painter.setPen(QColor(colour))
        painter.drawStaticText(QPointF(box.x(), box.y() + (box.height() - laid.size().height()) / 2), laid)

    def write_right(self, painter: QPainter, box: QRect, text: str, face: Face, colour: str) -> int:
        """Write one line at the right of `box`; give its width."""
        width = min(self.width(text, face), box.width())
        self.write(painter, QRect(box.right() - width + 1, box.y(), width, box.height()), text, face, colour)
        return width

    def chip(self, painter: QPainter, box: QRect, text: str, tone: str) -> int:
        """Draw a pill at the left of `box`, shortened to its room; give the width it took, with the gap after it."""
        colours = theme.tokens()
        ink, soft = (getattr(colours, tone), getattr(colours, f"{tone}_soft", colours.soft)) if tone else ("", "")
        width = min(self.width(text, Face.SMALL) + theme.px(14), box.width())
        if width < theme.px(SHORTEST_CHIP):
            return 0
        painter.setPen(Qt.PenStyle.NoPen)
        lost = self.on_soft and soft == colours.soft  # a pill in the colour of the card it lies on is none
        painter.setBrush(QColor(colours.panel if lost else soft or colours.ground))
        painter.drawRoundedRect(box.x(), box.y(), width, box.height(), box.height() / 2, box.height() / 2)
        inner = QRect(box.x() + theme.px(7), box.y(), width - theme.px(14), box.height())
        self.write(painter, inner, text, Face.SMALL, ink or colours.muted)
        return width + theme.px(6)

    def width(self, text: str, face: Face) -> int:
        """Measure one line in pixels."""
        return round(self._lay(text, face, 1 << 20).size().width() + 0.5)

    def _face(self, face: Face) -> tuple[QFont, QFontMetrics]:
        kept = self._faces.get(face)
        if kept is None:
            font = QFont(QApplication.font())
            font.setPixelSize(theme.px(face.value[0]))
            font.setWeight(QFont.Weight.DemiBold if face.value[1] else QFont.Weight.Normal)
            kept = self._faces[face] = (font, QFontMetrics(font))
        return kept

    def _lay(self, text: str, face: Face, width: int) -> QStaticText:
        key = (text, face, width)
        laid = self._texts.get(key)
        if laid is None:
            if len(self._texts) > KEPT_TEXTS:
                self._texts.clear()
            font, metrics = self._face(face)
            laid = QStaticText(metrics.elidedText(text, Qt.TextElideMode.ElideRight, width))
            laid.setTextFormat(Qt.TextFormat.PlainText)
            laid.prepare(font=font)
            self._texts[key] = laid
        return laid


class CardDelegate(QStyledItemDelegate):
    """Draws the ground of a card; a subclass says how high it is and draws the record on it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pen = Pen()

    def row_height(self) -> int:
        """Give the height of every card, in pixels on the screen."""
        raise NotImplementedError

    def draw(self, painter: QPainter, box: QRect, record: Any) -> None:
        """Draw one record inside `box`."""
        raise NotImplementedError

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw the ground, the selection, the focus ring and then the record."""
        colours, box = theme.tokens(), option.rect
        chosen, current = self._standing(index)
        _fill(painter, box, colours.soft if chosen else colours.panel)
        _fill(painter, QRect(box.x(), box.bottom(), box.width(), 1), colours.line)
        if chosen:
            _fill(painter, QRect(box.x(), box.y(), 3, box.height()), colours.accent)
        self.pen.on_soft = chosen
        self.draw(painter, box.adjusted(theme.px(12), theme.px(8), -theme.px(12), -theme.px(8)), index.data(RECORD))
        if current:
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(box.adjusted(1, 1, -1, -1))

    def _standing(self, index: QModelIndex | QPersistentModelIndex) -> tuple[bool, bool]:
        """Tell whether a row is selected, and whether the keyboard is on it.

        Asked of the table: to ask the option, every one of the 566 words of QStyle is made first (7 ms).
        """
        table = self.parent()
        if not isinstance(table, QTableView):
            return False, False
        return table.selectionModel().isSelected(index), table.hasFocus() and table.currentIndex() == index


def _fill(painter: QPainter, box: QRect, colour: str) -> None:
    # Not by fillRect: it also takes gradients, so Qt for Python makes its 182 names for them at the first call.
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawRect(box)


class CardTable(QTableView):
    """A list of cards; its model has one column and gives each record under `RECORD`."""

    def __init__(self, name: str, delegate: CardDelegate, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._make_viewport()
        self._cards, self._seen = delegate, False
        delegate.setParent(self)
        self.setAccessibleName(name)
        self.setItemDelegate(delegate)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.horizontalHeader().hide()
        self.horizontalHeader().setStretchLastSection(True)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._measure()

    def setModel(self, model: QAbstractItemModel | None) -> None:
        """Show a model with one column."""
        super().setModel(model)
        self._measure()

    def selectRow(self, row: int) -> None:
        """Choose this row and no other, whatever keys a person holds down meanwhile."""
        index = self.model().index(row, 0)
        if index.isValid():
            # Qt's own adds to what is chosen while Shift or Ctrl is held, and the next key would act on all of it.
            command = QItemSelectionModel.SelectionFlag
            self.selectionModel().setCurrentIndex(index, command.ClearAndSelect | command.Rows)

    def showEvent(self, event: QShowEvent) -> None:
        """Bring what was chosen before anybody saw the list into view."""
        super().showEvent(event)
        if not self._seen:
            self._seen = True
            QTimer.singleShot(0, self, lambda: self.scrollTo(self.currentIndex()))

    def changeEvent(self, event: QEvent) -> None:
        """Lay everything out again when the look changes."""
        super().changeEvent(event)
        if is_new_look(event) and hasattr(self, "_cards"):
            self._cards.pen.forget()
            self._measure()

    def _make_viewport(self) -> None:
        # For a widget that Qt made by itself, every kind of widget there is would be looked through (10 ms).
        viewport = QWidget()
        viewport.setBackgroundRole(QPalette.ColorRole.Base)
        viewport.setAutoFillBackground(True)
        self.setViewport(viewport)

    def _measure(self) -> None:
        height = self._cards.row_height()
        self.verticalHeader().setMinimumSectionSize(height)
        self.verticalHeader().setDefaultSectionSize(height)
