"""Starts the desk on an office, tells what was loaded at each moment of the start, and ends once it can be used."""

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pcc_desk.app.loading import load_qt

if TYPE_CHECKING:
    from pcc_desk.vault import Vault


def start(folder: Path, key: str) -> None:
    """Start as the program does, with the office's key in a keyring of its own."""
    load_qt()
    from PySide6.QtWidgets import QApplication

    from pcc_desk.app.desk import Desk, Start
    from pcc_desk.app.look import Look
    from pcc_desk.app.sources import OfficeSource
    from pcc_desk.settings import SettingsFile

    class Noting(Start):
        """A start that notes what is loaded at each of its moments."""

        def mark(self, name: str) -> None:
            """Print the loaded modules, and end the program when everything can be used."""
            print(json.dumps([name, sorted(sys.modules)]), flush=True)
            if name == "whole":
                os._exit(0)

    class KeyedSource(OfficeSource):
        """An office whose key is at hand."""

        def _keys(self) -> "Vault":
            from tests.keyrings import PretendedKeyring

            if self._vault is None:
                self._vault = PretendedKeyring().vault()
                self._vault.hold(SettingsFile(folder / "settings.json").read()[0].vault_id, bytes.fromhex(key))
            return self._vault

    app = QApplication(sys.argv)
    look = Look(folder)
    look.put_on()
    desk = Desk(Noting(folder), KeyedSource(folder), look)
    desk.show()
    app.exec()


if __name__ == "__main__":
    start(Path(sys.argv[1]), sys.argv[2])
