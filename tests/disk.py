"""A disk without room."""

from contextlib import suppress
from pathlib import Path


def fill_up(folder: Path) -> Path:
    """Leave no room on the disk of a folder, and give the file whose end makes room again."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as stream, suppress(OSError):
        while True:
            stream.write(bytes(4096))
    return ballast
