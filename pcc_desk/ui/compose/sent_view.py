"""A sent announcement, read only: what went where, word for word, with its link."""

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout

from pcc_desk.model.announcement import AnnouncementId
from pcc_desk.model.delivery import Delivery, DeliveryState
from pcc_desk.ui.compose.reads import Opened
from pcc_desk.ui.compose.wording import name_of
from pcc_desk.ui.reading.films import say_film
from pcc_desk.ui.reading.links import Verdict, judge
from pcc_desk.ui.reading.moments import say_clock, say_date
from pcc_desk.ui.reading.presence import Presence
from pcc_desk.ui.widgets.buttons import DangerButton, LinkButton, QuietButton, verbatim
from pcc_desk.ui.widgets.chip import Tile
from pcc_desk.ui.widgets.frames import Card, Scroll, clear, column, row
from pcc_desk.ui.widgets.words import ElidedLabel, Label


class SentCard(Card):
    """One delivery: where it went, how it stands, its words and its link."""

    def __init__(self, delivery: Delivery, presence: Presence | None, corrections: tuple[Delivery, ...] = ()) -> None:
        super().__init__()
        rows = column(self, margin=12, gap=8)
        head = row(gap=8)
        title = "An account that is not connected any more"
        if presence is not None:
            platform, title = presence.platform, presence.platform.title
            head.addWidget(Tile(platform.letter, platform.colour, title))
            head.addWidget(Label(title, "strong"))
            head.addWidget(ElidedLabel(presence.account.handle, "small"), 1)
        else:
            head.addWidget(ElidedLabel(title, "strong"), 1)
        rows.addLayout(head)
        place = f"Part {delivery.part.number} of {delivery.part.count} · " if delivery.part is not None else ""
        rows.addWidget(Label(f"{place}{say_end(delivery)}", "muted", wrap=True))
        frozen = delivery.frozen
        if frozen.title:
            rows.addWidget(Label(frozen.title, "heading", wrap=True).make_selectable())
        rows.addWidget(Label(frozen.text, wrap=True).make_selectable())
        if frozen.film is not None:
            rows.addWidget(Label(f"Film: {frozen.film.name}, {say_film(frozen.film)}", "small", wrap=True))
        for picture in frozen.pictures:
            rows.addWidget(Label(f"Picture: {picture.alt or 'decorative'}", "small", wrap=True))
        for correction in corrections:
            rows.addWidget(Label(correction.reason, "strong", wrap=True))
            rows.addWidget(Label(correction.frozen.text, wrap=True).make_selectable())
        if delivery.receipt is not None and delivery.receipt.url:
            rows.addLayout(self._links(delivery.receipt.url, title))

    def _links(self, url: str, title: str) -> QHBoxLayout:
        cells, link = row(gap=8), judge(url)
        if link.verdict is Verdict.OPEN:
            show = LinkButton(f"Open on {verbatim(title)}")
            show.clicked.connect(lambda: QDesktopServices.openUrl(QUrl(link.url)))
            cells.addWidget(show)
        copy = LinkButton("Copy the link")
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(url))
        cells.addWidget(copy)
        cells.addStretch(1)
        return cells


class SentView(Scroll):
    """Every delivery of one announcement.

    Signals:
        correct_requested(AnnouncementId): put other words where it stands.
        take_down_requested(AnnouncementId): take it down everywhere.
    """

    correct_requested = Signal(object)
    take_down_requested = Signal(object)

    def show_sent(self, opened: Opened) -> None:
        """Show what became of an announcement."""
        announcement = opened.announcement
        clear(self.column)
        self.column.addWidget(Label(name_of(announcement), "title", wrap=True))
        if any(each.state is DeliveryState.SENT and each.taken_back_at is None for each in opened.deliveries):
            self.column.addLayout(self._actions(announcement.id))
        for delivery in opened.deliveries:
            made = tuple(
                each for each in opened.corrections if each.corrects == delivery.id and each.state is DeliveryState.SENT
            )
            self.column.addWidget(SentCard(delivery, opened.presences.get(delivery.account_id), made))
        self.column.addStretch(1)

    def _actions(self, announcement_id: AnnouncementId) -> QHBoxLayout:
        cells = row(gap=8)
        correct, down = QuietButton("Correct it"), DangerButton("Take it down everywhere")
        correct.clicked.connect(lambda: self.correct_requested.emit(announcement_id))
        down.clicked.connect(lambda: self.take_down_requested.emit(announcement_id))
        for button in (correct, down):
            cells.addWidget(button)
        cells.addStretch(1)
        return cells


def say_end(delivery: Delivery) -> str:
    """Say how a delivery ended."""
    if delivery.state is DeliveryState.SENT and delivery.receipt is not None and not delivery.reason:
        return f"Posted {say_date(delivery.receipt.at)}, {say_clock(delivery.receipt.at)}"
    return delivery.reason or ("Not sent" if delivery.state is DeliveryState.CANCELLED else "See the outbox")
