"""Where the Tab key leads: through a window as it is read, also to what was put into it late."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget


def step_focus(window: QWidget, forward: bool) -> bool:
    """Move the focus to the next, or the previous, place in a window that takes it; tell whether there is one.

    Qt leads to a widget made late after all others, wherever it stands; here each follows what stands before it. For a
    window's own `focusNextPrevChild`.
    """
    stops = [each for each in window.findChildren(QWidget) if _is_stop(each, window)]
    if not stops:
        return False
    here = QApplication.focusWidget()
    place = stops.index(here) if here in stops else -1 if forward else 0
    reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
    there = stops[(place + (1 if forward else -1)) % len(stops)]
    there.setFocus(reason)
    around = there.parentWidget()
    while around is not None:
        if isinstance(around, QScrollArea):
            around.ensureWidgetVisible(there)
        around = around.parentWidget()
    return True


def _is_stop(each: QWidget, window: QWidget) -> bool:
    takes = bool(each.focusPolicy() & Qt.FocusPolicy.TabFocus) and each.focusProxy() is None
    return takes and each.window() is window and each.isVisible() and each.isEnabled()
