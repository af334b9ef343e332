"""The foot of the editor: what is saved, when it goes, and the one main action in the words of its consequence."""

from datetime import datetime, timedelta
from functools import partial

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QDialog, QMenu, QWidget

from pcc_desk.errors import BadTime
from pcc_desk.model.announcement import Announcement, AnnouncementVersion
from pcc_desk.model.schedule import Schedule, choose, on_wall
from pcc_desk.ui import theme
from pcc_desk.ui.compose.wording import NO_ID, say_count
from pcc_desk.ui.reading.moments import DAYS, MONTHS, say_when
from pcc_desk.ui.widgets.buttons import MenuButton, PrimaryButton, QuietButton, verbatim
from pcc_desk.ui.widgets.frames import Pane, column, row
from pcc_desk.ui.widgets.wall_field import WallField
from pcc_desk.ui.widgets.words import ElidedLabel, Label
from pcc_desk.ui.widgets.wrap import Wrap


class WhenDialog(QDialog):
    """Asks for a day and a time in London.

    Signals:
        chosen(Schedule): this moment.
    """

    chosen = Signal(object)

    def __init__(self, start: Schedule, now: datetime, parent: QWidget) -> None:
        super().__init__(parent)
        self._now = now
        self.setWindowTitle("When to send")
        self._field = WallField("When to send", start)
        self._note = Label("That time has passed. Choose a later one.", "red", wrap=True)
        self._note.hide()
        self._field.edited.connect(self._note.hide)
        use = PrimaryButton("&Use this time")
        use.setDefault(True)
        use.clicked.connect(self._on_use_clicked)
        cancel = QuietButton("Cancel")
        cancel.clicked.connect(self.reject)
        rows = column(self, margin=16, gap=12)
        rows.addWidget(Label("Send on this day, at this time in London", "heading"))
        rows.addWidget(self._field)
        rows.addWidget(self._note)
        rows.addWidget(Label("This PC must be on and PCC Desk open at that time.", "muted", wrap=True))
        foot = row()
        foot.addStretch(1)
        foot.addWidget(cancel)
        foot.addWidget(use)
        rows.addLayout(foot)
        self.setMinimumWidth(theme.px(380))

    def _on_use_clicked(self) -> None:
        try:
            schedule = self._field.schedule()
        except BadTime:
            return  # the field itself says why
        if schedule.at <= self._now:
            self._note.show()
            return
        self.chosen.emit(schedule)
        self.accept()


class Footer(Pane):
    """What is saved, when it goes, and the way out.

    Signals:
        times_requested(): the menu of times opens; fill it with `offer_times`.
        schedule_chosen(object): a Schedule, or None to send at once.
        send_requested(): approve this and let it go.
        unschedule_requested(): stop what is scheduled and make it a draft.
        versions_requested(): show the earlier states.
        restore_requested(AnnouncementId, int): make the state of this number the newest again.
        discard_requested(): take this draft away.
    """

    times_requested = Signal()
    schedule_chosen = Signal(object)
    send_requested = Signal()
    unschedule_requested = Signal()
    versions_requested = Signal()
    restore_requested = Signal(object, int)
    discard_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._announcement: Announcement | None = None
        self._saved = ElidedLabel("", "muted")
        self.more_menu = QMenu()
        self._more = MenuButton("&More", self.more_menu)
        self._menu = QMenu()
        self._when = MenuButton("Send now", self._menu, "clock")
        self._unschedule = QuietButton("&Take it back to the drafts", "undo")
        self._send = PrimaryButton("Send now")
        self._actions = Wrap(gap=8)
        self._build()

    def show_announcement(self, announcement: Announcement) -> None:
        """Show the actions an announcement allows."""
        before, self._announcement = self._announcement, announcement
        if before is not None and _choices(before) == _choices(announcement):
            return
        draft = announcement.approved_at is None
        for each in (self._more, self._when, self._send):
            each.setVisible(draft)
        self._unschedule.setVisible(not draft)
        self._when.setText("Send now" if announcement.schedule is None else say_schedule(announcement.schedule))
        self._when.setAccessibleName(f"When: {self._when.text()}")
        self._send.setText(say_send(announcement))
        self._arrange()

    def say_saved(self, announcement: Announcement, now: datetime) -> None:
        """Say what of an announcement is on the disk."""
        self._saved.setText(_say_saved(announcement, now))
        self._arrange()

    def offer_times(self, now: datetime) -> None:
        """Fill the menu of times."""
        self._menu.clear()
        self._menu.addAction("Send now", partial(self.schedule_chosen.emit, None))
        for words, wall in soon(on_wall(now)):
            schedule = choose(wall)
            self._menu.addAction(words, partial(self.schedule_chosen.emit, schedule))
        self._menu.addSeparator()
        self._menu.addAction("Choose a day and time…", partial(self.ask_time, now))

    def offer_versions(self, versions: tuple[AnnouncementVersion, ...], now: datetime) -> None:
        """Open the menu of earlier states."""
        menu, open_id = QMenu(self), self._announcement.id if self._announcement else NO_ID
        for each in versions:
            words = " ".join((each.title or each.text[:80]).split())[:40] or "nothing written"
            name = verbatim(f"Version {each.version} · {say_when(each.saved_at, now)} · {words}")
            menu.addAction(name, partial(self.restore_requested.emit, open_id, each.version))
        if not versions:
            menu.addAction("There is no earlier version yet").setEnabled(False)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.mapToGlobal(QPoint(0, 0)))

    def ask_time(self, now: datetime) -> WhenDialog:
        """Open the dialog for another time."""
        kept = self._announcement.schedule if self._announcement else None
        dialog = WhenDialog(kept or choose(soon(on_wall(now))[-1][1]), now, self)
        dialog.chosen.connect(self.schedule_chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the actions under the words when they do not fit beside them."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        margins = self._cells.contentsMargins()
        needed = self._saved.sizeHint().width() + self._actions.sizeHint().width() + 2 * margins.left() + theme.px(8)
        beside = self.width() >= needed
        self._cells.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)

    def _build(self) -> None:
        self._cells = row(self, margin=10, gap=8)
        self._cells.addWidget(self._saved, 1)
        for button in (self._more, self._when, self._unschedule, self._send):
            self._actions.addWidget(button)
        self._cells.addLayout(self._actions)
        self.more_menu.addAction("&Earlier versions…", self.versions_requested.emit)
        self.more_menu.addAction("&Discard this draft", self.discard_requested.emit)
        self._menu.aboutToShow.connect(self.times_requested)
        self._send.clicked.connect(self.send_requested)
        self._unschedule.clicked.connect(self.unschedule_requested)


def _choices(announcement: Announcement) -> tuple[object, ...]:
    return announcement.accounts, announcement.schedule, announcement.approved_at


def _say_saved(announcement: Announcement, now: datetime) -> str:
    if announcement.approved_at is not None:
        when = announcement.schedule
        goes = "goes out now" if when is None else f"goes out {say_schedule(when)}"
        return f"Approved {say_when(announcement.approved_at, now)}, {goes}"
    if announcement.edited_at is None:
        return ""
    return f"Saved on this PC {on_wall(announcement.edited_at):%H:%M:%S} · version {announcement.version}"


def say_schedule(schedule: Schedule) -> str:
    """Say a schedule with its zone: "Tue 24 Nov 2026, 17:00 GMT"."""
    wall = schedule.wall
    summer = wall != on_wall(schedule.at, "UTC")
    day = f"{DAYS[wall.weekday()]} {wall.day} {MONTHS[wall.month - 1]} {wall.year}"
    return f"{day}, {wall:%H:%M} {'BST' if summer else 'GMT'}"


def say_send(announcement: Announcement) -> str:
    """Say what the main button will do."""
    if announcement.schedule is None:
        return f"Send now to {say_count(len(announcement.accounts), 'channel')}"
    wall = announcement.schedule.wall
    return f"Schedule for {DAYS[wall.weekday()]} {wall.day} {MONTHS[wall.month - 1]} {wall:%H:%M}"


def soon(wall: datetime) -> list[tuple[str, datetime]]:
    """Offer a few times after a wall time, in words; none of them falls in a night of clock changes."""
    today = wall.replace(hour=0, minute=0, second=0, microsecond=0)
    offers = []
    if wall.hour < 16:
        offers.append(("Today at 17:00", today.replace(hour=17)))
    offers.append(("Tomorrow at 09:00", today + timedelta(days=1, hours=9)))
    offers.append(("Tomorrow at 17:00", today + timedelta(days=1, hours=17)))
    return offers
