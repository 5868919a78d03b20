"""Time for the engine: UTC for what is written down, the event loop's own seconds for every
interval.

The loop's clock is monotonic, so a wall clock that jumps moves no poll; and a test that runs on a
loop with virtual time needs no real second.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

Now = Callable[[], datetime]


def utc_now() -> datetime:
    """The time of the wall clock, in UTC."""
    return datetime.now(UTC)


def loop_seconds() -> float:
    """Seconds on the monotonic clock of the running event loop."""
    return asyncio.get_running_loop().time()


async def set_within(event: asyncio.Event, seconds: float) -> bool:
    """Sleep at most `seconds`, less when the event is set. True when it is set."""
    if event.is_set() or seconds <= 0:
        return event.is_set()
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True
