"""How long a thread could not look, and how much of that it only waited for a core.

On a busy machine a thread that wants to run may have to wait; Linux counts that time for each
thread. What is left is ours: a lock, the interpreter's included, or a call that blocked.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass

_WAITS = "/proc/thread-self/schedstat"  # ns on a core, ns waiting for one, turns


@dataclass
class GapWatch:
    """Call `look` again and again from one thread, `pause` seconds apart; times in seconds.

    `longest` is the longest time between two looks, `own` the longest without the wait for a core
    (the same where the system does not count it).
    """

    pause: float
    longest: float = 0.0
    own: float = 0.0

    def begin(self) -> None:
        """Count from here on; the thread may have been busy elsewhere."""
        self._before, self._waited = time.monotonic(), _waited()

    def look(self) -> None:
        now, waited = time.monotonic(), _waited()
        gap = now - self._before - self.pause
        self.longest = max(self.longest, gap)
        self.own = max(self.own, gap - (waited - self._waited))
        self._before, self._waited = now, waited


def _waited() -> float:
    try:
        descriptor = os.open(_WAITS, os.O_RDONLY)
    except OSError:
        return 0.0
    try:
        return int(os.read(descriptor, 64).split()[1]) / 1e9
    finally:
        os.close(descriptor)
