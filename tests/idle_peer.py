"""A process beside a test that only looks at the clock: how long the machine itself held it up.

What it could not do either, no program could have done: a busy machine is told from a slow window.
"""

from __future__ import annotations

import subprocess
import sys

TICK = 0.005  # seconds

_LOOK = f"""
import select, sys, time
longest, last = 0.0, time.perf_counter()
while not select.select([sys.stdin], [], [], {TICK})[0]:
    now = time.perf_counter()
    longest, last = max(longest, now - last), now
print(max(longest, time.perf_counter() - last))
"""


class IdlePeer:
    """Looks from its making until `longest` is asked."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _LOOK],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def longest(self) -> float:
        """The longest time (s) between two of its looks, beyond the tick it sleeps. Ends it."""
        told, _ = self._process.communicate()
        return max(0.0, float(told) - TICK)
