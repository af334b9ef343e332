"""The one window: the rail, the bars, the notices and the place a person is at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QMainWindow, QStackedWidget, QWidget

from pcc_desk.errors import StoreFull
from pcc_desk.model.changes import Changes
from pcc_desk.ui import theme
from pcc_desk.ui.background import Background
from pcc_desk.ui.bars import BottomBar, TopBar
from pcc_desk.ui.notices import Notices
from pcc_desk.ui.rail import PLACES, WIDTH, Rail
from pcc_desk.ui.reading.endings import days_told, name_ending, say_ending
from pcc_desk.ui.reading.moments import present, say_when
from pcc_desk.ui.widgets.banner import Banner
from pcc_desk.ui.widgets.buttons import QuietButton
from pcc_desk.ui.widgets.focus import step_focus
from pcc_desk.ui.widgets.frames import column, row
from pcc_desk.ui.widgets.words import Label

if TYPE_CHECKING:
    from pcc_desk.model.account import AccountId
    from pcc_desk.model.situation import SignInEnd, Situation
    from pcc_desk.services.desk import Services

Factories = Mapping[str, Callable[["Services", Background], QWidget]]
SHOWN = Changes.OFFICE | Changes.ACCOUNTS | Changes.DELIVERIES | Changes.MESSAGES
MINUTE_MS = 60_000
FAR = 1_000  # days; nobody is told of an end so far away
SAVE_MS = 600  # what was typed last is on the disk by then, unless it cannot be saved
UNSAVED = (
    "What you typed last cannot be saved now, so it would be lost. Everything before it is on this PC's disk. "
    "Stay, make room on the disk or copy your words, then close PCC Desk again."
)
# a wish of one panel, and where and by which verb it is granted
WISHES = {
    "announcement_requested": ("Compose", "show_announcement"),
    "message_requested": ("Inbox", "show_message"),
    "event_requested": ("Calendar", "show_event"),
    "new_event_requested": ("Calendar", "new_event"),
    "delivery_requested": ("Outbox", "show_delivery"),
    "search_requested": ("Inbox", "search"),
    "new_requested": ("Compose", "begin"),
}


class Band(QFrame):
    """A band across the whole window that says nothing here is real."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        cells = row(self, margin=5)
        cells.addStretch(1)
        cells.addWidget(Label("Rehearsal: nothing here is real and nothing leaves this PC"))
        cells.addStretch(1)


class Window(QMainWindow):
    """Everything a person sees; each panel is built when it is first visited.

    `factories` makes the panel of a place from the services and the background. The window may be shown before
    the services can answer: it only asks for them off Qt's thread.

    Signals:
        closed(): the person closed the window; everything typed has been handed over to be written.
    """

    closed = Signal()

    def __init__(
        self,
        services: Services,
        background: Background,
        factories: Factories,
        now: Callable[[], datetime] = present,
        rehearsal: bool = False,
    ) -> None:
        super().__init__()
        self._services, self._background, self._factories, self._now = services, background, factories, now
        self._panels: dict[str, QWidget] = {}
        self._situation: Situation | None = None
        self._told: dict[tuple[AccountId, datetime], int] = {}  # the days ahead at which an end was told last
        self._asking = self._ask_again = self._leaving = False
        self._takes: Callable[[], bool] = lambda: False
        self._rail, self._top, self._bottom = Rail(), TopBar(), BottomBar()
        self._notices, self._stack = Notices(), QStackedWidget()
        self._paused = Banner("red", closable=False)
        self._resume = QuietButton("&Resume sending", "resume")
        self._build(rehearsal)
        self._connect()

    def panel(self, name: str) -> QWidget:
        """Give the panel of a place, built if need be."""
        if name not in self._panels:
            panel = self._panels[name] = self._factories[name](self._services, self._background)
            self._stack.addWidget(panel)
            for wish in WISHES:
                if hasattr(panel, wish):
                    getattr(panel, wish).connect(partial(self._grant, wish))
            if hasattr(panel, "place_requested"):
                panel.place_requested.connect(self.show_place)
            if hasattr(panel, "find_requested"):
                panel.find_requested.connect(self._on_search_key)
            if hasattr(panel, "search_cleared"):
                panel.search_cleared.connect(self._top.search.clear)
        return self._panels[name]

    def show_place(self, name: str) -> None:
        """Go to a place."""
        panel = self.panel(name)
        self._stack.setCurrentWidget(panel)
        self._rail.choose(name)
        self.setWindowTitle(f"{name} · PCC Desk")
        panel.setFocus()

    def place(self) -> str:
        """Give the name of the place shown."""
        shown = self._stack.currentWidget()
        return next((name for name, panel in self._panels.items() if panel is shown), "")

    def is_unsaved(self) -> bool:
        """Hand over everything typed to be written, and tell whether some of it is not on the disk yet."""
        for panel in self._panels.values():
            if hasattr(panel, "flush"):
                panel.flush()
        return any(panel.is_unsaved() for panel in self._panels.values() if hasattr(panel, "is_unsaved"))

    def take_over(self, other: Window) -> None:
        """Show itself in the place of another window and go on with everything typed there; that one goes."""
        self.setGeometry(other.geometry())
        self.setWindowState(other.windowState())
        for name, panel in other._panels.items():
            if hasattr(panel, "hand_over") and (held := panel.hand_over()) is not None:
                cast(Any, self.panel(name)).take_over(held)
        self.show_place(other.place())
        self.show()
        other._leave()
        other.deleteLater()

    def refresh(self) -> None:
        """Ask how things stand; at most one question is on its way."""
        if self._asking:
            self._ask_again = True
            return
        self._asking, self._ask_again = True, False
        self._background.ask(lambda: self._services.situation(), self._on_situation, self._on_unknown)

    def put_away_when(self, takes: Callable[[], bool]) -> None:
        """Only hide when closed, if `takes` says that something else keeps the desk going then."""
        self._takes = takes

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Let Tab lead through the window as it is read."""
        return step_focus(self, forward)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Hand over everything typed before the window goes, and stay while something cannot be saved."""
        if not self._leaving and self._takes():
            self.is_unsaved()  # which hands everything typed over; the desk goes on, so nothing is waited for
            event.ignore()
            self.hide()
            return
        if self.is_unsaved() and not self._leaving:
            event.ignore()
            QTimer.singleShot(SAVE_MS, self, self._on_save_time_over)
            return
        super().closeEvent(event)
        self.closed.emit()

    def _build(self, rehearsal: bool) -> None:
        self.setWindowTitle("PCC Desk")
        self.setMinimumSize(1000, 640)
        self.resize(1360, 860)
        self._rail.setFixedWidth(theme.px(WIDTH))
        self._paused.add_button(self._resume)
        self._resume.setAccessibleDescription("Lets everything that waits be sent")
        pause = row(gap=0)
        pause.addSpacing(theme.px(8))
        pause.addWidget(self._paused, 1)
        pause.addSpacing(theme.px(8))
        middle = column(gap=0)
        middle.addWidget(self._top)
        middle.addLayout(pause)
        middle.addWidget(self._notices)
        middle.addWidget(self._stack, 1)
        across = row(gap=0)
        across.addWidget(self._rail)
        across.addLayout(middle, 1)
        inside = QWidget()
        rows = column(inside, gap=0)
        if rehearsal:
            rows.addWidget(Band())
        rows.addLayout(across, 1)
        rows.addWidget(self._bottom)
        self.setCentralWidget(inside)

    def _connect(self) -> None:
        self._rail.place_requested.connect(self.show_place)
        self._top.search_requested.connect(self._on_search_requested)
        self._top.search.left.connect(self._on_search_left)
        self._top.pause_requested.connect(self._on_pause_requested)
        self._top.new_requested.connect(self._on_new_requested)
        self._resume.clicked.connect(self._on_resume_clicked)
        self._bottom.details_requested.connect(partial(_open_troubles, self._services, self._background, self))
        self._background.changed.connect(self._on_changed)
        self._background.failed.connect(self._notices.tell)
        for number, place in enumerate(PLACES, 1):
            for key in ("Ctrl", "Alt"):
                QShortcut(QKeySequence(f"{key}+{number}"), self, partial(self.show_place, place.name))
        QShortcut(QKeySequence("Ctrl+K"), self, self._on_search_key)
        QShortcut(QKeySequence("Ctrl+N"), self, self._on_new_requested)
        minute = QTimer(self, interval=MINUTE_MS)
        minute.timeout.connect(self._show_situation)
        minute.start()
        self.refresh()

    def _grant(self, wish: str, *given: object) -> None:
        name, verb = WISHES[wish]
        self.show_place(name)
        getattr(self.panel(name), verb)(*given)

    def _on_changed(self, changes: Changes) -> None:
        self._notices.take_back(StoreFull)  # something was written
        if changes & SHOWN:
            self.refresh()

    def _on_situation(self, situation: Situation) -> None:
        self._asking = False
        self._situation = situation
        self._show_situation()
        if self._ask_again:
            self.refresh()

    def _on_unknown(self, error: Exception) -> None:
        self._asking = False
        self._background.failed.emit(error)

    def _show_situation(self) -> None:
        if (now := self._situation) is None:
            return
        focus = self.focusWidget()
        self._top.show_situation(now)
        self._bottom.show_situation(now, self._now())
        self._tell_endings(now)
        self._rail.set_count("Inbox", now.open_messages, "open")
        self._rail.set_count("Outbox", now.outbox.attention, "need a person")
        if now.office.paused_at is None:
            self._paused.hide()
            if focus is self._resume:
                self._top.pause.setFocus()
            return
        since = say_when(now.office.paused_at, self._now(), now.office.zone)
        self._paused.say(f"Everything is paused since {since}. Nothing will be sent.")
        if focus is self._top.pause:  # else the keyboard would stand on whatever comes next
            self._resume.setFocus()

    def _tell_endings(self, situation: Situation) -> None:
        """Tell of each sign-in that ends once for each of the days ahead."""
        now = self._now()
        for end in situation.ends:
            days = days_told(end.ends_at, now)
            told = min(end.told or FAR, self._told.get((end.account_id, end.ends_at), FAR))
            if days is None or told <= days:
                continue
            self._told[end.account_id, end.ends_at] = days
            self._notices.say(say_ending(name_ending(end, situation.ends), end.ends_at, now))
            self._background.do(partial(self._note_told, end, days))

    def _note_told(self, end: SignInEnd, days: int) -> Changes:
        return self._services.endings.note_told(end.account_id, end.ends_at, days)

    def _on_search_requested(self, words: str) -> None:
        if words or self.place() == "Inbox":
            self._grant("search_requested", words)
            self._top.search.setFocus()

    def _on_search_key(self) -> None:
        self._top.search.setFocus()
        self._top.search.selectAll()

    def _on_search_left(self) -> None:
        if (panel := self._stack.currentWidget()) is not None:
            panel.setFocus()

    def _on_save_time_over(self) -> None:
        if not self.is_unsaved():
            self.close()
            return
        # A message box takes a while to make, and hardly any window ever needs one.
        from pcc_desk.ui.widgets.question import Question

        question = Question(UNSAVED, "Close without the last words", "Stay", self)
        question.accepted.connect(self._leave)
        question.open()

    def _leave(self) -> None:
        self._leaving = True
        self.close()

    def _on_pause_requested(self) -> None:
        self._background.do(lambda: self._services.office.pause(self._now()))

    def _on_resume_clicked(self) -> None:
        self._background.do(lambda: self._services.office.resume(self._now()))

    def _on_new_requested(self) -> None:
        self._grant("new_requested")


def _open_troubles(services: Services, background: Background, over: QWidget) -> None:
    # Hardly ever wanted, so the first page does not wait for it.
    from pcc_desk.ui.trouble_sheet import open_troubles

    open_troubles(services, background, over)
