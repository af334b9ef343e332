"""The outbox's right side: exactly what was sent, its proof, every try, and what a person can do."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QBoxLayout, QLineEdit, QStackedWidget, QWidget

from pcc_desk.errors import DeskError
from pcc_desk.model.channel import Platform
from pcc_desk.model.delivery import DeliveryId, DeliveryLine, DeliveryState, Receipt
from pcc_desk.ui.background import Background
from pcc_desk.ui.correcting.sheet import open_sheet
from pcc_desk.ui.outbox.actions import Action, Deed, actions_for, work_of
from pcc_desk.ui.outbox.approved import Approved
from pcc_desk.ui.outbox.by_hand import ByHand
from pcc_desk.ui.outbox.card import standing_of
from pcc_desk.ui.outbox.history import History
from pcc_desk.ui.outbox.hosted import HostedMedia
from pcc_desk.ui.outbox.unreached import UnreachedPeople
from pcc_desk.ui.reading.links import Verdict, judge
from pcc_desk.ui.reading.moments import present, say_date, say_when
from pcc_desk.ui.reading.opening import OpenLink
from pcc_desk.ui.reading.presence import Platforms
from pcc_desk.ui.reading.remote_text import show_handle, show_line
from pcc_desk.ui.widgets.banner import Banner
from pcc_desk.ui.widgets.buttons import DangerButton, LinkButton, PrimaryButton, QuietButton
from pcc_desk.ui.widgets.chip import Chip, Tile
from pcc_desk.ui.widgets.frames import Card, EmptyState, Pane, Scroll, clear, column, row
from pcc_desk.ui.widgets.question import Question
from pcc_desk.ui.widgets.words import ElidedLabel, Label
from pcc_desk.ui.widgets.wrap import Wrap

if TYPE_CHECKING:
    from pcc_desk.services.desk import Services

PICTURE = 160


class Detail(Pane):
    """Shows one delivery whole.

    Signals:
        announcement_requested(AnnouncementId): show the announcement it belongs to.
        message_requested(MessageId): show the message it answers.
    """

    announcement_requested = Signal(object)
    message_requested = Signal(object)

    def __init__(self, services: Services, background: Background) -> None:
        super().__init__()
        self._services, self._background = services, background
        self._line: DeliveryLine | None = None
        self._platforms: Platforms = {}
        self._history: History | None = None
        self.notice = Banner("red")
        self.address = QLineEdit()
        self._rooms, self._scroll = QStackedWidget(), Scroll()
        self._build()

    def know(self, platforms: Platforms) -> None:
        """Take the platforms by name."""
        if platforms != self._platforms:
            self._platforms = platforms
            if self._line is not None:
                self._fill(self._line)

    def show_line(self, line: DeliveryLine | None) -> None:
        """Show a delivery, or nothing; the same one unchanged leaves everything alone but its history."""
        before, self._line = self._line, line
        if line is None:
            self._rooms.setCurrentIndex(0)
        elif line != before or self._rooms.currentIndex() == 0:
            if before is None or before.delivery.id != line.delivery.id:
                self.notice.hide()
                self.address.clear()
            self._rooms.setCurrentIndex(1)
            self._fill(line)
        elif self._history is not None:
            self._history.read_again()  # a correction is told there, and changes nothing else

    def hand_over(self) -> tuple[DeliveryLine, str] | None:
        """Give the delivery shown and the address typed for it, or None when none was typed."""
        typed = self.address.text()
        return (self._line, typed) if self._line is not None and typed else None

    def take_over(self, held: tuple[DeliveryLine, str]) -> None:
        """Go on with an address that was typed in another window."""
        line, typed = held
        self.show_line(line)
        self.address.setText(typed)

    def line(self) -> DeliveryLine | None:
        """Give the delivery shown."""
        return self._line

    def _build(self) -> None:
        empty = EmptyState("outbox", "Nothing chosen", "Choose a delivery at the left to see what was sent and how.")
        self.address.setPlaceholderText("Address of the post, if you have it")
        self.address.setAccessibleName("Address of the post")
        full = QWidget()
        inside = column(full, gap=0)
        inside.addWidget(self.notice)
        inside.addWidget(self._scroll, 1)
        for room in (empty, full):
            self._rooms.addWidget(room)
        column(self, gap=0).addWidget(self._rooms)

    def _fill(self, line: DeliveryLine) -> None:
        platform = self._platforms.get(line.account.platform)
        self.address.setParent(self)  # it outlives the rest, because a person may be typing in it
        self.address.hide()
        clear(self._scroll.column)
        body = QWidget()
        rows = column(body, gap=12)
        self._add_heading(rows, line, platform)
        if platform is not None:
            self._add_actions(rows, line, platform)
        if line.delivery.receipt is not None:
            self._add_receipt(rows, line.delivery.receipt, platform)
        if platform is not None and platform.sends_to_people:
            rows.addWidget(UnreachedPeople(self._services, self._background, line.delivery))
        rows.addWidget(Approved(self._services, self._background, line))
        if platform is not None and platform.fetches:
            rows.addWidget(HostedMedia(self._services, self._background, line.delivery))
        self._history = History(self._services, self._background, line)
        rows.addWidget(self._history)
        self._scroll.column.addWidget(body)
        self._scroll.column.addStretch(1)

    def _add_heading(self, rows: QBoxLayout, line: DeliveryLine, platform: Platform | None) -> None:
        rows.addWidget(Label(show_line(line.title, 200), "title", wrap=True))
        who = row()
        if platform is not None:
            who.addWidget(Tile(platform.letter, platform.colour, platform.title))
            who.addWidget(Label(platform.title, "strong"))
        who.addWidget(ElidedLabel(show_handle(line.account.handle), "muted"), 1)
        rows.addLayout(who)
        standing = Wrap(gap=8)
        standing.addWidget(Chip(*standing_of(line, present())))
        rows.addLayout(standing)
        if line.next_part().reason or line.needs_you or line.parts:
            rows.addWidget(Label(show_line(line.words, 600), wrap=True).make_selectable())

    def _add_actions(self, rows: QBoxLayout, line: DeliveryLine, platform: Platform) -> None:
        if line.next_part().state is DeliveryState.UNSURE:
            look = f"Look at {show_handle(line.account.handle)} on {platform.title}, then say what you found."
            rows.addWidget(Label(look, "strong", wrap=True))
        if line.next_part().state is DeliveryState.BY_HAND:
            rows.addWidget(ByHand(self._services, self._background, line))
        if line.next_part().state in (DeliveryState.UNSURE, DeliveryState.BY_HAND):
            rows.addWidget(self.address)
            self.address.show()
        wrap, offered = Wrap(gap=8), actions_for(line, platform)
        for place, action in enumerate(offered):
            kind = DangerButton if action.deed in (Deed.CANCEL, Deed.WITHDRAW) else QuietButton
            button = PrimaryButton(action.words) if not place and kind is QuietButton else kind(action.words)
            button.clicked.connect(partial(self._on_action, action, line.next_part().id))
            button.setDisabled(bool(action.why_not))
            button.setAccessibleDescription(action.why_not)
            wrap.addWidget(button)
        self._add_ways(wrap, line)
        rows.addLayout(wrap)
        for action in offered:
            if action.why_not:  # a tip alone is seen by nobody who uses the keyboard
                rows.addWidget(Label(action.why_not, "small", wrap=True))

    def _add_ways(self, wrap: Wrap, line: DeliveryLine) -> None:
        announcement, message = line.delivery.announcement_id, line.delivery.in_reply_to
        if announcement is not None:
            button = LinkButton("Open the announcement")
            button.clicked.connect(lambda: self.announcement_requested.emit(announcement))
            wrap.addWidget(button)
        posted = line.delivery
        if posted.state is DeliveryState.SENT and posted.corrects is None and posted.taken_back_at is None:
            button = LinkButton("Correct it")
            button.clicked.connect(partial(self._correct, posted.id))
            wrap.addWidget(button)
        if message is not None:
            button = LinkButton("Open the conversation")
            button.clicked.connect(lambda: self.message_requested.emit(message))
            wrap.addWidget(button)

    def _add_receipt(self, rows: QBoxLayout, receipt: Receipt, platform: Platform | None) -> None:
        card = Card("ours")
        inside = column(card, margin=10, gap=4)
        inside.addWidget(Label(f"Posted {say_date(receipt.at)}, {say_when(receipt.at, receipt.at)}", "strong"))
        link = judge(receipt.url)
        if link.verdict is not Verdict.REFUSE:
            inside.addWidget(Label(receipt.url, "small", wrap=True).make_selectable())
            wrap = Wrap(gap=8)
            wrap.addWidget(OpenLink(link, f"See it on {platform.title}" if platform else ""))
            copy = LinkButton("Copy the link")
            copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(link.url))
            wrap.addWidget(copy)
            inside.addLayout(wrap)
        rows.addWidget(card)

    def _correct(self, delivery_id: DeliveryId) -> None:
        services = self._services
        open_sheet(services, self._background, lambda: services.corrections.beside(delivery_id, present()), self)

    def _on_action(self, action: Action, delivery_id: DeliveryId) -> None:
        if not action.question:
            self._act(action, delivery_id)
            return
        question = Question(action.question, action.yes, action.no, self)
        question.accepted.connect(partial(self._act, action, delivery_id))
        question.open()

    def _act(self, action: Action, delivery_id: DeliveryId) -> None:
        address = self.address.text() if action.deed is Deed.POSTED else ""
        work = work_of(self._services, action.deed, delivery_id, address)
        run = self._background.reach if action.deed is Deed.WITHDRAW else self._background.do
        run(work, partial(self._on_acted, delivery_id), partial(self._on_refused, delivery_id))

    def _on_acted(self, delivery_id: DeliveryId, _: object) -> None:
        if self._line is not None and self._line.next_part().id == delivery_id:
            self.notice.hide()

    def _on_refused(self, delivery_id: DeliveryId, error: DeskError) -> None:
        if self._line is not None and self._line.next_part().id == delivery_id:
            self.notice.tell(error)
