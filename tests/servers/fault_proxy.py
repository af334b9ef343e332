"""A proxy that spoils a connection on purpose: what a bad network does, done when a test says so."""

import contextlib
import socket
import struct
import threading
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from tests.servers.process import claimed_port

CHUNK = 65536
RESET = struct.pack("ii", 1, 0)  # closing with no time to linger sends a reset
GENTLE = struct.pack("ii", 0, 0)


@dataclass(frozen=True)
class Fault:
    """What goes wrong. Sizes in bytes, times in seconds; with nothing set, all goes through.

    refuse: nobody answers the door. blackhole: everything sent is swallowed. reset_after: the request is let through
    this far, then reset. delay: the answer waits. drip: the answer comes a byte at a time, so far apart.
    drop_answer: the server did it, and the asker hears a reset. cut_after: the answer ends here.
    """

    refuse: bool = False
    blackhole: bool = False
    reset_after: int | None = None
    delay: float = 0.0
    drip: float = 0.0
    drop_answer: bool = False
    cut_after: int | None = None


NO_FAULT = Fault()
REFUSE = Fault(refuse=True)
BLACKHOLE = Fault(blackhole=True)
DROP_ANSWER = Fault(drop_answer=True)


class FaultProxy:
    """A loopback port that leads to `target_port`; set `fault` at any time, also in the middle of a connection."""

    def __init__(self, target_port: int) -> None:
        self._target = ("127.0.0.1", target_port)
        self._fault = NO_FAULT
        self._door: socket.socket | None = None
        self._open: list[socket.socket] = []
        self._lock = threading.Lock()
        self.connections = 0
        self._claim = claimed_port()
        self.port = int(self._claim.getsockname()[1])

    def __enter__(self) -> Self:
        self._open_door()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._close_door()
        self.hang_up()
        self._claim.close()

    def hang_up(self) -> None:
        """End every connection that is open."""
        with self._lock:
            for each in self._open:
                _close(each, GENTLE)

    @property
    def url(self) -> str:
        """The proxy's address for HTTP."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def fault(self) -> Fault:
        """What goes wrong at present."""
        return self._fault

    @fault.setter
    def fault(self, fault: Fault) -> None:
        self._fault = fault
        if fault.refuse:
            self._close_door()
        elif self._door is None:
            self._open_door()

    def _open_door(self) -> None:
        self._door = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._welcome, args=(self._door,), daemon=True).start()

    def _close_door(self) -> None:
        door, self._door = self._door, None
        if door:
            with contextlib.suppress(OSError):
                door.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits at the door
            door.close()

    def _welcome(self, door: socket.socket) -> None:
        while True:
            try:
                asker, _ = door.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(self._target, timeout=10)
            except OSError:
                _close(asker, RESET)
                continue
            server.settimeout(None)
            self.connections += 1
            with self._lock:
                self._open += [asker, server]
            for carry in (self._carry_request, self._carry_answer):
                threading.Thread(target=carry, args=(asker, server), daemon=True).start()

    def _carry_request(self, asker: socket.socket, server: socket.socket) -> None:
        carried = 0
        while chunk := _receive(asker):
            limit = self.fault.reset_after
            if self.fault.blackhole:
                continue
            if limit is not None and carried + len(chunk) >= limit:
                _send(server, chunk[: max(limit - carried, 0)])
                _close(server, RESET)
                _close(asker, RESET)
                return
            carried += len(chunk)
            _send(server, chunk)
        with contextlib.suppress(OSError):
            server.shutdown(socket.SHUT_WR)

    def _carry_answer(self, asker: socket.socket, server: socket.socket) -> None:
        carried = 0
        while chunk := _receive(server):
            fault = self.fault
            time.sleep(fault.delay)
            if fault.drop_answer:
                return _close(asker, RESET)
            if fault.cut_after is not None and carried + len(chunk) >= fault.cut_after:
                _send(asker, chunk[: max(fault.cut_after - carried, 0)])
                break
            carried += len(chunk)
            for piece in _drops(chunk) if fault.drip else [chunk]:
                _send(asker, piece)
                time.sleep(fault.drip)
        return _close(asker, GENTLE)


def _drops(chunk: bytes) -> list[bytes]:
    return [chunk[at : at + 1] for at in range(len(chunk))]


def _receive(end: socket.socket) -> bytes:
    try:
        return end.recv(CHUNK)
    except OSError:
        return b""


def _send(end: socket.socket, chunk: bytes) -> None:
    with contextlib.suppress(OSError):
        end.sendall(chunk)


def _close(end: socket.socket, manner: bytes) -> None:
    with contextlib.suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, manner)
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RD)  # wakes the thread that reads this end, without saying goodbye to the other
    end.close()
