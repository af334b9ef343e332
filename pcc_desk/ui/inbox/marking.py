"""Putting messages into a state, and taking the last time back."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from pcc_desk.model.changes import Changes
from pcc_desk.model.message import Message, MessageId, MessageState
from pcc_desk.ui.background import Background
from pcc_desk.ui.reading.moments import present

if TYPE_CHECKING:
    from pcc_desk.services.desk import Services

WORDS = {MessageState.OPEN: "open", MessageState.WAITING: "waiting", MessageState.DONE: "done"}


class Marking(QObject):
    """Marks messages and remembers how they stood.

    Signals:
        marked(str): messages were marked; a sentence says how many and how.
        undone(): the last marking is being taken back.
    """

    marked = Signal(str)
    undone = Signal()

    def __init__(self, services: Services, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self._services, self._background = services, background
        self._before: dict[MessageState, list[MessageId]] = {}

    def mark(self, messages: Sequence[Message], state: MessageState) -> None:
        """Put messages into a state; those already in it are left alone."""
        changed = [message for message in messages if message.state is not state]
        if not changed:
            return
        self._before = {}
        for message in changed:
            self._before.setdefault(message.state, []).append(message.id)
        ids = tuple(message.id for message in changed)
        self._background.do(partial(self._set, ids, state), partial(self._on_marked, len(ids), state))

    def undo(self) -> None:
        """Put the messages marked last back as they were."""
        before, self._before = self._before, {}
        self.undone.emit()
        for state, ids in before.items():
            self._background.do(partial(self._set, tuple(ids), state))

    def _set(self, ids: tuple[MessageId, ...], state: MessageState) -> Changes:
        return self._services.inbox.set_state(ids, state, present())

    def _on_marked(self, count: int, state: MessageState, _: Changes) -> None:
        who = "1 message is" if count == 1 else f"{count} messages are"
        self.marked.emit(f"{who} marked {WORDS[state]}.")
