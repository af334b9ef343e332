"""The live place: what is on now, later today and in the next two weeks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from pcc_desk.model.changes import Changes
from pcc_desk.model.event import Event, EventId
from pcc_desk.model.message import MessageFilter
from pcc_desk.ui.background import Background
from pcc_desk.ui.live.card import MOST_COUNTED, EventCard
from pcc_desk.ui.live.countdown import Part, part_of
from pcc_desk.ui.live.videos import TALK, LiveRead, LiveVideos, OnAir
from pcc_desk.ui.reading.moments import present
from pcc_desk.ui.reading.presence import read_presences
from pcc_desk.ui.widgets.buttons import PrimaryButton
from pcc_desk.ui.widgets.frames import EmptyState, Pane, Rule, Scroll, clear, column, row
from pcc_desk.ui.widgets.words import Label

if TYPE_CHECKING:
    from pcc_desk.services.desk import Services

AHEAD = timedelta(days=14)
TICK_MS = 10_000
Read = tuple[tuple[Event, ...], Mapping[str, int], Mapping[EventId, LiveRead]]


class LivePanel(QWidget):
    """Shows the events that are on or near, each with its countdown and its messages.

    Signals:
        event_requested(Event): show it in the calendar.
        new_event_requested(): write down a new one.
        search_requested(str): show the messages that carry these words.
        message_requested(MessageId): show a message in the inbox.
    """

    message_requested = Signal(object)
    event_requested = Signal(object)
    new_event_requested = Signal()
    search_requested = Signal(str)

    def __init__(self, services: Services, background: Background, now: Callable[[], datetime] = present) -> None:
        super().__init__()
        self._services, self._background, self._now = services, background, now
        self._events: tuple[Event, ...] = ()
        self._numbers: Mapping[str, int] = {}
        self._parts: tuple[Part | None, ...] = ()
        self._read_at = now()
        self._cards: list[EventCard] = []
        self._videos: list[LiveVideos] = []
        self._build()
        self._connect()

    def cards(self) -> list[EventCard]:
        """Give the cards on the page, from top to bottom."""
        return list(self._cards)

    def showEvent(self, event: QShowEvent) -> None:
        """Read again; time has gone on."""
        super().showEvent(event)
        self._ticker.start()
        self._read()

    def _build(self) -> None:
        self._new = PrimaryButton("New event", "add")
        self._empty = EmptyState(
            "live",
            "Nothing live in the next 14 days",
            "Write down your next webchat, meeting or hashtag hour. It will stand here with its countdown.",
            "Write down an event",
        )
        self._list, self._stack = Scroll(), QStackedWidget()
        self._ticker = QTimer(self)
        self._ticker.setInterval(TICK_MS)
        self._stack.addWidget(QWidget())  # nothing is known yet
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._list)
        head = Pane()
        top = row(head, margin=10)
        top.addWidget(Label("Live", "title"), 1)
        top.addWidget(self._new)
        rows = column(self, gap=0)
        rows.addWidget(head)
        rows.addWidget(Rule())
        rows.addWidget(self._stack, 1)

    def _connect(self) -> None:
        self._background.changed.connect(self._on_changed)
        self._ticker.timeout.connect(self._on_tick)
        self._new.clicked.connect(self.new_event_requested)
        if self._empty.button is not None:
            self._empty.button.clicked.connect(self.new_event_requested)

    def _read(self) -> None:
        if self.isVisible():
            self._background.ask(self._query, self._on_read)

    def _query(self) -> Read:
        now = self._now()
        near = [event for event in self._services.events.between(now, now + AHEAD) if event.ends.at > now]
        # One that is over stays here while its live video goes on, or nobody could end it.
        shown = {event.id for event in near}
        late = [number for number in self._services.live.on_air() if number not in shown]
        events = (*(self._services.events.get(number) for number in late), *near)
        tags = {event.hashtag for event in events if event.hashtag}
        return events, {tag: self._count(tag) for tag in tags}, self._live(events, now)

    def _live(self, events: tuple[Event, ...], now: datetime) -> dict[EventId, LiveRead]:
        live, presences = self._services.live, read_presences(self._services)
        shown: dict[EventId, list[OnAir]] = {event.id: [] for event in events}
        for video in live.of_events([event.id for event in events]):
            shown[video.event_id].append(OnAir(video, live.talk(video, TALK), live.forecast(video, now)))
        return {number: LiveRead(tuple(each), presences) for number, each in shown.items()}

    def _count(self, tag: str) -> int:
        page = self._services.inbox.page(MessageFilter(state=None, words=tag), limit=MOST_COUNTED)
        return len(page.messages) + int(page.more)

    def _on_read(self, read: Read) -> None:
        self._read_at = self._now()
        known, (self._events, self._numbers, live) = (self._events, self._parts), read
        if known != (self._events, self._parts_now()) or not self._cards:
            self._show()
        for card in self._cards:
            if tag := card.event_shown.hashtag:
                card.show_messages(self._numbers[tag])
        for videos in self._videos:
            videos.show_read(live[videos.event_id])

    def _show(self) -> None:
        now, heading = self._now(), None
        self._cards, self._videos = [], []
        clear(self._list.column)
        self._parts = self._parts_now()
        for part, event in sorted(zip(self._parts, self._events, strict=True), key=lambda pair: _order(pair[0])):
            if part is None:
                continue
            if part is not heading:
                self._list.column.addWidget(Label(part, "heading"))
                heading = part
            self._list.column.addWidget(self._card(event, now))
        self._list.column.addStretch(1)
        self._stack.setCurrentWidget(self._list if self._cards else self._empty)

    def _card(self, event: Event, now: datetime) -> EventCard:
        card = EventCard(event, now)
        card.event_requested.connect(self.event_requested)
        card.search_requested.connect(self.search_requested)
        self._cards.append(card)
        videos = LiveVideos(self._services, self._background, event, self._now)
        videos.message_requested.connect(self.message_requested)
        card.add_part(videos)
        self._videos.append(videos)
        return card

    def _parts_now(self) -> tuple[Part | None, ...]:
        now = self._now()
        # Only an event whose live video goes on is read when it is over.
        read_over = {event.id for event in self._events if event.ends.at <= self._read_at}
        return tuple(Part.NOW if event.id in read_over else part_of(event, now) for event in self._events)

    def _on_changed(self, changes: Changes) -> None:
        if changes & (Changes.EVENTS | Changes.MESSAGES | Changes.ACCOUNTS):
            self._read()

    def _on_tick(self) -> None:
        if self._parts_now() != self._parts:
            self._read()  # something has begun or ended
        for card in self._cards:
            card.tick(self._now())


def _order(part: Part | None) -> int:
    return list(Part).index(part) if part else len(Part)
