"""Pictures go back to the system when they are let go of.

The C library of Linux (glibc, mallopt(3)) learns from each large block that is freed to take the
next one of that size from its heap, where one small block above it keeps all of them resident:
after two minutes of looking at pictures 350 of 900 MB were in use by nobody. A fixed limit ends
the learning. It also gives each thread a heap of its own, which keeps what was once its most: two
for all of them grow by a third of that. Other systems have no such habits.
"""

from __future__ import annotations

import ctypes
import os

LARGE = 256 * 1024  # bytes: a thumbnail 256 px square; the small ones of the wall stay in the heap
SPARE = 16 * 1024 * 1024  # bytes the heap may have free at its end before it gives some back
HEAPS = 2
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8  # malloc.h


def return_large_blocks() -> bool:
    """From now on each block of `LARGE` bytes or more is a mapping of its own, and threads that
    begin share `HEAPS`. False where the C library is another one.
    """
    try:
        if not (os.confstr("CS_GNU_LIBC_VERSION") or "").startswith("glibc"):
            return False
        libc = ctypes.CDLL(None)
        wanted = (_MMAP_THRESHOLD, LARGE), (_TRIM_THRESHOLD, SPARE), (_ARENA_MAX, HEAPS)
        return all([libc.mallopt(name, value) for name, value in wanted])
    except (AttributeError, OSError, ValueError):  # no confstr on Windows, no such name on macOS
        return False
