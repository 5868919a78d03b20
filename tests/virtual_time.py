"""An event loop whose clock jumps: a test of an hour takes a millisecond and sleeps not at all."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

T = TypeVar("T")

EPOCH = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


class NothingWillHappen(Exception):
    """Every task waits for something and no timer is set: for real this would hang for ever."""


class NeverAnswers(Exception):
    """Raised by fake blocking work to stand for a call that never comes back."""


class _JumpingSelector(selectors.SelectSelector):
    loop: VirtualTimeLoop

    def select(self, timeout: float | None = None) -> Any:
        ready = super().select(0)
        if not ready:
            if timeout is None:
                raise NothingWillHappen
            self.loop.jump(timeout)
        return ready


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """Time passes only while every task sleeps, and then at once. Blocking work runs inline."""

    def __init__(self) -> None:
        selector = _JumpingSelector()
        selector.loop = self
        self._seconds = 1000.0
        super().__init__(selector)

    def time(self) -> float:
        return self._seconds

    def jump(self, seconds: float) -> None:
        """Let time pass: at least a nanosecond, since less is lost in the rounding."""
        if seconds > 0:
            self._seconds += max(1e-9, seconds)

    def now(self) -> datetime:
        """The wall clock that goes with the loop's own: UTC."""
        return EPOCH + timedelta(seconds=self._seconds - 1000.0)

    def run_in_executor(  # type: ignore[override]  # the typeshed's type variables say no more
        self, executor: Any, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        future: asyncio.Future[Any] = self.create_future()

        def work() -> None:
            if future.cancelled():
                return
            try:
                result = func(*args)
            except NeverAnswers:
                return
            except BaseException as error:  # noqa: BLE001  # it travels to whoever awaits
                future.set_exception(error)
            else:
                future.set_result(result)

        self.call_soon(work)
        return future


def run(main: Callable[[VirtualTimeLoop], Coroutine[Any, Any, T]]) -> T:
    """Run one coroutine function on a fresh loop; whatever is left running is cancelled."""
    loop = VirtualTimeLoop()
    try:
        return loop.run_until_complete(main(loop))
    finally:
        end(loop)


def end(loop: VirtualTimeLoop) -> None:
    """Cancel what is left on a loop and close it."""
    for _ in range(20):
        left = asyncio.all_tasks(loop)
        if not left:
            break
        for task in left:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
    loop.close()
