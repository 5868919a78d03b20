"""A room with few places where the most urgent goes in first: what a provider forgets soonest is
fetched before anything else.
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count

FOREVER = float("inf")


class UrgentFirst:
    """At most `places` at a time. Who has less than `no_waiting` seconds left goes in at once: a
    place that hangs must not cost a picture.
    """

    def __init__(self, places: int, no_waiting: float = 0.0) -> None:
        self._free = places
        self._no_waiting = no_waiting
        self._waiting: list[tuple[float, int, asyncio.Future[None]]] = []
        self._numbers = count()

    @asynccontextmanager
    async def place(self, left: float | None) -> AsyncIterator[None]:
        """Have a place for as long as the block runs; `left` seconds until it is too late, None
        when that is not known.
        """
        seconds = FOREVER if left is None else left
        if seconds < self._no_waiting:
            yield
            return
        await self._enter(seconds)
        try:
            yield
        finally:
            self._leave()

    async def _enter(self, seconds: float) -> None:
        if self._free > 0:
            self._free -= 1
            return
        turn = asyncio.get_running_loop().create_future()
        due = asyncio.get_running_loop().time() + seconds
        heapq.heappush(self._waiting, (due, next(self._numbers), turn))
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._leave()  # its turn had come already: the next one has it
            raise

    def _leave(self) -> None:
        while self._waiting:
            _, _, turn = heapq.heappop(self._waiting)
            if not turn.done():
                turn.set_result(None)  # the place goes from hand to hand
                return
        self._free += 1
