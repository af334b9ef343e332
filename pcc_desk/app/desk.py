"""One running desk: its window, its background and the office behind them."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from pcc_desk.app import panels
from pcc_desk.app.loading import load_rest
from pcc_desk.app.look import Look
from pcc_desk.app.opening import FIRST_ROWS, Coming, ComingServices, Opening, Source
from pcc_desk.app.quiet import QuietTimes
from pcc_desk.app.sources import OfficeSource, present
from pcc_desk.errors import DeskError, StoreDamaged, VaultError, WrongKey
from pcc_desk.ui.background import Background
from pcc_desk.ui.window import Window

if TYPE_CHECKING:
    from pcc_desk.model.message import MessageCounts, MessagePage
    from pcc_desk.model.person import Office
    from pcc_desk.services.desk import Services
    from pcc_desk.ui.first_start.wizard import Wizard

STOP_SECONDS = 2.0
SOMEBODY_ANSWERS_MS = 20_000
CHECK_EVERY_MS = 3_600_000  # asks which account was not checked for a day
ENDS_EVERY_MS = 6 * 3_600_000  # asks whether a sign-in that ends soon still does
BACKUP_EVERY_MS = 300_000  # asks whether today's copy is still to be made; the first minutes belong to the person


@dataclass(frozen=True, slots=True)
class Start:
    """What the command line asked for.

    `quits` only asks the desk that is open to close; `tray` begins beside the clock, without the window; `marks` is
    where the moments of the start are written, to measure.
    """

    data: Path | None = None
    rehearsal: bool = False
    shots: Path | None = None
    selftest: Path | None = None
    quits: bool = False
    tray: bool = False
    marks: Path | None = None

    def mark(self, name: str) -> None:
        """Write down that a moment of the start was reached, when somebody measures."""
        if self.marks is not None:
            with self.marks.open("a", encoding="utf-8") as file:
                file.write(f"{name} {time.monotonic_ns()}\n")


class Desk(QObject):
    """Shows the window, then opens the office, then lets the clock run.

    Signals:
        ended(int): the window was closed and everything was let go of; the exit code.
        settled(): the desk can be used, or has said why not; what can wait need not wait any longer.
    """

    ended = Signal(int)
    settled = Signal()

    def __init__(self, start: Start, source: Source, look: Look) -> None:
        super().__init__()
        self._start, self._source, self._look = start, source, look
        self._coming = Coming()
        self._has_ended = False
        self._takes: Callable[[], bool] = lambda: False
        self.services = cast("Services", ComingServices(self._coming))
        self.background = Background(self)
        self.window = self._make_window()
        self._opening = Opening(source, self._coming)
        self._opening.first_page_read.connect(self._on_first_page_read)
        self._opening.opened.connect(self._on_opened)
        self._opening.failed.connect(self._on_failed)
        self.window.installEventFilter(self)

    def put_away_when(self, takes: Callable[[], bool]) -> None:
        """Only hide the window when it is closed, if `takes` says that something else keeps the desk going then."""
        self._takes = takes
        self.window.put_away_when(takes)

    def open_unseen(self) -> None:
        """Open the office without the window, which is shown when the person asks for it."""
        self.window.removeEventFilter(self)
        QTimer.singleShot(0, self._on_painted)

    def show(self) -> None:
        """Show the window's frame; the inbox is built and the office opened after that is painted."""
        self.window.show()

    def renew_window(self, failure: DeskError | None = None) -> None:
        """Put a new window in the place of this one, so that everything in it has the text size in force.

        What was typed is written first; what cannot be saved is carried over, and tried again from there. A `failure`
        is told in the new window.
        """
        if self.window.is_unsaved():
            self.background.do(_nothing, partial(self._on_written, failure))  # lands after every write so far
        else:
            self._on_written(failure)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Begin opening once the window has painted."""
        if event.type() == QEvent.Type.UpdateRequest:
            self.window.removeEventFilter(self)
            QTimer.singleShot(0, self._on_painted)
        return False

    def _make_window(self) -> Window:
        window = Window(self.services, self.background, self._factories(), present, self._start.rehearsal)
        window.closed.connect(self._on_closed)
        window.put_away_when(self._takes)
        return window

    def _factories(self) -> Mapping[str, Callable[[Services, Background], QWidget]]:
        """Give what makes each panel; a panel's own modules are loaded when it is first visited."""
        return {
            "Inbox": panels.inbox,
            "Compose": panels.compose,
            "Calendar": panels.calendar,
            "Live": panels.live,
            "Outbox": panels.outbox,
            "Reports": panels.reports,
            "Settings": self._settings,
        }

    def _settings(self, services: Services, background: Background) -> QWidget:
        from pcc_desk.app.login import this_program
        from pcc_desk.ui.settings.panel import SettingsPanel, ThisPc

        lasting = None if self._start.rehearsal else self._look.folder
        log_in = this_program()
        starts = log_in.starts() if log_in is not None else None
        panel = SettingsPanel(services, background, ThisPc(self._look.settings, lasting, starts))
        panel.look_chosen.connect(self.put_on)
        panel.staying.stays_chosen.connect(self._on_stays_chosen)
        if log_in is not None:
            panel.staying.starts_chosen.connect(log_in.choose)
        return panel

    def _on_stays_chosen(self, stays: bool) -> None:
        if (failure := self._look.stay(stays)) is not None:
            self.background.failed.emit(failure)

    def put_on(self, name: str, size: int) -> None:
        """Dress everything in a theme and a text size in per cent, and keep that."""
        before = self._look.settings
        if (before.theme, before.text_size) == (name, size):
            return
        failure = self._look.choose(name, size)
        if size != before.text_size:
            self.renew_window(failure)
        elif failure is not None:
            self.background.failed.emit(failure)

    def _on_written(self, failure: DeskError | None, _: object = None) -> None:
        old = self.window
        old.closed.disconnect(self._on_closed)
        self.window = self._make_window()
        self.window.take_over(old)
        if failure is not None:
            self.background.failed.emit(failure)

    def _on_painted(self) -> None:
        self._start.mark("painted")
        from pcc_desk.app.faults import log_to, tell_faults

        log_to(self._look.folder)
        tell_faults(self.background.failed.emit, self._look.folder)
        self._opening.begin()
        if not self.window.place():  # somebody quick may have gone elsewhere already
            self.window.show_place("Inbox")

    def _on_first_page_read(self, page: MessagePage, counts: MessageCounts) -> None:
        cast(Any, self.window.panel("Inbox")).show_first_page(page, counts)
        self.window.repaint()
        self._start.mark("inbox")
        self._opening.go_on()
        self.background.ask(self._choose_anything, self._on_usable)

    def _on_opened(self) -> None:
        if self._has_ended:  # the window was closed in the same moment
            return
        self.background.ask(self._choose_anything, self._on_whole, self._on_unanswered)
        looks = [DeskError(self._look.notice)] if self._look.notice else []
        for notice in (*looks, *self._coming.opened.result().notices):
            self.background.failed.emit(notice)
        self._every(CHECK_EVERY_MS, lambda: self.services.checkups.run(present()))
        self._every(ENDS_EVERY_MS, lambda: self.services.endings.look(present()))
        if not self._start.rehearsal:
            self.background.ask(lambda: self.services.office.profile(), self._on_profile)
            self._every(BACKUP_EVERY_MS, lambda: self.services.office.back_up_daily(present()))
            self._quiet = QuietTimes(self.background, lambda: self.services.purging.run(present()), self)
        if (answer := self._coming.opened.result().let_somebody_answer) is not None:
            self._every(SOMEBODY_ANSWERS_MS, answer)

    def _choose_anything(self) -> MessagePage:
        """Read what another choice of filters shows: once that is answered, the desk can be used."""
        from pcc_desk.model.message import MessageFilter

        return self.services.inbox.page(MessageFilter(state=None), None, FIRST_ROWS)

    def _on_profile(self, office: Office) -> None:
        if office.recovery_owed:  # the first start was left before the key was kept
            from pcc_desk.ui.first_start.offer import KeyOffer

            KeyOffer(self.services, self.background, office.name, self.window).open()

    def _every(self, interval_ms: int, work: Callable[[], object]) -> None:
        timer = QTimer(self, interval=interval_ms)
        timer.timeout.connect(partial(self.background.reach, work))
        timer.start()

    def _on_usable(self, page: MessagePage) -> None:
        self._start.mark("usable")

    def _on_whole(self, page: MessagePage) -> None:
        self._start.mark("whole")
        gc.freeze()  # what the start has loaded stays for good and need not be looked through for garbage
        self._begin_clock()
        if self._start.marks is not None:
            self.window.close()
        elif self._start.shots is not None:
            from pcc_desk.app.shots import Shots

            self._shots = Shots(self, self._start.shots)
            self._shots.begin()

    def _on_unanswered(self, error: DeskError) -> None:
        self.background.failed.emit(error)
        self._begin_clock()

    def _begin_clock(self) -> None:
        """Begin what the desk does by itself; that loads the network's libraries, so a person goes first."""
        from pcc_desk.ui.clock import Clock

        self._clock = Clock(self.services, self.background, present)
        self._clock.start()
        self.background.reach(lambda: self.services.office.examine())
        self.background.reach(lambda: self.services.checkups.run(present()))
        self.background.reach(lambda: self.services.endings.look(present()))
        self.background.reach(load_rest)
        self.settled.emit()

    def _on_failed(self, error: DeskError) -> None:
        if self._has_ended:  # nobody is there to choose a way on
            return
        self.window.show()  # it may wait unseen beside the clock
        self.settled.emit()
        if isinstance(error, VaultError) and isinstance(self._source, OfficeSource) and self._source.is_key_asked():
            self._ask_for_key(self._source)
            return
        from pcc_desk.ui.trouble import Trouble, Way

        ways = [Way("again", "Try again")]
        if isinstance(self._source, OfficeSource):
            if isinstance(error, StoreDamaged):
                ways.append(Way("backup", "Open the newest backup; the damaged file is kept"))
            if isinstance(error, VaultError | WrongKey):
                ways.append(Way("key", "Open with the recovery key"))
        trouble = Trouble(error, [*ways, Way("close", "Close PCC Desk")], self.window)
        trouble.way_requested.connect(self._on_way_requested)
        trouble.open()

    def _on_way_requested(self, way: str) -> None:
        source = self._source
        if way == "again":
            self._opening.begin()
        elif way == "backup" and isinstance(source, OfficeSource):
            # Not in the order of the writes: one that was asked for too early waits there until the office is open.
            self.background.reach(
                lambda: source.restore_newest(present()), lambda _: self._opening.begin(), self._on_failed
            )
        elif way == "key" and isinstance(source, OfficeSource):
            self._ask_for_key(source)
        else:
            self.window.close()

    def _ask_for_key(self, source: OfficeSource) -> None:
        self._wizard = make_wizard(source, self.background)
        self._wizard.ask_for_key()
        self._wizard.opened.connect(self._opening.begin)
        self._wizard.rejected.connect(self.window.close)
        self._wizard.open()

    def _on_closed(self) -> None:
        if self._has_ended:  # a window that is closed can be closed again
            return
        self._has_ended = True
        opened = None if self._coming.cancel() else self._coming.opened.result()
        if opened is not None:
            opened.services.stop()  # first, so that nothing more is begun while the last writes are waited for
        self.background.stop(STOP_SECONDS)
        if opened is not None:
            opened.close()
        self.ended.emit(0)


def _nothing() -> None:
    """Do nothing, in the order of the writes."""


def make_wizard(source: OfficeSource, background: Background) -> Wizard:
    """Make the first start's wizard for an office that is not there yet, or that this PC has no key for."""
    from pcc_desk.ui.first_start.wizard import Wizard as Made

    return Made(source.first_start(), source.accounts, background)
