"""Shows the desk's window and, at its first paint, prints what has been loaded; then ends."""

import json
import os
import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication

from pcc_desk.app.desk import Desk, Start
from pcc_desk.app.look import Look
from pcc_desk.app.opening import Opened


class NeverOpens:
    """An office that only tells what was loaded before it was asked for."""

    def read_first_page(self) -> None:
        """Print the loaded modules and end the program."""
        print(json.dumps(sorted(sys.modules)), flush=True)
        os._exit(0)

    def open(self) -> Opened:
        """Never come so far."""
        raise AssertionError


if __name__ == "__main__":
    app = QApplication(sys.argv)
    look = Look(Path(sys.argv[1]))
    look.put_on()
    desk = Desk(Start(), NeverOpens(), look)
    desk.show()
    app.exec()
