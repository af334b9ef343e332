"""Waiting for what comes about: as short as it can be, and long enough for a machine that does much else."""

from collections.abc import Callable
from typing import Any

from pytestqt.qtbot import QtBot
from pytestqt.wait_signal import MultiSignalBlocker, SignalBlocker

PATIENCE_MS = 30_000  # a busy machine takes seconds over what takes a millisecond; only a test that fails waits so long


class PatientBot(QtBot):
    """Waits for a condition or a signal with a bound that no busy machine reaches."""

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = PATIENCE_MS) -> None:
        """Wait until `callback` gives True, or stops failing its assertion. Raises: pytestqt TimeoutError."""
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(self, signal: Any, *, timeout: int = PATIENCE_MS, **more: Any) -> SignalBlocker:
        """Wait until a signal is emitted. Raises: pytestqt TimeoutError."""
        return super().waitSignal(signal, timeout=timeout, **more)

    def waitSignals(self, signals: Any, *, timeout: int = PATIENCE_MS, **more: Any) -> MultiSignalBlocker:
        """Wait until all signals were emitted. Raises: pytestqt TimeoutError."""
        return super().waitSignals(signals, timeout=timeout, **more)

    def waitExposed(self, widget: Any, *, timeout: int = PATIENCE_MS) -> Any:
        """Wait until a window is on the screen. Raises: pytestqt TimeoutError."""
        return super().waitExposed(widget, timeout=timeout)
