"""One desk for each data folder: a lock decides which, and a later start tells the desk that is open what it wanted.

The lock alone decides: on Windows two programs may listen under one name (doc.qt.io/qt-6/qlocalserver.html#listen).
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QLockFile, QObject, QThread, QTimer, Signal

from pcc_desk import paths
from pcc_desk.errors import StoreBusy, StoreUnreachable

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalServer, QLocalSocket

LOCK = "desk.lock"
SHOW, QUIT = "show", "quit"
WAIT_MS = 3_000  # a desk that is busy drawing answers within this
PATIENCE_MS = 1_500  # for words that a caller has written already
QUIT_SECONDS = 60.0  # saving what was typed, letting a write end, and a PC that is busy with something else
MAY_WAIT = 0x0010_0000  # SYNCHRONIZE: all that is wanted of the other program is its end
MOST_BYTES = 64
AGAIN_MS = 10_000  # between two looks whether a full disk has room for the lock


class OnlyDesk(QObject):
    """Holds a data folder for this desk, and hears what later starts ask of it.

    Signals:
        asked(str): a later start asked this desk to `SHOW` itself or to `QUIT`.
    """

    asked = Signal(str)

    def __init__(self, folder: Path) -> None:
        """Hold nothing yet of the data folder `folder`."""
        super().__init__()
        self._lock = QLockFile(str(folder / LOCK))
        self._folder = folder
        self._server: QLocalServer | None = None

    def take(self, held: ExitStack) -> None:
        """Hold the folder until `held` ends; where its disk is full, as soon as there is room for the lock.

        Raises:
            StoreBusy: another desk holds it.
            StoreUnreachable: the folder cannot be written.
        """
        lock = self._lock
        if not lock.tryLock(0) and lock.error() is not QLockFile.LockError.LockFailedError:
            if not paths.has_room(self._folder) and not ask(self._folder, SHOW):
                self._take_later(held)
                return
            sentence = f"PCC Desk cannot write in the folder {self._folder}. Nothing was opened."
            next_step = "Check that the disk is not full and that you may write there, then start PCC Desk again."
            raise StoreUnreachable(sentence, next_step, lock.error().name)
        if not lock.isLocked():
            raise StoreBusy("PCC Desk is open already with this office.", "Look for its window on the taskbar.")
        held.callback(lock.unlock)

    def _take_later(self, held: ExitStack) -> None:
        again = QTimer(self, interval=AGAIN_MS)

        def take() -> None:
            if self._lock.tryLock(0):
                held.callback(self._lock.unlock)
                again.stop()

        again.timeout.connect(take)
        again.start()

    def listen(self) -> None:
        """Hear later starts from now on; only a desk that holds its folder may."""
        if self._server is not None:
            return
        from PySide6.QtNetwork import QLocalServer

        name = name_for(self._folder)
        QLocalServer.removeServer(name)  # a desk that crashed leaves its name behind, and we hold its lock now
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connection)
        self._server.listen(name)

    def _on_connection(self) -> None:
        while self._server is not None and (caller := self._server.nextPendingConnection()) is not None:
            # A caller has written before it waits, so there is nothing to wait for; one that is silent is let go.
            if caller.bytesAvailable() or caller.waitForReadyRead(PATIENCE_MS):
                self._hear(caller)
            caller.disconnectFromServer()
            caller.deleteLater()

    def _hear(self, caller: QLocalSocket) -> None:
        wish = bytes(caller.read(MOST_BYTES).data()).decode("ascii", "replace").strip()
        if wish in (SHOW, QUIT):
            caller.write(b"heard\n")
            caller.flush()
            # Asked once this connection is done with: closing the desk may end the program.
            QTimer.singleShot(0, self, lambda: self.asked.emit(wish))


def ask(folder: Path, wish: str, patience_ms: int = 0) -> bool:
    """Ask the desk that is open on a data folder to show itself or to quit; tell whether one heard it.

    One that is not there yet is tried again for `patience_ms`.
    """
    from PySide6.QtNetwork import QLocalSocket

    socket, begun = QLocalSocket(), QElapsedTimer()
    begun.start()
    socket.connectToServer(name_for(folder))
    while not socket.waitForConnected(WAIT_MS):
        if begun.hasExpired(patience_ms):
            return False
        QThread.msleep(PATIENCE_MS)
        socket.connectToServer(name_for(folder))
    socket.write(f"{wish}\n".encode())
    # Flushed by hand: waiting for written bytes says no when they are gone already.
    socket.flush()
    heard = socket.bytesAvailable() > 0 or socket.waitForReadyRead(WAIT_MS)
    socket.disconnectFromServer()
    return heard


def ask_to_quit(folder: Path, seconds: float = QUIT_SECONDS) -> bool:
    """Ask the desk that is open on a data folder to close, and tell whether its program has ended after `seconds`.

    A desk that is just starting hears nothing yet, so it is asked again; one that a person must answer stays open.
    """
    if not (folder / LOCK).exists():
        return True
    lock, ends, heard = QLockFile(str(folder / LOCK)), time.monotonic() + seconds, False
    has_ended = _watch(int(lock.getLockInfo()[0]))
    while time.monotonic() < ends:
        heard = heard or ask(folder, QUIT)
        if lock.tryLock(500):
            lock.unlock()
            return has_ended(max(0.0, ends - time.monotonic()))
    return False


def _watch(pid: int) -> Callable[[float], bool]:
    """Watch a program, and give what waits up to some seconds for its end and tells whether it came.

    It lets go of its folder a moment before it ends, and until then Windows lets nobody replace its files.
    """
    if sys.platform != "win32":
        return lambda seconds: True
    import ctypes

    kernel = ctypes.windll.kernel32
    kernel.OpenProcess.restype = ctypes.c_void_p
    program = kernel.OpenProcess(MAY_WAIT, False, pid)
    if not program:  # gone already, or never there
        return lambda seconds: True

    def has_ended(seconds: float) -> bool:
        done = kernel.WaitForSingleObject(ctypes.c_void_p(program), int(seconds * 1000)) == 0
        kernel.CloseHandle(ctypes.c_void_p(program))
        return done

    return has_ended


def name_for(folder: Path) -> str:
    """Give the name a desk listens under: of this person, in this session, on this folder.

    A terminal server has many people and one person may have many sessions, each with a desk of its own.
    """
    import getpass
    import hashlib

    whose = f"{getpass.getuser()}|{_session()}|{os.path.normcase(folder.resolve())}"
    return f"pcc-desk-{hashlib.sha256(whose.encode()).hexdigest()[:24]}"


def _session() -> int:
    if sys.platform != "win32":
        return 0
    import ctypes

    number = ctypes.c_ulong()
    ctypes.windll.kernel32.ProcessIdToSessionId(os.getpid(), ctypes.byref(number))
    return number.value
