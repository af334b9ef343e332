"""A folder that is thrown away with what it was for."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_TRIES, _PAUSE = 20, 0.1  # s between them: a thread that writes its last line, or a scanner that reads it


@contextmanager
def scratch_folder(purpose: str) -> Iterator[Path]:
    """Give an empty folder and remove it afterwards; what is held open for longer than 2 s stays and stops nobody."""
    # Not TemporaryDirectory: on Windows it can fail on an open file even when told to ignore what it cannot remove.
    folder = Path(tempfile.mkdtemp(prefix=f"pcc-desk-{purpose}-"))
    try:
        yield folder
    finally:
        _remove(folder)


def _remove(folder: Path) -> None:
    """Remove a folder that somebody may still be writing into while it goes."""
    for _ in range(_TRIES):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(_PAUSE)
