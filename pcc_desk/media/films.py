"""Films from anywhere: looked at in a child process with limits, then read in stretches without the camera's notes."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from pcc_desk.errors import BadFilm
from pcc_desk.media.pictures import SECONDS, run_child
from pcc_desk.media.values import FilmFacts, Stretch

MOST_BYTES = 2_000_000_000
MIME = "video/mp4"
_FREE = b"free"  # the kind of a box that players pass over


def inspect(path: Path, name: str, seconds: float = SECONDS) -> FilmFacts:
    """Say what the film in a file is, in at most `seconds`; `name` is for the sentences.

    Raises:
        BadFilm: it cannot be used; the sentence says why.
    """
    try:
        size = path.stat().st_size
    except OSError as unreadable:
        raise BadFilm(f"“{name}” cannot be opened.", "Check that it is still there.") from unreadable
    if size > MOST_BYTES:
        raise BadFilm(f"“{name}” is larger than 2 GB.", "Make it shorter or smaller, then add it again.")
    try:
        first, _ = run_child({"film": str(path)}, b"", seconds)
    except subprocess.TimeoutExpired as late:
        raise BadFilm(f"“{name}” took too long to read.", "Copy it to this PC, then add it again.") from late
    if not first:
        raise BadFilm(f"“{name}” could not be read.", "Save it anew, then add it again.")
    told = json.loads(first)
    if "sentence" in told:
        raise BadFilm(f"“{name}” was not added. {told['sentence']}", told["next_step"], told["detail"])
    del told["capped"]
    notes = tuple(Stretch(**each) for each in told.pop("notes"))
    return FilmFacts(**{**told, "codecs": tuple(told["codecs"]), "notes": notes})


def stretches(file: BinaryIO, facts: FilmFacts, length: int) -> Iterator[bytes]:
    """Give a film's bytes `length` at a time, its notes made empty boxes of the same size.

    Raises:
        BadFilm: the file is not as long as it was.
        OSError: it cannot be read any more.
    """
    file.seek(0)
    start = 0
    while start < facts.size:
        part = bytearray(file.read(min(length, facts.size - start)))
        if not part:
            raise BadFilm("The file changed while it was added.", "Add it again.")
        for note in facts.notes:
            _empty(part, start, note)
        yield bytes(part)
        start += len(part)


def _empty(part: bytearray, start: int, note: Stretch) -> None:
    """Empty as much of a box of notes as lies in this part of the file, which begins at `start`."""
    for first, content in ((note.start + 4, _FREE), (note.inside, None)):
        last = first + len(content) if content is not None else note.end
        low, high = max(first, start), min(last, start + len(part))
        if low < high:
            part[low - start : high - start] = (
                bytes(high - low) if content is None else content[low - first : high - first]
            )
