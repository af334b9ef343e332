"""Writing a file where the person says."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from pcc_desk.errors import InputError
from pcc_desk.ui.background import Background


@dataclass(frozen=True, slots=True)
class FileWish:
    """What to write: first name, kind in words and letters, who makes the bytes, and whether they are secret."""

    title: str
    name: str
    kind: str
    suffix: str
    make: Callable[[], bytes]
    secret: bool = False


def save_file(owner: QWidget, background: Background, wish: FileWish, done: Callable[[Path], None]) -> QFileDialog:
    """Ask where to, write there on the desk thread, and tell `done`; the dialog does not block."""
    dialog = QFileDialog(owner, wish.title)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilter(f"{wish.kind} (*.{wish.suffix})")
    dialog.setDefaultSuffix(wish.suffix)
    dialog.selectFile(wish.name)
    dialog.fileSelected.connect(lambda chosen: background.do(lambda: _write(Path(chosen), wish), done))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog


def keep_private(path: Path) -> None:
    """Make a file that only this person may read, or take an existing one from all others. Raises: OSError."""
    path.touch(mode=0o600)
    path.chmod(0o600)


def _write(path: Path, wish: FileWish) -> Path:
    """Write a file whole, a secret one for this person's eyes only.

    Raises:
        InputError: the place cannot be written.
    """
    try:
        if wish.secret:
            keep_private(path)
        path.write_bytes(wish.make())
    except OSError as error:
        sentence = f"{path.name} could not be written there. Nothing else has changed."
        raise InputError(sentence, "Choose another folder, or close the file if it is open.", str(error)) from error
    return path
