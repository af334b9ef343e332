"""Pictures from anywhere made safe, and small enough: each in a child process with a time and a memory limit."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from pcc_desk.errors import BadPicture
from pcc_desk.media.values import CleanPicture, PictureLimits

MOST_BYTES = 100_000_000
SECONDS = 20.0
_PACKAGE_PLACE = Path(__file__).resolve().parents[2]


def clean(content: bytes, name: str, seconds: float = SECONDS) -> CleanPicture:
    """Make a picture from anywhere safe, in at most `seconds`; `name` is its file's, for the sentences.

    Raises:
        BadPicture: it cannot be used; the sentence says why.
    """
    if len(content) > MOST_BYTES:
        raise BadPicture(f"“{name}” is larger than 100 MB.", "Make it smaller, then add it again.")
    try:
        return _ask_child({}, content, seconds)
    except BadPicture as bad:
        raise BadPicture(f"“{name}” was not added. {bad.sentence}", bad.next_step, bad.detail) from bad


def fit(content: bytes, limits: PictureLimits, seconds: float = SECONDS) -> CleanPicture:
    """Make a clean picture fit a platform; the same bytes and limits always give the same bytes.

    Raises:
        BadPicture: it cannot be made to fit.
    """
    return _ask_child(asdict(limits), content, seconds)


def child_command() -> list[str]:
    """Name the program that works on one picture: this one, in another process."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "--picture-child"]
    return [sys.executable, "-m", "pcc_desk.media.child"]


def run_child(order: Mapping[str, int | str], content: bytes, seconds: float) -> tuple[bytes, bytes]:
    """Let the child work for at most `seconds`, and give its answer's first line, b"" when it broke, and the rest.

    Raises:
        subprocess.TimeoutExpired: it took too long, and is ended.
    """
    paths = [str(_PACKAGE_PLACE), os.environ.get("PYTHONPATH", "")]
    answer = subprocess.run(
        child_command(),
        input=json.dumps(order).encode() + b"\n" + content,
        capture_output=True,
        timeout=seconds,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # no black window on Windows
    )
    first, _, made = answer.stdout.partition(b"\n")
    return (b"", b"") if answer.returncode else (first, made)


def _ask_child(order: dict[str, int], content: bytes, seconds: float) -> CleanPicture:
    try:
        first, made = run_child(order, content, seconds)
    except subprocess.TimeoutExpired as late:
        raise BadPicture("This picture took too long to read.", "Save it anew or make it smaller.") from late
    if not first:
        raise BadPicture("This picture could not be read.", "Save it anew, then add it again.")
    header = json.loads(first)
    if "sentence" in header:
        raise BadPicture(header["sentence"], header["next_step"], header["detail"])
    return CleanPicture(made, header["mime"], header["width"], header["height"], header["moved"])
