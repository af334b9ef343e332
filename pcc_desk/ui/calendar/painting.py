"""How one entry is drawn, wherever it stands."""

from PySide6.QtCore import QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QTextLayout, QTextOption

from pcc_desk.model.event import Entry, EntryKind
from pcc_desk.ui import theme

ROUND, STRIPE = 4, 3
LEGIBLE = 20  # pixels; a narrower box shows its colour only
CANCELLED = "Cancelled"
DESCENT = 0.2  # of a line's height; as much of the last one may be missing and it can still be read
LONGEST_TEXT = 300  # signs; no box shows more


def colours(entry: Entry) -> tuple[QColor, QColor]:
    """Give the ink and the ground of an entry: events violet, announcements blue, cancelled ones red."""
    look = theme.tokens()
    if entry.cancelled:
        return QColor(look.red), QColor(look.red_soft)
    if entry.kind is EntryKind.EVENT:
        return QColor(look.violet), QColor(look.violet_soft)
    return QColor(look.accent), QColor(look.soft)


def bold(font: QFont) -> QFont:
    """Give a font's heavier kind."""
    heavy = QFont(font)
    heavy.setWeight(QFont.Weight.DemiBold)
    return heavy


def paint_ground(painter: QPainter, box: QRect, entry: Entry, chosen: bool, hovered: bool) -> None:
    """Draw the coloured box of an entry with its stripe, and the ring of the chosen one."""
    ink, ground = colours(entry)
    painter.setPen(QPen(ink, 2) if chosen else QPen(ink if hovered else ground, 1))
    painter.setBrush(ground)
    painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), ROUND, ROUND)
    painter.fillRect(QRect(box.left(), box.top() + 2, STRIPE, box.height() - 3), ink)


def paint_line(painter: QPainter, box: QRect, entry: Entry, text: str, heavy: bool = True) -> int:
    """Write one line in an entry's box, cut short with …, and give the width it took; cancelled is struck through."""
    room = box.adjusted(theme.px(7), 0, -theme.px(4), 0)
    if room.width() < theme.px(LEGIBLE):
        return box.width()
    ink, _ = colours(entry)
    font = bold(painter.font()) if heavy else QFont(painter.font())
    font.setStrikeOut(entry.cancelled and heavy)
    painter.save()
    painter.setFont(font)
    painter.setPen(ink)
    short = QFontMetrics(font).elidedText(text[:LONGEST_TEXT], Qt.TextElideMode.ElideRight, room.width())
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, short)
    painter.restore()
    return QFontMetrics(font).horizontalAdvance(short) + theme.px(7)


def paint_words(painter: QPainter, box: QRect, entry: Entry, span: str) -> None:
    """Write an entry's time and title, then its second line, in as many lines as its box holds."""
    room = QRectF(box.adjusted(theme.px(8), theme.px(3), -theme.px(4), -theme.px(2)))
    if room.width() < theme.px(LEGIBLE):
        return
    light, heavy, struck = QFont(painter.font()), bold(painter.font()), bold(painter.font())
    struck.setStrikeOut(True)
    heading, line = f"{span} {entry.title}", entry.line.removeprefix(f"{CANCELLED} · ")
    lines = [(heavy, CANCELLED), (struck, heading)] if entry.cancelled else [(heavy, heading)]
    painter.save()
    painter.setPen(colours(entry)[0])
    for font, text in (*lines, (light, line)):
        height = QFontMetrics(font).height()
        whole = int((room.height() + height * DESCENT) // height)
        if not whole:
            break
        painter.setFont(font)
        only = QRectF(room.topLeft(), QSizeF(room.width(), whole * height))
        painter.setClipRect(only, Qt.ClipOperation.IntersectClip)
        for written in fit_lines(text[:LONGEST_TEXT], font, room.width(), whole):
            painter.drawText(QRectF(room.topLeft(), QSizeF(room.width(), height)), written)
            room.adjust(0, height, 0, 0)
    painter.restore()


def fit_lines(text: str, font: QFont, width: float, most: int) -> list[str]:
    """Break a text into at most so many lines of a width in pixels; the last ends in … when there is more to say."""
    laid, wrap = QTextLayout(text, font), QTextOption()
    wrap.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    laid.setTextOption(wrap)
    units = text.encode("utf-16-le", "replace")  # Qt counts in these
    lines: list[str] = []
    laid.beginLayout()
    while len(lines) < most and (line := laid.createLine()).isValid():
        line.setLineWidth(width)
        end = None if len(lines) == most - 1 else 2 * (line.textStart() + line.textLength())
        rest = units[2 * line.textStart() : end].decode("utf-16-le", "replace").rstrip()
        lines.append(QFontMetrics(font).elidedText(rest, Qt.TextElideMode.ElideRight, int(width)))
    laid.endLayout()
    return lines
