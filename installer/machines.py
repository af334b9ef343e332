"""The machines a frozen program runs on: this one, or a pretended Windows PC."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from installer.plan import BuildFailed


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

    def start(self, command: Sequence[str]) -> "subprocess.Popen[bytes]":
        """Start a command and go on."""

    def name(self, path: Path) -> str:
        """Give the name by which commands there know a file of ours."""

    def folder(self, variable: str) -> Path:
        """Give the folder that an environment variable of the person there names."""


class Here:
    """The machine the build runs on."""

    def run(self, command: Sequence[str], seconds: float, settings: Mapping[str, str] | None = None) -> Ran:
        """Run a command to its end, in at most `seconds`. Raises: BuildFailed when it takes longer."""
        return finish(command, seconds, os.environ | dict(settings or {}))

    def start(self, command: Sequence[str]) -> "subprocess.Popen[bytes]":
        """Start a command and go on."""
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)

    def name(self, path: Path) -> str:
        """Give the name by which commands there know a file of ours."""
        return str(path)

    def folder(self, variable: str) -> Path:
        """Give the folder that an environment variable of this person names."""
        return Path(os.environ[variable])


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
    try:
        said, _ = done.communicate(timeout=seconds)
    except subprocess.TimeoutExpired as late:
        done.kill()
        done.wait()
        if done.stdout:  # closed, not read to its end: what the command started may hold it for long
            done.stdout.close()
        raise BuildFailed(f"{Path(command[0]).name} did not end within {seconds:.0f} s.") from late
    return Ran(done.returncode, said.decode(errors="replace"))
