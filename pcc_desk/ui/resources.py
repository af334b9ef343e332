"""Where the window's own files lie: icons and the style sheet."""

import sys
from pathlib import Path

_PLACES = (
    Path(__file__).resolve().parents[2] / "resources",  # a checkout, and the frozen program
    Path(sys.prefix) / "share" / "pcc-desk",  # an installed wheel
)


def resource(*parts: str) -> Path:
    """Give the path of one of our own files.

    Raises:
        FileNotFoundError: the installation is not whole.
    """
    for place in _PLACES:
        if (path := place.joinpath(*parts)).exists():
            return path
    raise FileNotFoundError("/".join(parts))
