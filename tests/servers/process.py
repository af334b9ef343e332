"""Starts a real server in a process group of its own, and stops all of it."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

import pytest

PATIENCE = 60.0  # seconds; the slowest server was ready after 6 on a busy machine
NOBODY = "nobody"


class ServerFailed(Exception):
    """A server did not start; the text ends with its last words."""


@dataclass(frozen=True)
class Launch:
    """How a server is started: `log` takes what it says; `settings` are added to the environment."""

    command: Sequence[str | Path]
    log: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    user: str | None = None


def free_ports(count: int) -> list[int]:
    """Return `count` different loopback ports that nobody listens on."""
    taken = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    try:
        return [int(each.getsockname()[1]) for each in taken]
    finally:
        for each in taken:
            each.close()


def claimed_port() -> socket.socket:
    """Take a free port that nobody else is given while this socket is open, though a server on it stops and starts."""
    claim = socket.socket()
    claim.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    claim.bind(("127.0.0.1", 0))
    return claim


def go_without(part: str) -> NoReturn:
    """Skip the test that needs `part`, or fail it where CI is set: there everything must be at hand."""
    reason = f"{part} is not on this machine; `python3 dev.py test` fetches it or says how it comes"
    if os.environ.get("CI"):
        raise ServerFailed(reason)
    pytest.skip(reason)


def find_program(name: str) -> str:
    """Return the path of a program, also from the administrator's folder, or go without."""
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin")
    if found is None:
        go_without(name)
    return found


@contextmanager
def private_folder(name: str, user: str | None = None) -> Iterator[Path]:
    """Lend a new folder, owned by `user` if given, and remove it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix=f"pcc-desk-{name}-"))
    try:
        if user:
            shutil.chown(folder, user)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def unprivileged() -> str | None:
    """Return the account a database drops to, since databases refuse root, or None where we are not root."""
    return NOBODY if os.geteuid() == 0 else None


def run_once(launch: Launch) -> None:
    """Run a command to its end. Raises: ServerFailed with its last words."""
    with launch.log.open("ab") as log:
        done = subprocess.run(
            list(launch.command),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=os.environ | launch.settings,
            user=launch.user,
            cwd=launch.log.parent,
            check=False,
        )
    if done.returncode:
        raise ServerFailed(_last_words(launch))


@contextmanager
def running(launch: Launch, is_ready: Callable[[], bool]) -> Iterator[None]:
    """Start a server, wait until `is_ready`, and at the end stop its whole process group. Raises: ServerFailed."""
    with launch.log.open("ab") as log:
        process = subprocess.Popen(
            list(launch.command),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=os.environ | launch.settings,
            user=launch.user,
            cwd=launch.log.parent,
            start_new_session=True,
        )
    try:
        _wait(process, launch, is_ready)
        yield
    finally:
        _stop(process)


def is_listening(port: int) -> bool:
    """Tell whether something on this machine answers at `port`."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def _wait(process: subprocess.Popen[bytes], launch: Launch, is_ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_ready():
        if process.poll() is not None or time.monotonic() > deadline:
            raise ServerFailed(_last_words(launch))
        time.sleep(0.05)


def _stop(process: subprocess.Popen[bytes]) -> None:
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, sign)
        except ProcessLookupError:
            break
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            continue
    process.wait()


def _last_words(launch: Launch) -> str:
    return f"{launch.command[0]} failed:\n{launch.log.read_text(errors='replace')[-2000:]}"
