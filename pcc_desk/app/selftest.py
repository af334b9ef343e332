"""The program examines itself on this PC: the trials first, then a whole rehearsal desk; the outcome is in a file."""

from __future__ import annotations

import json
import logging
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMessageLogContext, QObject, QTimer, QtMsgType, Signal, qInstallMessageHandler
from PySide6.QtGui import QGuiApplication, QImage

from pcc_desk import __version__
from pcc_desk.app.desk import Desk, Start
from pcc_desk.app.look import Look
from pcc_desk.app.opening import Opened
from pcc_desk.app.scratch import scratch_folder
from pcc_desk.app.shots import Shots
from pcc_desk.app.sources import present
from pcc_desk.errors import DeskError
from pcc_desk.ui.rail import PLACES

if TYPE_CHECKING:
    from pcc_desk.services.desk import Services

# Without anything new for so long it has stopped: a slow PC, and a virus scanner that reads every file of the program
# for the first time, are slower than one may think, and each panel and finding counts as something new.
LONGEST_SECONDS = 240.0
LOOK_MS = 2_000
FEWEST_COLOURS = 24  # of a panel that drew its words and pictures; an empty one has two or three
FRAME = (100, 90, 60)  # pixels at the left, the top and the foot that every panel shares
LOOKS = (("light", 100),)
# What Qt says of screens that are no screens, and of a Windows that is Wine; nothing is wrong with the program then.
NO_NEWS = ("does not support propagateSizeHints", "does not support raise()", "(Call not implemented.)")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was tried: whether it worked, what was seen, and the seconds it took."""

    name: str
    passed: bool
    seen: str
    seconds: float


class Report:
    """What was found, kept in a JSON file that is whole after every finding."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self._findings: list[Finding] = []
        self._finished = False
        self._lock = threading.Lock()  # the office is opened on a thread of its own

    def passed(self) -> bool:
        """Tell whether everything was tried and worked."""
        return self._finished and all(each.passed for each in self._findings)

    def count(self) -> int:
        """Tell how many things were tried so far."""
        with self._lock:
            return len(self._findings)

    def take(self, name: str, trial: Callable[[], str]) -> bool:
        """Try one thing and keep what it said, or why it failed."""
        began = time.monotonic()
        try:
            passed, seen = True, trial()
        except Exception as failure:  # noqa: BLE001 - whatever breaks is what this is here to find
            passed, seen = False, _tell(failure)
        with self._lock:
            self._findings.append(Finding(name, passed, seen, round(time.monotonic() - began, 2)))
            self._write()
        return passed

    def finish(self) -> None:
        """Say that nothing was left out."""
        self._finished = True
        self._write()

    def _write(self) -> None:
        told = {
            "program": f"PCC Desk {__version__}",
            "passed": self.passed(),
            "frozen": bool(getattr(sys, "frozen", False)),
            "python": sys.version.split()[0],
            "system": sys.platform,
            "screen": QGuiApplication.platformName(),
            "findings": [asdict(each) for each in self._findings],
        }
        self._out.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", "utf-8")


class Standstill:
    """Tells a self-test that goes on slowly from one that has stopped."""

    def __init__(self) -> None:
        self._reached, self._since = -1, 0.0

    def lasts(self, reached: int, now: float) -> bool:
        """Tell whether nothing more was reached for `LONGEST_SECONDS`; `now` is a steady clock's seconds."""
        if reached != self._reached:
            self._reached, self._since = reached, now
        return now - self._since > LONGEST_SECONDS


class Selftest(QObject):
    """Tries everything an office relies on, and is the sample office that the desk opens last.

    Signals:
        broken(): something in the desk failed, so it would never come to its end.
    """

    broken = Signal()

    def __init__(self, out: Path, held: ExitStack) -> None:
        """Write to the file `out`, and a picture of every panel into a folder beside it."""
        super().__init__()
        self._pictures = out.with_name(f"{out.stem}-pictures")
        self._held = held
        self._report = Report(out)
        self._words = _Words()
        self._standstill = Standstill()
        self.broken.connect(self._on_broken)

    def begin(self) -> None:
        """Run the trials, then open the window; the program ends by itself."""
        from pcc_desk.app.trials import TRIALS

        self._folder = self._held.enter_context(scratch_folder("selftest"))
        for number, (name, trial) in enumerate(TRIALS.items()):
            place = self._folder / str(number)
            place.mkdir()
            self._report.take(name, partial(trial, place))
        look = Look(self._folder)
        look.put_on()
        self._desk = Desk(Start(self._folder, rehearsal=True), self, look)
        self._desk.background.failed.connect(self._on_failed)
        self._desk.ended.connect(self._on_ended)
        self._desk.background.ask(lambda: self._desk.services.situation(), lambda _: self._on_usable())
        looks = QTimer(self, interval=LOOK_MS)
        looks.timeout.connect(self._look)
        looks.start()
        self._desk.show()

    def read_early(self) -> None:
        """Give nothing: the sample office is still to be made."""

    def open(self) -> Opened:
        """Make the sample office, and send one announcement there and its answers back. Raises: DeskError."""
        from pcc_desk.app.trials import there_and_back
        from pcc_desk.rehearsal.office import RehearsalOffice

        rehearsal = RehearsalOffice(self._folder)
        made: list[Services] = []
        if not self._report.take("the sample office", lambda: _keep(rehearsal.open(present()), made)):
            rehearsal.close()
            self.broken.emit()
            raise DeskError("The sample office could not be made.")
        out_and_back = partial(there_and_back, rehearsal, made[0], present())
        self._report.take("an announcement out, its answers back", out_and_back)
        return Opened(made[0], rehearsal.close)

    def _on_usable(self) -> None:
        self._shots = Shots(self._desk, self._pictures, LOOKS)
        self._shots.begin()

    def _on_failed(self, error: DeskError) -> None:
        self._report.take("the desk", lambda: _raise(error))

    def _on_broken(self) -> None:
        self._desk.window.close()

    def _look(self) -> None:
        if self._standstill.lasts(self._report.count() + len(list(self._pictures.glob("*.png"))), time.monotonic()):
            stopped = TimeoutError(f"nothing new for {LONGEST_SECONDS:.0f} s")
            self._report.take("the desk", lambda: _raise(stopped))
            QGuiApplication.exit(1)

    def _on_ended(self, code: int) -> None:
        for place in PLACES:
            drawn = self._pictures / f"{place.name.lower()}-light-100.png"
            self._report.take(f"the panel {place.name}", partial(look_at, drawn))
        self._report.take("no warnings", self._words.read)
        self._report.finish()
        QGuiApplication.exit(code if self._report.passed() else 1)


class _Words(logging.Handler):
    """Keeps what Qt and the log warn of while the program examines itself."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._lines: list[str] = []
        logging.getLogger().addHandler(self)
        qInstallMessageHandler(self._on_qt)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line of the log."""
        self._lines.append(f"{record.name}: {record.getMessage()}")

    def read(self) -> str:
        """Say that there was none. Raises: ValueError with the words there were."""
        if self._lines:
            raise ValueError(" | ".join(self._lines[:10]))
        return "none from Qt or the log"

    def _on_qt(self, kind: QtMsgType, context: QMessageLogContext, words: str) -> None:
        quiet = kind in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg) or any(said in words for said in NO_NEWS)
        if not quiet:
            self._lines.append(f"Qt: {words}")


def look_at(picture: Path) -> str:
    """Tell a panel that was drawn from one that is empty. Raises: ValueError."""
    image = QImage(str(picture))
    left, top, foot = FRAME
    colours = {image.pixel(x, y) for x in range(left, image.width(), 4) for y in range(top, image.height() - foot, 4)}
    if len(colours) < FEWEST_COLOURS:
        raise ValueError(f"{image.width()} × {image.height()} pixels of {len(colours)} colours")
    return f"{image.width()} × {image.height()} pixels, {len(colours)} colours"


def _keep(services: Services, made: list[Services]) -> str:
    made.append(services)
    return f"{len(services.accounts.all())} accounts"


def _raise(failure: Exception) -> str:
    raise failure


def _tell(failure: Exception) -> str:
    more = " ".join(filter(None, (getattr(failure, "next_step", ""), getattr(failure, "detail", ""))))
    return f"{type(failure).__name__}: {failure} {more}".strip()
