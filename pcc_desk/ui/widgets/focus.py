"""Where the Tab key leads: through a window as it is read, also to what was put into it late."""

from collections.abc import Iterable, Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget


def step_focus(window: QWidget, forward: bool) -> bool:
    """Move the focus to the next, or the previous, place in a window that takes it; tell whether there is one.

    Qt leads to a widget made late after all others, wherever it stands; here each follows what stands above it, or at
    its left in the same line. For a window's own `focusNextPrevChild`.
    """
    stops = _stops(window)
    if not stops:
        return False
    here = QApplication.focusWidget()
    place = stops.index(here) if here in stops else -1 if forward else 0
    reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
    there = stops[(place + (1 if forward else -1)) % len(stops)]
    there.setFocus(reason)
    bring_into_view(there)
    return True


def bring_into_view(part: QWidget) -> None:
    """Scroll every room around a widget until it is in sight."""
    around = part.parentWidget()
    while around is not None:
        if isinstance(around, QScrollArea):
            around.ensureWidgetVisible(part)
        around = around.parentWidget()


def _stops(around: QWidget) -> list[QWidget]:
    """Give the places inside a widget that take the focus, line by line."""
    rooms: dict[QWidget, list[QWidget]] = {}
    for part in around.children():
        if isinstance(part, QWidget) and part.isVisible() and not part.isWindow():
            found = [part] if _is_stop(part) else []
            if found := found + _stops(part):
                rooms[part] = found
    return [stop for part in _lines(rooms) for stop in rooms[part]]


def _lines(parts: Iterable[QWidget]) -> Iterator[QWidget]:
    """Order widgets as they are read: what begins above the middle of a line's first one stands in that line."""
    line: list[QWidget] = []
    middle = 0
    for each in sorted(parts, key=lambda part: (part.y(), part.x())):
        if line and each.y() >= middle:
            yield from sorted(line, key=QWidget.x)
            line = []
        if not line:
            middle = each.y() + max(each.height() // 2, 1)
        line.append(each)
    yield from sorted(line, key=QWidget.x)


def _is_stop(each: QWidget) -> bool:
    takes = bool(each.focusPolicy() & Qt.FocusPolicy.TabFocus) and each.focusProxy() is None
    return takes and each.isEnabled()
