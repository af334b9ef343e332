"""The inbox's right side: who wrote, the conversation, what to do with it, and the answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from pcc_desk.errors import DeskError
from pcc_desk.model.account import AccountState
from pcc_desk.model.answering import PRIVATE, Audience, KeptAnswer, audience_of
from pcc_desk.model.changes import Changes
from pcc_desk.model.channel import Ability
from pcc_desk.model.conversation import Conversation
from pcc_desk.model.delivery import Delivery
from pcc_desk.model.message import Message, MessageId, MessageState
from pcc_desk.ui import theme
from pcc_desk.ui.background import Background
from pcc_desk.ui.inbox.answer import AnswerBox
from pcc_desk.ui.inbox.conversation import ConversationView
from pcc_desk.ui.inbox.ladder import Ladder
from pcc_desk.ui.reading.moments import present
from pcc_desk.ui.reading.presence import Presence, Presences
from pcc_desk.ui.reading.remote_text import show_handle, show_line
from pcc_desk.ui.widgets.banner import Banner
from pcc_desk.ui.widgets.buttons import QuietButton
from pcc_desk.ui.widgets.chip import Tile
from pcc_desk.ui.widgets.frames import EmptyState, Pane, Rule, clear, column, row
from pcc_desk.ui.widgets.words import ElidedLabel

if TYPE_CHECKING:
    from pcc_desk.services.desk import Services
    from pcc_desk.services.tariff import Tariff

ROOMY = 560  # pixels at 100 % text size: a pane as high has room for a conversation and a large field
AGAIN_MS = 5_000  # after an answer could not be kept, as on a full disk
ACTIONS = {
    MessageState.WAITING: ("Waiting", "Keep it, and wait for somebody else. Key W"),
    MessageState.DONE: ("Done", "Nothing more to do. Key D"),
    MessageState.OPEN: ("Open again", "Put it back among the open messages. Key O"),
}


@dataclass(frozen=True, slots=True)
class Held:
    """What one window's pane holds: the message shown, and the answers that could not be kept on disk yet."""

    message: Message | None
    unkept: Mapping[MessageId, KeptAnswer]


class ReadingPane(QWidget):
    """Shows one message among its conversation and takes the answer to it.

    Signals:
        state_requested(MessageState): put the chosen messages into this state.
        answered(str): the answer is in the outbox; a sentence says to whom.
        left(): the person wants back to the list.
    """

    state_requested = Signal(object)
    answered = Signal(str)
    left = Signal()

    def __init__(self, services: Services, background: Background) -> None:
        super().__init__()
        self._services, self._background = services, background
        self._message: Message | None = None
        self._presences: Presences = {}
        self._unkept: dict[MessageId, KeptAnswer] = {}
        self._again = QTimer(self, singleShot=True, interval=AGAIN_MS)
        self._again.timeout.connect(self._keep_again)
        self.answer = AnswerBox()
        self.conversation = ConversationView()
        self.ladder = Ladder(services, background)
        self.notice = Banner("red")
        self.buttons = {state: QuietButton(words) for state, (words, _) in ACTIONS.items()}
        self._name, self._handle = ElidedLabel("", "heading"), ElidedLabel("", "muted")
        self._tile = row()
        self._rooms = QStackedWidget()
        self._build()
        self._connect()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave most of a short pane to the conversation."""
        super().resizeEvent(event)
        self.answer.make_room(self.height() >= theme.px(ROOMY))

    def know(self, presences: Presences) -> None:
        """Take the accounts as they are now."""
        self._presences = presences
        if self._message is not None:
            self.refresh()
            self._ask_tariff(self._message)
            if not self.answer.text.isEnabled():  # what forbade an answer may be over by now
                self._show_presence(self._message)
                self._ask_kept_answer(self._message.id)

    def show_message(self, message: Message | None, chosen: int = 1) -> None:
        """Show a message, or nothing; `chosen` messages will take a state together."""
        self._name_buttons(chosen)
        before = self._message
        if message is not None and before is not None and before.id == message.id:
            self._show_states(message)
            return
        self.answer.flush()
        self._message = message
        self._rooms.setCurrentIndex(0 if message is None else 1)
        if message is None:
            return
        self.notice.hide()
        self._show_states(message)
        self._name.setText(show_line(message.author.name or message.author.handle, 80))
        self._handle.setText(show_handle(message.author.handle))
        self._handle.setVisible(bool(self._handle.text()))
        self._show_presence(message)
        self.conversation.show_conversation(None, self._presences)
        self.ladder.show_message(None, None)
        self.refresh()
        self._ask_tariff(message)
        self._ask_kept_answer(message.id)

    def is_unsaved(self) -> bool:
        """Tell whether an answer being written is not on the disk yet."""
        return bool(self._unkept)

    def hand_over(self) -> Held:
        """Give what another window's pane needs to go on from here."""
        return Held(self._message, dict(self._unkept))

    def take_over(self, held: Held) -> None:
        """Go on where another window's pane stopped; answers it could not keep are tried again."""
        self._unkept = dict(held.unkept)
        self._keep_again()
        self.show_message(held.message)

    def message(self) -> Message | None:
        """Give the message shown."""
        return self._message

    def refresh(self) -> None:
        """Read the conversation again."""
        if self._message is not None:
            asked = self._message.id
            self._background.ask(partial(self._conversation_of, asked), partial(self._on_conversation, asked))

    def _conversation_of(self, asked: MessageId) -> Conversation:
        return self._services.inbox.conversation(asked)

    def _ask_kept_answer(self, asked: MessageId) -> None:
        self._background.ask(partial(self._kept_answer, asked), partial(self._on_kept_answer, asked))

    def _ask_tariff(self, message: Message) -> None:
        presence = self._presences.get(message.account_id)
        if presence is not None and presence.platform.prices is not None:
            tariff = partial(self._services.costs.tariff, message.account_id, present())
            self._background.ask(tariff, partial(self._on_tariff, message))

    def _on_tariff(self, message: Message, tariff: Tariff | None) -> None:
        if self._message is not None and self._message.id == message.id and tariff is not None:
            alone = message.kind in PRIVATE
            self.answer.tell_cost(lambda text, private: tariff.for_answer(text, private or alone))

    def _kept_answer(self, asked: MessageId) -> KeptAnswer:
        return self._services.inbox.kept_answer(asked)

    def _build(self) -> None:
        rows = column(self, gap=0)
        rows.addWidget(self._rooms)
        self._rooms.addWidget(
            EmptyState("inbox", "Nothing chosen", "Choose a message at the left to read and answer it.")
        )
        full = Pane()
        inside = column(full, gap=0)
        head = row(margin=10)
        head.addLayout(self._tile)
        who = column(gap=0)
        who.addWidget(self._name)
        who.addWidget(self._handle)
        head.addLayout(who, 1)
        for state, button in self.buttons.items():
            button.setAccessibleDescription(ACTIONS[state][1])
            head.addWidget(button)
        inside.addLayout(head)
        inside.addWidget(Rule())
        inside.addWidget(self.notice)
        inside.addWidget(self.conversation, 1)
        inside.addWidget(self.ladder)
        self.conversation.setMinimumHeight(theme.px(120))
        inside.addWidget(Rule())
        inside.addWidget(self.answer)
        self._rooms.addWidget(full)

    def _connect(self) -> None:
        for state, button in self.buttons.items():
            button.clicked.connect(partial(self._on_state_clicked, state))
        self.answer.keep_requested.connect(self._on_keep_requested)
        self.answer.send_requested.connect(self._on_send_requested)
        self.answer.left.connect(self.left)
        self.ladder.told.connect(self.notice.say)
        self.ladder.refused.connect(lambda error: self.notice.tell(error, "red"))

    def _name_buttons(self, chosen: int) -> None:
        for state, button in self.buttons.items():
            button.setText(ACTIONS[state][0] if chosen < 2 else f"{ACTIONS[state][0]} ({chosen})")

    def _show_states(self, message: Message) -> None:
        for state, button in self.buttons.items():
            button.setVisible(state is not message.state)

    def _show_presence(self, message: Message) -> None:
        presence = self._presences.get(message.account_id)
        clear(self._tile)
        if presence is not None:
            platform = presence.platform
            self._tile.addWidget(Tile(platform.letter, platform.colour, platform.title))
        self.answer.address(message.author, presence.platform.title if presence else "")
        self.answer.offer(_audience(presence, message))
        self.answer.audience.choose(None)

    def _on_state_clicked(self, state: MessageState) -> None:
        self.state_requested.emit(state)

    def _on_conversation(self, asked: MessageId, conversation: Conversation) -> None:
        if self._message is not None and self._message.id == asked:
            self._message = conversation.message
            self._show_states(conversation.message)
            self.conversation.show_conversation(conversation, self._presences)
            presence = self._presences.get(conversation.message.account_id)
            self.ladder.show_message(conversation, presence)
            self.answer.offer(_audience(presence, conversation.message, conversation.answers))

    def _on_kept_answer(self, asked: MessageId, kept: KeptAnswer) -> None:
        message = self._message
        if message is None or message.id != asked or self.answer.is_loaded():
            return
        self.answer.load(self._unkept.get(asked, kept), partial(self._services.inbox.answer_length, asked))
        if sentence := why_not(self._presences.get(message.account_id)):
            self.answer.forbid(sentence)

    def _on_keep_requested(self, answer: KeptAnswer) -> None:
        if self._message is not None:
            self._keep(self._message.id, answer)

    def _keep(self, kept: MessageId, answer: KeptAnswer) -> None:
        self._unkept[kept] = answer
        self._background.do(
            lambda: self._services.inbox.keep_answer(kept, answer.text, answer.private),
            partial(self._on_kept, kept, answer),
            self._on_not_kept,
        )

    def _keep_again(self) -> None:
        for kept, answer in dict(self._unkept).items():
            self._keep(kept, answer)

    def _on_not_kept(self, error: DeskError) -> None:
        self._again.start()
        self._background.failed.emit(error)

    def _on_kept(self, kept: MessageId, answer: KeptAnswer, _: Changes) -> None:
        if self._unkept.get(kept) == answer:
            del self._unkept[kept]
        if self._message is not None and self._message.id == kept:
            self.answer.show_kept()

    def _on_send_requested(self, answer: KeptAnswer) -> None:
        if self._message is None:
            return
        asked, now, author = self._message.id, present(), self._message.author
        self._unkept[asked] = answer
        who = show_handle(author.handle) or show_line(author.name, 60)
        self._background.do(
            lambda: self._services.inbox.answer(asked, answer.text, now, answer.private),
            partial(self._on_sent, asked, f"Your {'private' if answer.private else 'public'} reply to {who}"),
            partial(self._on_not_sent, asked),
        )

    def _on_sent(self, asked: MessageId, what: str, _: Changes) -> None:
        self._unkept.pop(asked, None)
        self.answered.emit(f"{what} is in the outbox and goes out by itself.")
        if self._message is not None and self._message.id == asked:
            self.notice.hide()
            self.answer.show_sent()

    def _on_not_sent(self, asked: MessageId, error: DeskError) -> None:
        self._again.start()
        if self._message is not None and self._message.id == asked:
            self.notice.tell(error)
            self.answer.allow()


def _audience(presence: Presence | None, message: Message, answers: Iterable[Delivery] = ()) -> Audience:
    if presence is None:
        return Audience(message.kind in PRIVATE)
    return audience_of(presence.platform, message, answers, present())


def why_not(presence: Presence | None) -> str:
    """Say why no answer can go out through an account, or ""."""
    if presence is None:
        return "The account this came to is not connected any more. Connect it again in Settings to answer."
    title = presence.platform.title
    if not presence.platform.abilities & Ability.ANSWER:
        return f"PCC Desk cannot answer on {title}. Open the message there to answer it."
    if presence.account.state is AccountState.DISCONNECTED:
        return f"{title} is not connected any more. Connect it again in Settings to answer."
    return ""
