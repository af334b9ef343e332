"""Where a person says which hashtag to watch, on which accounts, and when to stop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import QCheckBox, QDateEdit, QDialog, QLineEdit, QWidget

from pcc_desk.errors import DeskError
from pcc_desk.model.account import AccountId, AccountState
from pcc_desk.model.changes import Changes
from pcc_desk.model.channel import Ability
from pcc_desk.model.event import Event
from pcc_desk.model.schedule import choose, on_wall
from pcc_desk.model.watch import Watch, Window
from pcc_desk.ui.background import Background
from pcc_desk.ui.reading.moments import present, say_date
from pcc_desk.ui.reading.presence import Presence, Presences, read_presences
from pcc_desk.ui.widgets.banner import Banner
from pcc_desk.ui.widgets.buttons import PrimaryButton, QuietButton, verbatim
from pcc_desk.ui.widgets.frames import Scroll, clear, column, fit_window
from pcc_desk.ui.widgets.words import Label, give_tip
from pcc_desk.ui.widgets.wrap import Wrap

if TYPE_CHECKING:
    from pcc_desk.services.desk import Services

ABOUT = (
    "PCC Desk looks for public posts with the hashtag and puts them into the inbox. Capitals do not matter. "
    "Where a channel cannot show all of them, a yellow mark says so."
)


@dataclass(frozen=True, slots=True)
class _Known:
    """What the sheet shows: accounts, this month's cost of those that charge, watches, and the usual window."""

    presences: Presences
    costs: dict[AccountId, int]
    watches: tuple[Watch, ...]
    window: Window


class WatchSheet(QDialog):
    """Begins and ends the watching of hashtags; for an event it also asks from when until when."""

    def __init__(self, services: Services, background: Background, event: Event | None, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Watch a hashtag")
        self._services, self._background, self._event = services, background, event
        self.tag = QLineEdit("" if event is None else event.hashtag)
        self.first, self.last = QDateEdit(), QDateEdit()
        self.boxes: dict[AccountId, QCheckBox] = {}
        self.begin = PrimaryButton("Watch it")
        self.notice = Banner("red")
        self._scroll = Scroll()
        self._accounts, self._going = column(gap=4), column(gap=4)
        self._build()
        self._background.changed.connect(self._on_changed)
        self._ask()

    def _build(self) -> None:
        rows = column(self, margin=12, gap=8)
        rows.addWidget(self._scroll, 1)
        inside = self._scroll.column
        inside.addWidget(Label("Watch a hashtag", "heading"))
        inside.addWidget(Label(ABOUT, "muted", wrap=True))
        self._add("Hashtag", self.tag)
        self.tag.setPlaceholderText("#OurPlan")
        self.tag.setMaxLength(100)
        if self._event is not None:
            for words, field in (("From", self.first), ("To the end of", self.last)):
                field.setCalendarPopup(True)
                field.setDisplayFormat("ddd d MMM yyyy")
                self._add(words, field)
        inside.addWidget(Label("Where to look", "strong"))
        inside.addLayout(self._accounts)
        inside.addLayout(self._going)
        inside.addStretch(1)
        rows.addWidget(self.notice)
        foot = Wrap(gap=8)
        close = QuietButton("Close")
        foot.addWidget(self.begin)
        foot.addWidget(close)
        rows.addLayout(foot)
        self.begin.clicked.connect(self._on_begin_clicked)
        self.tag.returnPressed.connect(self.begin.click)
        close.clicked.connect(self.accept)
        fit_window(self, 460, 560)

    def _add(self, words: str, field: QWidget) -> None:
        label = Label(words, "strong")
        label.setBuddy(field)
        field.setAccessibleName(words)
        self._scroll.column.addWidget(label)
        self._scroll.column.addWidget(field)

    def _ask(self) -> None:
        self._background.ask(self._read, self._on_read)

    def _read(self) -> _Known:
        now, watching = present(), self._services.watching
        presences = read_presences(self._services)
        charging = (each.account.id for each in presences.values() if each.platform.search_mills)
        window = Window() if self._event is None else watching.usual_window(self._event, now)
        return _Known(presences, {each: watching.cost(each, now) for each in charging}, watching.all(now), window)

    def _on_read(self, known: _Known) -> None:
        if not self.boxes and known.window.from_at is not None and known.window.until_at is not None:
            self.first.setDate(_day(known.window.from_at))
            self.last.setDate(_day(known.window.until_at))
        chosen = {number for number, box in self.boxes.items() if box.isChecked()} if self.boxes else None
        clear(self._accounts)
        self.boxes = {}
        for presence in known.presences.values():
            if presence.account.state is not AccountState.DISCONNECTED:
                self._offer(presence, known.costs, chosen)
        if not self.boxes:
            self._accounts.addWidget(Label("No account is connected yet. Connect one in Settings.", "muted", wrap=True))
        self._show_going(known)

    def _offer(self, presence: Presence, costs: dict[AccountId, int], chosen: set[AccountId] | None) -> None:
        number, why = presence.account.id, why_cannot(presence)
        box = QCheckBox(verbatim(f"{presence.platform.title} {presence.account.handle}"))
        box.setEnabled(not why)
        # What costs money is chosen by a person, never by us.
        usual = not presence.platform.search_mills if chosen is None else number in chosen
        box.setChecked(not why and usual)
        box.setAccessibleDescription(why)
        give_tip(box, why)
        self.boxes[number] = box
        self._accounts.addWidget(box)
        told = why or (say_price(presence, costs.get(number, 0)) if presence.platform.search_mills else "")
        if told:
            self._accounts.addWidget(Label(told, "small", wrap=True))

    def _show_going(self, known: _Known) -> None:
        clear(self._going)
        by_tag: dict[str, list[Watch]] = {}
        for watch in known.watches:
            by_tag.setdefault(watch.tag.lower(), []).append(watch)
        if by_tag:
            self._going.addWidget(Label("Watched now", "strong"))
        for watches in by_tag.values():
            self._going.addWidget(Label(say_watches(watches, known.presences), wrap=True))
            stop = QuietButton(verbatim(f"Stop watching {watches[0].tag}"))
            stop.clicked.connect(partial(self._on_stop_clicked, watches[0].tag))
            self._going.addWidget(stop)

    def _window(self) -> Window:
        if self._event is None:
            return Window()
        first, last = _wall(self.first.date(), 0, 0), _wall(self.last.date(), 23, 59)
        return Window(choose(first).at, choose(last).at)

    def _on_changed(self, changes: Changes) -> None:
        if changes & (Changes.MESSAGES | Changes.ACCOUNTS):
            self._ask()

    def _on_begin_clicked(self) -> None:
        typed, window, now = self.tag.text(), self._window(), present()
        chosen = tuple(number for number, box in self.boxes.items() if box.isChecked())
        self._background.do(
            lambda: self._services.watching.watch(typed, chosen, window, now), self._on_begun, self._on_not_begun
        )

    def _on_begun(self, _: Changes) -> None:
        self.notice.say("It is watched from now on. What is found comes into the inbox.", "green")

    def _on_not_begun(self, error: DeskError) -> None:
        self.notice.tell(error, "red")

    def _on_stop_clicked(self, tag: str) -> None:
        self._background.do(lambda: self._services.watching.stop(tag), self._on_stopped, self._on_not_begun)

    def _on_stopped(self, _: Changes) -> None:
        self.notice.say("It is not watched any more. What was found stays in the inbox.", "green")


def why_cannot(presence: Presence) -> str:
    """Say why an account cannot look for a hashtag, or ""."""
    if Ability.SEARCH in presence.platform.abilities:
        return ""
    return f"PCC Desk cannot look for a hashtag on {presence.platform.title}."


def say_price(presence: Presence, mills: int) -> str:
    """Say what looking costs on an account, and what the account has cost this month (`mills`: 1/1000 US dollar)."""
    title, each = presence.platform.title, presence.platform.search_mills / 10
    cents = f"{each:g} US cent{'' if each == 1 else 's'}"
    return f"{title} charges {cents} for each post it finds. This month {title} has cost ${mills / 1000:,.2f} so far."


def say_watches(watches: list[Watch], presences: Presences) -> str:
    """Say where and how long a hashtag is watched."""
    titles = [presences[each.account_id].platform.title for each in watches if each.account_id in presences]
    ends = [each.until_at for each in watches]
    lasts = [end for end in ends if end is not None]
    until = "until you stop it" if len(lasts) < len(ends) else f"until {say_date(max(lasts))}"
    begins = [each.from_at for each in watches if each.from_at is not None and each.from_at > present()]
    start = f", from {say_date(min(begins))}" if len(begins) == len(watches) else ""
    return f"{watches[0].tag} on {', '.join(dict.fromkeys(titles))}{start}, {until}."


def _day(at: datetime) -> QDate:
    wall = on_wall(at)
    return QDate(wall.year, wall.month, wall.day)


def _wall(day: QDate, hour: int, minute: int) -> datetime:
    return datetime(day.year(), day.month(), day.day(), hour, minute)
