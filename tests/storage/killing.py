"""A worker process that is killed in the midst of what it does."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path


def run_and_kill(
    words: list[str], root: Path, after_s: float | None
) -> subprocess.CompletedProcess[str]:
    """Start `python -m words…`, and kill it `after_s` seconds after it said READY, None to let it
    end; what it said, READY first, and whether it was killed.
    """
    with subprocess.Popen(
        [sys.executable, "-m", *words],
        cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as worker:  # fmt: skip
        assert worker.stdout
        first = worker.stdout.readline()
        try:
            worker.wait(after_s)
        except subprocess.TimeoutExpired:
            worker.kill()
        said, complaints = worker.communicate(timeout=60)
    assert first.startswith("READY"), complaints
    assert worker.returncode in (0, -signal.SIGKILL), complaints
    return subprocess.CompletedProcess(words, worker.returncode, first + said, complaints)
