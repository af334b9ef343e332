"""Exactly what was approved: title, words and pictures, of a thread part by part with where each part stands."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QBoxLayout, QWidget
from shiboken6 import isValid

from pcc_desk.errors import DeskError
from pcc_desk.model.announcement import PictureId
from pcc_desk.model.delivery import Delivery, DeliveryLine, Frozen, FrozenCard, FrozenPicture
from pcc_desk.ui import theme
from pcc_desk.ui.background import Background
from pcc_desk.ui.reading.delivery_words import say_state, tone_of
from pcc_desk.ui.reading.films import say_film
from pcc_desk.ui.reading.links import Verdict, judge
from pcc_desk.ui.reading.moments import present
from pcc_desk.ui.reading.opening import OpenLink
from pcc_desk.ui.reading.remote_text import show_line, show_run
from pcc_desk.ui.widgets.chip import Chip
from pcc_desk.ui.widgets.frames import Card, column, row
from pcc_desk.ui.widgets.words import Label
from pcc_desk.ui.widgets.wrap import Wrap

if TYPE_CHECKING:
    from pcc_desk.services.desk import Services

PICTURE = 160


class Approved(QWidget):
    """Shows what was approved; pictures are read from this PC's database."""

    def __init__(self, services: Services, background: Background, line: DeliveryLine) -> None:
        super().__init__()
        self._services, self._background = services, background
        rows = column(self, gap=8)
        if line.before is not None:
            rows.addWidget(Label("What stood there before", "heading"))
            before = Card()
            self._add_words(column(before, margin=12, gap=8), line.before)
            rows.addWidget(before)
        rows.addWidget(Label("Exactly what was approved", "heading"))
        for part in line.parts or (line.delivery,):
            rows.addWidget(self._card(part))

    def _card(self, delivery: Delivery) -> Card:
        card, frozen = Card(), delivery.frozen
        inside = column(card, margin=12, gap=8)
        if delivery.part is not None:
            inside.addLayout(self._place(delivery))
        self._add_words(inside, frozen)
        if (film := frozen.film) is not None:
            captions = "with captions" if film.captions else "without captions"
            inside.addWidget(Label(f"Film: {film.name}, {say_film(film)}, {captions}", "small", wrap=True))
        if frozen.card is not None:
            self._add_card(inside, frozen.card)
        for picture in frozen.pictures:
            inside.addLayout(self._picture(picture))
        return card

    def _add_card(self, rows: QBoxLayout, card: FrozenCard) -> None:
        rows.addWidget(Label(f"Link card for {show_line(card.address, 200)}", "small", wrap=True))
        rows.addWidget(Label(show_run(card.title), "strong", wrap=True).make_selectable())
        if card.description:
            rows.addWidget(Label(show_run(card.description), "muted", wrap=True).make_selectable())
        if card.picture is not None:
            rows.addLayout(self._picture(card.picture))

    def _add_words(self, rows: QBoxLayout, frozen: Frozen) -> None:
        if frozen.title:
            rows.addWidget(Label(show_run(frozen.title), "strong", wrap=True).make_selectable())
        rows.addWidget(Label(show_run(frozen.text), wrap=True).make_selectable())

    def _place(self, delivery: Delivery) -> QBoxLayout:
        head = Wrap(gap=8)
        if delivery.part is not None:
            head.addWidget(Label(f"Part {delivery.part.number} of {delivery.part.count}", "strong"))
        words = "Taken down" if delivery.taken_back_at is not None else say_state(delivery, present())
        head.addWidget(Chip(words, tone_of(delivery)))
        link = judge(delivery.receipt.url) if delivery.receipt is not None else None
        if link is not None and link.verdict is not Verdict.REFUSE and delivery.taken_back_at is None:
            head.addWidget(OpenLink(link, "See this part"))
        lines = column()
        lines.addLayout(head)
        return lines

    def _picture(self, picture: FrozenPicture) -> QBoxLayout:
        line, shown = row(gap=12), Label()
        shown.setFixedWidth(theme.px(PICTURE))
        shown.setAccessibleName(picture.alt)
        line.addWidget(shown, 0, Qt.AlignmentFlag.AlignTop)
        words = column(gap=2)
        words.addWidget(Label(show_line(picture.name, 80), "strong", wrap=True))
        words.addWidget(Label(f"{picture.width} × {picture.height} pixels", "small"))
        described = f"Described as: {show_line(picture.alt, 2000)}" if picture.alt else "Decorative, so not described"
        words.addWidget(Label(described, "muted", wrap=True).make_selectable())
        words.addStretch(1)
        line.addLayout(words, 1)
        read = partial(self._picture_bytes, picture.id)
        self._background.ask(read, partial(self._on_picture, shown), partial(self._on_no_picture, shown))
        return line

    def _picture_bytes(self, picture_id: PictureId) -> bytes:
        return self._services.compose.picture_bytes(picture_id)

    def _on_picture(self, shown: Label, content: bytes) -> None:
        picture = QPixmap()
        if isValid(shown) and picture.loadFromData(content):
            smooth = Qt.TransformationMode.SmoothTransformation
            shown.setPixmap(picture.scaledToWidth(min(picture.width(), theme.px(PICTURE)), smooth))

    def _on_no_picture(self, shown: Label, error: DeskError) -> None:
        if isValid(shown):
            shown.setText(error.sentence)
