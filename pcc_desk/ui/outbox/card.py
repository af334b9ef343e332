"""How one delivery looks in the outbox's list."""

from datetime import datetime
from typing import Any

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from pcc_desk.model.delivery import Delivery, DeliveryLine, DeliveryState
from pcc_desk.ui import theme
from pcc_desk.ui.reading.delivery_words import say_state, tone_of
from pcc_desk.ui.reading.moments import present, say_short
from pcc_desk.ui.reading.presence import Platforms
from pcc_desk.ui.reading.remote_text import show_handle, show_line
from pcc_desk.ui.widgets.cards import CardDelegate, Face
from pcc_desk.ui.widgets.chip import TILE, paint_tile

LINE, HEIGHT, GAP = 18, 80, 8


class DeliveryCard(CardDelegate):
    """Draws a delivery: where it goes, its title, its first words, and where it stands."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._platforms: Platforms = {}

    def know(self, platforms: Platforms) -> None:
        """Take the platforms whose tiles are drawn."""
        self._platforms = platforms

    def row_height(self) -> int:
        """Give the height of every card, in pixels on the screen."""
        return theme.px(HEIGHT)

    def draw(self, painter: QPainter, box: QRect, record: Any) -> None:
        """Draw one line of the outbox inside `box`."""
        if not isinstance(record, DeliveryLine):
            return
        colours, pen, line = theme.tokens(), self.pen, theme.px(LINE)
        top = QRect(box.x(), box.y(), box.width(), line)
        taken = pen.write_right(painter, top, say_short(moment_of(record), present()), Face.SMALL, colours.muted)
        top.adjust(0, 0, -taken - theme.px(GAP), 0)
        platform = self._platforms.get(record.account.platform)
        if platform is not None:
            tile = theme.px(TILE)
            paint_tile(painter, QRect(top.x(), top.y(), tile, tile), platform.letter, platform.colour)
            top.adjust(tile + theme.px(GAP), 0, 0, 0)
        pen.write(painter, top, show_line(record.title, 120), Face.STRONG, colours.ink)
        middle = QRect(box.x(), box.y() + line + theme.px(2), box.width(), line)
        pen.write(painter, middle, show_line(record.delivery.frozen.text, 160), Face.BODY, colours.ink)
        low = middle.translated(0, line + theme.px(4))
        words, tone = standing_of(record, present())
        low.adjust(pen.chip(painter, low, words, tone), 0, 0, 0)
        pen.write(painter, low, show_handle(record.account.handle), Face.SMALL, colours.muted)


def standing_of(line: DeliveryLine, now: datetime) -> tuple[str, str]:
    """Give a few words for where a line stands, and their tone."""
    part = line.next_part()
    place = f"Part {part.part.number} of {part.part.count}: " if part.part is not None and _is_open(part) else ""
    if line.needs_you and part.state is DeliveryState.DUE:
        return f"{place}Waiting: sign in again", "red"
    return f"{place}{say_state(part, now)}", tone_of(part)


def _is_open(part: Delivery) -> bool:
    return part.state is not DeliveryState.SENT


def moment_of(line: DeliveryLine) -> datetime:
    """Give the moment a card shows: when it was posted, or is due."""
    receipt = line.delivery.receipt
    return line.delivery.due_at if receipt is None else receipt.at


def say_line(line: DeliveryLine) -> str:
    """Say a line as a screen reader does in the list."""
    where = f"{line.account.platform} {show_handle(line.account.handle)}"
    return f"{show_line(line.title, 120)}, to {where}. {line.words}"
