"""What can be done about a message that breaks the rules: hide it, show it again, delete it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from pcc_desk.errors import DeskError
from pcc_desk.model.account import AccountState
from pcc_desk.model.changes import Changes
from pcc_desk.model.conversation import Conversation
from pcc_desk.model.message import Message, MessageKind
from pcc_desk.model.moderation import Decision, Measure, Moderated, Outcome, Sight, sight_of, why_cannot
from pcc_desk.ui.background import Background
from pcc_desk.ui.reading.moments import present
from pcc_desk.ui.reading.presence import Presence
from pcc_desk.ui.widgets.buttons import DangerButton, QuietButton
from pcc_desk.ui.widgets.frames import Pane, column
from pcc_desk.ui.widgets.words import Label, give_tip
from pcc_desk.ui.widgets.wrap import Wrap

if TYPE_CHECKING:
    from pcc_desk.services.desk import Services

HIDE, SHOW = "Hide it from everybody", "Show it again"
TONES = {Outcome.DONE: "green", Outcome.NOT_DONE: "red", Outcome.UNCLEAR: "violet", Outcome.ASKED: "violet"}


class Ladder(Pane):
    """Offers the measures about one message; what its platform cannot do is greyed, with the reason beside it.

    Signals:
        told(str, str): what became of a measure, in a sentence and a tone.
        refused(DeskError): a measure could not be taken.
    """

    told = Signal(str, str)
    refused = Signal(object)

    def __init__(self, services: Services, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._services, self._background = services, background
        self._message: Message | None = None
        self._title, self._hiding = "", ""
        self._asking = False
        self.hiding = QuietButton(HIDE)
        self.showing = QuietButton(SHOW)
        self.removing = DangerButton("Delete it")
        self.why = Label(role="small", wrap=True)
        self._build()

    def show_message(self, conversation: Conversation | None, presence: Presence | None) -> None:
        """Offer what can be done about a conversation's message now, or nothing."""
        self._message = None if conversation is None else conversation.message
        self.setVisible(conversation is not None and presence is not None)
        if conversation is None or presence is None:
            return
        self._title, self._hiding = presence.platform.title, presence.platform.hiding
        self.removing.setText(f"Delete it from {self._title}")
        sight = sight_of(conversation.message, conversation.moderated)
        held = conversation.message.kind is MessageKind.HELD
        self.showing.setText("Show it to everybody" if held else SHOW)
        self.hiding.setVisible(sight is Sight.SHOWN)
        self.showing.setVisible(sight is Sight.HIDDEN)
        self.removing.setVisible(sight is not Sight.REMOVED)
        why = {measure: _why(presence, conversation.message, measure) for measure in Measure}
        for button, measure in self._buttons().items():
            button.setEnabled(not why[measure] and not self._asking)
            button.setAccessibleDescription(why[measure])
            give_tip(button, why[measure])
        told = [why[measure] for button, measure in self._buttons().items() if not button.isHidden() and why[measure]]
        gone = "It is deleted. What it said is kept in the record." if sight is Sight.REMOVED else ""
        self.why.setText(gone or " ".join(dict.fromkeys(told)))
        self.why.setVisible(bool(self.why.text()))

    def _buttons(self) -> dict[QuietButton, Measure]:
        return {self.hiding: Measure.HIDE, self.showing: Measure.SHOW, self.removing: Measure.REMOVE}

    def _build(self) -> None:
        rows = column(self, margin=8, gap=4)
        line = Wrap(gap=8)
        for button, measure in self._buttons().items():
            button.clicked.connect(partial(self._on_clicked, measure))
            line.addWidget(button)
        rows.addLayout(line)
        rows.addWidget(self.why)
        self.hide()

    def _on_clicked(self, measure: Measure) -> None:
        if self._message is not None:
            asked = partial(self._on_rules, measure, self._message)
            self._background.ask(lambda: self._services.moderation.rules(), asked)

    def _on_rules(self, measure: Measure, message: Message, rules: tuple[str, ...]) -> None:
        if self._message is None or self._message.id != message.id:
            return  # another message is shown by now
        # only once it is asked for, so that no start takes longer
        from pcc_desk.ui.inbox.reason_sheet import ReasonSheet

        sheet = ReasonSheet(measure, rules, (self._title, self._hiding), self)
        sheet.decided.connect(partial(self._on_decided, message))
        sheet.open()

    def _on_decided(self, message: Message, decision: Decision) -> None:
        self._ask_for(True)
        self._background.reach(
            lambda: self._services.moderation.take(message.id, decision, present()),
            self._on_taken,
            self._on_not_taken,
            Changes.MESSAGES | Changes.ACCOUNTS,
        )

    def _on_taken(self, record: Moderated) -> None:
        self._ask_for(False)
        self.told.emit(record.sentence, TONES[record.outcome])

    def _on_not_taken(self, error: DeskError) -> None:
        self._ask_for(False)
        self.refused.emit(error)

    def _ask_for(self, asking: bool) -> None:
        """Keep a second measure away while the first is on its way."""
        self._asking = asking
        for button in self._buttons():
            button.setEnabled(not asking and not button.accessibleDescription())


def _why(presence: Presence, message: Message, measure: Measure) -> str:
    if presence.account.state is AccountState.DISCONNECTED:
        return f"{presence.platform.title} is not connected any more. Connect it again in Settings."
    return why_cannot(presence.platform, message, measure)
