"""How long a thread could not look, and how much of that only the lack of a core can be blamed for.

On a busy machine threads that want to run have to wait for a core; Linux counts that time for each
thread. The wait of the thread that holds the interpreter keeps the others waiting as well, so the
waits of all threads are taken off. What is left is surely ours: a call that blocked, or one that
kept the interpreter. On an idle machine nothing is taken off.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass

_TASKS = "/proc/self/task"  # below it, `schedstat`: ns on a core, ns waiting for one, turns
_WORTH_S = 0.010  # a shorter gap is not looked into: that costs time of its own
_LOOKS = 50  # after so many the waits are read anew, so that old ones do not count


@dataclass
class GapWatch:
    """Call `look` again and again from one thread, `pause` seconds apart; times in seconds.

    `longest` is the longest time between two looks, `own` the longest without waits for a core (the
    same where the system does not count them).
    """

    pause: float
    longest: float = 0.0
    own: float = 0.0

    def begin(self) -> None:
        """Count from here on; the thread may have been busy elsewhere."""
        self._waited, self._looks = _waited(), 0
        self._before = time.monotonic()

    def look(self) -> None:
        gap = time.monotonic() - self._before - self.pause
        self._looks += 1
        self.longest = max(self.longest, gap)
        if gap <= _WORTH_S:
            self.own = max(self.own, gap)
        else:
            self.own = max(self.own, gap - (_waited() - self._waited))
        if gap > _WORTH_S or self._looks >= _LOOKS:
            self.begin()
        else:
            self._before = time.monotonic()


def _waited() -> float:
    """Seconds that all threads of this process have waited for a core."""
    try:
        tasks = os.listdir(_TASKS)  # noqa: PTH208 - fast
        return sum(map(_wait_of, tasks))
    except OSError:
        return 0.0


def _wait_of(task: str) -> float:
    try:
        with open(f"{_TASKS}/{task}/schedstat", "rb", buffering=0) as file:  # noqa: PTH123 - fast
            return int(file.read().split()[1]) / 1e9
    except (OSError, IndexError):
        return 0.0  # the thread has ended
