"""Labels that show plain text only, whoever wrote it."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QSizePolicy, QWidget

_VERBATIM = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})  # html.escape loads 2,000 names to know three


class Label(QLabel):
    """A label that never reads its text as markup; `role` picks the type: title, heading, strong, muted, small, red…"""

    def __init__(self, text: str = "", role: str = "body", wrap: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        self.setWordWrap(wrap)
        if wrap:
            self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.setText(text)

    def set_role(self, role: str) -> None:
        """Change the type of the words."""
        if self.property("role") != role:
            self.setProperty("role", role)
            repolish(self)

    def make_selectable(self) -> "Label":
        """Let the words be selected and copied with mouse and keyboard."""
        flags = Qt.TextInteractionFlag
        self.setTextInteractionFlags(flags.TextSelectableByMouse | flags.TextSelectableByKeyboard)
        return self


class ElidedLabel(Label):
    """One line that ends in … when the room is short; the whole text is its tip and its accessible name."""

    elide = Qt.TextElideMode.ElideRight

    def setText(self, text: str) -> None:
        """Show `text` on one line."""
        super().setText(" ".join(text.split()))
        self.setAccessibleName(text)
        give_tip(self, text)

    def minimumSizeHint(self) -> QSize:
        """Ask for room for a few letters only."""
        return QSize(self.fontMetrics().averageCharWidth() * 4, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what fits."""
        text = self.fontMetrics().elidedText(self.text(), self.elide, self.contentsRect().width())
        align = self.alignment() | Qt.AlignmentFlag.AlignVCenter
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.contentsRect(), align, text)


def give_tip(widget: QWidget, text: str) -> None:
    """Set a tool tip whose text is never read as markup."""
    widget.setToolTip(f"<span>{text.translate(_VERBATIM)}</span>" if text else "")


def repolish(widget: QWidget) -> None:
    """Apply the style sheet again after a property it looks at has changed."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


def mark_wanting(*fields: QLineEdit) -> None:
    """Show which of these fields are still empty and must not be."""
    for field in fields:
        wanting = not field.text().strip()
        if field.property("wanting") is not wanting:
            field.setProperty("wanting", wanting)
            repolish(field)


def is_new_look(event: QEvent) -> bool:
    """Tell whether a change event means that colours or text size have changed."""
    kinds = QEvent.Type
    return event.type() in (kinds.PaletteChange, kinds.StyleChange, kinds.FontChange, kinds.ApplicationFontChange)
