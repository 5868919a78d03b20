"""Blocking work that never keeps the loop or the program from ending."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from flux_studio.engine.daemon_threads import DaemonThreads, run_with_daemon_threads

ROOT = Path(__file__).resolve().parents[2]


def test_to_thread_gives_results_and_errors_from_daemon_threads():
    async def main():
        thread = await asyncio.to_thread(threading.current_thread)
        assert thread.daemon
        assert thread is not threading.current_thread()
        with pytest.raises(ZeroDivisionError):
            await asyncio.to_thread(lambda: 1 // 0)
        return "done"

    assert run_with_daemon_threads(main()) == "done"


def test_a_call_that_hangs_holds_up_neither_the_loop_nor_the_others():
    release = threading.Event()

    async def main():
        hung = asyncio.ensure_future(asyncio.to_thread(release.wait))
        assert await asyncio.to_thread(lambda: 1) == 1
        hung.cancel()
        with pytest.raises(asyncio.CancelledError):
            await hung

    run_with_daemon_threads(main())
    release.set()


def test_shutdown_waits_for_nobody():
    threads, release = DaemonThreads(), threading.Event()
    hung = threads.submit(release.wait)
    threads.shutdown(wait=True)
    assert not hung.done()
    release.set()
    assert hung.result(2)


def test_a_program_with_a_hung_call_ends_by_itself():
    program = (
        "import asyncio, threading\n"
        "from flux_studio.engine.daemon_threads import run_with_daemon_threads\n"
        "async def main():\n"
        "    asyncio.ensure_future(asyncio.to_thread(threading.Event().wait))\n"
        "    await asyncio.sleep(0.01)\n"
        "run_with_daemon_threads(main())\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, timeout=20, check=False
    )
    assert (run.returncode, run.stderr) == (0, b"")
