"""How one message looks in the inbox's list."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from pcc_desk.model.message import Message, MessageId, MessageKind, MessageState
from pcc_desk.ui import theme
from pcc_desk.ui.reading.moments import present, say_short
from pcc_desk.ui.reading.presence import Presences
from pcc_desk.ui.reading.remote_text import show_handle, show_line
from pcc_desk.ui.widgets.cards import CardDelegate, Face
from pcc_desk.ui.widgets.chip import TILE, paint_disc, paint_tile

LINE, DISC, HEIGHT, GAP = 18, 34, 80, 8
FIRST_WORDS = 160  # characters; no list is wide enough to show more
KEPT = 500
KINDS = {
    MessageKind.REPLY: "Reply",
    MessageKind.MENTION: "Mention",
    MessageKind.QUOTE: "Quote",
    MessageKind.COMMENT: "Comment",
    MessageKind.DIRECT: "Private message",
    MessageKind.EMAIL: "Email",
    MessageKind.REVIEW: "Review",
    MessageKind.HELD: "Held comment",
    MessageKind.LIVE: "Live comment",
    MessageKind.MATCH: "Hashtag post",
}
STATES = {MessageState.OPEN: "Open", MessageState.WAITING: "Waiting", MessageState.DONE: "Done"}
TONES = {MessageState.OPEN: "accent", MessageState.WAITING: "amber", MessageState.DONE: "green"}


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of one card, made safe once."""

    name: str
    handle: str
    first_words: str
    when: str
    chips: tuple[tuple[str, str], ...]


class MessageCard(CardDelegate):
    """Draws a message: who, where, when, the first words, and chips that say what it is about."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presences: Presences = {}
        self._shows_state = False
        self._words: OrderedDict[MessageId, tuple[Message, _Words]] = OrderedDict()
        self._marks: dict[tuple[str, int, float], QPixmap] = {}  # discs and tiles; drawn anew they cost half a card

    def know(self, presences: Presences) -> None:
        """Take the accounts whose tiles are drawn."""
        self._presences = presences

    def show_state(self, shown: bool) -> None:
        """Say each message's state too, where the list mixes states."""
        self._shows_state = shown
        self.forget_words()

    def forget_words(self) -> None:
        """Say everything anew, because time has passed."""
        self._words.clear()

    def row_height(self) -> int:
        """Give the height of every card, in pixels on the screen."""
        return theme.px(HEIGHT)

    def draw(self, painter: QPainter, box: QRect, record: Any) -> None:
        """Draw one message inside `box`."""
        colours, pen, line = theme.tokens(), self.pen, theme.px(LINE)
        if record is None:
            pen.write(painter, QRect(box.x(), box.y(), box.width(), line), "Fetching…", Face.SMALL, colours.muted)
            return
        words = self._words_of(record)
        disc = theme.px(DISC)
        name = record.author.name or record.author.handle
        corner = QRect(box.x(), box.y(), disc, disc)
        self._mark(painter, corner, name, lambda brush, place: paint_disc(brush, place, name))
        left, top = box.x() + disc + theme.px(GAP + 2), box.y()
        right = QRect(left, top, box.right() - left + 1, line)
        taken = pen.write_right(painter, right, words.when, Face.SMALL, colours.muted)
        self._draw_author(painter, right.adjusted(0, 0, -taken - theme.px(GAP), 0), record, words)
        below = right.translated(0, line + theme.px(2))
        pen.write(painter, below, words.first_words, Face.BODY, colours.ink)
        self._draw_chips(painter, below.translated(0, line + theme.px(4)), words)

    def _mark(self, painter: QPainter, box: QRect, words: str, draw: Callable[[QPainter, QRect], None]) -> None:
        ratio = painter.device().devicePixelRatioF()
        key = (words, box.width(), ratio)
        if key not in self._marks:
            if len(self._marks) > KEPT:
                self._marks.clear()
            mark = self._marks[key] = QPixmap(box.size() * ratio)
            mark.setDevicePixelRatio(ratio)
            mark.fill(Qt.GlobalColor.transparent)
            brush = QPainter(mark)
            brush.setFont(painter.font())
            draw(brush, QRect(QPoint(0, 0), box.size()))
            brush.end()
        painter.drawPixmap(box.topLeft(), self._marks[key])

    def _draw_author(self, painter: QPainter, box: QRect, record: Message, words: _Words) -> None:
        colours, pen, tile = theme.tokens(), self.pen, theme.px(TILE)
        presence = self._presences.get(record.account_id)
        if presence is not None:
            platform = presence.platform
            corner, letter, colour = QRect(box.x(), box.y(), tile, tile), platform.letter, platform.colour
            self._mark(painter, corner, letter + colour, lambda brush, place: paint_tile(brush, place, letter, colour))
            box = box.adjusted(tile + theme.px(6), 0, 0, 0)
        pen.write(painter, box, words.name, Face.STRONG, colours.ink)
        rest = box.adjusted(pen.width(words.name, Face.STRONG) + theme.px(6), 0, 0, 0)
        if rest.width() > theme.px(24):
            pen.write(painter, rest, words.handle, Face.SMALL, colours.muted)

    def _draw_chips(self, painter: QPainter, box: QRect, words: _Words) -> None:
        for text, tone in words.chips:
            box = box.adjusted(self.pen.chip(painter, box, text, tone), 0, 0, 0)

    def _words_of(self, record: Message) -> _Words:
        kept = self._words.get(record.id)
        if kept is not None and kept[0] is record:
            return kept[1]
        words = self._say(record)
        self._words[record.id] = (record, words)
        if len(self._words) > KEPT:
            self._words.popitem(last=False)
        return words

    def _say(self, record: Message) -> _Words:
        chips = [(STATES[record.state], TONES[record.state])] if self._shows_state else []
        chips.append((KINDS[record.kind], ""))
        if record.about:
            chips.append((f"About: {show_line(record.about, 40)}", "accent"))
        return _Words(
            show_line(record.author.name or record.author.handle, 60),
            show_handle(record.author.handle),
            show_line(record.text, FIRST_WORDS),
            say_short(record.created_at, present()),
            tuple(chips),
        )


def say_message(record: Message) -> str:
    """Say a message as a screen reader does in the list."""
    who = f"{show_line(record.author.name, 60)} {show_handle(record.author.handle)}"
    when = say_short(record.created_at, present())
    return f"{KINDS[record.kind]} from {who}, {when}: {show_line(record.text)}"
