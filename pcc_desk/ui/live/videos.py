"""The live videos of one event, on its card: plan, stream key, go live, end, and what is said there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QWidget

from pcc_desk.errors import DeskError
from pcc_desk.model.account import AccountId, AccountState
from pcc_desk.model.changes import Changes
from pcc_desk.model.channel import Ability
from pcc_desk.model.event import Event
from pcc_desk.model.live import LiveState, LiveVideo
from pcc_desk.model.message import Message
from pcc_desk.ui.background import Background
from pcc_desk.ui.reading.moments import say_clock, say_when
from pcc_desk.ui.reading.presence import Presence, Presences
from pcc_desk.ui.reading.remote_text import show_line
from pcc_desk.ui.widgets.banner import Banner
from pcc_desk.ui.widgets.buttons import DangerButton, LinkButton, PrimaryButton, QuietButton, verbatim
from pcc_desk.ui.widgets.chip import Chip
from pcc_desk.ui.widgets.frames import clear, column
from pcc_desk.ui.widgets.question import Question
from pcc_desk.ui.widgets.words import Label
from pcc_desk.ui.widgets.wrap import Wrap

if TYPE_CHECKING:
    from pcc_desk.services.desk import Services

TALK = 5  # of the newest comments on the card
STATES = {
    LiveState.ASKED: ("No answer is known yet", "violet"),
    LiveState.PLANNED: ("Planned", "accent"),
    LiveState.LIVE: ("Live now", "green"),
    LiveState.ENDED: ("Ended", ""),
}


@dataclass(frozen=True, slots=True)
class OnAir:
    """One live video with the newest of what is said there, and how long the platform's quota lasts."""

    video: LiveVideo
    talk: tuple[Message, ...]
    forecast: str


@dataclass(frozen=True, slots=True)
class LiveRead:
    """What a card shows of live videos."""

    shown: tuple[OnAir, ...]
    presences: Presences


class LiveVideos(QWidget):
    """Shows the live videos of an event and what can be done about them; each step is confirmed.

    Signals:
        message_requested(MessageId): show a comment in the inbox, to answer it.
    """

    message_requested = Signal(object)

    def __init__(self, services: Services, background: Background, event: Event, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._services, self._background, self._event, self._now = services, background, event, now
        self.event_id = event.id
        self._read: LiveRead | None = None
        self.notice = Banner("red")
        self._rows = column(gap=6)
        rows = column(self, gap=6)
        rows.addLayout(self._rows)
        rows.addWidget(self.notice)

    def show_read(self, read: LiveRead) -> None:
        """Show live videos as they stand now; unchanged ones are left alone."""
        if read == self._read:
            return
        self._read = read
        clear(self._rows)
        for each in read.shown:
            self._rows.addWidget(self._panel(each, read.presences.get(each.video.account_id)))
        going = {each.video.account_id for each in read.shown if each.video.state is not LiveState.ENDED}
        offered = [each for number, each in read.presences.items() if number not in going]
        if any(Ability.LIVE in each.platform.abilities for each in read.presences.values()):
            self._rows.addWidget(self._offers(offered))

    def _panel(self, shown: OnAir, presence: Presence | None) -> QWidget:
        video, panel = shown.video, QWidget()
        rows, tags, buttons = column(panel, gap=4), Wrap(gap=6), Wrap(gap=6)
        title = "the platform" if presence is None else presence.platform.title
        tags.addWidget(Chip(*STATES[video.state]))
        tags.addWidget(Label(f"Live video on {title}, {say_when(video.plan.starts_at, self._now())}", "strong"))
        rows.addLayout(tags)
        if shown.forecast:
            rows.addWidget(Label(shown.forecast, "muted", wrap=True))
        for button in self._steps(video, title):
            buttons.addWidget(button)
        rows.addLayout(buttons)
        for message in shown.talk:
            rows.addWidget(self._said(message), 0, Qt.AlignmentFlag.AlignLeft)
        return panel

    def _steps(self, video: LiveVideo, title: str) -> list[QuietButton]:
        if video.state is LiveState.ASKED:
            again = QuietButton(verbatim(f"Ask {title} again"))
            again.clicked.connect(lambda: self._plan(video.account_id))
            return [again]
        if video.state is LiveState.ENDED:
            return []
        copy, end = QuietButton("Show the stream key"), DangerButton("End")
        copy.clicked.connect(lambda: self._on_key_clicked(video))
        end.clicked.connect(lambda: self._ask_to_end(video, title))
        if video.state is LiveState.LIVE:
            return [copy, end]
        begin = PrimaryButton("Go live")
        begin.clicked.connect(lambda: self._ask_to_begin(video, title))
        end.setText("Call it off")
        return [copy, begin, end]

    def _said(self, message: Message) -> QWidget:
        words = f"{say_clock(message.created_at)} {show_line(message.author.name, 40)}: {show_line(message.text, 120)}"
        line = LinkButton(verbatim(words))
        line.setAccessibleDescription("Opens it in the inbox, where you can answer it.")
        line.clicked.connect(lambda: self.message_requested.emit(message.id))
        return line

    def _offers(self, presences: list[Presence]) -> QWidget:
        holder = QWidget()
        rows, buttons = column(holder, gap=4), Wrap(gap=6)
        ours = [each for each in presences if each.account.state is not AccountState.DISCONNECTED]
        for presence in (each for each in ours if Ability.LIVE in each.platform.abilities):
            button = QuietButton(verbatim(f"Plan a live video on {presence.platform.title}"))
            button.setEnabled(not self._event.cancelled)
            button.clicked.connect(partial(self._ask_to_plan, presence))
            buttons.addWidget(button)
        # Most channels cannot: a grey button for each would hide the few that can, so they are named in one line.
        cannot = [each.platform.title for each in ours if Ability.LIVE not in each.platform.abilities]
        rows.addLayout(buttons)
        if cannot:
            rows.addWidget(Label(f"No live video from here: {', '.join(dict.fromkeys(cannot))}.", "small", wrap=True))
        return holder

    def _ask_to_plan(self, presence: Presence) -> None:
        title, when = presence.platform.title, say_when(self._event.starts.at, self._now())
        sentence = f"This announces “{self._event.title}” on {title} for {when}. People can see it at once."
        self._confirm(sentence, "Announce it", partial(self._plan, presence.account.id))

    def _ask_to_begin(self, video: LiveVideo, title: str) -> None:
        sentence = f"Everybody on {title} sees and hears the camera from now on. Is the camera program sending?"
        begin = self._services.live.begin
        self._confirm(sentence, "Go live", lambda: self._reach(lambda: begin(video.id, self._now())))

    def _ask_to_end(self, video: LiveVideo, title: str) -> None:
        sentence = f"This ends the live video on {title} for everybody. It cannot go on after that."
        yes = "End it" if video.state is LiveState.LIVE else "Call it off"
        end = self._services.live.end
        self._confirm(sentence, yes, lambda: self._reach(lambda: end(video.id, self._now())))

    def _confirm(self, sentence: str, yes: str, then: Callable[[], None]) -> None:
        question = Question(sentence, yes, "Not now", self)
        question.yes.clicked.connect(then)
        question.open()

    def _plan(self, account_id: AccountId) -> None:
        plan, event = self._services.live.plan, self._event
        self._reach(lambda: plan(event, account_id, self._now()))

    def _reach(self, work: Callable[[], Changes]) -> None:
        self.notice.hide()
        self._background.reach(work, self._on_done, self._on_failed)

    def _on_done(self, _: Changes) -> None:
        self.notice.hide()

    def _on_failed(self, error: DeskError) -> None:
        self.notice.tell(error)
        self._background.changed.emit(Changes.EVENTS)

    def _on_key_clicked(self, video: LiveVideo) -> None:
        number = video.id
        self._background.ask(lambda: self._services.live.stream_key(number), partial(self._on_key, video.server))

    def _on_key(self, server: str, key: str) -> None:
        question = Question(
            f"For the camera program.\nServer: {server}\nStream key: {key}\nWhoever has it can go live as you.",
            "Copy the stream key",
            "Close",
            self,
        )
        question.yes.clicked.connect(lambda: QApplication.clipboard().setText(key))
        question.open()
