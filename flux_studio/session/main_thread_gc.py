"""Collects Python's garbage on the main thread only.

Python collects on whichever thread allocates at the wrong moment. A widget or studio object that
lies in a reference cycle would then be destroyed on a worker thread, which Qt does not survive.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer, Slot

INTERVAL = 1_000  # ms between two looks


class MainThreadGc(QObject):
    """Takes over from the automatic collector until `stop`. `settle` exempts what lives for
    ever.
    """

    def __init__(self) -> None:
        super().__init__()
        gc.disable()
        self._timer = QTimer(self, interval=INTERVAL)
        self._timer.timeout.connect(self._on_timer_timeout)
        self._timer.start()

    def settle(self) -> None:
        """What is alive now stays alive: collections need not look at it again, so they are
        short.
        """
        gc.collect()
        gc.freeze()

    def stop(self) -> None:
        """Give the work back to Python."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()

    @Slot()
    def _on_timer_timeout(self) -> None:
        for generation in (2, 1, 0):
            if gc.get_count()[generation] > gc.get_threshold()[generation]:
                gc.collect(generation)
                return
