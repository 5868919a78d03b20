"""Threads for blocking work that never keep the program from ending.

`asyncio.to_thread` and the name look-ups of the event loop use the loop's executor. The ordinary
one is joined at exit, so one keychain or name server that hangs would hang the exit too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

from flux_studio.core.side_thread import SideThread

P = ParamSpec("P")
T = TypeVar("T")


class DaemonThreads(ThreadPoolExecutor):
    """One daemon thread a call. It is a ThreadPoolExecutor only because the event loop insists on
    one.
    """

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()

        def work() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                result = fn(*args, **kwargs)
            except BaseException as error:  # noqa: BLE001  # it travels to whoever awaits
                future.set_exception(error)
            else:
                future.set_result(result)

        SideThread(work, "engine-blocking").start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Nothing to wait for: daemon threads end with the program."""


def run_with_daemon_threads(main: Coroutine[Any, Any, T]) -> T:
    """`asyncio.run` for the command line, with blocking work on daemon threads."""
    with asyncio.Runner() as runner:
        runner.get_loop().set_default_executor(DaemonThreads())
        return runner.run(main)
