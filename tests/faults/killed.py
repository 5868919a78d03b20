"""The command line under `kill -9`: the other half of `test_kill.py`.

`python -m tests.faults.killed` loads the program once and then makes one process of it a line of
stdin: `{"arguments": [...], "environ": {...}, "die_at": 17, "after": null}`. `die_at` counts the
steps of the submit and save path, before and after each: every fact of the journal, every step of
every durable write, every exchange with the provider. The process kills itself at that step, or is
killed `after` so many seconds. The answer is one line: `{"code": ..., "out": ..., "steps": ...}`.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

from flux_studio.cli import main
from flux_studio.commands import generate, jobs, rescue
from flux_studio.core import retry
from flux_studio.core.waiting import WaitingPlan
from flux_studio.engine import following, runner
from flux_studio.providers import wire
from flux_studio.storage import atomic, keychain, originals
from flux_studio.storage.journal import JobJournal

LOADED = (generate, jobs, rescue, runner)  # what a command imports late, loaded before the forks


class Steps:
    """Counts steps, and ends the process at one of them. `names` is a file, a line a step."""

    def __init__(self, die_at: int | None, names: Path) -> None:
        self._die_at, self._names, self._count = die_at, names, 0
        self._lock = threading.Lock()

    def step(self, name: str) -> None:
        with self._lock:
            self._count += 1
            with self._names.open("a") as file:
                file.write(f"{name}\n")
            if self._count == self._die_at:
                os.kill(os.getpid(), signal.SIGKILL)

    def around(self, owner: Any, name: str) -> None:
        """Count before and after a function."""
        real: Callable[..., Any] = getattr(owner, name)

        def counted(*given: Any, **named: Any) -> Any:
            self.step(f"before {name}")
            answer = real(*given, **named)
            self.step(f"after {name}")
            return answer

        async def awaited(*given: Any, **named: Any) -> Any:
            self.step(f"before {name}")
            answer = await real(*given, **named)
            self.step(f"after {name}")
            return answer

        setattr(owner, name, awaited if asyncio.iscoroutinefunction(real) else counted)


def hurry() -> None:
    """Short waits, no keychain of the person's own desktop."""
    vars(keychain)["allowed_here"] = lambda: ()
    retry.FIRST_WAIT = 0.01
    following.LEAST_GAP = 0.01
    following.FORGET_AFTER = 0.2
    patch.object(WaitingPlan, "next_poll", lambda _plan, _elapsed, asked: asked + 0.01).start()


def live(task: dict[str, Any], out: Path, names: Path) -> None:
    """One process of the program, in the place of this one."""
    os.environ.update(task["environ"])
    file = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    for stream in (1, 2):
        os.dup2(file, stream)
    sys.stdin.close()
    steps = Steps(task.get("die_at"), names)
    for owner, name in (
        (JobJournal, "record"), (atomic, "_write_part"), (atomic, "_replace"),
        (atomic, "flush_folder"), (originals, "make_folder"), (wire.Wire, "exchange"),
    ):  # fmt: skip
        steps.around(owner, name)
    code = main(task["arguments"])
    sys.stdout.flush()
    os._exit(code)


def one(task: dict[str, Any], folder: Path) -> dict[str, Any]:
    out, names = folder / "out", folder / "names"
    names.write_text("")
    child = os.fork()
    if child == 0:
        try:
            live(task, out, names)
        except BaseException:  # noqa: BLE001  # nothing may come back into the loop of the parent
            with out.open("a") as file:
                traceback.print_exc(file=file)
        finally:
            os._exit(99)
    after = task.get("after")
    timer = threading.Timer(after, os.kill, (child, signal.SIGKILL)) if after else None
    if timer:
        timer.start()
    _, status = os.waitpid(child, 0)
    if timer:
        timer.cancel()
        timer.join()
    return {
        "code": os.waitstatus_to_exitcode(status),
        "out": out.read_text() if out.exists() else "",
        "steps": names.read_text().splitlines(),
    }


if __name__ == "__main__":
    wire.import_httpx()
    hurry()
    with tempfile.TemporaryDirectory() as place:
        for line in sys.stdin:
            sys.stdout.write(json.dumps(one(json.loads(line), Path(place))) + "\n")
            sys.stdout.flush()
