"""The machines a frozen program runs on: this one, or a pretended Windows PC."""

import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from installer.plan import BuildFailed

LAST_WORDS_SECONDS = 5.0  # for what a command said just before it ended


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended, and what it said on both its streams."""

    code: int
    said: str

    def expect(self, code: int, what: str) -> "Ran":
        """Give this back when it ended with `code`. Raises: BuildFailed."""
        if self.code != code:
            raise BuildFailed(f"{what} ended with {self.code} instead of {code}.\n{self.said[-3000:]}")
        return self


class Machine(Protocol):
    """Where commands run; paths are given as this machine, the builder's, knows them."""

    def run(self, command: Sequence[str], seconds: float, settings: Mapping[str, str] | None = None) -> Ran:
        """Run a command to its end, in at most `seconds`. Raises: BuildFailed when it takes longer."""

    def start(self, command: Sequence[str], place: Path | None = None) -> "subprocess.Popen[bytes]":
        """Start a command, in the folder `place` if that is given, and go on; nothing is written for it to read."""

    def run_short_of_room(self, command: Sequence[str]) -> Ran | None:
        """Run a command as if the disk were full when a file grows large; None where that cannot be pretended."""

    def name(self, path: Path) -> str:
        """Give the name by which commands there know a file of ours."""

    def folder(self, variable: str) -> Path:
        """Give the folder that an environment variable of the person there names."""


class Here:
    """The machine the build runs on."""

    def run(self, command: Sequence[str], seconds: float, settings: Mapping[str, str] | None = None) -> Ran:
        """Run a command to its end, in at most `seconds`. Raises: BuildFailed when it takes longer."""
        return finish(command, seconds, os.environ | dict(settings or {}))

    def start(self, command: Sequence[str], place: Path | None = None) -> "subprocess.Popen[bytes]":
        """Start a command, in the folder `place` if that is given, and go on; nothing is written for it to read."""
        return start(command, place, os.environ)

    def run_short_of_room(self, command: Sequence[str]) -> Ran | None:
        """Do nothing: this machine's disk is not ours to fill."""
        return None

    def name(self, path: Path) -> str:
        """Give the name by which commands there know a file of ours."""
        return str(path)

    def folder(self, variable: str) -> Path:
        """Give the folder that an environment variable of this person names."""
        return Path(os.environ[variable])


def start(command: Sequence[str], place: Path | None, settings: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    """Start a command that finds nothing to read and whose first words can be read."""
    pipe = subprocess.PIPE  # Wine's Python dies of a file in the place of its output
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT, cwd=place, env=settings)


def finish(command: Sequence[str], seconds: float, settings: Mapping[str, str]) -> Ran:
    """Run a command with nothing to read and everything it says caught. Raises: BuildFailed after `seconds`."""
    done = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=settings,
        start_new_session=sys.platform != "win32",
    )
    said: list[bytes] = []
    # Read beside it and not to the end: what the command started may go on for long, and holds the same pipe.
    reading = threading.Thread(target=_read, args=(done, said), daemon=True)
    reading.start()
    try:
        done.wait(seconds)
    except subprocess.TimeoutExpired as late:
        done.kill()
        done.wait()
        raise BuildFailed(f"{Path(command[0]).name} did not end within {seconds:.0f} s.") from late
    reading.join(LAST_WORDS_SECONDS)
    return Ran(done.returncode, b"".join(said).decode(errors="replace"))


def _read(program: "subprocess.Popen[bytes]", said: list[bytes]) -> None:
    if program.stdout is not None:
        with program.stdout as stream:
            while words := os.read(stream.fileno(), 65_536):
                said.append(words)
