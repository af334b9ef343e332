"""Writing down an event."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from pcc_desk.errors import BadTime, DeskError
from pcc_desk.model.changes import Changes
from pcc_desk.model.event import Event, EventId, EventKind
from pcc_desk.model.schedule import choose, shift
from pcc_desk.ui import theme
from pcc_desk.ui.background import Background
from pcc_desk.ui.widgets.banner import Banner
from pcc_desk.ui.widgets.buttons import DangerButton, PrimaryButton, QuietButton
from pcc_desk.ui.widgets.frames import Scroll, column, fit_window, row
from pcc_desk.ui.widgets.wall_field import WallField
from pcc_desk.ui.widgets.words import Label

if TYPE_CHECKING:
    from pcc_desk.services.desk import Services

Now = Callable[[], datetime]
NEW = EventId(0)
USUAL_LENGTH = timedelta(hours=1)


def begin_event(wall: datetime) -> Event:
    """Give a new event of an hour at a wall time; one the clocks skip moves on by an hour."""
    starts = shift(choose(wall.replace(hour=12)), wall)
    return Event(NEW, "", "", EventKind.PUBLIC_MEETING, starts, shift(starts, starts.wall + USUAL_LENGTH))


class EventEditor(QDialog):
    """A form for one event; it closes only when the event is kept or the person throws it away.

    Signals:
        saved(Event): it is on disk.
    """

    saved = Signal(object)

    def __init__(self, services: Services, background: Background, event: Event, now: Now, parent: QWidget) -> None:
        super().__init__(parent)
        self._services, self._background, self._now = services, background, now
        self._event = event
        self._leaving = False
        self._length = event.ends.wall - event.starts.wall
        self.setWindowTitle("New event" if event.id == NEW else "Edit event")
        self._build()
        self._fill(event)
        self._connect()

    def event_written(self) -> Event:
        """Give the event as the form says it.

        Raises:
            BadTime: the clocks skip its start or its end.
        """
        return replace(
            self._event,
            title=self._title.text(),
            kind=EventKind(self._kind.currentData()),
            starts=self._starts.schedule(),
            ends=self._ends.schedule(),
            place=self._place.text(),
            hashtag=self._hashtag.text(),
            notes=self._notes.toPlainText(),
            cancelled=self._cancelled.isChecked(),
        )

    def reject(self) -> None:
        """Close when nothing would be lost; otherwise ask first."""
        if self._leaving or not self._is_changed():
            super().reject()
            return
        self._leave.show()
        self._banner.say("This event is not saved yet. Save it, or leave without saving.", "amber")

    def _build(self) -> None:
        self.setMinimumWidth(theme.px(480))
        self._title, self._place, self._hashtag = QLineEdit(), QLineEdit(), QLineEdit()
        self._kind, self._notes, self._cancelled = QComboBox(), QPlainTextEdit(), QCheckBox("This event is cancelled")
        self._starts, self._ends = WallField("Starts", self._event.starts), WallField("Ends", self._event.ends)
        self._title.setMaxLength(200)
        self._hashtag.setPlaceholderText("#AskTheChief")
        self._notes.setTabChangesFocus(True)
        self._notes.setMinimumHeight(theme.px(72))
        for kind in EventKind:
            self._kind.addItem(kind[0].upper() + kind[1:], kind.value)
        self._banner = Banner("red")
        self._leave = DangerButton("Leave without saving")
        self._leave.hide()
        self._keep, self._close = PrimaryButton("Save event"), QuietButton("Close")
        scroll = Scroll()
        scroll.column.addLayout(self._form())
        scroll.column.addStretch(1)
        rows = column(self, margin=16, gap=12)
        rows.addWidget(self._banner)
        rows.addWidget(scroll, 1)
        rows.addLayout(self._foot())
        fit_window(self, 560, 620)

    def _form(self) -> QFormLayout:
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setVerticalSpacing(theme.px(10))
        rows = (
            ("&Title", self._title),
            ("&Kind", self._kind),
            ("St&arts", self._starts),
            ("&Ends", self._ends),
            ("&Place", self._place),
            ("&Hashtag", self._hashtag),
            ("&Notes", self._notes),
        )
        for words, field in rows:
            form.addRow(words, field)
            if not isinstance(field, WallField):
                field.setAccessibleName(words.replace("&", ""))
        form.addRow("", self._cancelled)
        form.addRow("", Label("Times are London time (Europe/London).", "small", wrap=True))
        return form

    def _foot(self) -> QHBoxLayout:
        foot = row()
        foot.addWidget(self._leave)
        foot.addStretch(1)
        foot.addWidget(self._close)
        foot.addWidget(self._keep)
        return foot

    def _fill(self, event: Event) -> None:
        self._title.setText(event.title)
        self._kind.setCurrentIndex(self._kind.findData(event.kind.value))
        self._place.setText(event.place)
        self._hashtag.setText(event.hashtag)
        self._notes.setPlainText(event.notes)
        self._cancelled.setChecked(event.cancelled)
        self._cancelled.setVisible(event.id != NEW)
        self._blank = self._written()

    def _connect(self) -> None:
        self._starts.edited.connect(self._on_starts_edited)
        self._ends.edited.connect(self._on_ends_edited)
        self._keep.clicked.connect(self._on_keep_clicked)
        self._keep.setDefault(True)
        self._close.clicked.connect(self.reject)
        self._leave.clicked.connect(self._on_leave_clicked)

    def _written(self) -> tuple[object, ...]:
        fields = (self._title, self._place, self._hashtag)
        words = tuple(field.text() for field in fields)
        walls = (self._starts.wall(), self._ends.wall())
        return (*words, *walls, self._kind.currentData(), self._notes.toPlainText(), self._cancelled.isChecked())

    def _is_changed(self) -> bool:
        return self._written() != self._blank

    def _on_starts_edited(self) -> None:
        self._ends.blockSignals(True)
        self._ends.set_wall(self._starts.wall() + self._length)
        self._ends.blockSignals(False)

    def _on_ends_edited(self) -> None:
        self._length = max(self._ends.wall() - self._starts.wall(), timedelta(0))

    def _on_keep_clicked(self) -> None:
        try:
            event = self.event_written()
        except BadTime as error:
            self._on_refused(error)
            return
        self._keep.setEnabled(False)
        self._background.do(
            lambda: self._services.events.save(event, self._now()), self._on_saved, self._on_refused, Changes.EVENTS
        )

    def _on_saved(self, event: Event) -> None:
        self.saved.emit(event)
        self.accept()

    def _on_refused(self, error: DeskError) -> None:
        self._keep.setEnabled(True)
        self._banner.setProperty("tone", "red")
        self._banner.tell(error)

    def _on_leave_clicked(self) -> None:
        self._leaving = True
        self.reject()
