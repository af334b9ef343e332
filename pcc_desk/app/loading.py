"""How the program loads its parts quickly."""

import builtins
import gc
from importlib import import_module


def load_qt() -> None:
    """Load Qt, then let Python import as it does by itself; nothing is looked through for garbage meanwhile.

    Qt for Python puts a function of its own in the place of Python's import. From then on it reads the source of every
    module imported, to see whether that asks for one of its features (shiboken6's feature.py). None of ours does, and
    it takes a quarter of the time of every import and 20 MB. This can go when Qt for Python reads no sources any more.
    """
    gc.disable()  # what a start loads stays; ui/tidying.py collects from then on
    import PySide6.QtCore

    del PySide6
    if (plain := getattr(builtins, "__orig_import__", None)) is not None:
        builtins.__import__ = plain


def load_rest() -> None:
    """Load what a person or the clock will soon ask for, so that the first to ask does not wait for it."""
    for name in ("pcc_desk.channels.wire", "pcc_desk.services.fitting"):
        import_module(name)
