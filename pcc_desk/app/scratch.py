"""A folder that is thrown away with what it was for."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def scratch_folder(purpose: str) -> Iterator[Path]:
    """Give an empty folder and remove it afterwards; what Windows holds open stays behind and stops nobody."""
    # Not TemporaryDirectory: on Windows it can fail on an open file even when told to ignore what it cannot remove.
    folder = Path(tempfile.mkdtemp(prefix=f"pcc-desk-{purpose}-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
