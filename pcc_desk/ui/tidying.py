"""Python's garbage, collected on Qt's thread only."""

import gc

from PySide6.QtCore import QObject, QTimer

TICK_MS = 1_000
WHOLE_EVERY = 300  # ticks; a whole collection looks at everything there is


class Tidying(QObject):
    """Collects what refers to itself in a ring.

    Python collects on whichever thread happens to ask for memory. A widget, a timer or a pixmap that dies on another
    thread than Qt's can bring the whole program down, so collecting by itself is switched off while this lives.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ticks = 0
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self._on_tick)
        self._timer.start()
        gc.disable()

    def stop(self) -> None:
        """Let Python collect by itself again."""
        self._timer.stop()
        gc.enable()

    def _on_tick(self) -> None:
        self._ticks += 1
        young, middle, _ = gc.get_count()
        most_young, most_middle, _ = gc.get_threshold()
        if self._ticks % WHOLE_EVERY == 0:
            gc.collect()
        elif middle >= most_middle:
            gc.collect(1)
        elif young >= most_young:
            gc.collect(0)
