"""The line above the calendar: which days, which way to look at them, and what to do."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu

from pcc_desk.ui.widgets.buttons import FilterButton, IconButton, MenuButton, PrimaryButton, QuietButton
from pcc_desk.ui.widgets.frames import Pane, column
from pcc_desk.ui.widgets.group import Group
from pcc_desk.ui.widgets.words import Label
from pcc_desk.ui.widgets.wrap import Wrap

VIEWS = ("Month", "Week", "Agenda")


class Header(Pane):
    """Names the period and offers the others.

    Signals:
        step_requested(int): the period before (-1), after (1), or today's (0).
        view_requested(str): one of VIEWS.
        share_requested(bool): write a calendar file; True for the chosen event only.
        event_requested(): begin a new event.
    """

    step_requested = Signal(int)
    view_requested = Signal(str)
    share_requested = Signal(bool)
    event_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._title = Label(role="title")
        self._views = {name: FilterButton(name) for name in VIEWS}
        menu = QMenu()
        self._share_all = menu.addAction("The whole calendar…", lambda: self.share_requested.emit(False))
        self._share_one = menu.addAction("Only the chosen event…", lambda: self.share_requested.emit(True))
        self._share = MenuButton("Share (.ics)", menu)
        self._build()
        self.allow_sharing_one(False)

    def show_period(self, words: str, view: str) -> None:
        """Name the period and mark the way it is looked at."""
        self._title.setText(words)
        self._views[view].setChecked(True)

    def allow_sharing_one(self, allowed: bool) -> None:
        """Say whether an event is chosen that could be shared alone."""
        self._share_one.setEnabled(allowed)

    def _build(self) -> None:
        before, after = IconButton("left", "Earlier"), IconButton("right", "Later")
        today, fresh = QuietButton("Today"), PrimaryButton("New event", "add")
        for button, step in ((before, -1), (today, 0), (after, 1)):
            button.clicked.connect(lambda _, step=step: self.step_requested.emit(step))
        for name, choice in self._views.items():
            choice.clicked.connect(lambda _, name=name: self.view_requested.emit(name))
        fresh.clicked.connect(self.event_requested)
        wrap = Wrap()
        wrap.addWidget(Group(self._title, before, today, after))
        wrap.addWidget(Group(*self._views.values()))
        wrap.addWidget(Group(self._share, fresh))
        column(self, margin=10).addLayout(wrap)
