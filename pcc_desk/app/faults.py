"""What happens to a fault nobody foresaw: it is written down without a word of the office's, and the person is told."""

import logging
import sys
import threading
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from pcc_desk import __version__
from pcc_desk.errors import DeskError
from pcc_desk.paths import LOGS, replace_file

_log = logging.getLogger(__name__)
LOG_BYTES, LOG_FILES = 1_000_000, 3
CRASHES, MOST_REPORTS = "crash.log", 10


class LateFile(logging.Handler):
    """The log's file, opened with the first line that is written: most starts have none, and the library is slow."""

    def __init__(self, place: Path) -> None:
        super().__init__()
        self._place = place
        self._file: logging.Handler | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line, or nothing where no file can be written."""
        if self._file is None:
            self._file = self._open()
        self._file.handle(record)

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()
        super().close()

    def _open(self) -> logging.Handler:
        from logging.handlers import RotatingFileHandler

        try:
            self._place.mkdir(parents=True, exist_ok=True)
            path = self._place / "desk.log"
            file = RotatingFileHandler(path, maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8")
        except OSError:
            return logging.NullHandler()
        file.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
        return file


def log_to(folder: Path) -> None:
    """Write the log into the data folder; it never leaves this PC and holds no message and no secret.

    Where it cannot be written, as on a full disk, the desk goes on without it.
    """
    logging.raiseExceptions = False  # else each line that cannot be written is a traceback of its own
    root = logging.getLogger()
    root.addHandler(LateFile(folder / LOGS))
    root.setLevel(logging.INFO)
    logging.getLogger("urllib3").setLevel(logging.WARNING)  # its debug lines hold addresses with their queries


def keep_crashes(folder: Path) -> None:
    """Let a crash of Python or Qt itself write where it happened into the data folder; it never leaves this PC."""
    import faulthandler

    place = folder / LOGS
    try:
        place.mkdir(parents=True, exist_ok=True)
        if (kept := place / CRASHES).exists() and kept.stat().st_size > LOG_BYTES:
            replace_file(kept, place / f"{CRASHES}.old")
        file = kept.open("a", encoding="utf-8")
    except OSError:
        return
    faulthandler.enable(file)  # it keeps the file open, for the moment when nothing can be opened any more


def write_report(folder: Path, place: str, now: datetime) -> Path | None:
    """Write an unforeseen fault into a file of its own in the data folder and name it; None where that cannot be.

    The ten newest are kept.
    """
    import platform  # asking a system its name loads much, and no fault is the usual case

    logs = folder / LOGS
    report = logs / f"fault-{now:%Y-%m-%d-%H%M%S}.txt"
    words = (
        f"PCC Desk {__version__}, Python {sys.version.split()[0]}, {platform.platform()}\n"
        f"{now:%d %B %Y, %H:%M:%S} UTC. This file is on this PC only. It holds no message and no password.\n\n{place}"
    )
    try:
        logs.mkdir(parents=True, exist_ok=True)
        report.write_text(words, "utf-8")
        for old in sorted(logs.glob("fault-*.txt"))[:-MOST_REPORTS]:
            old.unlink()
    except OSError:
        return None
    return report


def tell_faults(tell: Callable[[DeskError], None], folder: Path) -> None:
    """Write every unforeseen fault of any thread into the data folder, and `tell` the person what was kept."""

    def on_fault(kind: type[BaseException], fault: BaseException | None, at: TracebackType | None) -> None:
        # An exception's own words may quote a message or a password, so only where it happened is written down.
        place = f"{kind.__name__}\n{''.join(traceback.format_tb(at))}"
        _log.error("unforeseen %s", place)
        if sys.stderr is not None:  # a frozen desk has none
            print(place, file=sys.stderr)
        report = write_report(folder, place, datetime.now(UTC))
        kept = f" The details are in {report}." if report else ""
        next_step = f"If it happens again, restart PCC Desk and send us the details.{kept}"
        tell(DeskError("PCC Desk met a fault it did not foresee. What you typed is kept.", next_step, place))

    sys.excepthook = on_fault
    threading.excepthook = lambda told: on_fault(told.exc_type, told.exc_value, told.exc_traceback)
