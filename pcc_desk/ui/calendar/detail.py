"""The pane that tells everything about the chosen entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QWidget

from pcc_desk.model.event import Entry, EntryKind, Event
from pcc_desk.ui.background import Background
from pcc_desk.ui.calendar.words import say_when
from pcc_desk.ui.widgets.buttons import DangerButton, LinkButton, PrimaryButton, QuietButton, verbatim
from pcc_desk.ui.widgets.chip import Chip
from pcc_desk.ui.widgets.frames import EmptyState, Pane, Scroll, column
from pcc_desk.ui.widgets.words import Label
from pcc_desk.ui.widgets.wrap import Wrap

if TYPE_CHECKING:
    from pcc_desk.services.desk import Services


class DetailPane(Pane):
    """Shows one entry in words with what can be done about it.

    Signals:
        edit_requested(Entry): open it, in the editor or in Compose.
        share_requested(Entry): write it as a calendar file.
        discard_requested(Entry): take it off the calendar.
    """

    edit_requested = Signal(object)
    share_requested = Signal(object)
    discard_requested = Signal(object)

    def __init__(self, services: Services, background: Background) -> None:
        super().__init__()
        self._services, self._background = services, background
        self._entry: Entry | None = None
        self._event: Event | None = None
        self._build()
        self._connect()
        self.show_entry(None)

    def show_entry(self, entry: Entry | None) -> None:
        """Show an entry, or what this pane is for."""
        self._entry = entry
        self._empty.setVisible(entry is None)
        self._full.setVisible(entry is not None)
        if entry is None:
            return
        is_event = entry.kind is EntryKind.EVENT
        self._title.setText(entry.title)
        self._when.setText(say_when(entry))
        self._kind.set_words("Event" if is_event else "Announcement", "violet" if is_event else "accent")
        self._cancelled.setVisible(entry.cancelled)
        self._line.setText(entry.line)
        self._notes.setText("")
        self._hashtag.hide()
        self._watch.hide()
        self._event = None
        self._edit.setText("Edit" if is_event else "Open in Compose")
        self._share.setVisible(is_event)
        self._discard.setVisible(is_event)
        event_id = entry.event_id
        if event_id is not None:
            self._background.ask(lambda: self._services.events.get(event_id), self._on_event_read, self._on_event_gone)

    def _build(self) -> None:
        self._empty = EmptyState(
            "calendar", "Nothing chosen", "Choose something on the calendar to see it here, or press N for a new event."
        )
        self._full = Scroll()
        self._kind, self._cancelled = Chip(""), Chip("Cancelled", "red")
        self._title = Label(role="title", wrap=True).make_selectable()
        self._when, self._line = Label(wrap=True), Label(role="muted", wrap=True)
        self._hashtag, self._notes = Label(role="strong", wrap=True), Label(wrap=True).make_selectable()
        self._watch = LinkButton("")
        self._watch.hide()
        self._edit, self._share, self._discard = PrimaryButton(""), QuietButton("Share (.ics)"), DangerButton("Delete")
        rows = self._full.column
        rows.addLayout(_wrapped(self._kind, self._cancelled))
        for words in (self._title, self._when, self._line, self._hashtag):
            rows.addWidget(words)
        rows.addLayout(_wrapped(self._watch))
        rows.addLayout(_wrapped(self._edit, self._share, self._discard))
        rows.addWidget(self._notes)
        rows.addStretch(1)
        sides = column(self)
        sides.addWidget(self._empty, 1)
        sides.addWidget(self._full, 1)

    def _connect(self) -> None:
        self._edit.clicked.connect(lambda: self._wish(self.edit_requested))
        self._share.clicked.connect(lambda: self._wish(self.share_requested))
        self._watch.clicked.connect(self._on_watch_clicked)
        self._discard.clicked.connect(lambda: self._wish(self.discard_requested))

    def _on_watch_clicked(self) -> None:
        if self._event is not None:
            # only once it is asked for, so that no start takes longer
            from pcc_desk.ui.watching.sheet import WatchSheet

            WatchSheet(self._services, self._background, self._event, self).open()

    def _wish(self, signal: SignalInstance) -> None:
        if self._entry is not None:
            signal.emit(self._entry)

    def _on_event_read(self, event: Event) -> None:
        if self._entry is None or self._entry.event_id != event.id:
            return
        self._hashtag.setText(event.hashtag)
        self._hashtag.setVisible(bool(event.hashtag))
        self._notes.setText(event.notes)
        self._event = event
        self._watch.setText(verbatim(f"Watch {event.hashtag} from … to …"))
        self._watch.setVisible(bool(event.hashtag))

    def _on_event_gone(self, error: Exception) -> None:
        self.show_entry(None)


def _wrapped(*widgets: QWidget) -> Wrap:
    line = Wrap()
    for widget in widgets:
        line.addWidget(widget)
    return line
