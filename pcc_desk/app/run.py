"""From the command line to a running desk, and back to an exit code."""

import logging
import os
import sys
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, QTimer
from PySide6.QtWidgets import QApplication

from pcc_desk import paths
from pcc_desk.app.desk import Desk, Start, make_wizard
from pcc_desk.app.instance import QUIT, SHOW, WAIT_MS, OnlyDesk, ask, ask_to_quit
from pcc_desk.app.look import Look
from pcc_desk.app.opening import Source
from pcc_desk.app.place import find_folder, offer_another, pick_folder
from pcc_desk.app.sources import OfficeSource, SampleSource
from pcc_desk.errors import DeskError, StoreBusy, StoreUnreachable
from pcc_desk.ui import theme
from pcc_desk.ui.background import Background
from pcc_desk.ui.tidying import Tidying

if TYPE_CHECKING:
    from pcc_desk.app.tray import Tray

SWITCH_SECONDS = 0.0005  # a thread that parses gives way to the window ten times sooner than by default


class Program:
    """Everything between the start and the exit code; holds the desk that is open."""

    def __init__(self, start: Start, held: ExitStack) -> None:
        self._start, self._held = start, held
        self._desk: Desk | None = None
        self._tray: Tray | None = None

    def begin(self) -> None:
        """Open the office of the data folder, or make one there first, or open the sample office.

        Raises:
            StoreUnreachable: the folder cannot hold an office.
            StoreBusy: another desk has this office open.
        """
        if self._start.selftest is not None:
            self._examine(self._start.selftest)
            return
        if self._start.rehearsal:
            self._rehearse()
            return
        folder = self._prepare(self._start.data)
        only = self._only = OnlyDesk(folder)
        only.take(self._held)
        only.asked.connect(self._on_asked)
        QTimer.singleShot(0, only, partial(_keep_crashes, folder))  # after the first paint
        look = _dress(folder)
        source = OfficeSource(folder)
        if any((folder / name).exists() for name in (paths.DATABASE, paths.DATABASE + ".proof")):
            self._open(self._start, source, look)
        else:
            self._welcome(source, look)

    def _prepare(self, given: Path | None) -> Path:
        """Make the data folder where a database is safe; a person without one may choose. Raises: StoreUnreachable."""
        folder = find_folder(given)
        while refusal := paths.refusal(folder, os.environ):
            error = StoreUnreachable(refusal)
            another = offer_another(error, pick_folder) if given is None else None
            if another is None:
                raise error
            folder = another
        try:
            paths.make_folder(folder)
        except OSError as error:
            sentence = f"The folder {folder} cannot be made. Nothing was opened."
            raise StoreUnreachable(sentence, "Choose another folder with --data.", str(error)) from error
        return folder

    def _rehearse(self) -> None:
        from pcc_desk.app.scratch import scratch_folder

        folder = self._held.enter_context(scratch_folder("rehearsal"))
        self._open(replace(self._start, rehearsal=True), SampleSource(folder), _dress(folder))

    def _examine(self, out: Path) -> None:
        from pcc_desk.app.selftest import Selftest

        self._selftest = Selftest(out, self._held)
        self._selftest.begin()

    def _welcome(self, source: OfficeSource, look: Look) -> None:
        """Lead through the first start; the desk opens when there is an office."""
        background = Background()
        wizard = self._wizard = make_wizard(source, background)
        wizard.opened.connect(lambda: self._open(self._start, source, look))
        wizard.rehearsal_requested.connect(self._rehearse)
        wizard.rejected.connect(QApplication.quit)
        background.failed.connect(wizard.notice.tell)
        wizard.show()
        self._only.listen()

    def _on_asked(self, wish: str) -> None:
        """Do what a later start asked: come to the front, or close as if the person had closed the window."""
        shown = [each for each in QApplication.topLevelWidgets() if each.isVisible()]
        if wish == QUIT:
            self._tray.leave() if self._tray else self._desk.window.close() if self._desk else QApplication.quit()
        if wish == SHOW and self._tray:
            self._tray.show_window()
        for window in shown if wish == SHOW else ():
            window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
            window.raise_()
            window.activateWindow()

    def _open(self, start: Start, source: Source, look: Look) -> None:
        desk = self._desk = Desk(start, source, look)
        desk.ended.connect(QApplication.exit)
        QTimer.singleShot(0, desk, _wear_icon)  # after the first paint
        if start.rehearsal:
            desk.show()
            return
        desk.settled.connect(self._only.listen)
        stand_by = partial(self._stand_by, desk, look)
        if start.tray:
            QTimer.singleShot(0, desk, stand_by)
            return
        desk.settled.connect(stand_by, Qt.ConnectionType.SingleShotConnection)
        desk.show()

    def _stand_by(self, desk: Desk, look: Look) -> None:
        """Let the desk go on beside the clock when its window is closed, if the person wants that."""
        from pcc_desk.app.tray import Tray

        tray = self._tray = Tray(desk, look)
        desk.put_away_when(tray.takes)
        if not self._start.tray:
            return
        if tray.stand():
            desk.open_unseen()
        else:
            desk.show()


def run(start: Start) -> int:
    """Open the desk that `start` asks for, wait until it is closed, and give the exit code."""
    if start.quits:
        QCoreApplication(sys.argv[:1])
        return 0 if ask_to_quit(find_folder(start.data)) else 1
    sys.setswitchinterval(SWITCH_SECONDS)
    app = QApplication([*sys.argv[:1], *theme.ARGUMENTS])
    app.setApplicationName("PCC Desk")
    Tidying(app)
    app.setQuitOnLastWindowClosed(False)  # the wizard closes before the desk's window opens
    with ExitStack() as held:
        program = Program(start, held)
        try:
            program.begin()
        except StoreBusy as busy:
            # The other one may have been started a moment ago, as by two quick clicks, and hear nothing yet.
            return 0 if ask(find_folder(start.data), SHOW, WAIT_MS) else _refuse(busy)
        except DeskError as error:
            return _refuse(error)
        code = app.exec()
        logging.shutdown()  # while the folder is still held: of one that is thrown away Windows keeps every open file
    # A send that hangs has its own deadline of minutes; its delivery is looked for at the next start, so nobody waits.
    sys.stdout and sys.stdout.flush()
    os._exit(code)


def _keep_crashes(folder: Path) -> None:
    from pcc_desk.app.faults import keep_crashes

    keep_crashes(folder)


def _wear_icon() -> None:
    from pcc_desk.app.tray import program_icon

    QApplication.setWindowIcon(program_icon())


def _dress(folder: Path) -> Look:
    look = Look(folder)
    look.put_on()
    return look


def _refuse(error: DeskError) -> int:
    from PySide6.QtWidgets import QMessageBox

    box = QMessageBox(QMessageBox.Icon.Warning, "PCC Desk", f"{error.sentence} {error.next_step}")
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.exec()
    return 1
