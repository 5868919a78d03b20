"""Long work on the main thread, cut into short steps: the window answers between them."""

from __future__ import annotations

import time
from collections.abc import Iterator

from PySide6.QtCore import QObject, QTimer, Signal, Slot

SLICE = 0.004  # seconds of steps in one turn of the event loop; the others follow in the next one


class Steps(QObject):
    """Runs an iterator, each `next` of which is a short step, a slice in each turn of the loop. A
    step that gives True ends its turn. Signal: `ended()` after the last one.
    """

    ended = Signal()

    def __init__(self, steps: Iterator[bool | None], parent: QObject) -> None:
        super().__init__(parent)
        self._steps: Iterator[bool | None] | None = steps
        self._turn = QTimer(self, interval=0)
        self._turn.timeout.connect(self._on_turn_timeout)
        self._turn.start()

    def is_running(self) -> bool:
        """Whether there are steps left."""
        return self._steps is not None

    def finish(self) -> None:
        """Run what is left, now."""
        while self._steps is not None:
            self._run(float("inf"))

    @Slot()
    def _on_turn_timeout(self) -> None:
        self._run(time.perf_counter() + SLICE)

    def _run(self, until: float) -> None:
        steps, self._steps = self._steps, None  # a step may ask for the end of all
        if steps is None:
            return
        try:
            while not next(steps) and time.perf_counter() < until:
                pass
        except StopIteration:
            self._turn.stop()
            self.ended.emit()
        except BaseException:
            self._turn.stop()
            raise
        else:
            self._steps = steps
