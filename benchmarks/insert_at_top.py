"""What showing, a new message and a changed message cost in the list at a million rows beside a thousand (U3)."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from benchmarks.figure import Figure, compare, milliseconds
from benchmarks.long_rows import LARGE, SMALL, application, fill, message, page, show
from pcc_desk.model.message import Message, MessageState
from pcc_desk.ui.reading.long_list import LongList

METRICS = ("show_at_a_million", "insert_at_a_million", "change_at_a_million")
ROUNDS, SCREEN = 15, 50
BASELINE = f"the same at {SMALL} rows"


class Bench:
    """One list in its table, and the three things done to it."""

    def __init__(self, size: int) -> None:
        self._rows: LongList[Message] = fill(size)
        self._rows.merge(page(self._rows.key(0), SCREEN), None, False)
        self._table = show(self._rows)

    def show(self) -> None:
        """Show the list in a new window, and close it."""
        show(self._rows).close()

    def insert(self) -> None:
        """Let one message come in."""
        newest = message(self._rows.key(0) + 1)
        self._rows.merge([newest, *page(newest.id - 1, SCREEN)], None, False)
        self._table.viewport().repaint()

    def change(self) -> None:
        """Let one message take another state."""
        first = self._rows.record(0)
        assert first is not None
        other = MessageState.DONE if first.state is MessageState.OPEN else MessageState.OPEN
        self._rows.merge([replace(first, state=other)], None, False)
        self._table.viewport().repaint()


def measure() -> Iterator[Figure]:
    """Do each at both sizes in turn."""
    application()
    small, large = Bench(SMALL), Bench(LARGE)
    for metric, way in zip(METRICS, (Bench.show, Bench.insert, Bench.change), strict=True):
        value, ratio = compare(partial(_time, way, small), partial(_time, way, large), ROUNDS)
        yield Figure(metric, value, "ms", ratio, BASELINE, ROUNDS)


def _time(way: Callable[[Bench], None], bench: Bench) -> float:
    return milliseconds(lambda: way(bench))
