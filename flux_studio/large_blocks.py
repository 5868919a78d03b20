"""Pictures go back to the system when they are let go of.

The C library of Linux (glibc, mallopt(3)) learns from each large block that is freed to take the
next one of that size from its heap, where one small block above it keeps all of them resident:
after two minutes of looking at pictures 350 of 900 MB were in use by nobody. A fixed limit ends
the learning. Other systems have no such habit.
"""

from __future__ import annotations

import ctypes
import os

LARGE = 256 * 1024  # bytes: a thumbnail 256 px square; the small ones of the wall stay in the heap
SPARE = 16 * 1024 * 1024  # bytes the heap may have free at its end before it gives some back
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # malloc.h


def return_large_blocks() -> bool:
    """From now on each block of `LARGE` bytes or more is a mapping of its own. False where the C
    library is another one.
    """
    try:
        if not (os.confstr("CS_GNU_LIBC_VERSION") or "").startswith("glibc"):
            return False
        libc = ctypes.CDLL(None)
        return bool(libc.mallopt(_MMAP_THRESHOLD, LARGE) and libc.mallopt(_TRIM_THRESHOLD, SPARE))
    except (AttributeError, OSError, ValueError):  # no confstr on Windows, no such name on macOS
        return False
