"""Where this person's office lies: as the start, the organisation, the person or the system say, in this order."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings, Qt

from pcc_desk import paths

if TYPE_CHECKING:
    from pcc_desk.errors import DeskError

NAME = "DataDir"
POLICY = r"HKEY_LOCAL_MACHINE\Software\Policies\PCCDesk"  # set by those who look after the PCs
CHOOSE, CLOSE = "Choose another folder", "Close PCC Desk"


def find_folder(given: Path | None, environment: Mapping[str, str] = os.environ) -> Path:
    """Give the data folder."""
    if given is None:
        said = QSettings(POLICY, QSettings.Format.NativeFormat).value(NAME) or _own().value(NAME)
        given = Path(str(said)) if said else None
    return paths.choose_folder(given, environment)


def keep_folder(folder: Path) -> None:
    """Open this person's office in `folder` from now on."""
    own = _own()
    own.setValue(NAME, str(folder))
    own.sync()


def offer_another(error: DeskError, pick: Callable[[], str]) -> Path | None:
    """Say why the folder cannot be used, and give another that `pick` lets the person choose, or None to close."""
    # Loaded here: almost every start has a folder that can be used.
    from PySide6.QtWidgets import QMessageBox

    while True:
        box = QMessageBox(QMessageBox.Icon.Warning, "PCC Desk", f"{error.sentence} {error.next_step}")
        box.setTextFormat(Qt.TextFormat.PlainText)
        choose = box.addButton(CHOOSE, QMessageBox.ButtonRole.AcceptRole)
        box.addButton(CLOSE, QMessageBox.ButtonRole.RejectRole)
        box.exec()
        if box.clickedButton() is not choose:
            return None
        if picked := pick():
            folder = Path(picked) / "PCC Desk"
            refusal = paths.refusal(folder, os.environ)
            if not refusal:
                keep_folder(folder)
                return folder
            error = type(error)(refusal)


def pick_folder() -> str:
    """Let the person choose a folder, "" for none."""
    from PySide6.QtWidgets import QFileDialog

    return QFileDialog.getExistingDirectory(None, "A folder on this PC's own disk")


def _own() -> QSettings:
    return QSettings("PCCDesk", "Desk")
