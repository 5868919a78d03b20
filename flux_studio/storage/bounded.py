"""A call that may block for ever, made so that the caller never does.

The call runs on a side thread, which cannot hold up the end of the program. One call runs at a
time: while one is stuck behind a prompt of the system, another would only get stuck behind it.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import NoReturn, TypeVar

from flux_studio.core.side_thread import SideThread

_T = TypeVar("_T")


class StillWaiting(Exception):  # noqa: N818 - says a state, not an error
    """No answer in time. The call goes on by itself and may still succeed later."""


class BoundedCaller:
    """Runs blocking calls one after the other, each with the same deadline in seconds."""

    def __init__(self, deadline_s: float, name: str) -> None:
        """`name` is the name of the threads, for logs and debuggers."""
        self._deadline_s = deadline_s
        self._name = name
        self._turn = threading.Lock()
        self._stuck = False

    def call(self, work: Callable[[], _T]) -> _T:
        """What `work` returns or raises. Raises StillWaiting after the deadline.

        At once when an earlier call has passed its deadline and is still not answered.
        """
        give_up = time.monotonic() + self._deadline_s
        if not self._turn.acquire(timeout=0 if self._stuck else self._deadline_s):
            raise StillWaiting
        self._stuck = False
        outcome: queue.SimpleQueue[Callable[[], _T]] = queue.SimpleQueue()
        SideThread(partial(self._run, work, outcome), self._name).start()
        try:
            answer = outcome.get(timeout=max(0.0, give_up - time.monotonic()))
        except queue.Empty:
            self._stuck = True
            raise StillWaiting from None
        return answer()

    def _run(self, work: Callable[[], _T], outcome: queue.SimpleQueue[Callable[[], _T]]) -> None:
        try:
            value = work()
        except Exception as error:  # noqa: BLE001 - handed on to the caller's thread, whatever it is
            outcome.put(partial(_fail, error))
        else:
            outcome.put(lambda: value)
        finally:
            self._turn.release()


def _fail(error: Exception) -> NoReturn:
    raise error
