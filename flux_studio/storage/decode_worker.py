"""One decode child seen from the application: start it, ask it, stop it when time is up."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from flux_studio.storage.decode_frames import Frame, FrameError, OnBlob, read_frame, write_frame

CHILD_ARGUMENT = "--decode-child"
"""First argument that makes a frozen build run `decode_child.run_child` instead of the studio."""

# 40 megapixels of RGBX, the most that any answer may need, and some room.
_MOST_ANSWER_BYTES = 192 * 1024 * 1024
_PIPE_BYTES = 1024 * 1024
_GRACE_S = 0.5
_KEPT_BYTES = 12 * 1024 * 1024
_ALLOCATION = {
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": str(_KEPT_BYTES),
    "MALLOC_TRIM_THRESHOLD_": str(_KEPT_BYTES),
    "MALLOC_TOP_PAD_": str(_KEPT_BYTES // 3),
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
}
# An allow-list: keys, tokens and proxies of the user never reach the child.
_PASSED_ON = (
    "PATH",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "SYSTEMROOT",
    "SYSTEMDRIVE",
    "WINDIR",
    "TEMP",
    "TMP",
    "TMPDIR",
)


class ChildTimedOut(Exception):  # noqa: N818 - named as the fact it reports
    """The child did not answer in time and was killed."""


class ChildDied(Exception):  # noqa: N818 - named as the fact it reports
    """The child ended, or answered nonsense, in the middle of a request."""


def child_command() -> tuple[str, ...]:
    """The program and arguments that start the child from a checkout, a wheel or a frozen build."""
    if getattr(sys, "frozen", False) or "__compiled__" in globals():
        return sys.executable, CHILD_ARGUMENT
    # -I: neither the working directory nor PYTHON* variables decide what the child imports. Our own
    # folder comes first, so that the child is of the same version as the application.
    root = Path(__file__).resolve().parents[2]
    start = (
        "import sys; sys.path.insert(0, sys.argv[1]); "
        "from flux_studio.storage.decode_child import run_child; sys.exit(run_child())"
    )
    return sys.executable, "-I", "-c", start, str(root)


def child_environment() -> dict[str, str]:
    """The few variables the child gets.

    One malloc arena, because arenas eat address space. Memory for about three megapixels is kept
    from one picture to the next, which spares a sixth of the time of each; what is larger goes back
    to the system at once, so that an idle child is small again after a large picture. A large one
    asks for huge pages: to get 4096 x 4096 pixels in pages of 4 KiB is a tenth of decoding them.
    """
    passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {**passed, **_ALLOCATION}


class DecodeWorker:
    """Owns one child process. Used by one thread at a time; only `close` may come from another."""

    def __init__(self, command: Sequence[str]) -> None:
        """Starts the child. Raises OSError when it cannot be started."""
        self._child = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=child_environment(),
            pipesize=_PIPE_BYTES,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._timed_out = False

    @property
    def pid(self) -> int:
        """Process id of the child."""
        return self._child.pid

    def ask(
        self,
        request: dict[str, object],
        blobs: list[bytes],
        deadline_s: float,
        on_blob: OnBlob | None = None,
    ) -> Frame:
        """Send a request with its bytes and wait for the answer at most `deadline_s` seconds;
        `on_blob` is told each part of the answer when it is there.

        Raises ChildTimedOut or ChildDied; the worker is of no use after either.
        """
        timer = threading.Timer(deadline_s, self._stop_late)
        timer.daemon = True
        timer.start()
        try:
            return self._exchange(request, blobs, on_blob)
        except (FrameError, OSError, ValueError) as error:
            raise (ChildTimedOut() if self._timed_out else ChildDied()) from error
        finally:
            timer.cancel()

    def close(self) -> None:
        """End the child, politely for half a second and then not. Safe to call twice."""
        stdin, stdout = self._child.stdin, self._child.stdout
        assert stdin is not None
        assert stdout is not None
        with contextlib.suppress(OSError, ValueError):
            stdin.close()
        try:
            self._child.wait(_GRACE_S)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        with contextlib.suppress(OSError, ValueError):
            stdout.close()

    def kill(self) -> None:
        """End the child at once; a thread waiting in `ask` gets ChildDied."""
        self._child.kill()

    def _exchange(
        self, request: dict[str, object], blobs: list[bytes], on_blob: OnBlob | None
    ) -> Frame:
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        write_frame(self._child.stdin, request, blobs)  # type: ignore[arg-type]  # IO[bytes]
        answer = read_frame(
            self._child.stdout,  # type: ignore[arg-type]  # IO[bytes]
            _MOST_ANSWER_BYTES,
            on_blob,
        )
        if answer is None:
            raise FrameError("the child ended")
        return answer

    def _stop_late(self) -> None:
        self._timed_out = True
        self._child.kill()
