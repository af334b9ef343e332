"""A conversation to read: what it answers, what people wrote, and what the office answered."""

from datetime import datetime

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QWidget

from pcc_desk.model.account import AccountId
from pcc_desk.model.conversation import Conversation, EarlierText
from pcc_desk.model.delivery import Delivery, DeliveryState
from pcc_desk.model.message import Message, MessageKind
from pcc_desk.model.unreached import CAME_BACK
from pcc_desk.ui import theme
from pcc_desk.ui.inbox.card import DISC, KINDS
from pcc_desk.ui.inbox.measure_note import MeasureNote
from pcc_desk.ui.reading.delivery_words import say_state, tone_of
from pcc_desk.ui.reading.links import Verdict, find_links, judge
from pcc_desk.ui.reading.moments import present, say_clock, say_date, say_when
from pcc_desk.ui.reading.opening import OpenLink
from pcc_desk.ui.reading.presence import Presences
from pcc_desk.ui.reading.remote_text import show_handle, show_line, show_run
from pcc_desk.ui.widgets.buttons import LinkButton
from pcc_desk.ui.widgets.chip import Chip, paint_disc
from pcc_desk.ui.widgets.frames import Card, Scroll, clear, column, row
from pcc_desk.ui.widgets.words import Label, is_new_look
from pcc_desk.ui.widgets.wrap import Wrap

UNSEEN = (MessageKind.DIRECT, MessageKind.EMAIL, MessageKind.HELD)  # by the public
SHOWN = 40  # turns drawn at first; the rest comes when asked for
Turn = Message | Delivery


class Disc(QWidget):
    """A person's initials."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Ask for a square that grows with the text."""
        return QSize(theme.px(DISC), theme.px(DISC))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the disc."""
        paint_disc(QPainter(self), self.rect(), self._name)


class ConversationView(Scroll):
    """Shows one conversation, oldest first; everything in it is plain text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Conversation")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._conversation: Conversation | None = None
        self._presences: Presences = {}
        self._shown = SHOWN

    def show_conversation(self, conversation: Conversation | None, presences: Presences) -> None:
        """Show a conversation, or nothing; the same one again leaves a selection of words alone."""
        if (conversation, presences) == (self._conversation, self._presences):
            return
        before = self._conversation
        another = before is None or conversation is None or before.message.id != conversation.message.id
        if another:
            self._shown = SHOWN
        self._conversation, self._presences = conversation, presences
        self._fill(reveal=another)

    def changeEvent(self, event: QEvent) -> None:
        """Lay the conversation out again when the look changes."""
        super().changeEvent(event)
        if is_new_look(event) and hasattr(self, "_shown"):
            self._fill()

    def turns(self) -> tuple[Turn, ...]:
        """Give what people wrote and what the office answered, oldest first."""
        if self._conversation is None:
            return ()
        turns: list[Turn] = [*self._conversation.messages, *self._conversation.answers]
        return tuple(sorted(turns, key=_moment))

    def _fill(self, reveal: bool = False) -> None:
        clear(self.column)
        conversation = self._conversation
        if conversation is None:
            return
        if conversation.ours is not None:
            self.column.addWidget(self._ours(conversation.ours))
        turns, now = self.turns(), present()
        if len(turns) > self._shown:
            more = LinkButton(f"Show earlier messages ({len(turns) - self._shown} more)")
            more.clicked.connect(self._on_more_clicked)
            self.column.addWidget(more, 0, Qt.AlignmentFlag.AlignHCenter)
        day = ""
        for turn in turns[-self._shown :]:
            if say_date(_moment(turn)) != day:
                day = say_date(_moment(turn))
                self.column.addWidget(Label(day, "small"), 0, Qt.AlignmentFlag.AlignHCenter)
            chosen = turn is conversation.message or turn == conversation.message
            placed = self._message(turn, chosen) if isinstance(turn, Message) else self._answer(turn, now)
            self.column.addWidget(placed)
            if chosen and reveal and len(turns) > 1:
                self.reveal(placed)
        self.column.addStretch(1)

    def _ours(self, delivery: Delivery) -> QWidget:
        card = Card("plain")
        rows = column(card, gap=4)
        what = "Answers our message" if delivery.in_reply_to else "Answers our announcement"
        rows.addWidget(Label(what, "small"))
        rows.addWidget(Label(show_run(delivery.frozen.title or delivery.frozen.text), wrap=True).make_selectable())
        if delivery.receipt is not None:
            self._add_links(rows, delivery.receipt.url, delivery.account_id, "")
        return card

    def _message(self, message: Message, chosen: bool) -> QWidget:
        holder, line = QWidget(), row(gap=10)
        line.setContentsMargins(0, 0, theme.px(40), 0)
        holder.setLayout(line)
        line.addWidget(Disc(message.author.name or message.author.handle), 0, Qt.AlignmentFlag.AlignTop)
        card = Card("chosen" if chosen else "")
        rows = column(card, margin=10, gap=4)
        name = f"{show_line(message.author.name, 80)} {show_handle(message.author.handle)}"
        rows.addWidget(Label(name.strip(), "strong", wrap=True))
        rows.addWidget(Label(show_run(message.text), wrap=True).make_selectable())
        self._add_links(rows, message.url, message.account_id, message.text)
        if chosen and self._conversation is not None:
            self._add_earlier(rows, self._conversation.earlier)
        when = f"{say_clock(message.created_at)} · {self._kind(message)}"
        rows.addWidget(Label(when, "small", wrap=True))
        self._add_measures(rows, message)
        line.addWidget(card, 1)
        return holder

    def _add_measures(self, rows: QBoxLayout, message: Message) -> None:
        if self._conversation is None:
            return
        for record in self._conversation.moderated:
            if record.message_id == message.id:
                rows.addWidget(MeasureNote(record, message.text))

    def _kind(self, message: Message) -> str:
        presence = self._presences.get(message.account_id)
        kind = KINDS[message.kind].lower()
        kind = kind if message.kind in UNSEEN else f"public {kind}"
        return kind if presence is None else f"{kind} on {presence.platform.title}"

    def _answer(self, delivery: Delivery, now: datetime) -> QWidget:
        holder, line = QWidget(), row()
        line.setContentsMargins(theme.px(DISC + 10 + 30), 0, 0, 0)
        holder.setLayout(line)
        card = Card("ours")
        rows = column(card, margin=10, gap=4)
        rows.addWidget(Label("Our private answer" if delivery.frozen.private else "Our answer", "strong"))
        rows.addWidget(Label(show_run(delivery.frozen.text), wrap=True).make_selectable())
        tags = Wrap(gap=6)
        if delivery.frozen.private:
            tags.addWidget(Chip("Only they can read it", "violet"))
        tags.addWidget(Chip(say_state(delivery, now), tone_of(delivery)))
        rows.addLayout(tags)
        if delivery.reason == CAME_BACK or (delivery.reason and delivery.state is not DeliveryState.SENT):
            rows.addWidget(Label(show_line(delivery.reason), "small", wrap=True))
        if delivery.receipt is not None:
            self._add_links(rows, delivery.receipt.url, delivery.account_id, "")
        line.addWidget(card, 1)
        return holder

    def _add_links(self, rows: QBoxLayout, url: str, account_id: AccountId, text: str) -> None:
        buttons = [OpenLink(link) for link in find_links(text)]
        own = judge(url)
        if own.verdict is not Verdict.REFUSE:
            titles = {number: each.platform.title for number, each in self._presences.items()}
            buttons.append(OpenLink(own, f"See it on {titles.get(account_id, own.host)}"))
        if buttons:
            wrap = Wrap(gap=6)
            for button in buttons:
                button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
                wrap.addWidget(button)
            rows.addLayout(wrap)

    def _add_earlier(self, rows: QBoxLayout, earlier: tuple[EarlierText, ...]) -> None:
        for before in earlier:
            words = f"Changed by its author, seen {say_when(before.replaced_at, present())}. Before, it said:"
            rows.addWidget(Label(words, "amber", wrap=True))
            rows.addWidget(Label(show_run(before.text), "muted", wrap=True).make_selectable())

    def _on_more_clicked(self) -> None:
        self._shown += SHOWN
        self._fill()


def _moment(turn: Turn) -> datetime:
    if isinstance(turn, Delivery) and turn.receipt is not None:
        return turn.receipt.at
    return turn.created_at
