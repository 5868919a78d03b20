"""The end of the process, once everything is saved and closed.

While Python takes itself down, a thread that comes back from foreign code is ended wherever it
stands: within Qt that ends the process by SIGABRT, within TLS or SQLite it may be a segmentation
fault, and the exit code is theirs. So our side threads get a moment to end; where one hangs (a
keychain that waits for a person), the process leaves at once, without Python's own end.
"""

from __future__ import annotations

import contextlib
import os
import sys
from typing import NoReturn

from flux_studio.core.side_thread import wait_for_side_threads

PATIENCE = 0.5  # seconds for all side threads together; most have ended long before


def leave(code: int, patience: float = PATIENCE) -> int:
    """The exit code of the program, to be given to Python. Does not return when a side thread is
    not done within `patience` seconds.
    """
    if wait_for_side_threads(patience):
        leave_at_once(code)
    return code


def leave_at_once(code: int) -> NoReturn:
    """End the process here; what was printed so far goes on its way."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):  # closed, full, or not there
            stream.flush()
    os._exit(code)
