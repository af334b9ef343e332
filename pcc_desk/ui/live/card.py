"""One event on the live page."""

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from pcc_desk.model.event import Event
from pcc_desk.ui.calendar.words import say_period
from pcc_desk.ui.live.countdown import Part, part_of, say_countdown
from pcc_desk.ui.widgets.buttons import LinkButton, QuietButton
from pcc_desk.ui.widgets.chip import Chip
from pcc_desk.ui.widgets.frames import Card, column, row
from pcc_desk.ui.widgets.words import Label
from pcc_desk.ui.widgets.wrap import Wrap

MOST_COUNTED = 100  # messages; beyond, "more than 100" is enough to know


class EventCard(Card):
    """Tells when, where and how soon, and how many messages carry the event's hashtag.

    Signals:
        event_requested(Event): show it in the calendar.
        search_requested(str): show the messages that carry these words.
    """

    event_requested = Signal(object)
    search_requested = Signal(str)

    def __init__(self, event: Event, now: datetime) -> None:
        super().__init__()
        self.event_shown = event
        self._title = Label(event.title, "heading", wrap=True)
        kind = event.kind[0].upper() + event.kind[1:]
        self._kind, self._soon = Chip(kind, "violet"), Chip("")
        self._messages = LinkButton("")
        self._messages.hide()
        self._open = QuietButton("Open in calendar")
        self._open.setAccessibleName(f"Open {event.title} in the calendar")
        self._build()
        self._open.clicked.connect(lambda: self.event_requested.emit(self.event_shown))
        self._messages.clicked.connect(lambda: self.search_requested.emit(self.event_shown.hashtag))
        self.tick(now)

    def tick(self, now: datetime) -> None:
        """Say again how soon it is."""
        cancelled, on_now = self.event_shown.cancelled, part_of(self.event_shown, now) is Part.NOW
        self._soon.set_words(say_countdown(self.event_shown, now), "red" if cancelled else "green" if on_now else "")

    def show_messages(self, number: int) -> None:
        """Say how many messages in the inbox carry the hashtag."""
        count = f"more than {MOST_COUNTED}" if number > MOST_COUNTED else str(number)
        self._messages.setText(f"{count} message{'' if number == 1 else 's'} with {self.event_shown.hashtag}")
        self._messages.setEnabled(number > 0)
        self._messages.show()

    def add_part(self, part: QWidget) -> None:
        """Put another part under the card's own."""
        self._lines.addWidget(part)

    def _build(self) -> None:
        event = self.event_shown
        rows = self._lines = column(self, margin=12, gap=6)
        chips = Wrap()
        chips.addWidget(self._soon)
        chips.addWidget(self._kind)
        rows.addLayout(chips)
        rows.addWidget(self._title)
        where = f" · {event.place}" if event.place else ""
        rows.addWidget(Label(f"{say_period(event.starts, event.ends)}{where}", "muted", wrap=True))
        foot = row()
        foot.addWidget(self._open)
        foot.addWidget(self._messages)
        foot.addStretch(1)
        rows.addLayout(foot)
