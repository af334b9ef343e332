"""The floor of every start: an empty PySide6 window that says when it has painted, and ends."""

import sys
import time

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow


class FirstPaint(QObject):
    """Prints the moment after the first paint and ends the program."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Wait for the first paint."""
        if event.type() == QEvent.Type.UpdateRequest:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self.tell)
        return False

    def tell(self) -> None:
        """Print the moment, as the desk does, and end."""
        print("painted", time.monotonic_ns(), flush=True)
        QApplication.quit()


def main() -> int:
    """Show the window once."""
    app = QApplication(sys.argv)
    window, paint = QMainWindow(), FirstPaint()
    window.resize(1360, 860)
    window.installEventFilter(paint)
    window.show()
    return app.exec()


if __name__ == "__main__":
    sys.exit(main())
