"""The door from other threads to the one with the event loop: what comes is told there in its
order, a few milliseconds of it in each turn, so that a crowd does not hold up the window.
"""

from __future__ import annotations

import time
from collections import deque
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

TURN = 0.004  # seconds of telling in one turn of the event loop; the rest waits for the next one


class Doorway(QObject):
    """Lives on the thread that is told. Signal: `came(object)` for each value, on that thread."""

    came = Signal(object)
    _put = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._values: deque[Any] = deque()
        self._rest = QTimer(self, interval=0)
        self._rest.timeout.connect(self._tell)
        self._put.connect(self._on_put)

    def put(self, value: object) -> None:
        """Have a value told. Thread-safe. Raises RuntimeError when the Qt side is gone."""
        self._values.append(value)
        self._put.emit()

    def drop(self) -> None:
        """Forget what was not told yet."""
        self._values.clear()

    @Slot()
    def _on_put(self) -> None:
        if not self._rest.isActive():
            self._tell()

    @Slot()
    def _tell(self) -> None:
        until = time.perf_counter() + TURN
        while self._values:
            value = self._values.popleft()
            if self._values:
                self._rest.start()  # before it is told: who hears may live in a loop of its own
            self.came.emit(value)
            if time.perf_counter() >= until:
                break
        if self._values:
            self._rest.start()
        else:
            self._rest.stop()
