"""The outbox: everything that goes out, where it stands, and what waits for a person."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QSplitter, QStackedWidget, QWidget

from pcc_desk.model.changes import Changes
from pcc_desk.model.delivery import DeliveryId, DeliveryLine, OutboxCounts, OutboxFilter
from pcc_desk.ui import theme
from pcc_desk.ui.background import Background
from pcc_desk.ui.outbox.card import DeliveryCard, say_line
from pcc_desk.ui.outbox.detail import Detail
from pcc_desk.ui.reading.feed import Feed, Page
from pcc_desk.ui.reading.long_list import LongList
from pcc_desk.ui.reading.moments import present
from pcc_desk.ui.reading.presence import Platforms, read_platforms
from pcc_desk.ui.widgets.banner import Banner
from pcc_desk.ui.widgets.buttons import FilterButton, QuietButton
from pcc_desk.ui.widgets.cards import CardTable
from pcc_desk.ui.widgets.frames import EmptyState, Pane, Rule, column
from pcc_desk.ui.widgets.question import Question
from pcc_desk.ui.widgets.words import Label, is_new_look
from pcc_desk.ui.widgets.wrap import Wrap

if TYPE_CHECKING:
    from pcc_desk.services.desk import Services

TRUST = (
    "Compare this PC's clock with your phone first. If it is wrong, scheduled announcements go out at the wrong time. "
    "PCC Desk then trusts this PC's clock until it is closed."
)
SHOWN = Changes.DELIVERIES | Changes.ACCOUNTS | Changes.ANNOUNCEMENTS | Changes.OFFICE


@dataclass(frozen=True, slots=True)
class Filter:
    """One choice above the list, and what is said when nothing is in it."""

    title: str
    which: OutboxFilter
    empty: str
    step: str = ""


FILTERS = (
    Filter(
        "All",
        OutboxFilter.ALL,
        "Announcements and answers you approve come here and go out by themselves.",
        "Write an announcement",
    ),
    Filter("Needs you", OutboxFilter.NEEDS_YOU, "Nothing needs you. What cannot go out by itself comes here."),
    Filter("Waiting", OutboxFilter.WAITING, "Nothing is waiting to go out."),
    Filter("Posted", OutboxFilter.POSTED, "Nothing has been posted yet."),
)


class OutboxPanel(QWidget):
    """The deliveries at the left, the chosen one whole at the right.

    Signals:
        announcement_requested(AnnouncementId): show an announcement.
        message_requested(MessageId): show a message.
        place_requested(str): go to another place of the window.
    """

    announcement_requested = Signal(object)
    message_requested = Signal(object)
    place_requested = Signal(str)

    def __init__(self, services: Services, background: Background) -> None:
        super().__init__()
        self._services, self._background = services, background
        self._row = 0  # where the chosen row stood, so that the next one is chosen when it leaves
        self._wanted: Any = None  # the key of a delivery to choose when it arrives
        self._card = DeliveryCard()
        self.rows: LongList[DeliveryLine] = LongList(key_of, say_line)
        self.table = CardTable("Deliveries", self._card)
        self.filters = [FilterButton(each.title) for each in FILTERS]
        self.problem = Banner("amber", closable=False)
        self.trust = QuietButton("This PC's clock is right")
        self.detail = Detail(services, background)
        self._rooms = QStackedWidget()
        self._empty: EmptyState | None = None
        self._build()
        self.feed = Feed(background, self.rows, self.table)
        self._connect()
        self._show()

    def choose_filter(self, title: str) -> None:
        """Show one of the choices above the list."""
        next(button for button, each in zip(self.filters, FILTERS, strict=True) if each.title == title).click()

    def show_delivery(self, delivery_id: DeliveryId) -> None:
        """Show one delivery, wherever it stands in the list."""
        self._background.ask(partial(self._find, delivery_id), self._on_found)

    def hand_over(self) -> tuple[DeliveryLine, str] | None:
        """Give what another window's outbox needs to go on from here: an address typed and not used."""
        return self.detail.hand_over()

    def take_over(self, held: tuple[DeliveryLine, str]) -> None:
        """Go on where another window's outbox stopped."""
        self.detail.take_over(held)

    def _build(self) -> None:
        self.table.setModel(self.rows)
        left = self._left = Pane()
        rows = column(left, gap=0)
        head = column(margin=10)
        head.addWidget(Label("Outbox", "heading"))
        pills, group = Wrap(gap=6), QButtonGroup(self)
        for button in self.filters:
            group.addButton(button)
            pills.addWidget(button)
        self.filters[0].setChecked(True)
        head.addLayout(pills)
        rows.addLayout(head)
        rows.addWidget(Rule())
        self.problem.add_button(self.trust)
        rows.addWidget(self.problem)
        rows.addWidget(self._rooms, 1)
        self._rooms.addWidget(self.table)
        split = self._split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(1)
        for part in (left, self.detail):
            split.addWidget(part)
            split.setStretchFactor(split.count() - 1, 1 if part is self.detail else 0)
        column(self, gap=0).addWidget(split)
        self.setFocusProxy(self.table)
        self._measure()

    def changeEvent(self, event: QEvent) -> None:
        """Grow with the text."""
        super().changeEvent(event)
        if is_new_look(event) and hasattr(self, "feed"):
            self._measure()

    def _measure(self) -> None:
        self._left.setMinimumWidth(theme.px(260))
        self.detail.setMinimumWidth(theme.px(300))
        self._split.setSizes([theme.px(420), theme.px(860)])

    def _connect(self) -> None:
        self._background.changed.connect(self._on_changed)
        self.feed.arrived.connect(self._on_arrived)
        self.table.selectionModel().selectionChanged.connect(self._on_chosen)
        self.rows.dataChanged.connect(self._on_chosen)
        self.detail.announcement_requested.connect(self.announcement_requested)
        self.detail.message_requested.connect(self.message_requested)
        self.trust.clicked.connect(self._on_trust_clicked)
        for button in self.filters:
            button.clicked.connect(self._show)

    def _filter(self) -> Filter:
        return next(each for each, button in zip(FILTERS, self.filters, strict=True) if button.isChecked())

    def _show(self) -> None:
        self.feed.show(_Query(self._services, self._filter().which))
        self._read_around()

    def _read_around(self) -> None:
        self._background.ask(self._around, self._on_around)

    def _around(self) -> tuple[Platforms, OutboxCounts]:
        return read_platforms(self._services), self._services.outbox.counts()

    def _on_around(self, around: tuple[Platforms, OutboxCounts]) -> None:
        platforms, counts = around
        self._card.know(platforms)
        self.detail.know(platforms)
        self.table.viewport().update()
        self.filters[1].setText(f"Needs you ({counts.attention})" if counts.attention else "Needs you")
        self.filters[2].setText(f"Waiting ({counts.waiting})" if counts.waiting else "Waiting")
        if counts.problem:
            self.problem.say(counts.problem)
            self.trust.setVisible(counts.clock_doubted)
        else:
            self.problem.hide()

    def _on_changed(self, changes: Changes) -> None:
        if changes & SHOWN:
            self.feed.refresh()
            self._read_around()

    def _on_arrived(self) -> None:
        self._show_room()
        if self._wanted is not None:
            self._choose_wanted()
        elif not self.table.selectionModel().hasSelection() and self.rows.rowCount():
            shown = self.detail.line()
            row_now = self.rows.row_of(key_of(shown)) if shown is not None else -1
            self.table.selectRow(row_now if row_now >= 0 else min(self._row, self.rows.rowCount() - 1))
        elif not self.rows.rowCount():
            self.detail.show_line(None)

    def _choose_wanted(self) -> None:
        row_now = self.rows.row_of(self._wanted)
        last = self.rows.key(self.rows.rowCount() - 1)
        if row_now >= 0 or last is None or last < self._wanted:
            self._wanted = None
            self.table.selectRow(max(row_now, 0))
        else:
            self.rows.older_requested.emit()

    def _show_room(self) -> None:
        if self._empty is not None:
            self._rooms.removeWidget(self._empty)
            self._empty.deleteLater()
            self._empty = None
        if not self.rows.rowCount():
            self._empty = EmptyState("outbox", "Nothing here", self._filter().empty, self._filter().step)
            if self._empty.button is not None:
                self._empty.button.clicked.connect(lambda: self.place_requested.emit("Compose"))
            self._rooms.addWidget(self._empty)
            self._rooms.setCurrentWidget(self._empty)

    def _on_chosen(self) -> None:
        line = self.rows.record(self.table.currentIndex().row())
        if line is not None and self.table.selectionModel().hasSelection():
            self._row = self.table.currentIndex().row()
            self.detail.show_line(line)

    def _on_trust_clicked(self) -> None:
        question = Question(TRUST, "The clock is right", "I will check it", self)
        question.accepted.connect(lambda: self._background.do(lambda: self._services.outbox.trust_clock(present())))
        question.open()

    def _find(self, delivery_id: DeliveryId) -> DeliveryLine | None:
        return self._services.outbox.line(delivery_id)

    def _on_found(self, line: DeliveryLine | None) -> None:
        if line is not None:
            self.filters[0].setChecked(True)
            self._wanted = key_of(line)
            self._show()


class _Query:
    """Reads pages of the deliveries one filter lets through."""

    def __init__(self, services: Services, which: OutboxFilter) -> None:
        self._services, self._which = services, which

    def __call__(self, before: Any, limit: int) -> Page:
        lines = self._services.outbox.page(before, limit + 1, self._which)
        return Page(lines[:limit], len(lines) > limit)


def key_of(line: DeliveryLine) -> tuple[Any, int]:
    """Give the place of a line in the list: when it was approved, then its id."""
    return line.delivery.created_at, line.delivery.id
