"""How fast the wall is scrolled: while it races nothing is decoded, because nobody can see it.

What was decoded before is painted all the same; the rest are tiles until the wall slows down.
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

# Screens a second. Two workers make about 200 thumbnails a second, a screen has 20 to 30.
RACING = 8.0


class Pace:
    """Is told each place the wall scrolls to."""

    def __init__(self, clock: Callable[[], float] = perf_counter) -> None:
        """`clock` gives seconds."""
        self._clock = clock
        self._offset = 0
        self._time = clock()

    def is_racing(self, offset: int, height: int) -> bool:
        """Whether the way to `offset` (px) was too fast for a viewport of `height` px. One jump
        after a rest is not.
        """
        now = self._clock()
        screens = abs(offset - self._offset) / max(1, height)
        seconds = now - self._time
        self._offset, self._time = offset, now
        return screens > RACING * min(seconds, 1.0) and seconds < 1 / RACING
